//! Rows on their way into a table, the same for both databases.

use std::borrow::Cow;

use innkeeper_domain::time::Timestamp;
use uuid::Uuid;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Null,
    Id(Uuid),
    Number(i64),
    Flag(bool),
    Text(Cow<'static, str>),
    Bytes([u8; 32]),
}

impl From<Uuid> for Cell {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<Timestamp> for Cell {
    fn from(at: Timestamp) -> Self {
        Self::Number(at.as_micros())
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&'static str> for Cell {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<[u8; 32]> for Cell {
    fn from(bytes: [u8; 32]) -> Self {
        Self::Bytes(bytes)
    }
}

/// A table with the columns that are filled; the others stay null, or have a default.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
}

/// The rows of one table, in the order of its primary key.
pub(crate) struct Filling<'a> {
    pub(crate) table: Table,
    pub(crate) rows: Box<dyn Iterator<Item = Vec<Cell>> + 'a>,
}
