//! How long a worker has a run for itself, and how long a run may take.

use std::time::Duration;

use crate::time::Timestamp;

/// How long a claim holds without a sign of life.
pub const LEASE: Duration = Duration::from_mins(1);

/// How often a worker gives a sign of life beside its page writes.
pub const RENEW_EVERY: Duration = Duration::from_secs(15);

/// How long after its last confirmed sign of life, by its own monotonic clock, a worker must start no more calls to
/// the channel (I15).
pub const STOP_CALLING_AFTER: Duration = Duration::from_secs(45);

/// How long a run may take, waits for rate limits aside.
pub const RUN_TIME: Duration = Duration::from_hours(6);

/// How long a channel may let no page of a run through for its rate limit.
pub const LONGEST_RATE_WAIT: Duration = Duration::from_hours(24);

/// How often a run may lose its worker before it is taken for the cause.
pub const MOST_RESCUES: u32 = 5;

/// A lease given at `now`. It never passes the deadline, so that a run whose time is over falls to the next wake even
/// if its worker hangs.
pub fn granted(now: Timestamp, deadline: Timestamp) -> Timestamp {
    (now + LEASE).min(deadline)
}

/// The lease after a page write: given anew when under two thirds are left, else left alone, because each change of it
/// costs the store an index entry.
pub fn after_page(now: Timestamp, lease_until: Timestamp, deadline: Timestamp) -> Timestamp {
    if lease_until.since(now) < LEASE * 2 / 3 {
        granted(now, deadline)
    } else {
        lease_until
    }
}
