//! What the vendors' words mean, written down a second time from their documentation.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    bench::{Bench, text},
    vendors::{hostaway_token, smoobu_signed},
};

const SECRET: &str = "good-10x100";

/// The truth's reservations, by id.
fn truth(bench: &Bench, slug: &str) -> BTreeMap<String, Value> {
    let truth = bench.truth(slug, SECRET);
    let rows = truth["reservations"].as_array().unwrap();
    rows.iter()
        .map(|row| (text(row, "/channel-reservation-id"), row.clone()))
        .collect()
}

/// Compares each row with the truth: what it means, and the values that stand in it as they are.
fn compare(
    truth: &BTreeMap<String, Value>,
    rows: &[Value],
    id: &str,
    means: impl Fn(&Value) -> String,
    same: &[(&str, &str)],
) {
    assert!(rows.len() >= 100);
    for row in rows {
        let known = &truth[&text(row, id)];
        assert_eq!(known["status"], means(row), "{row}");
        for (pointers, field) in same {
            assert_eq!(told(row, pointers).as_ref(), known.get(*field), "{field}: {row}");
        }
    }
}

/// The value at a pointer, or the sum of those at several, with `+` between them.
fn told(row: &Value, pointers: &str) -> Option<Value> {
    if !pointers.contains('+') {
        return row.pointer(pointers).cloned();
    }
    let parts = pointers.split('+').map(|pointer| row.pointer(pointer)?.as_u64());
    parts.sum::<Option<u64>>().map(Value::from)
}

/// The meaning of a word.
fn meaning(words: &[(&str, &str)], word: &str) -> String {
    let found = words.iter().find(|(known, _)| *known == word);
    found
        .unwrap_or_else(|| panic!("an unknown word: {word}"))
        .1
        .to_owned()
}

#[test]
fn hostaway() {
    let bench = Bench::unlimited();
    let headers = hostaway_token(&bench, SECRET).unwrap();
    let words = [
        ("new", "confirmed"),
        ("modified", "confirmed"),
        ("cancelled", "cancelled"),
        ("ownerStay", "blocked"),
        ("pending", "pending"),
        ("awaitingPayment", "pending"),
        ("declined", "declined"),
        ("expired", "expired"),
        ("inquiry", "inquiry"),
        ("inquiryPreapproved", "inquiry"),
        ("inquiryDenied", "declined"),
        ("inquiryTimedout", "expired"),
    ];
    let same = [
        ("/arrivalDate", "check-in"),
        ("/departureDate", "check-out"),
        ("/adults", "adults"),
        ("/children+/infants", "children"),
        ("/currency", "currency"),
        ("/channelName", "source"),
        ("/confirmationCode", "confirmation-code"),
    ];
    let truth = truth(&bench, "hostaway");
    for sort in ["arrivalDate", "updatedOn", "latestActivityDesc"] {
        let page = bench
            .get(&format!("/hostaway/v1/reservations?sortOrder={sort}"), &headers)
            .json();
        let rows = page["result"].as_array().unwrap();
        compare(
            &truth,
            rows,
            "/id",
            |row| meaning(&words, row["status"].as_str().unwrap()),
            &same,
        );
        for row in rows {
            let known = &truth[&text(row, "/id")];
            assert_eq!(
                known["total"].as_str().unwrap(),
                format!("{:.2}", row["totalPrice"].as_f64().unwrap())
            );
            assert_eq!(known["updated-at"].as_str().unwrap(), utc(&row["updatedOn"]));
            assert_eq!(known["booked-at"].as_str().unwrap(), utc(&row["reservationDate"]));
        }
    }
}

/// `2026-06-01 12:00:00`, a moment in UTC.
fn utc(value: &Value) -> String {
    format!("{}.000000Z", value.as_str().unwrap().replace(' ', "T"))
}

