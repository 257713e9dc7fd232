//! Hospitable.

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "hospitable",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let headers = [("authorization", format!("Bearer {secret}"))];
    let all = |path: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("/hospitable/v2/{path}page={page}&per_page=10");
            let page = bench.get(&path, &headers).ok()?;
            all.extend(ids(&page["data"], "/id"));
            if page["meta"]["current_page"] == page["meta"]["last_page"] {
                break;
            }
        }
        Ok(all)
    };
    let listings = all("properties?")?;
    let mut reservations = Vec::new();
    for id in &listings {
        let dates = "start_date=2000-01-01&end_date=2100-01-01";
        reservations.extend(all(&format!("reservations?properties[]={id}&{dates}&"))?);
    }
    Ok(Seen {
        listings,
        reservations,
    })
}
