//! Keyed hashes and signatures.

use std::fmt::Write;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};
use url::Url;

/// HMAC-SHA256 over parts of which none can be mistaken for another: each is preceded by its length.
pub(crate) fn keyed(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let lengths = parts.iter().flat_map(|part| {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes();
        length.into_iter().chain(part.iter().copied())
    });
    mac(key, &lengths.collect::<Vec<_>>())
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length; if that ever changed, the hash of nothing is refused by the channel.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// What one call is signed with besides the key: a time, and a nonce that no other call has.
pub(crate) struct Fresh {
    /// RFC 3339 with `Z`, whole seconds.
    pub(crate) time: String,
    /// A UUID.
    pub(crate) nonce: String,
}

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The parameters sorted, each encoded as RFC 3986 has it: a space is `%20` and never a plus.
fn canonical_query(url: &Url) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    let mut pairs: Vec<_> = url
        .query_pairs()
        .map(|(name, value)| (encoded(&name), encoded(&value)))
        .collect();
    pairs.sort_unstable();
    pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// The headers that sign a call for Smoobu: over method, path, sorted query, time, nonce, hash of the body and key,
/// joined by line feeds. The query goes out as it was signed.
pub(crate) fn sign(
    headers: &mut HeaderMap,
    (key, secret): (&str, &str),
    method: &str,
    url: &mut Url,
    path: &str,
    body: &[u8],
    fresh: &Fresh,
) -> Option<()> {
    let query = canonical_query(url);
    // Of nothing too.
    let body = hex(&Sha256::digest(body));
    let canonical = [method, path, &query, &fresh.time, &fresh.nonce, &body, key].join("\n");
    url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
    let signature = BASE64_STANDARD.encode(mac(secret.as_bytes(), canonical.as_bytes()));
    for (name, value) in [
        ("x-api-key", key),
        ("x-timestamp", &fresh.time),
        ("x-nonce", &fresh.nonce),
        ("x-signature", &signature),
    ] {
        let mut value = HeaderValue::from_str(value).ok()?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_agree_with_the_published_ones_and_keep_parts_apart() {
        // RFC 4231, case 2.
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(hex(&mac(b"Jefe", b"what do ya want for nothing?")), expected);
        assert_ne!(keyed(b"k", &[b"ab", b"c"]), keyed(b"k", &[b"a", b"bc"]));
        assert_ne!(keyed(b"k", &[b"a"]), keyed(b"l", &[b"a"]));
    }

    #[test]
    fn a_signature_covers_the_call_whatever_the_order_of_its_query() {
        let fresh = Fresh {
            time: "2026-07-01T10:00:00Z".into(),
            nonce: "n".into(),
        };
        let signature = |url: &str, path: &str| {
            let mut headers = HeaderMap::new();
            let mut url = Url::parse(url).unwrap();
            sign(
                &mut headers,
                ("key", "secret"),
                "GET",
                &mut url,
                path,
                b"",
                &fresh,
            )
            .unwrap();
            headers["x-signature"].to_str().unwrap().to_owned()
        };
        let one = signature("https://a.example/api/me?b=2&a=1", "/api/me");
        assert_eq!(one, signature("https://a.example/api/me?a=1&b=2", "/api/me"));
        assert_ne!(one, signature("https://a.example/api/me?a=1&b=3", "/api/me"));
        assert_ne!(one, signature("https://a.example/api/me?a=1&b=2", "/api/you"));
        let plus = Url::parse("https://a.example/?b=1+2:3&a=~").unwrap();
        assert_eq!(canonical_query(&plus), "a=~&b=1%202%3A3");
    }
}
