//! Instants. The domain never asks what time it is; it is told.

use std::{fmt, ops::Add, ops::Sub, time::Duration};

use chrono::{DateTime, Datelike, SecondsFormat, Utc};

/// An instant in UTC, in whole microseconds: the precision that both databases keep.
///
/// ```
/// use innkeeper_domain::time::Timestamp;
///
/// let t = Timestamp::from_micros(1_700_000_000_000_000);
/// assert_eq!(t.to_string(), "2023-11-14T22:13:20.000000Z");
/// assert_eq!(Timestamp::parse("2023-11-14T23:13:20+01:00"), Some(t));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// An instant by its microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 instant of any offset; finer parts than microseconds are cut off.
    pub fn parse(text: &str) -> Option<Self> {
        let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
        // Shown again it must be RFC 3339, too.
        (0..=9_999)
            .contains(&instant.year())
            .then(|| Self(instant.timestamp_micros()))
    }

    /// The time from `earlier` to here; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }
}

impl Timestamp {
    fn text(self) -> String {
        // An instant beyond the calendar's years can only come from a damaged row; it shows as its bare number.
        DateTime::<Utc>::from_timestamp_micros(self.0).map_or_else(
            || format!("{}us", self.0),
            |instant| instant.to_rfc3339_opts(SecondsFormat::Micros, true),
        )
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with `Z` and always six decimals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 instant"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_always_show_six_decimals_and_survive_a_round_trip() {
        for micros in [0, 1, 1_700_000_000_000_000, -1, 1_700_000_000_123_400] {
            let instant = Timestamp::from_micros(micros);
            let text = instant.to_string();
            assert_eq!(text.len(), "2023-11-14T22:13:20.000000Z".len(), "{text}");
            assert_eq!(Timestamp::parse(&text), Some(instant));
        }
    }
}
