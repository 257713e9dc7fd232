//! What changes after an import.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::bench::{Bench, ids};

const SECRET: &str = "good-6x10";

fn by_id(truth: &Value) -> BTreeMap<String, Value> {
    let rows = truth["reservations"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            (
                row["channel-reservation-id"].as_str().unwrap().to_owned(),
                row.clone(),
            )
        })
        .collect()
}

#[test]
fn new_and_changed_records_are_as_many_as_wanted() {
    let bench = Bench::new();
    let before = by_id(&bench.truth("lodgify", SECRET));
    let done = bench.change("lodgify", SECRET, 2, 8, 0);
    assert_eq!(done, json!({"listings": 2, "reservations": 8, "removed": 0}));
    let truth = bench.truth("lodgify", SECRET);
    let after = by_id(&truth);

    assert_eq!(truth["listings"].as_array().unwrap().len(), 6 + 2);
    assert_eq!(
        after.len(),
        60 + 2 * 10 + 4,
        "each new listing has as many as the others"
    );
    let changed: Vec<&Value> = before
        .iter()
        .filter(|(id, old)| after[*id] != **old)
        .map(|(id, _)| &after[id])
        .collect();
    assert!(
        (1..=4).contains(&changed.len()),
        "one may be met twice: {changed:?}"
    );
    for row in &changed {
        let old = &before[row["channel-reservation-id"].as_str().unwrap()];
        assert!(row["updated-at"].as_str() > old["updated-at"].as_str(), "{row}");
        let rest = ["status", "check-out", "total"];
        assert!(rest.iter().any(|field| row[*field] != old[*field]), "{row} {old}");
    }
}

#[test]
fn what_changed_is_newer_than_all_else() {
    let bench = Bench::new();
    bench.change("lodgify", SECRET, 1, 6, 0);
    let fresh = |truth: &Value| -> Vec<String> {
        let late = |row: &&Value| row["updated-at"].as_str() > Some("2026-07-01T00:00:00.000000Z");
        let rows: Vec<Value> = truth["reservations"]
            .as_array()
            .unwrap()
            .iter()
            .filter(late)
            .cloned()
            .collect();
        ids(&Value::Array(rows), "/channel-reservation-id")
    };
    let truth = fresh(&bench.truth("lodgify", SECRET));
    let path = "/lodgify/v2/reservations/bookings?stayFilter=All&size=50&updatedSince=2026-07-01T00:00:01Z";
    let page = bench.get(path, &[("X-ApiKey", SECRET.to_owned())]).json();
    assert!(truth.len() > 10);
    assert_eq!(ids(&page["items"], "/id"), truth);
}

#[test]
fn a_removed_listing_leaves_its_reservations() {
    let bench = Bench::new();
    let before = bench.truth("lodgify", SECRET);
    assert_eq!(before["removed-listings"], json!([]));
    bench.change("lodgify", SECRET, 0, 0, 2);
    let after = bench.truth("lodgify", SECRET);

    let removed = ids(&after["removed-listings"], "");
    let left = ids(&after["listings"], "/channel-listing-id");
    assert_eq!((removed.len(), left.len()), (2, 4));
    assert!(removed.iter().all(|id| !left.contains(id)));
    assert_eq!(after["reservations"], before["reservations"]);
    let key = [("X-ApiKey", SECRET.to_owned())];
    let page = bench.get("/lodgify/v2/properties?size=50", &key).json();
    assert_eq!(ids(&page["items"], "/id"), left);
    assert_eq!(
        bench
            .get(&format!("/lodgify/v2/properties/{}", removed[0]), &key)
            .status,
        404
    );
}

#[test]
fn an_account_keeps_its_changes_to_itself() {
    let bench = Bench::new();
    let (other, elsewhere) = (bench.truth("lodgify", "good-6x11"), bench.truth("guesty", SECRET));
    bench.change("lodgify", SECRET, 1, 1, 1);
    assert_eq!(bench.truth("lodgify", "good-6x11"), other);
    assert_eq!(bench.truth("guesty", SECRET), elsewhere);
}

#[test]
fn more_than_there_is_cannot_be_removed_and_nothing_changes_in_an_empty_account() {
    let bench = Bench::new();
    assert_eq!(bench.change("lodgify", "good-2x2", 0, 0, 9)["removed"], 2);
    let done = bench.change("lodgify", "good-0x0", 0, 5, 5);
    assert_eq!(done, json!({"listings": 0, "reservations": 0, "removed": 0}));
}

#[test]
fn a_change_names_what_is_wrong_with_it() {
    let bench = Bench::new();
    for (body, field) in [
        (json!({"channel": "nowhere", "secret": "good"}), "channel"),
        (json!({"channel": "lodgify", "secret": "bad"}), "secret"),
        (
            json!({"channel": "lodgify", "secret": "good", "listings": 10_001}),
            "listings",
        ),
        (
            json!({"channel": "lodgify", "secret": "good", "reservations": 10_001}),
            "reservations",
        ),
    ] {
        let reply = bench.post("/_sandbox/change", &[], &body);
        assert_eq!(
            (reply.status, reply.json()),
            (422, json!({"error": format!("{field}: is invalid")})),
            "{body}"
        );
    }
    assert_eq!(
        bench
            .get("/_sandbox/truth?channel=lodgify&secret=bad", &[])
            .status,
        422
    );
    assert_eq!(
        bench
            .get("/_sandbox/truth?channel=nowhere&secret=good", &[])
            .status,
        422
    );
}
