//! How long a run waits. Randomness comes in as 64 bits.

use std::time::Duration;

/// How many failed tries in a row, without a page stored between them, a run survives.
pub const MOST_FAILURES: u32 = 8;

/// How many answers in a row that are not understood a run survives.
pub const MOST_MISREADS: u32 = 3;

const BASE: Duration = Duration::from_secs(4);
const CAP: Duration = Duration::from_mins(5);
const SHORTEST_RATE_WAIT: Duration = Duration::from_secs(1);
const LONGEST_STATED: Duration = Duration::from_hours(24);
/// What a rate limit without a time is taken for.
const UNSTATED: Duration = Duration::from_mins(1);

/// A fraction of `span`, even over nothing to all of it.
fn part(span: Duration, random: u64) -> Duration {
    let micros = u128::from(random) * span.as_micros();
    Duration::from_micros(u64::try_from(micros >> 64).unwrap_or(u64::MAX))
}

/// The wait after the `failures`th failed try in a row: anything up to 4 s, doubled for each further one, at most five
/// minutes.
pub fn failed_try(failures: u32, random: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    part((BASE * (1 << doublings)).min(CAP), random)
}

/// The wait for a rate limit: the channel's own time and up to a tenth more, or half a minute to a whole one if it
/// states none; never under a second, nor over a day. Where no time is stated, half of the wait is fixed, so that it
/// cannot shrink to nothing.
pub fn rate_limit(stated: Option<Duration>, random: u64) -> Duration {
    let wait = match stated {
        Some(stated) => {
            let stated = stated.min(LONGEST_STATED);
            stated + part(stated / 10, random)
        }
        None => UNSTATED / 2 + part(UNSTATED / 2, random),
    };
    wait.clamp(SHORTEST_RATE_WAIT, LONGEST_STATED)
}

/// The wait after a worker was lost: one to ten seconds, so that many runs lost at once do not come back at once.
pub fn crash(random: u64) -> Duration {
    Duration::from_secs(1) + part(Duration::from_secs(9), random)
}

/// The wait after a whole process was lost and started again: up to a second.
pub fn take_over(random: u64) -> Duration {
    part(Duration::from_secs(1), random)
}
