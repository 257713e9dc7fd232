//! Lists that go wrong while somebody pages through them.

use serde_json::json;

use super::SECRET;
use crate::bench::{Bench, Reply};

/// The channel, the header of its key, and the first two pages of a list.
const LISTS: [(&str, &str, [&str; 2]); 5] = [
    (
        "hospitable",
        "authorization",
        [
            "v2/properties?per_page=2&page=1",
            "v2/properties?per_page=2&page=2",
        ],
    ),
    (
        "hostfully",
        "X-HOSTFULLY-APIKEY",
        [
            "api/v3.3/leads?agencyUid=a&_limit=10",
            "api/v3.3/leads?agencyUid=a&_limit=10&_cursor=eyJvZmZzZXQiOjEwfQ",
        ],
    ),
    (
        "beds24",
        "token",
        [
            "api/v2/bookings?arrivalFrom=2000-01-01&page=1",
            "api/v2/bookings?arrivalFrom=2000-01-01&page=2",
        ],
    ),
    (
        "cloudbeds",
        "x-api-key",
        [
            "api/v1.3/getReservations?pageNumber=1",
            "api/v1.3/getReservations?pageNumber=2",
        ],
    ),
    (
        "channex",
        "user-api-key",
        [
            "api/v1/bookings?pagination[page]=1",
            "api/v1/bookings?pagination[page]=2",
        ],
    ),
];

fn get(bench: &Bench, slug: &str, header: &str, path: &str) -> Reply {
    let key = if header == "authorization" {
        format!("Bearer {SECRET}")
    } else {
        SECRET.to_owned()
    };
    let reply = bench.get(&format!("/{slug}/{path}"), &[(header, key)]);
    assert_eq!(reply.status, 200, "{slug}: {}", reply.body);
    reply
}

#[test]
fn a_page_is_repeated_once() {
    let bench = Bench::unlimited();
    for (slug, header, [first, second]) in LISTS {
        let page = |path: &str| get(&bench, slug, header, path).body;
        let before = page(first);
        bench.fault(slug, "repeat_page", 0, Some(1));
        assert_eq!(page(second), before, "{slug}");
        assert_ne!(page(second), before, "{slug}");
    }
}

#[test]
fn a_record_changes_between_two_pages() {
    let bench = Bench::unlimited();
    for (slug, header, [first, _]) in LISTS {
        let rows = || {
            bench.truth(slug, SECRET)["reservations"]
                .as_array()
                .unwrap()
                .clone()
        };
        let before = rows();
        bench.fault(slug, "mutate", 0, Some(1));
        get(&bench, slug, header, first);
        let after = rows();
        let changed = after.iter().zip(&before).filter(|(new, old)| new != old).count();
        assert_eq!((changed, after.len()), (1, before.len()), "{slug}");
    }
}

#[test]
fn a_repeated_page_of_mews_is_told_by_its_body() {
    let bench = Bench::unlimited();
    let ask = |cursor: Option<&str>| {
        let body = json!({"ClientToken": "good", "AccessToken": SECRET, "Client": "Tests 1.0",
            "Limitation": {"Count": 10, "Cursor": cursor}});
        let reply = bench.post(
            "/mews/api/connector/v1/reservations/getAll/2023-06-06",
            &[],
            &body,
        );
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    };
    let first = ask(None);
    let cursor = first["Cursor"].as_str();
    bench.fault("mews", "repeat_page", 0, Some(1));
    assert_eq!(ask(cursor), first);
    let second = ask(cursor);
    assert_ne!(second["Reservations"], first["Reservations"]);
    assert_ne!(second["Cursor"], first["Cursor"]);
}
