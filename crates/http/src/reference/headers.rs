//! Headers that several answers have.

use utoipa::openapi::{
    Header, Ref,
    header::HeaderBuilder,
    schema::{ObjectBuilder, Type},
};

/// The header that every answer has.
pub(super) const REQUEST_ID: &str = "X-Request-ID";

const KNOWN: &[(&str, &str)] = &[
    (
        REQUEST_ID,
        "The request's id: the one that was sent, if it could be one, else a new one. The log tells more under it.",
    ),
    (
        "WWW-Authenticate",
        "How to authenticate, and whether the token sent was wrong.",
    ),
    ("Retry-After", "Seconds after which to try again."),
    ("Location", "Where the new thing is, or the page to look at next."),
    (
        "Cache-Control",
        "`no-store`: the answer holds a secret. `no-cache`: keep it, and ask before using it again.",
    ),
    ("Pragma", "`no-cache`, for old caches."),
    ("Vary", "What the answer depends on beside the address."),
    (
        "ETag",
        "What names this state of the file; sent back in `If-None-Match`, it spares the next answer its body.",
    ),
    (
        "Content-Security-Policy",
        "What the page may load and do: nothing but what this server has for it.",
    ),
    (
        "Referrer-Policy",
        "`no-referrer`: links on the page do not tell where they stood.",
    ),
    (
        "Content-Language",
        "The language of the page: the first of `Accept-Language` that there is, else English.",
    ),
    ("X-Robots-Tag", "`noindex`: the page is for one person."),
    (
        "X-Content-Type-Options",
        "`nosniff`: the media type is what it says.",
    ),
];

/// Name and place of a header, whatever the case of its letters.
pub(super) fn reference(name: &str) -> (String, Ref) {
    let known = KNOWN.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let name = known.map_or(name, |(known, _)| known).to_owned();
    let place = Ref::new(format!("#/components/headers/{name}"));
    (name, place)
}

/// Every header with its name.
pub(super) fn all() -> impl Iterator<Item = (&'static str, Header)> {
    KNOWN.iter().map(|(name, text)| {
        let value = ObjectBuilder::new().schema_type(Type::String).build();
        let header = HeaderBuilder::new().schema(Some(value)).description(Some(*text));
        (*name, header.build())
    })
}
