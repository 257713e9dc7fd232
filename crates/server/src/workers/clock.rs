//! The store's clock, read now and then.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use innkeeper_domain::{
    ports::{Clock, RunQueue, StoreError},
    time::Timestamp,
};

use crate::one_line::with_causes;

/// How long a reading is carried on by this machine's own counter.
const READ_EVERY: Duration = Duration::from_secs(1);

/// Tells the store's time without asking for it each time. Between two readings a counter that nobody can set carries
/// it on.
pub(crate) struct StoreClock {
    queue: Arc<dyn RunQueue>,
    last: Mutex<Reading>,
}

#[derive(Clone, Copy)]
struct Reading {
    time: Timestamp,
    taken: Instant,
    asked: Instant,
}

impl Reading {
    fn now(self) -> Timestamp {
        self.time + self.taken.elapsed()
    }
}

impl StoreClock {
    /// A clock that was read once.
    pub(crate) fn read(queue: Arc<dyn RunQueue>) -> Result<Self, StoreError> {
        let time = queue.now()?;
        let taken = Instant::now();
        let asked = taken;
        let last = Mutex::new(Reading { time, taken, asked });
        Ok(Self { queue, last })
    }

    /// The time. While the store cannot be read, or somebody else is reading it, the counter goes on alone: a slow store
    /// holds up one thread, and not all of them one after the other.
    pub(crate) fn now(&self) -> Timestamp {
        if !self.is_mine_to_read() {
            return self.last().now();
        }
        let read = self.queue.now();
        let mut last = self.last();
        last.asked = Instant::now();
        match read {
            Ok(time) => {
                last.time = time.max(last.time);
                last.taken = Instant::now();
            }
            Err(error) => tracing::warn!(error = with_causes(&error), "the store's clock was not read"),
        }
        last.now()
    }

    /// Whether it is time for a reading, and nobody else has begun one.
    fn is_mine_to_read(&self) -> bool {
        let mut last = self.last();
        let is_due = last.asked.elapsed() >= READ_EVERY;
        if is_due {
            last.asked = Instant::now();
        }
        is_due
    }

    fn last(&self) -> MutexGuard<'_, Reading> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for StoreClock {
    fn now(&self) -> Timestamp {
        self.now()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            atomic::{AtomicU32, Ordering},
            mpsc,
        },
        thread,
    };

    use innkeeper_domain::ports::MockRunQueue;
    use innkeeper_test_support::eventually;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn it_is_read_seldom_and_goes_on_meanwhile() {
        let mut queue = MockRunQueue::new();
        let begun = Timestamp::from_micros(1_000_000);
        queue.expect_now().times(1).returning(move || Ok(begun));
        let clock = StoreClock::read(Arc::new(queue)).unwrap();
        let first = clock.now();
        let second = clock.now();
        assert!(begun <= first && first <= second);
        assert!(second.since(begun) < READ_EVERY);
    }

    #[test]
    fn a_failed_reading_does_not_stop_it() {
        let mut queue = MockRunQueue::new();
        let begun = Timestamp::from_micros(1_000_000);
        let mut readings = vec![Err(StoreError::Busy), Ok(begun)];
        queue
            .expect_now()
            .times(2)
            .returning(move || readings.pop().unwrap());
        let clock = StoreClock::read(Arc::new(queue)).unwrap();
        clock.last.lock().unwrap().asked -= READ_EVERY;
        assert!(clock.now() > begun);
    }

    #[test]
    fn a_slow_reading_holds_up_nobody_else() {
        let begun = Timestamp::from_micros(1_000_000);
        let (asks, asked) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let mut queue = MockRunQueue::new();
        let readings = AtomicU32::new(0);
        queue.expect_now().returning(move || {
            if readings.fetch_add(1, Ordering::SeqCst) == 1 {
                asks.send(()).unwrap();
                released.lock().unwrap().recv_timeout(PATIENCE * 2).unwrap();
            }
            Ok(begun)
        });
        let clock = StoreClock::read(Arc::new(queue)).unwrap();
        clock.last.lock().unwrap().asked -= READ_EVERY;
        thread::scope(|scope| {
            let slow = scope.spawn(|| clock.now());
            asked.recv().unwrap();
            let other = scope.spawn(|| {
                // However slow this machine is, its own reading is not due yet.
                clock.last().asked += PATIENCE;
                clock.now()
            });
            eventually(PATIENCE, "a time in spite of the slow reading", || {
                other.is_finished().then_some(())
            });
            release.send(()).unwrap();
            assert!(slow.join().unwrap() >= begun);
        });
    }
}
