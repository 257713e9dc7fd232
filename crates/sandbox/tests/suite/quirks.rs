//! What single vendors document and others do not.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    bench::{Bench, Reply, ids, until},
    vendors::{hostaway_token, smoobu_signed},
};

const SECRET: &str = "good-5x40";

fn bearer(token: &str) -> [(&'static str, String); 1] {
    [("authorization", format!("Bearer {token}"))]
}

fn guesty_token(bench: &Bench, client: &str) -> Reply {
    let form =
        format!("grant_type=client_credentials&scope=open-api&client_id={client}&client_secret={SECRET}");
    bench.form("/guesty/oauth2/token", &[], &form)
}

#[test]
fn hostaway_refuses_a_token_that_is_too_young_revoked_or_unknown() {
    let bench = Bench::new();
    let form = format!("grant_type=client_credentials&client_id=1&client_secret={SECRET}&scope=general");
    // A busy machine may take a second between the two requests: then once more.
    let young = until(|| {
        let issued = bench.form("/hostaway/v1/accessTokens", &[], &form).json();
        assert_eq!(issued["token_type"], "Bearer");
        let reply = bench.get(
            "/hostaway/v1/users",
            &bearer(issued["access_token"].as_str().unwrap()),
        );
        (reply.status == 403).then_some(reply)
    });
    assert_eq!(young.json()["status"], "fail");

    let headers = hostaway_token(&bench, SECRET).unwrap();
    let token = headers[0].1.strip_prefix("Bearer ").unwrap();
    let revoked = bench.ask(
        "DELETE",
        &format!("/hostaway/v1/accessTokens?token={token}"),
        &[],
        "",
    );
    assert_eq!(revoked.status, 200);
    assert_eq!(bench.get("/hostaway/v1/users", &headers).status, 403);
    assert_eq!(bench.get("/hostaway/v1/users", &bearer("good")).status, 403);
}

#[test]
fn hostaway_lists_the_latest_change_first_and_forgets_the_offset_beside_a_last_id() {
    let bench = Bench::new();
    let headers = hostaway_token(&bench, SECRET).unwrap();
    let page = bench.get("/hostaway/v1/reservations", &headers).json();
    let rows = page["result"].as_array().unwrap();
    assert_eq!(
        (rows.len(), &page["count"], &page["totalPages"]),
        (100, &json!(200), &json!(2))
    );
    let key = |row: &Value| {
        (
            row["updatedOn"].as_str().unwrap().to_owned(),
            row["id"].as_u64().unwrap(),
        )
    };
    assert!(rows.is_sorted_by(|first, second| key(first) > key(second)));

    let all = ids(&page["result"], "/id");
    let path = format!("/hostaway/v1/reservations?limit=5&offset=70&afterId={}", all[9]);
    let next = bench.get(&path, &headers).json();
    assert_eq!(ids(&next["result"], "/id"), all[10..15]);
}

#[test]
fn hostaway_filters_by_dates_and_by_listing() {
    let bench = Bench::new();
    let headers = hostaway_token(&bench, SECRET).unwrap();
    let truth = bench.truth("hostaway", SECRET);
    let listing = truth["listings"][1]["channel-listing-id"].as_str().unwrap();
    let path = format!(
        "/hostaway/v1/reservations?listingId={listing}&arrivalStartDate=2025-01-01&arrivalEndDate=2025-12-31&sortOrder=arrivalDate"
    );
    let wanted: Vec<&str> = truth["reservations"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| {
            row["channel-listing-id"] == listing && row["check-in"].as_str().unwrap().starts_with("2025-")
        })
        .map(|row| row["channel-reservation-id"].as_str().unwrap())
        .collect();
    assert!(wanted.len() > 3);
    let city = truth["listings"][1]["city"].as_str().unwrap();
    let there = bench
        .get(&format!("/hostaway/v1/listings?city={city}"), &headers)
        .json();
    let rows = there["result"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["city"] == city));
    assert!(ids(&there["result"], "/id").contains(&listing.to_owned()));
    assert_eq!(ids(&bench.get(&path, &headers).json()["result"], "/id"), wanted);
}