#[test]
fn guesty() {
    let bench = Bench::unlimited();
    let headers = [("authorization", format!("Bearer {SECRET}"))];
    let words = [
        ("confirmed", "confirmed"),
        ("canceled", "cancelled"),
        ("checked_in", "checked_in"),
        ("checked_out", "checked_out"),
        ("inquiry", "inquiry"),
        ("reserved", "pending"),
        ("declined", "declined"),
        ("expired", "expired"),
    ];
    let same = [
        ("/checkInDateLocalized", "check-in"),
        ("/checkOutDateLocalized", "check-out"),
        ("/listingId", "channel-listing-id"),
        ("/money/currency", "currency"),
        ("/source", "source"),
        ("/confirmationCode", "confirmation-code"),
    ];
    let truth = truth(&bench, "guesty");
    let page = bench.get("/guesty/v1/reservations?limit=100", &headers).json();
    let rows = page["results"].as_array().unwrap();
    compare(
        &truth,
        rows,
        "/_id",
        |row| meaning(&words, row["status"].as_str().unwrap()),
        &same,
    );
    for row in rows {
        let sum = row["money"]["totalPaid"].as_f64().unwrap() + row["money"]["balanceDue"].as_f64().unwrap();
        assert_eq!(
            truth[&text(row, "/_id")]["total"].as_str().unwrap(),
            format!("{sum:.2}")
        );
    }
}

#[test]
fn lodgify() {
    let bench = Bench::unlimited();
    let words = [
        ("Open", "inquiry"),
        ("Tentative", "pending"),
        ("Booked", "confirmed"),
        ("Declined", "declined"),
    ];
    let same = [
        ("/arrival", "check-in"),
        ("/departure", "check-out"),
        ("/rooms/0/guest_breakdown/adults", "adults"),
        (
            "/rooms/0/guest_breakdown/children+/rooms/0/guest_breakdown/infants",
            "children",
        ),
        ("/currency_code", "currency"),
        ("/source", "source"),
    ];
    let mut rows = Vec::new();
    for page in 1..=4 {
        let path = format!("/lodgify/v2/reservations/bookings?stayFilter=All&size=50&page={page}");
        let page = bench.get(&path, &[("X-ApiKey", SECRET.to_owned())]).json();
        rows.extend(page["items"].as_array().unwrap().clone());
    }
    let means = |row: &Value| {
        if row["canceled_at"].is_null() {
            meaning(&words, row["status"].as_str().unwrap())
        } else {
            "cancelled".to_owned()
        }
    };
    compare(&truth(&bench, "lodgify"), &rows, "/id", means, &same);
}

#[test]
fn ownerrez() {
    let bench = Bench::unlimited();
    let words = [
        ("active", "confirmed"),
        ("canceled", "cancelled"),
        ("pending", "pending"),
    ];
    let same = [
        ("/arrival", "check-in"),
        ("/departure", "check-out"),
        ("/adults", "adults"),
        ("/currency_code", "currency"),
        ("/listing_site", "source"),
        ("/platform_reservation_number", "confirmation-code"),
    ];
    let basic = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("a:{SECRET}"));
    let headers = [("authorization", format!("Basic {basic}"))];
    let page = bench
        .get("/ownerrez/v2/bookings?since_utc=2000-01-01&limit=100", &headers)
        .json();
    let means = |row: &Value| {
        if row["is_block"] == true {
            "blocked".to_owned()
        } else {
            meaning(&words, row["status"].as_str().unwrap())
        }
    };
    compare(
        &truth(&bench, "ownerrez"),
        page["items"].as_array().unwrap(),
        "/id",
        means,
        &same,
    );
}

#[test]
fn smoobu() {
    let bench = Bench::unlimited();
    let words = [
        ("reservation", "confirmed"),
        ("modification of booking", "confirmed"),
        ("cancellation", "cancelled"),
    ];
    let same = [
        ("/arrival", "check-in"),
        ("/departure", "check-out"),
        ("/adults", "adults"),
        ("/children", "children"),
        ("/channel/name", "source"),
        ("/reference-id", "confirmation-code"),
    ];
    let query = "from=2000-01-01&page=2&pageSize=100&showCancellation=1";
    let headers = smoobu_signed("/api/reservations", query, SECRET, chrono::Utc::now());
    let page = bench
        .get(&format!("/smoobu/api/reservations?{query}"), &headers)
        .json();
    let means = |row: &Value| {
        if row["is-blocked-booking"] == true {
            "blocked".to_owned()
        } else {
            meaning(&words, row["type"].as_str().unwrap())
        }
    };
    let truth = truth(&bench, "smoobu");
    let rows = page["bookings"].as_array().unwrap();
    compare(&truth, rows, "/id", means, &same);
    for row in rows {
        // To the minute, and without a zone.
        let booked = format!(
            "{}:00.000000Z",
            row["created-at"].as_str().unwrap().replace(' ', "T")
        );
        assert_eq!(truth[&text(row, "/id")]["booked-at"], booked, "{row}");
    }
}
