//! Guesty.

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "guesty",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let form = format!("grant_type=client_credentials&scope=open-api&client_id=c1&client_secret={secret}");
    let reply = bench.form("/guesty/oauth2/token", &[], &form).ok()?;
    let headers = [(
        "authorization",
        format!("Bearer {}", reply["access_token"].as_str().unwrap()),
    )];
    let all = |path: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        loop {
            let path = format!("/guesty/v1/{path}?limit=25&skip={}&fields=_id", all.len());
            let page = bench.get(&path, &headers).ok()?;
            all.extend(ids(&page["results"], "/_id"));
            if all.len() >= usize::try_from(page["count"].as_u64().unwrap()).unwrap() {
                return Ok(all);
            }
        }
    };
    Ok(Seen {
        listings: all("listings")?,
        reservations: all("reservations")?,
    })
}
