//! When a listing that the channel no longer names counts as gone.

/// How often in a row a complete reading of the listings must have missed one before it counts as gone.
pub const MISSES_UNTIL_GONE: u32 = 2;

/// So many may be missing at once whatever their share is.
const FEW: u64 = 3;

/// So many missing at once are not believed, whatever their share is. No more are ever looked at one by one.
pub const MOST_MISSING: u32 = 10_000;

/// What a run found when it read the listings of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whether it came to the end of the list, without an error on the way.
    pub complete: bool,
    /// How many listings counted as there before it.
    pub known: u64,
    /// How many of these it did not meet.
    pub missing: u64,
}

/// Whether the listings that were not met may be [judged](Presence::after) one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// They may.
    Allowed,
    /// They may not: the reading proves nothing.
    Incomplete,
    /// They may not: too many are missing at once to believe it. The account is degraded and its operator told,
    /// while all listings stay as they are.
    Guarded {
        /// How many are missing.
        missing: u64,
        /// Of how many.
        known: u64,
    },
}

impl Sweep {
    /// Decides on a reading: more than three missing at once, and more than three in ten, are not believed, and never
    /// more than [`MOST_MISSING`].
    pub fn after(reading: Reading) -> Self {
        let Reading {
            complete,
            known,
            missing,
        } = reading;
        if !complete {
            Self::Incomplete
        } else if missing > u64::from(MOST_MISSING)
            || (missing > FEW && missing.saturating_mul(10) > known.saturating_mul(3))
        {
            Self::Guarded { missing, known }
        } else {
            Self::Allowed
        }
    }
}

/// Whether a listing is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Here,
    /// It was missed so many times in a row, and still counts as there.
    Missed(u32),
    /// It is not.
    Gone,
}

impl Presence {
    /// Judges one listing after a reading whose sweep is [`Sweep::Allowed`]. `missed` is how many such readings in a
    /// row had missed it before.
    pub const fn after(missed: u32, met: bool) -> Self {
        let missed = missed.saturating_add(1);
        if met {
            Self::Here
        } else if missed < MISSES_UNTIL_GONE {
            Self::Missed(missed)
        } else {
            Self::Gone
        }
    }
}
