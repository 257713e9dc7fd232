//! Hostaway.

use super::{Seen, Vendor};
use crate::bench::{Bench, ids, until};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "hostaway",
    read,
    refusal: 401,
    limited: 429,
};

/// A header with a token that counts already; the status of a refusal.
pub(crate) fn sign_in(bench: &Bench, secret: &str) -> Result<[(&'static str, String); 1], u16> {
    let form = format!("grant_type=client_credentials&client_id=12345&client_secret={secret}&scope=general");
    let reply = bench.form("/hostaway/v1/accessTokens", &[], &form).ok()?;
    let headers = [(
        "authorization",
        format!("Bearer {}", reply["access_token"].as_str().unwrap()),
    )];
    let first = until(|| {
        let status = bench.get("/hostaway/v1/users", &headers).status;
        (status != 403).then_some(status)
    });
    if first == 200 { Ok(headers) } else { Err(first) }
}

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let headers = sign_in(bench, secret)?;
    let mut seen = Seen::default();
    loop {
        let path = format!("/hostaway/v1/listings?limit=3&offset={}", seen.listings.len());
        let page = ids(&bench.get(&path, &headers).ok()?["result"], "/id");
        if page.is_empty() {
            break;
        }
        seen.listings.extend(page);
    }
    let mut after = String::new();
    loop {
        let path = format!("/hostaway/v1/reservations?limit=20{after}");
        let page = ids(&bench.get(&path, &headers).ok()?["result"], "/id");
        let Some(last) = page.last() else {
            return Ok(seen);
        };
        after = format!("&afterId={last}");
        seen.reservations.extend(page);
    }
}
