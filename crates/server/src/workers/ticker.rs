//! A thread that does something again and again.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use super::bell::Bell;

/// How long a thread rests after a panic.
pub(super) const AFTER_PANIC: Duration = Duration::from_secs(1);

/// A thread that does something again and again until its bell is closed. A panic ends the tick, not the thread: nobody
/// would notice that leases are not renewed any more.
#[derive(Debug)]
pub(crate) struct Ticker {
    bell: Arc<Bell>,
    thread: JoinHandle<()>,
}

impl Ticker {
    /// Starts one; `tick` says how long to sleep before the next, unless the bell rings.
    pub(crate) fn start(
        name: &str,
        bell: Arc<Bell>,
        mut tick: impl FnMut() -> Duration + Send + 'static,
    ) -> io::Result<Self> {
        let theirs = bell.clone();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            while !theirs.is_closed() {
                let pause = catch_unwind(AssertUnwindSafe(&mut tick)).unwrap_or_else(|_panic| {
                    tracing::error!("what keeps the queue going broke off, and goes on");
                    AFTER_PANIC
                });
                theirs.wait(pause);
            }
        })?;
        Ok(Self { bell, thread })
    }

    /// Whether it has ended.
    pub(crate) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Ends it after the tick in hand.
    pub(crate) fn finish(self) {
        self.bell.close();
        if self.thread.join().is_err() {
            tracing::error!("a thread of the workers broke off");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use innkeeper_test_support::eventually;

    use super::*;

    #[test]
    fn a_panic_does_not_end_it() {
        let ticks = Arc::new(AtomicU32::new(0));
        let (counted, bell) = (ticks.clone(), Arc::new(Bell::new(1)));
        // So that it need not rest.
        bell.ring();
        let ticker = Ticker::start("test", bell, move || {
            let tick = counted.fetch_add(1, Ordering::SeqCst);
            assert!(tick > 0, "the first one breaks off");
            Duration::from_mins(1)
        });
        eventually(Duration::from_secs(20), "a second tick", || {
            (ticks.load(Ordering::SeqCst) > 1).then_some(())
        });
        ticker.unwrap().finish();
    }
}
