//! `OwnerRez`.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "ownerrez",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let basic = BASE64_STANDARD.encode(format!("ann@example.com:{secret}"));
    let headers = [("authorization", format!("Basic {basic}"))];
    let all = |first: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        let mut next = Some(first.to_owned());
        while let Some(path) = next {
            let page = bench.get(&path, &headers).ok()?;
            all.extend(ids(&page["items"], "/id"));
            next = page["next_page_url"].as_str().map(str::to_owned);
        }
        Ok(all)
    };
    Ok(Seen {
        listings: all("/ownerrez/v2/properties?limit=7")?,
        reservations: all("/ownerrez/v2/bookings?since_utc=2000-01-01T00:00:00Z&limit=50")?,
    })
}
