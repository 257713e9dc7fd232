//! One thread waits for what another says to it.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Where one thread is told what concerns it.
pub(crate) struct Place<N> {
    news: Mutex<Option<N>>,
    told: Condvar,
}

impl<N> Place<N> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            news: Mutex::new(None),
            told: Condvar::new(),
        })
    }

    /// Says something. What was not heard before is forgotten.
    pub(crate) fn tell(&self, news: N) {
        *locked(&self.news) = Some(news);
        self.told.notify_one();
    }

    /// Waits until something is said.
    pub(crate) fn hear(&self) -> N {
        let mut news = locked(&self.news);
        loop {
            if let Some(heard) = news.take() {
                return heard;
            }
            news = self.told.wait(news).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The same, for no longer than this.
    pub(crate) fn hear_within(&self, wait: Duration) -> Option<N> {
        let began = Instant::now();
        let mut news = locked(&self.news);
        loop {
            if let Some(heard) = news.take() {
                return Some(heard);
            }
            let rest = wait.checked_sub(began.elapsed())?;
            let outcome = self.told.wait_timeout(news, rest);
            news = outcome.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// What a mutex holds, whoever panicked with it: it is never left half changed here.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
