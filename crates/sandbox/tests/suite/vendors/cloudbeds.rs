//! Cloudbeds.

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "cloudbeds",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let headers = [("x-api-key", secret.to_owned())];
    let all = |method: &str, id: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("/cloudbeds/api/v1.3/{method}?pageNumber={page}&pageSize=20");
            let page = ids(&bench.get(&path, &headers).ok()?["data"], id);
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        Ok(all)
    };
    Ok(Seen {
        listings: all("getHotels", "/propertyID")?,
        reservations: all("getReservations", "/reservationID")?,
    })
}
