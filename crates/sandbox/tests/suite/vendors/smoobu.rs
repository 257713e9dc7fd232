//! Smoobu.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Seen, Vendor};
use crate::bench::{Bench, Reply, ids};

pub(super) const VENDOR: Vendor = Vendor {
    slug: "smoobu",
    read,
    refusal: 401,
    limited: 429,
};

/// The SHA-256 of nothing, as every GET signs it.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Headers of a GET that is signed now; the query must be sorted.
pub(crate) fn signed(
    path: &str,
    query: &str,
    secret: &str,
    at: DateTime<Utc>,
) -> Vec<(&'static str, String)> {
    static NONCES: AtomicU64 = AtomicU64::new(1);
    let nonce = format!(
        "6f1d2c3b-0000-4000-8000-{:012x}",
        NONCES.fetch_add(1, Ordering::Relaxed)
    );
    let time = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let text = ["GET", path, query, &time, &nonce, EMPTY, secret].join("\n");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    vec![
        ("x-api-key", secret.to_owned()),
        ("x-timestamp", time),
        ("x-nonce", nonce),
        ("x-signature", signature),
    ]
}

fn get(bench: &Bench, path: &str, query: &str, secret: &str) -> Reply {
    let headers = signed(path, query, secret, Utc::now());
    bench.get(&format!("/smoobu{path}?{query}"), &headers)
}

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let listings = get(bench, "/api/apartments", "", secret).ok()?;
    let mut seen = Seen {
        listings: ids(&listings["apartments"], "/id"),
        reservations: Vec::new(),
    };
    for id in seen.listings.iter().take(2) {
        get(bench, &format!("/api/apartments/{id}"), "", secret).ok()?;
    }
    for page in 1.. {
        let query = format!("from=2000-01-01&page={page}&pageSize=50&showCancellation=1");
        let reply = get(bench, "/api/reservations", &query, secret).ok()?;
        seen.reservations.extend(ids(&reply["bookings"], "/id"));
        if page >= reply["page_count"].as_u64().unwrap() {
            break;
        }
    }
    Ok(seen)
}
