//! Systems of managers of flats.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::SECRET;
use crate::bench::{Bench, Reply, ids};

fn hospitable(bench: &Bench, path: &str) -> Reply {
    bench.get(
        &format!("/hospitable/v2/{path}"),
        &[("authorization", format!("Bearer {SECRET}"))],
    )
}

#[test]
fn hospitable_lists_reservations_of_named_properties_and_only_two_weeks_unless_asked() {
    let bench = Bench::new();
    assert_eq!(hospitable(&bench, "reservations").status, 400, "no properties");
    let listing = ids(&hospitable(&bench, "properties").json()["data"], "/id")[0].clone();
    let total = |query: &str| {
        let path = format!("reservations?properties[]={listing}{query}");
        hospitable(&bench, &path).json()["meta"]["total"]
            .as_u64()
            .unwrap()
    };
    assert!(total("") < 5);
    assert_eq!(total("&start_date=2000-01-01"), 40);
    let (by_arrival, by_departure) = (
        total("&end_date=2025-01-15"),
        total("&end_date=2025-01-15&date_query=checkout"),
    );
    assert!(by_departure <= by_arrival && by_arrival < 40);
    let unknown = hospitable(
        &bench,
        "reservations?properties[]=00000000-0000-4000-8000-000000000000&start_date=2000-01-01",
    );
    assert_eq!(unknown.json()["data"], json!([]));
}

#[test]
fn hospitable_pages_ten_at_a_time_at_most_a_hundred_and_links_to_itself() {
    let bench = Bench::new();
    let listing = ids(&hospitable(&bench, "properties").json()["data"], "/id")[0].clone();
    let path = format!("reservations?properties[]={listing}&start_date=2000-01-01");
    let first = hospitable(&bench, &path).json();
    assert_eq!(
        (
            first["data"].as_array().unwrap().len(),
            &first["meta"]["last_page"]
        ),
        (10, &json!(4))
    );
    assert_eq!(first["links"]["prev"], Value::Null);
    let next = first["links"]["next"].as_str().unwrap();
    assert!(next.starts_with(&bench.url()), "{next}");
    let second = bench
        .get(next, &[("authorization", format!("Bearer {SECRET}"))])
        .json();
    assert_eq!(
        (&second["meta"]["current_page"], &second["meta"]["from"]),
        (&json!(2), &json!(11))
    );
    for wrong in ["per_page=101", "per_page=0", "page=0", "page=x"] {
        let refused = hospitable(&bench, &format!("{path}&{wrong}"));
        assert_eq!(
            (refused.status, &refused.json()["reason_phrase"]),
            (400, &json!("Invalid pagination parameter supplied.")),
            "{wrong}"
        );
    }
    assert_eq!(
        hospitable(&bench, &format!("{path}&page=5")).json()["data"],
        json!([])
    );
}

#[test]
fn hospitable_shows_money_only_when_it_is_asked_for() {
    let bench = Bench::new();
    let listing = ids(&hospitable(&bench, "properties").json()["data"], "/id")[0].clone();
    let path = format!("reservations?properties[]={listing}&start_date=2000-01-01");
    let bare = hospitable(&bench, &path).json();
    assert_eq!(
        (
            bare["data"][0].get("financials"),
            bare["data"][0].get("properties")
        ),
        (None, None)
    );
    let full = hospitable(&bench, &format!("{path}&include=guest,financials")).json();
    assert!(full["data"][0]["financials"]["guest"]["total_price"]["amount"].is_u64());
    assert!(full["data"][0]["guest"]["first_name"].is_string());
}

fn hostfully(bench: &Bench, path: &str) -> Reply {
    bench.get(
        &format!("/hostfully/api/{path}"),
        &[("X-HOSTFULLY-APIKEY", SECRET.to_owned())],
    )
}

#[test]
fn hostfully_refuses_a_wrong_version_like_a_wrong_key() {
    let bench = Bench::new();
    assert_eq!(hostfully(&bench, "v3.3/agencies").status, 200);
    assert_eq!(hostfully(&bench, "v9/agencies").status, 401);
    assert_eq!(hostfully(&bench, "v3.3/nothing").status, 404);
    for wrong in [
        "properties",
        "leads",
        "orders",
        "leads?agencyUid=a&_limit=101",
        "leads?agencyUid=a&_limit=0",
        "leads?agencyUid=a&_cursor=x",
    ] {
        assert_eq!(hostfully(&bench, &format!("v3.3/{wrong}")).status, 400, "{wrong}");
    }
}

