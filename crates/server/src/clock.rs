//! The time.

use std::time::{SystemTime, UNIX_EPOCH};

use innkeeper_domain::{ports::Clock, time::Timestamp};

/// The clock of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A machine that lives before 1970 is told so by every expiry; it need not crash here.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}
