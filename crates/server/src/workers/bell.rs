//! Waking a thread that waits for work.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A bell that sleepers wait at. Each ring wakes one of them; one that nobody hears is kept for the next, so that work
/// that comes between looking and sleeping is not missed.
#[derive(Debug)]
pub(crate) struct Bell {
    state: Mutex<State>,
    rung: Condvar,
    most: usize,
}

#[derive(Debug, Default)]
struct State {
    kept: usize,
    is_closed: bool,
}

impl Bell {
    /// A bell for so many sleepers.
    pub(crate) fn new(sleepers: usize) -> Self {
        Self {
            state: Mutex::default(),
            rung: Condvar::new(),
            most: sleepers.max(1),
        }
    }

    /// Wakes one sleeper.
    pub(crate) fn ring(&self) {
        let mut state = self.state();
        state.kept = (state.kept + 1).min(self.most);
        drop(state);
        self.rung.notify_one();
    }

    /// Wakes all, and nobody sleeps here from now on.
    pub(crate) fn close(&self) {
        self.state().is_closed = true;
        self.rung.notify_all();
    }

    /// Whether it was closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    /// Sleeps until it rings, but not for longer than that.
    pub(crate) fn wait(&self, longest: Duration) {
        let is_silent = |state: &mut State| state.kept == 0 && !state.is_closed;
        let waited = self.rung.wait_timeout_while(self.state(), longest, is_silent);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.kept = state.kept.saturating_sub(1);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread, time::Instant};

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn rings_are_kept_up_to_one_for_each_sleeper() {
        let bell = Bell::new(2);
        for _ in 0..5 {
            bell.ring();
        }
        let begun = Instant::now();
        bell.wait(LONG);
        bell.wait(LONG);
        assert!(begun.elapsed() < LONG, "two rings were kept");
        let short = Duration::from_millis(30);
        let begun = Instant::now();
        bell.wait(short);
        assert!(begun.elapsed() >= short, "the third was not");
    }

    #[test]
    fn closing_wakes_everybody() {
        let bell = Arc::new(Bell::new(1));
        let sleepers: Vec<_> = (0..3)
            .map(|_| {
                let bell = bell.clone();
                thread::spawn(move || bell.wait(LONG))
            })
            .collect();
        let begun = Instant::now();
        bell.close();
        for sleeper in sleepers {
            sleeper.join().unwrap();
        }
        assert!(bell.is_closed() && begun.elapsed() < LONG);
    }
}
