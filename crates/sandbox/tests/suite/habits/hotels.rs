//! Systems of hotels.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::SECRET;
use crate::bench::{Bench, Reply, ids};

#[test]
fn an_apaleo_page_without_rows_has_no_body() {
    let bench = Bench::new();
    let basic = BASE64_STANDARD.encode(format!("client:{SECRET}"));
    let basic = [("authorization", format!("Basic {basic}"))];
    let token = bench
        .form("/apaleo/connect/token", &basic, "grant_type=client_credentials")
        .json();
    let headers = [(
        "authorization",
        format!("Bearer {}", token["access_token"].as_str().unwrap()),
    )];
    let get = |query: &str| bench.get(&format!("/apaleo/booking/v1/reservations?{query}"), &headers);
    let last = get("pageSize=60&pageNumber=4").json();
    assert_eq!(
        (last["reservations"].as_array().unwrap().len(), &last["count"]),
        (20, &json!(200))
    );
    let beyond = get("pageSize=60&pageNumber=5");
    assert_eq!((beyond.status, beyond.body.as_str()), (204, ""));
    let changed = get("dateFilter=Modification&from=2026-06-01T00:00:00Z&to=2026-06-30T23:59:59Z").json();
    let moments = ids(&changed["reservations"], "/modified");
    assert!(
        !moments.is_empty() && moments.iter().all(|at| at.starts_with("2026-06-")),
        "{moments:?}"
    );
    let gone = get("status=Canceled,NoShow").json();
    let statuses = ids(&gone["reservations"], "/status");
    assert!(
        statuses
            .iter()
            .all(|status| status == "Canceled" || status == "NoShow")
    );
    let made = ids(&get("sort=created:desc").json()["reservations"], "/created");
    assert!(made.is_sorted_by(|first, second| first >= second));
    assert_eq!(get("dateFilter=Arrival").status, 422);
}

fn mews(bench: &Bench, operation: &str, changes: &Value) -> Reply {
    let mut body = json!({"ClientToken": "good", "AccessToken": SECRET, "Client": "Tests 1.0",
        "Extent": {"Resources": true}, "Limitation": {"Count": 90}});
    body.as_object_mut()
        .unwrap()
        .extend(changes.as_object().unwrap().clone());
    bench.post(&format!("/mews/api/connector/v1/{operation}"), &[], &body)
}

const STAYS: &str = "reservations/getAll/2023-06-06";

#[test]
fn mews_gives_a_cursor_with_every_page_that_holds_something() {
    let bench = Bench::new();
    let mut cursor = Value::Null;
    let mut pages = Vec::new();
    loop {
        let page = mews(
            &bench,
            STAYS,
            &json!({"Limitation": {"Count": 90, "Cursor": cursor}}),
        )
        .json();
        let rows = ids(&page["Reservations"], "/Id");
        assert_eq!(page["Cursor"], json!(rows.last()));
        cursor = page["Cursor"].clone();
        pages.push(rows.len());
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(pages, [90, 90, 20, 0]);
}

#[test]
fn mews_wants_all_tokens_a_count_and_short_intervals() {
    let bench = Bench::new();
    let window = |from: &str, to: &str| json!({"UpdatedUtc": {"StartUtc": from, "EndUtc": to}});
    let table = [
        (STAYS, json!({"ClientToken": "bad"}), 401),
        (STAYS, json!({"AccessToken": "bad"}), 401),
        (STAYS, json!({"Client": ""}), 400),
        (STAYS, json!({"Limitation": {}}), 400),
        (STAYS, json!({"Limitation": {"Count": 1_001}}), 400),
        (STAYS, window("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"), 200),
        (STAYS, window("2026-01-01T00:00:00Z", "2026-04-02T00:00:00Z"), 400),
        (STAYS, window("2026-04-01T00:00:00Z", "2026-01-01T00:00:00Z"), 400),
        ("resources/getAll", json!({"Extent": null}), 400),
        ("orderItems/getAll", json!({}), 400),
        ("reservations/getall/2023-06-06", json!({}), 404),
    ];
    for (operation, changes, status) in table {
        let reply = mews(&bench, operation, &changes);
        assert_eq!(reply.status, status, "{operation} {changes}: {}", reply.body);
        assert!(
            status == 200 || reply.json()["Message"].is_string(),
            "{}",
            reply.body
        );
    }
    assert_eq!(
        bench.get("/mews/api/connector/v1/configuration/get", &[]).status,
        404,
        "everything is a POST"
    );
}

#[test]
fn mews_says_in_seconds_how_long_to_wait() {
    let bench = Bench::new();
    bench.fault("mews", "rate_limited", 0, Some(1));
    let refused = mews(&bench, "configuration/get", &json!({}));
    assert_eq!(
        (refused.status, refused.headers["retry-after"].as_str()),
        (429, "1")
    );
}

#[test]
fn cloudbeds_pages_a_hundred_at_most_and_keeps_the_price_for_the_detail() {
    let bench = Bench::unlimited();
    let key = [("x-api-key", SECRET.to_owned())];
    let get = |query: &str| bench.get(&format!("/cloudbeds/api/v1.3/{query}"), &key).json();
    let page = get("getReservations?pageSize=500");
    assert_eq!(
        (&page["success"], &page["count"], &page["total"]),
        (&json!(true), &json!(100), &json!(200))
    );
    let row = &page["data"][0];
    assert_eq!(row.get("total"), None);
    let detail = get(&format!(
        "getReservation?reservationID={}",
        row["reservationID"].as_str().unwrap()
    ));
    assert!(detail["data"]["total"].as_f64().unwrap() > 0.0);

    let hotel = row["propertyID"].as_str().unwrap();
    assert_eq!(get(&format!("getReservations?propertyID={hotel}"))["total"], 40);
    assert_eq!(
        get("getReservations?propertyID=170342")["total"],
        200,
        "the account's own id"
    );
    let header = [key[0].clone(), ("X-PROPERTY-ID", hotel.to_owned())];
    assert_eq!(
        bench.get("/cloudbeds/api/v1.3/getHotels", &header).json()["total"],
        1
    );
    let unknown = get("getHotelDetails?propertyID=1");
    assert_eq!(unknown["success"], false, "told by the body");
}

#[test]
fn cloudbeds_takes_the_key_as_a_bearer_too_and_five_requests_a_second() {
    let bench = Bench::new();
    let bearer = [("authorization", format!("Bearer {SECRET}"))];
    let statuses: Vec<u16> = (0..40)
        .map(|_| bench.get("/cloudbeds/api/v1.3/getHotels", &bearer).status)
        .collect();
    assert_eq!(statuses[..5], [200; 5]);
    assert!(statuses[5..].contains(&429), "{statuses:?}");
    let refused = bench.get("/cloudbeds/api/v1.3/getHotels", &[]);
    assert_eq!((refused.status, &refused.json()["success"]), (401, &json!(false)));
}
