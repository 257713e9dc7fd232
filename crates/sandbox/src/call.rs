//! One request to a channel, with what is needed to answer it.

use std::{net::IpAddr, ops::Range, sync::Arc};

use actix_web::http::{Method, header::HeaderMap};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    channels::Channel,
    paging::Shorts,
    tokens::Tokens,
    world::{Account, World},
};

/// A request as a channel sees it.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a Method,
    /// The path after the slug, such as `/v1/listings`.
    pub(crate) path: &'a str,
    /// The query, decoded, in the order it was sent.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// Scheme and host of the sandbox itself, for absolute links.
    pub(crate) origin: String,
    pub(crate) address: IpAddr,
    pub(crate) tokens: &'a Tokens,
    /// Whether the documented limits are enforced.
    pub(crate) limits: bool,
    pub(crate) world: &'a World,
    pub(crate) shorts: &'a Shorts,
    /// Who reads which list: channel, credential and path.
    pub(crate) list: String,
    /// Whether the answer is to hold fewer records than asked for.
    pub(crate) short: bool,
}

impl Call<'_> {
    /// The segments of the path.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path.split('/').filter(|part| !part.is_empty()).collect()
    }

    /// The first value of a query parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// All values of a query parameter.
    pub(crate) fn params<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b str> {
        self.query
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A query parameter that is a number.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.param(name)?.parse().ok()
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What follows `Bearer` in `Authorization`.
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// User and password of HTTP Basic.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let encoded = self.header("authorization")?.strip_prefix("Basic ")?;
        let text = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
        let (user, password) = text.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    /// The body as a form.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.body)
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.body).ok()
    }

    /// The account behind a secret of this channel; nothing when the secret is refused.
    pub(crate) fn open(&self, channel: &dyn Channel, secret: &str) -> Option<Arc<Account>> {
        self.world.account(channel.slug(), channel.statuses(), secret)
    }

    /// The rows from `start` on, at most `size`, of `total`: for channels that page by offset or by cursor, where
    /// the caller goes on after the last row it got.
    pub(crate) fn rows(&self, start: usize, size: usize, total: usize) -> Range<usize> {
        let start = start.min(total);
        let end = (start + self.wanted(size)).min(total);
        start..end
    }

    /// Page number `page` (from 0) of `total` rows, and the number of pages. A page that was cut short moves its
    /// missing rows to the next pages, so that no row is lost to a caller that asks until the end.
    pub(crate) fn page(&self, page: usize, size: usize, total: usize) -> (Range<usize>, usize) {
        let size = size.max(1);
        let missing = if self.short { size - self.wanted(size) } else { 0 };
        let (before, all) = self.shorts.note(&self.list, page, missing);
        let start = (page * size).saturating_sub(before).min(total);
        let end = (start + size - missing).min(total);
        (start..end, (total + all).div_ceil(size))
    }

    fn wanted(&self, size: usize) -> usize {
        if self.short { (size / 2).max(1) } else { size }
    }
}

/// The rows of a range, for lists that are held by place.
pub(crate) fn slice(rows: &[u32], range: Range<usize>) -> &[u32] {
    rows.get(range).unwrap_or_default()
}
