//! Dates and instants as callers write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// The forms of an instant that say no zone; it is UTC then.
const PLAIN: [&str; 3] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M"];

/// An instant: RFC 3339, the same without a zone, or a date alone for its first moment.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(zoned) = DateTime::parse_from_rfc3339(text) {
        return Some(zoned.with_timezone(&Utc));
    }
    plain(text).map(|at| at.and_utc())
}

/// A time on the wall, or a date for its first moment.
pub(super) fn plain(text: &str) -> Option<NaiveDateTime> {
    PLAIN
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN)))
}

/// The day at the head of a date or an instant.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    text.get(..10)?.parse().ok()
}

/// A range with both ends included; an end that is absent is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Within<T> {
    pub(super) from: Option<T>,
    pub(super) to: Option<T>,
}

impl<T: PartialOrd> Within<T> {
    pub(super) fn holds(&self, value: &T) -> bool {
        self.from.as_ref().is_none_or(|from| from <= value) && self.to.as_ref().is_none_or(|to| value <= to)
    }

    /// Whether neither end is set.
    pub(super) fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }
}
