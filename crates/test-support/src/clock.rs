//! A clock that moves only when a test says so.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// Microseconds since 1970, shared by all clones.
///
/// ```
/// use innkeeper_test_support::ManualClock;
/// use std::time::Duration;
///
/// let clock = ManualClock::at(1_000_000);
/// let seen_by_the_store = clock.clone();
/// clock.advance(Duration::from_secs(2));
/// assert_eq!(seen_by_the_store.now_micros(), 3_000_000);
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock {
    micros: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that stands at `micros`.
    pub fn at(micros: i64) -> Self {
        Self {
            micros: Arc::new(AtomicI64::new(micros)),
        }
    }

    /// What the clock shows.
    pub fn now_micros(&self) -> i64 {
        self.micros.load(Ordering::SeqCst)
    }

    /// Moves the clock on.
    ///
    /// # Panics
    ///
    /// If `by` is longer than 292,000 years.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).expect("the step fits into 64-bit microseconds");
        self.micros.fetch_add(by, Ordering::SeqCst);
    }

    /// Puts the clock to `micros`, backwards too, as real clocks are sometimes.
    pub fn set(&self, micros: i64) {
        self.micros.store(micros, Ordering::SeqCst);
    }
}
