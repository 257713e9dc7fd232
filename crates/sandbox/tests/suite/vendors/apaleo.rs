//! Apaleo.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{Seen, Vendor};
use crate::bench::{Bench, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "apaleo",
    read,
    refusal: 401,
    limited: 429,
};

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("client:{secret}")));
    let reply = bench.form(
        "/apaleo/connect/token",
        &[("authorization", basic)],
        "grant_type=client_credentials",
    );
    let token = reply.ok()?;
    let headers = [(
        "authorization",
        format!("Bearer {}", token["access_token"].as_str().unwrap()),
    )];
    let all = |path: &str, name: &str| -> Result<Vec<String>, u16> {
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("/apaleo/{path}?pageNumber={page}&pageSize=20");
            let reply = bench.get(&path, &headers);
            if reply.status == 204 {
                break;
            }
            all.extend(ids(&reply.ok()?[name], "/id"));
        }
        Ok(all)
    };
    Ok(Seen {
        listings: all("inventory/v1/properties", "properties")?,
        reservations: all("booking/v1/reservations", "reservations")?,
    })
}
