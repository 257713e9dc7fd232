//! Hostfully.

use super::{Seen, Vendor};
use crate::bench::{Bench, ids, text};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "hostfully",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let headers = [("X-HOSTFULLY-APIKEY", secret.to_owned())];
    let agencies = bench.get("/hostfully/api/v3.3/agencies", &headers).ok()?;
    let agency = text(&agencies, "/agencies/0/uid");
    let all = |name: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/hostfully/api/v3.3/{name}?agencyUid={agency}&_limit=20{cursor}");
            let page = bench.get(&path, &headers).ok()?;
            all.extend(ids(&page[name], "/uid"));
            match page["_paging"]["_nextCursor"].as_str() {
                Some(next) => cursor = format!("&_cursor={next}"),
                None => return Ok(all),
            }
        }
    };
    Ok(Seen {
        listings: all("properties")?,
        reservations: all("leads")?,
    })
}