#[test]
fn guesty_issues_five_tokens_a_day_to_each_client() {
    let bench = Bench::new();
    let statuses: Vec<u16> = (0..6).map(|_| guesty_token(&bench, "c1").status).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429]);
    assert_eq!(guesty_token(&bench, "c2").status, 200);
    let unlimited = Bench::unlimited();
    assert!((0..6).all(|_| guesty_token(&unlimited, "c1").status == 200));
}

#[test]
fn guesty_takes_a_pasted_token_and_filters_as_json() {
    let bench = Bench::new();
    let headers = bearer(SECRET);
    let filters = r#"[{"field":"checkIn","operator":"$between","from":"2025-01-01","to":"2025-06-30"},{"field":"status","operator":"$eq","value":"canceled"}]"#;
    let escaped: String = form_urlencoded::byte_serialize(filters.as_bytes()).collect();
    let page = bench
        .get(
            &format!("/guesty/v1/reservations?filters={escaped}&limit=500&fields=status%20checkIn"),
            &headers,
        )
        .json();
    let rows = page["results"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert_eq!(page["limit"], 100, "no page is larger");
    for row in rows {
        assert_eq!(
            (&row["status"], row.as_object().unwrap().len()),
            (&json!("canceled"), 3),
            "{row}"
        );
        assert!(row["checkIn"].as_str().unwrap() < "2025-07-01", "{row}");
    }
    let wrong = bench.get(
        "/guesty/v1/reservations?filters=%5B%7B%22field%22%3A%22x%22%7D%5D",
        &headers,
    );
    assert_eq!(wrong.status, 400);
}

#[test]
fn guesty_asked_too_often_says_when_to_come_back() {
    let bench = Bench::new();
    let answers: Vec<Reply> = (0..130)
        .map(|_| bench.get("/guesty/v1/listings?limit=1&fields=_id", &bearer(SECRET)))
        .collect();
    let refused = answers
        .iter()
        .find(|answer| answer.status == 429)
        .expect("no more than 120 a minute");
    assert!(refused.headers["retry-after"].parse::<u64>().unwrap() >= 1);
}

#[test]
fn lodgify_shows_what_is_to_come_unless_asked_for_all_and_refuses_in_silence() {
    let bench = Bench::new();
    let key = [("X-ApiKey", SECRET.to_owned())];
    let upcoming = bench
        .get("/lodgify/v2/reservations/bookings?size=500", &key)
        .json();
    let rows = upcoming["items"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.len() <= 50);
    assert!(
        rows.iter()
            .all(|row| row["arrival"].as_str() > Some("2026-07-01"))
    );
    assert_eq!(upcoming["count"], Value::Null, "nobody asked for it");
    let refused = bench.get("/lodgify/v2/properties", &[("X-ApiKey", "bad".to_owned())]);
    assert_eq!((refused.status, refused.body.as_str()), (403, ""));
    assert_eq!(bench.get("/lodgify/v2/nothing", &key).status, 404);
    assert_eq!(
        bench.ask("POST", "/lodgify/v2/properties", &key, "{}").status,
        404
    );
}

#[test]
fn smoobu_wants_each_request_signed_anew() {
    let bench = Bench::new();
    let get = |path: &str, headers: &[(&str, String)]| bench.get(&format!("/smoobu{path}"), headers).status;
    let now = Utc::now();
    let headers = smoobu_signed("/api/me", "", SECRET, now);
    assert_eq!(get("/api/me", &headers), 200);
    assert_eq!(get("/api/me", &headers), 401, "the nonce was used");
    assert_eq!(
        get("/api/me", &[("api-key", SECRET.to_owned())]),
        401,
        "a key alone"
    );
    assert_eq!(
        get("/api/apartments", &smoobu_signed("/api/me", "", SECRET, now)),
        401,
        "signed for another path"
    );
    let query = "/api/reservations?page=1";
    assert_eq!(
        get(query, &smoobu_signed("/api/reservations", "page=2", SECRET, now)),
        401
    );
    assert_eq!(
        get(query, &smoobu_signed("/api/reservations", "page=1", SECRET, now)),
        200
    );
    assert_eq!(
        get("/api/me", &smoobu_signed("/smoobu/api/me", "", SECRET, now)),
        200,
        "its place in the sandbox"
    );
    assert_eq!(
        get(
            "/api/me",
            &smoobu_signed("/api/me", "", SECRET, now - TimeDelta::minutes(6))
        ),
        401
    );
    assert_eq!(get("/api/me", &smoobu_signed("/api/me", "", "bad", now)), 401);
}

#[test]
fn smoobu_hides_the_past_and_the_cancelled_and_calls_a_bad_page_its_own_fault() {
    let bench = Bench::new();
    let get = |query: &str| {
        let headers = smoobu_signed("/api/reservations", query, SECRET, Utc::now());
        bench.get(&format!("/smoobu/api/reservations?{query}"), &headers)
    };
    let count = |query: &str| get(query).json()["total_items"].as_u64().unwrap();
    assert_eq!(count("from=2000-01-01&showCancellation=1"), 200);
    assert!(count("from=2000-01-01") < 200);
    assert!(count("page=1") < count("from=2000-01-01"));
    assert!(count("excludeBlocked=1&from=2000-01-01") < count("from=2000-01-01"));
    let wrong = get("pageSize=101");
    assert_eq!(wrong.status, 500);
    assert!(wrong.json()["detail"].as_str().unwrap().contains("pageSize"));
}

#[test]
fn ownerrez_wants_a_name_of_the_caller_and_a_reason_to_list() {
    let bench = Bench::new();
    let basic = format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("ann@example.com:{SECRET}"))
    );
    let headers = [("authorization", basic.clone())];
    assert_eq!(
        bench.get("/ownerrez/v2/users/me", &headers).json()["email_address"],
        "ann@example.com"
    );
    let nobody = reqwest::blocking::Client::new()
        .get(format!("{}/ownerrez/v2/users/me", bench.url()))
        .header("authorization", basic)
        .send()
        .unwrap();
    assert_eq!(nobody.status(), 403);

    let refused = bench.get("/ownerrez/v2/bookings", &headers);
    assert_eq!(
        (refused.status, &refused.json()["status_code"]),
        (400, &json!(400))
    );
    let truth = bench.truth("ownerrez", SECRET);
    let listing = truth["listings"][0]["channel-listing-id"].as_str().unwrap();
    let path =
        format!("/ownerrez/v2/bookings?property_ids={listing}&status=active,canceled,pending&limit=10");
    let page = bench.get(&path, &headers).json();
    assert_eq!(page["count"], 40);
    let next = page["next_page_url"].as_str().unwrap();
    assert!(
        next.starts_with(&bench.url()) && next.contains(listing) && next.contains("offset=10"),
        "{next}"
    );
}

#[test]
fn ownerrez_counts_the_requests_of_an_address() {
    let bench = Bench::new();
    let header = |secret: &str| {
        [(
            "authorization",
            format!("Basic {}", BASE64_STANDARD.encode(format!("a:{secret}"))),
        )]
    };
    for _ in 0..300 {
        assert_eq!(bench.get("/ownerrez/v2/users/me", &header("good")).status, 200);
    }
    let refused = bench.get("/ownerrez/v2/users/me", &header("good-1x1"));
    assert_eq!(
        (refused.status, refused.json()),
        (429, json!({"code": 429, "error": "Rate limit exceeded."}))
    );
}

#[test]
fn what_is_no_channel_is_told_which_there_are() {
    let bench = Bench::new();
    let reply = bench.get("/nowhere/v1", &[]);
    assert_eq!(reply.status, 404);
    assert!(
        reply.json()["channels"]
            .as_array()
            .unwrap()
            .contains(&json!("hostaway"))
    );
}
