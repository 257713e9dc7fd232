//! Links to ourselves, built from the configured public URL and never from a request's headers.

use url::{Url, form_urlencoded::byte_serialize};

use crate::query::Query;

/// A link to page `number` of the list at `path`, with the other parameters as they were.
pub(crate) fn page(public_url: &str, path: &str, query: &Query, number: u64) -> String {
    let mut link = format!(
        "{public_url}{}/?page%5Bnumber%5D={number}",
        path.trim_end_matches('/')
    );
    for (name, value) in query.iter().filter(|(name, _)| *name != "page[number]") {
        link.push('&');
        link.extend(byte_serialize(name.as_bytes()));
        link.push('=');
        link.extend(byte_serialize(value.as_bytes()));
    }
    link
}

/// A link to one thing.
pub(crate) fn to(public_url: &str, collection: &str, id: impl std::fmt::Display) -> String {
    format!("{public_url}{collection}/{id}/")
}

/// Where the API lies on its host: the path of the public URL, without a slash at its end.
pub(crate) fn base(public_url: &str) -> String {
    let url = Url::parse(public_url);
    url.map_or_else(
        |_no_url| String::new(),
        |url| url.path().trim_end_matches('/').to_owned(),
    )
}
