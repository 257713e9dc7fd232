//! The store's clock, read now and then.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use innkeeper_domain::{
    ports::{RunQueue, StoreError},
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

    /// The time. While the store cannot be read, the counter goes on alone.
    pub(crate) fn now(&self) -> Timestamp {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.asked.elapsed() >= READ_EVERY {
            last.asked = Instant::now();
            match self.queue.now() {
                Ok(time) => {
                    last.time = time.max(last.time);
                    last.taken = Instant::now();
                }
                Err(error) => tracing::warn!(error = with_causes(&error), "the store's clock was not read"),
            }
        }
        last.now()
    }
}

#[cfg(test)]
mod tests {
    use innkeeper_domain::ports::MockRunQueue;

    use super::*;

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
}
