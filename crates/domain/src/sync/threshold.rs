//! How recently a listing must have been fetched for a refresh to skip it.

use std::time::Duration;

use crate::time::Timestamp;

/// The age, in whole minutes, below which a refresh skips what was fetched before; 0 skips nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Threshold(u32);

impl Threshold {
    /// What a refresh means that says nothing: an hour.
    pub const DEFAULT: Self = Self(60);

    /// Skips nothing.
    pub const NONE: Self = Self(0);

    /// The most minutes: a year.
    pub const MOST_MINUTES: u32 = 525_600;

    /// A threshold of so many minutes; `None` beyond a year.
    pub const fn from_minutes(minutes: u32) -> Option<Self> {
        if minutes <= Self::MOST_MINUTES {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// The minutes.
    pub const fn minutes(self) -> u32 {
        self.0
    }

    /// The instant since which a fetch counts as recent, for a run first taken at `started_at`.
    pub fn cutoff(self, started_at: Timestamp) -> Option<Timestamp> {
        (self.0 > 0).then(|| started_at - Duration::from_secs(u64::from(self.0) * 60))
    }
}
