//! Uplisting.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "uplisting",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let headers = [(
        "authorization",
        format!("Basic {}", BASE64_STANDARD.encode(secret)),
    )];
    let page = bench
        .get("/uplisting/properties?include=addresses", &headers)
        .ok()?;
    let mut seen = Seen {
        listings: ids(&page["data"], "/id"),
        reservations: Vec::new(),
    };
    for id in &seen.listings {
        for number in 0.. {
            let path = format!("/uplisting/bookings/{id}?from=2000-01-01&to=2100-01-01&page={number}");
            let page = bench.get(&path, &headers).ok()?;
            seen.reservations.extend(ids(&page["bookings"], "/id"));
            if number + 1 >= page["meta"]["total_pages"].as_u64().unwrap() {
                break;
            }
        }
    }
    Ok(seen)
}
