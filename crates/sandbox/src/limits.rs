//! The vendors' limits on requests, as fixed windows.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Whose requests a limit counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Credential,
    /// The caller's network address.
    Address,
}

/// A documented limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) requests: u32,
    pub(crate) seconds: u64,
    pub(crate) scope: Scope,
}

/// The channel, the limit's place in its list, and whom it counts.
type Window = (&'static str, usize, String);

/// All windows that are open.
#[derive(Debug, Default)]
pub(crate) struct Limiter(Mutex<HashMap<Window, (Instant, u32)>>);

impl Limiter {
    /// Counts a request; the seconds to wait when it is one too many.
    pub(crate) fn count(
        &self,
        slug: &'static str,
        limits: &[Limit],
        credential: &str,
        address: &str,
    ) -> Option<u64> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let mut wait = None;
        for (place, limit) in limits.iter().enumerate() {
            let whom = match limit.scope {
                Scope::Credential => credential,
                Scope::Address => address,
            };
            let length = Duration::from_secs(limit.seconds);
            let (start, count) = windows.entry((slug, place, whom.to_owned())).or_insert((now, 0));
            if now.duration_since(*start) >= length {
                (*start, *count) = (now, 0);
            }
            *count += 1;
            if *count > limit.requests {
                let left = length.saturating_sub(now.duration_since(*start));
                wait = wait.max(Some(left.as_secs() + 1));
            }
        }
        wait
    }
}
