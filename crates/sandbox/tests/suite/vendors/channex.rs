//! Channex.

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "channex",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let headers = [("user-api-key", secret.to_owned())];
    let all = |name: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("/channex/api/v1/{name}?pagination[page]={page}&pagination[limit]=20");
            let page = ids(&bench.get(&path, &headers).ok()?["data"], "/id");
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        Ok(all)
    };
    Ok(Seen {
        listings: all("properties")?,
        reservations: all("bookings")?,
    })
}
