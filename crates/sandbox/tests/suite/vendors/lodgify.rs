//! Lodgify.

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "lodgify",
    read,
    refusal: 403,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let headers = [("X-ApiKey", secret.to_owned())];
    let all = |path: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("/lodgify/v2/{path}page={page}&size=20&includeCount=true");
            let page = ids(&bench.get(&path, &headers).ok()?["items"], "/id");
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        Ok(all)
    };
    Ok(Seen {
        listings: all("properties?")?,
        reservations: all("reservations/bookings?stayFilter=All&")?,
    })
}
