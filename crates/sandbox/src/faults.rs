//! Faults on demand: what goes wrong with a channel, when, and how often.

use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

/// One way to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// As the vendor refuses a bad or expired token; a token that expires is dead from then on.
    Unauthorized,
    /// The vendor's own answer to too many requests.
    RateLimited,
    /// 503.
    Outage,
    /// One byte a second.
    Slow,
    /// The connection ends before the body does.
    CutBody,
    /// A login page, with status 200.
    Html,
    /// The answer before, once more.
    RepeatPage,
    /// Fewer records than asked for, while there are more.
    ShortPage,
    /// A record changes while somebody pages.
    Mutate,
}

/// A fault that waits for its request.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Armed {
    pub(crate) channel: String,
    fault: Fault,
    /// Requests to let pass first.
    #[serde(default)]
    after: u64,
    /// Requests to meet; null means all.
    #[serde(default = "once")]
    times: Option<u64>,
}

/// `times` when it is absent, unlike when it is null.
#[expect(clippy::unnecessary_wraps, reason = "serde wants the type of the field")]
fn once() -> Option<u64> {
    Some(1)
}

/// All faults that wait.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Armed>>);

impl Faults {
    /// Adds a fault.
    pub(crate) fn arm(&self, fault: Armed) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// All faults off.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Counts a request to a channel; the fault that it meets. Where two would meet it, the older one does, and
    /// the younger waits for the next request.
    pub(crate) fn next(&self, slug: &str) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut met = None;
        let waiting = |armed: &&mut Armed| armed.channel == slug && armed.times != Some(0);
        for armed in faults.iter_mut().filter(waiting) {
            if armed.after > 0 {
                armed.after -= 1;
            } else if met.is_none() {
                met = Some(armed.fault);
                armed.times = armed.times.map(|times| times.saturating_sub(1));
            }
        }
        faults.retain(|armed| armed.times != Some(0));
        met
    }
}