#[test]
fn hostfully_pages_by_cursor_and_tells_the_questions_about_no_property_to_the_agency_alone() {
    let bench = Bench::unlimited();
    let get = |path: &str| {
        bench
            .get(
                &format!("/hostfully/api/v3.3/{path}"),
                &[("X-HOSTFULLY-APIKEY", "good-20x80".to_owned())],
            )
            .json()
    };
    let page = get("leads?agencyUid=a");
    assert_eq!(
        (
            page["leads"].as_array().unwrap().len(),
            &page["_metadata"]["totalCount"]
        ),
        (20, &json!(1_600))
    );
    let listings = ids(&get("properties?agencyUid=a&_limit=100")["properties"], "/uid");
    let of_properties: u64 = listings
        .iter()
        .map(|uid| {
            get(&format!("leads?propertyUid={uid}"))["_metadata"]["totalCount"]
                .as_u64()
                .unwrap()
        })
        .sum();
    let loose = bench.truth("hostfully", "good-20x80")["reservations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["channel-listing-id"].is_null())
        .count();
    assert!(loose > 0);
    assert_eq!(of_properties, 1_600 - u64::try_from(loose).unwrap());
    let since = get("leads?agencyUid=a&updatedSince=2026-06-01T00:00:00Z");
    let recent = since["_metadata"]["totalCount"].as_u64().unwrap();
    assert!(0 < recent && recent < 400, "{recent}");
}

fn uplisting(bench: &Bench, path: &str) -> Reply {
    let key = format!("Basic {}", BASE64_STANDARD.encode(SECRET));
    bench.get(&format!("/uplisting/{path}"), &[("authorization", key)])
}

#[test]
fn uplisting_wants_the_key_without_a_colon_and_shows_addresses_when_asked() {
    let bench = Bench::unlimited();
    let ordinary = format!("Basic {}", BASE64_STANDARD.encode(format!("{SECRET}:")));
    let refused = bench.get("/uplisting/users/me", &[("authorization", ordinary)]);
    assert_eq!(refused.status, 401);
    assert!(refused.body.contains("does not appear to be valid"));
    assert_eq!(uplisting(&bench, "properties").json()["included"], json!([]));
    assert_eq!(
        uplisting(&bench, "properties?include=photos,addresses").json()["included"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
}

#[test]
fn uplisting_counts_pages_from_zero_and_requests_by_the_second() {
    let bench = Bench::unlimited();
    let key = [(
        "authorization",
        format!("Basic {}", BASE64_STANDARD.encode("good-1x120")),
    )];
    let listing = ids(&bench.get("/uplisting/properties", &key).json()["data"], "/id")[0].clone();
    let lengths: Vec<usize> = (0..4)
        .map(|page| {
            let page = bench
                .get(&format!("/uplisting/bookings/{listing}?page={page}"), &key)
                .json();
            assert_eq!(page["meta"], json!({"total": 120, "total_pages": 3}));
            page["bookings"].as_array().unwrap().len()
        })
        .collect();
    assert_eq!(lengths, [50, 50, 20, 0]);

    let strict = Bench::new();
    let statuses: Vec<u16> = (0..40).map(|_| uplisting(&strict, "users/me").status).collect();
    assert_eq!(statuses[..5], [200; 5]);
    assert!(statuses[5..].contains(&429), "five a second: {statuses:?}");
}

#[test]
fn beds24_hides_the_past_and_the_cancelled() {
    let bench = Bench::unlimited();
    let get = |query: &str| {
        let path = format!("/beds24/api/v2/bookings?{query}");
        bench.get(&path, &[("token", SECRET.to_owned())]).json()
    };
    let upcoming = get("");
    let rows = upcoming["data"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.len() < 100);
    assert!(
        rows.iter()
            .all(|row| row["departure"].as_str() >= Some("2026-07-01") && row["status"] != "cancelled")
    );
    let dated = get("arrivalFrom=2000-01-01");
    assert_eq!(
        (&dated["count"], &dated["pages"]["nextPageExists"]),
        (&json!(100), &json!(true))
    );
    let next = dated["pages"]["nextPageLink"].as_str().unwrap();
    assert!(
        next.starts_with(&bench.url()) && next.contains("arrivalFrom=2000-01-01"),
        "{next}"
    );
    let last = bench.get(next, &[("token", SECRET.to_owned())]).json();
    let seen = 100 + last["count"].as_u64().unwrap();
    assert!(
        (150..200).contains(&seen) && last["pages"]["nextPageLink"].is_null(),
        "{seen}"
    );
    let cancelled = get("arrivalFrom=2000-01-01&status[]=cancelled");
    assert_eq!(cancelled["count"], 200 - seen);
    let recent = get("modifiedFrom=2026-06-01T00:00:00");
    assert!(
        recent["data"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["modifiedTime"].as_str() >= Some("2026-06-01"))
    );
}

#[test]
fn channex_pages_ten_at_a_time_at_most_a_hundred_and_filters_by_receipt() {
    let bench = Bench::new();
    let get = |query: &str| {
        let path = format!("/channex/api/v1/bookings?{query}");
        bench.get(&path, &[("user-api-key", SECRET.to_owned())]).json()
    };
    assert_eq!(get("")["meta"], json!({"page": 1, "total": 200, "limit": 10}));
    assert_eq!(
        get("pagination[limit]=500")["data"].as_array().unwrap().len(),
        100
    );
    let recent =
        get("filter[inserted_at][gte]=2026-06-01T00:00:00&order[inserted_at]=desc&pagination[limit]=100");
    let moments = ids(&recent["data"], "/attributes/inserted_at");
    assert!(!moments.is_empty() && moments.is_sorted_by(|first, second| first >= second));
    assert!(moments.iter().all(|moment| moment.as_str() >= "2026-06-01"));
    let early = get("order[arrival_date]=asc&pagination[limit]=100");
    assert!(ids(&early["data"], "/attributes/arrival_date").is_sorted());
    let refused = bench.get("/channex/api/v1/properties", &[]);
    assert_eq!(
        (refused.status, refused.json()),
        (
            401,
            json!({"errors": {"code": "unauthorized", "title": "Unauthorized"}})
        )
    );
    bench.fault("channex", "rate_limited", 0, Some(1));
    assert_eq!(get("")["errors"]["code"], "http_too_many_requests");
}
