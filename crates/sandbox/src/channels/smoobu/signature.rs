//! Signatures: HMAC-SHA256 over method, path, query, time, nonce, body and key.

use std::fmt::Write;

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Smoobu;
use crate::{call::Call, secret};

/// The longest way that the caller's clock may be off.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// Secrets that an account of a size may have: the one for the size, and the plain one.
const PLAIN: &str = "good";

/// Whether a request is signed with the key's secret, in time, and for the first time.
pub(super) fn signed(channel: &Smoobu, call: &Call<'_>) -> bool {
    let header = |name: &str| call.header(name).unwrap_or_default();
    let key = header("x-api-key");
    let (time, nonce) = (header("x-timestamp"), header("x-nonce"));
    let in_time = time.ends_with('Z')
        && DateTime::parse_from_rfc3339(time)
            .is_ok_and(|at| (Utc::now() - at.with_timezone(&Utc)).abs() <= SKEW);
    let fresh = Uuid::parse_str(nonce).is_ok_and(|nonce| nonce.get_version_num() == 4);
    if call.open(channel, key).is_none() || !in_time || !fresh {
        return false;
    }
    let Ok(signature) = BASE64_STANDARD.decode(header("x-signature")) else {
        return false;
    };
    // The sandbox stands under a prefix of its own, which the signed path may have or lack. Which secret belongs to
    // the key is not said anywhere: any good one of the same size does.
    let paths = [call.path.to_owned(), format!("/smoobu{}", call.path)];
    let matches = paths.iter().any(|path| {
        let text = canonical(call, path, time, nonce, key);
        [key, PLAIN]
            .iter()
            .any(|secret| secret::looks_secret(secret) && verifies(secret, &text, &signature))
    });
    matches && call.tokens.first_use(&format!("smoobu nonce {nonce}"))
}

fn verifies(secret: &str, text: &str, signature: &[u8]) -> bool {
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .is_ok_and(|mac| mac.chain_update(text.as_bytes()).verify_slice(signature).is_ok())
}

/// What is signed, line by line.
fn canonical(call: &Call<'_>, path: &str, time: &str, nonce: &str, key: &str) -> String {
    let mut pairs: Vec<String> = call
        .query
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.sort();
    let mut body = String::new();
    for byte in Sha256::digest(call.body) {
        // Writing to a string cannot fail.
        if write!(body, "{byte:02x}").is_err() {
            break;
        }
    }
    [
        call.method.as_str(),
        path,
        &pairs.join("&"),
        time,
        nonce,
        &body,
        key,
    ]
    .join("\n")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
