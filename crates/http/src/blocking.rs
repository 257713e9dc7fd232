//! Calls into the store, which block, from handlers, which must not.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::Semaphore;

use crate::failure::Failure;

/// The longest a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most requests that may wait in a lane of the store; more are turned away at once.
const QUEUE: usize = 1_024;
/// How many bounded reads are asked at a time where the store answers many by one statement. Each has a thread, which
/// mostly sleeps; the more there are, the colder each is when it wakes.
const BOUNDED: usize = 32;
/// How many health checks are answered at a time.
const PROBES: usize = 2;
/// How many requests may wait for a channel at a time. A channel may take half a minute to answer.
const CHANNELS: usize = 16;
/// The most requests that may wait for that; there is no use in a long queue for something slow.
const CHANNELS_QUEUE: usize = 64;
/// How many passwords are hashed at a time: each takes a processor, and 19 MiB.
const PASSWORDS: usize = 4;
/// The most that may wait for that.
const PASSWORDS_QUEUE: usize = 128;

/// Runs blocking calls in lanes, so that writers who wait for each other keep no reader waiting, none of these
/// waits for a channel, and nothing keeps a health check.
#[derive(Clone, Debug)]
pub struct Blocking {
    pub(crate) reads: Lane,
    bounded: Bounded,
    pub(crate) writes: Lane,
    pub(crate) probes: Lane,
    pub(crate) channels: Lane,
    pub(crate) passwords: Lane,
}

impl Blocking {
    /// Lets this many reads and writes run at a time: what the store has connections for.
    pub fn new(reads: usize, writes: usize) -> Self {
        let reads = Lane::new(reads, QUEUE);
        Self {
            bounded: Bounded::In(reads.clone()),
            reads,
            writes: Lane::new(writes, QUEUE),
            probes: Lane::for_probes(),
            channels: Lane::new(CHANNELS, CHANNELS_QUEUE),
            passwords: Lane::new(PASSWORDS, PASSWORDS_QUEUE),
        }
    }

    /// Lets bounded reads run where requests are answered: for a store that answers them from memory or a local file, and
    /// has connections left for all threads that answer requests.
    #[must_use]
    pub fn bounded_reads_in_place(mut self) -> Self {
        self.bounded = Bounded::InPlace;
        self
    }

    /// Lets many more bounded reads than others run at a time: for a store that answers by one statement those who wait
    /// at the same time. They mostly sleep.
    #[must_use]
    pub fn bounded_reads_together(mut self) -> Self {
        self.bounded = Bounded::In(Lane::new(BOUNDED, QUEUE));
        self
    }

    /// Runs a read of a few rows by key.
    ///
    /// # Errors
    ///
    /// As [`Lane::run`].
    pub(crate) async fn run_bounded<T, F>(&self, call: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        match &self.bounded {
            Bounded::In(lane) => lane.run(call).await,
            Bounded::InPlace => {
                panic::catch_unwind(AssertUnwindSafe(call)).map_err(|_told_by_the_hook| Failure::Internal)
            }
        }
    }
}

/// Where reads of a few rows by key run.
#[derive(Clone, Debug)]
enum Bounded {
    /// In a lane.
    In(Lane),
    /// At once, on the thread that asks for them.
    InPlace,
}

/// Calls of one kind, no more than a number at a time.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    queue: usize,
}

/// One place in the queue, given back when dropped: also when the client goes away while waiting.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Lane {
    /// The one of health checks.
    pub(crate) fn for_probes() -> Self {
        Self::new(PROBES, QUEUE)
    }

    fn new(at_once: usize, queue: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::default(),
            queue,
        }
    }

    /// Runs `call` on a thread where it may block, within the span of the request.
    ///
    /// # Errors
    ///
    /// [`Failure::Overloaded`] if the queue is full or the wait too long; [`Failure::Internal`] if the call
    /// panicked.
    pub(crate) async fn run<T, F>(&self, call: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let place = Place(&self.waiting);
        if place.0.fetch_add(1, Ordering::Relaxed) >= self.queue {
            return Err(Failure::Overloaded);
        }
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        drop(place);
        let Ok(Ok(permit)) = turn else {
            return Err(Failure::Overloaded);
        };
        let span = tracing::Span::current();
        let answer = actix_web::web::block(move || {
            let _permit = permit;
            span.in_scope(call)
        });
        answer.await.map_err(|error| {
            tracing::error!(%error, "a blocking call did not finish");
            Failure::Internal
        })
    }
}
