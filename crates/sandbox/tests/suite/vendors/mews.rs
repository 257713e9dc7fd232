//! Mews.

use serde_json::{Value, json};

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "mews",
    read,
    refusal: 401,
    limited: 429,
};

/// Windows of three months over all creations.
const WINDOWS: [(&str, &str); 4] = [
    ("01-01", "03-31"),
    ("04-01", "06-30"),
    ("07-01", "09-30"),
    ("10-01", "12-31"),
];

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let all = |operation: &str, name: &str, filter: Value| -> Result<Vec<String>, u16> {
        let mut body = json!({"ClientToken": "good", "AccessToken": secret, "Client": "Tests 1.0",
            "Limitation": {"Count": 20}});
        body.as_object_mut()
            .unwrap()
            .extend(filter.as_object().unwrap().clone());
        let mut all = Vec::new();
        loop {
            let reply = bench.post(&format!("/mews/api/connector/v1/{operation}"), &[], &body);
            let page = reply.ok()?;
            all.extend(ids(&page[name], "/Id"));
            if page["Cursor"].is_null() {
                return Ok(all);
            }
            body["Limitation"]["Cursor"] = page["Cursor"].clone();
        }
    };
    let mut seen = Seen {
        listings: all(
            "resources/getAll",
            "Resources",
            json!({"Extent": {"Resources": true}}),
        )?,
        reservations: Vec::new(),
    };
    for year in 2022..=2028 {
        for (from, to) in WINDOWS {
            let window = json!({"StartUtc": format!("{year}-{from}T00:00:00Z"), "EndUtc": format!("{year}-{to}T23:59:59Z")});
            seen.reservations.extend(all(
                "reservations/getAll/2023-06-06",
                "Reservations",
                json!({"CreatedUtc": window}),
            )?);
        }
    }
    Ok(seen)
}
