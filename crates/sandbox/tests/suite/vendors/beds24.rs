//! Beds24.

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "beds24",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let refresh = [("refreshToken", secret.to_owned())];
    let token = bench.get("/beds24/api/v2/authentication/token", &refresh).ok()?;
    let headers = [("token", token["token"].as_str().unwrap().to_owned())];
    let all = |path: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        for page in 1.. {
            let page = bench
                .get(&format!("/beds24/api/v2/{path}page={page}"), &headers)
                .ok()?;
            all.extend(ids(&page["data"], "/id"));
            if page["pages"]["nextPageExists"] == false {
                break;
            }
        }
        Ok(all)
    };
    let statuses =
        "status[]=confirmed&status[]=request&status[]=new&status[]=cancelled&status[]=black&status[]=inquiry";
    Ok(Seen {
        listings: all("properties?")?,
        reservations: all(&format!(
            "bookings?arrivalFrom=2000-01-01&arrivalTo=2100-01-01&{statuses}&"
        ))?,
    })
}
