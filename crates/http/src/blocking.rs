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

/// Runs blocking calls in five lanes, so that writers who wait for each other keep no reader waiting, none of these
/// waits for a channel, and nothing keeps a health check.
#[derive(Clone, Debug)]
pub struct Blocking {
    pub(crate) reads: Lane,
    pub(crate) writes: Lane,
    pub(crate) probes: Lane,
    pub(crate) channels: Lane,
    pub(crate) passwords: Lane,
}

impl Blocking {
    /// Lets bounded reads run where requests are answered: for a store that answers them from memory or a local file, and
    /// has connections left for all threads that answer requests.
    #[must_use]
    pub fn bounded_reads_in_place(mut self) -> Self {
        self.reads.in_place = true;
        self
    }

    /// Lets this many reads and writes run at a time: what the store has connections for.
    pub fn new(reads: usize, writes: usize) -> Self {
        Self {
            reads: Lane::new(reads, QUEUE),
            writes: Lane::new(writes, QUEUE),
            probes: Lane::for_probes(),
            channels: Lane::new(CHANNELS, CHANNELS_QUEUE),
            passwords: Lane::new(PASSWORDS, PASSWORDS_QUEUE),
        }
    }
}

/// Calls of one kind, no more than a number at a time.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    queue: usize,
    /// Whether bounded calls run at once, on the thread that asks for them.
    in_place: bool,
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
            in_place: false,
        }
    }

    /// [`Self::run`] for a call that is known to be short.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub(crate) async fn run_bounded<T, F>(&self, call: F) -> Result<T, Failure>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        if !self.in_place {
            return self.run(call).await;
        }
        panic::catch_unwind(AssertUnwindSafe(call)).map_err(|_told_by_the_hook| Failure::Internal)
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
