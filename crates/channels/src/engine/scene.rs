//! A record and everything that its fields may be read from.

use chrono_tz::Tz;
use innkeeper_domain::values::Currency;
use serde_json::Value;

use crate::manifest::path::{Path, Paths, Root};

/// What reservations need to know of their listing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) zone: Option<Tz>,
    pub(crate) currency: Option<Currency>,
}

/// A record with its surroundings.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) record: &'a Value,
    pub(crate) item: Option<&'a Value>,
    /// The place of the item among those of its record.
    pub(crate) nth: usize,
    pub(crate) page: &'a Value,
    pub(crate) detail: Option<&'a Value>,
    pub(crate) joined: Option<&'a Value>,
    pub(crate) context: Option<&'a Value>,
    /// The listing that was asked about.
    pub(crate) listing: Option<&'a str>,
}

impl<'a> Scene<'a> {
    /// A record alone, in its page.
    pub(crate) const fn of(record: &'a Value, page: &'a Value) -> Self {
        Self {
            record,
            item: None,
            nth: 0,
            page,
            detail: None,
            joined: None,
            context: None,
            listing: None,
        }
    }

    const fn root(&self, root: Root) -> Option<&'a Value> {
        match root {
            Root::Record => Some(self.record),
            Root::Item => self.item,
            Root::Page => Some(self.page),
            Root::Detail => self.detail,
            Root::Joined => self.joined,
            Root::Context => self.context,
        }
    }

    /// The first value under the first path that leads to one; an empty text is none.
    pub(crate) fn first(&self, paths: &Paths) -> Option<&'a Value> {
        let there = |value: &&Value| value.as_str().is_none_or(|text| !text.trim().is_empty());
        paths.0.iter().find_map(|path| self.at(path).filter(there))
    }

    /// The first value under a path.
    pub(crate) fn at(&self, path: &Path) -> Option<&'a Value> {
        path.first(self.root(path.root)?)
    }

    /// All values under some paths.
    pub(crate) fn all(&self, paths: &[Path]) -> Vec<&'a Value> {
        let roots = paths
            .iter()
            .filter_map(|path| Some((path, self.root(path.root)?)));
        roots.flat_map(|(path, root)| path.all(root)).collect()
    }

    /// Whether a condition holds here.
    pub(crate) fn holds(&self, condition: &crate::manifest::request::Condition) -> bool {
        condition.holds(self.root(condition.path.root))
    }
}
