//! Workers: the threads of this process that import accounts, and those that keep the queue going.

mod bell;
mod circuit;
mod clock;
mod held;
mod place;
mod renewal;
mod report;
mod ringing;
mod shared;
mod sole;
mod ticker;
mod timer;
mod watch;
mod watchdog;

#[cfg(test)]
mod tests;

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use innkeeper_domain::{
    ids::WorkerId,
    ports::{PickOrder, StoreError},
    sync::Pause,
    usecases::park_run,
};

pub(crate) use bell::Bell;
pub(crate) use clock::StoreClock;
pub(crate) use ringing::Ringing;
pub(crate) use shared::{WorkerPorts, about};
pub(crate) use sole::{Sole, SoleError};
pub(crate) use ticker::Ticker;

use crate::{entropy, one_line::with_causes};
use shared::Shared;
use ticker::AFTER_PANIC;
use timer::Timer;

/// How long a page in hand may take at the end.
const LAST_PAGE: Duration = Duration::from_secs(20);
/// How often it is looked whether all places have ended.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// How workers are set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorkerOptions {
    /// How many imports run at once.
    pub(crate) count: u32,
    /// The time between two imports of an account; zero is never.
    pub(crate) every: Duration,
    /// Whether no other process can have workers on this store, so that whoever had a run is gone.
    pub(crate) is_sole: bool,
}

/// Why workers did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkersError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system has no threads left.
    #[error("the system starts no more threads")]
    Threads(#[from] io::Error),
}

/// The running workers of a process.
pub(crate) struct Workers {
    shared: Arc<Shared>,
    places: Arc<Places>,
    tickers: Vec<Ticker>,
}

impl Workers {
    /// Starts them. `bell` is rung by whoever queues a run in this process.
    pub(crate) fn start(
        ports: WorkerPorts,
        bell: Arc<Bell>,
        options: WorkerOptions,
    ) -> Result<Self, WorkersError> {
        let shared = Arc::new(Shared::new(ports, bell)?);
        if options.is_sole {
            timer::take_over_all(&shared)?;
        }
        let places = Arc::new(Places::default());
        let mut timer = Timer::new(shared.clone(), options.every);
        let renewing = shared.clone();
        let (watched, watching) = (shared.clone(), places.clone());
        let tickers = vec![
            Ticker::start("sync-timer", shared.timer.clone(), move || timer.tick())?,
            Ticker::start("sync-renewal", Arc::new(Bell::new(1)), move || {
                renewal::tick(&renewing)
            })?,
            Ticker::start("sync-watchdog", Arc::new(Bell::new(1)), move || {
                watchdog::tick(&watched, &watching)
            })?,
        ];
        for place in 0..options.count {
            places.start(&shared, order_of(place, options.count))?;
        }
        let (worker, count) = (shared.worker, options.count);
        tracing::info!(worker.id = %worker, workers = count, "{count} worker(s) wait for imports");
        Ok(Self {
            shared,
            places,
            tickers,
        })
    }

    /// The name of this process among the workers.
    pub(crate) fn id(&self) -> WorkerId {
        self.shared.worker
    }

    /// Has them take nothing new from now on.
    pub(crate) fn begin_stop(&self) {
        self.shared.bell.close();
        self.places.began_to_stop();
    }

    /// What has [`Workers::finish`] wait no longer.
    pub(crate) fn hurry(&self) -> impl FnOnce() + use<> {
        let places = self.places.clone();
        move || places.is_hurried.store(true, Ordering::Relaxed)
    }

    /// Waits until the pages in hand are stored, but not too long, and hands the runs back. No attempt is used.
    pub(crate) fn finish(self) {
        self.begin_stop();
        while !self.places.have_ended(&self.shared) && self.places.stopping_for() < LAST_PAGE {
            if self.places.is_hurried.load(Ordering::Relaxed) {
                break;
            }
            thread::sleep(LOOK_EVERY);
        }
        for held in self.shared.held.all() {
            held.lose();
            let now = self.shared.now();
            let uow = &*self.shared.ports.tending;
            if let Err(error) = park_run(uow, held.hold, Pause::Yield, entropy::word(), now) {
                let run = held.hold.run;
                tracing::warn!(run.id = %run, error = with_causes(&error), "an import was not handed back");
            }
        }
        for ticker in self.tickers {
            ticker.finish();
        }
        if let Err(error) = self.shared.ports.queue.leave(self.shared.worker) {
            tracing::warn!(
                error = with_causes(&error),
                "this process is still on the list of workers"
            );
        }
    }
}

/// A place whose search for work broke off begins anew: nobody would notice that there is one less.
fn keep_working(shared: &Arc<Shared>, order: PickOrder) {
    while catch_unwind(AssertUnwindSafe(|| place::work(shared, order))).is_err() {
        tracing::error!("a worker broke off while it looked for work, and looks again");
        shared.bell.wait(AFTER_PANIC);
    }
}

/// A quarter of the places takes the oldest work whatever it is for, so that nothing waits for ever behind what people
/// ask for.
fn order_of(place: u32, count: u32) -> PickOrder {
    if count >= 4 && place < count / 4 {
        PickOrder::OldestFirst
    } else {
        PickOrder::PeopleFirst
    }
}

/// The threads that import.
#[derive(Default)]
pub(crate) struct Places {
    threads: Mutex<Vec<(PickOrder, JoinHandle<()>)>>,
    stopping_since: Mutex<Option<Instant>>,
    is_hurried: AtomicBool,
}

impl Places {
    fn start(&self, shared: &Arc<Shared>, order: PickOrder) -> io::Result<()> {
        let theirs = shared.clone();
        let thread = thread::Builder::new()
            .name("sync-place".to_owned())
            .spawn(move || keep_working(&theirs, order))?;
        let mut threads = self.threads();
        threads.retain(|(_, thread)| !thread.is_finished());
        threads.push((order, thread));
        Ok(())
    }

    /// Starts a thread in the place of one that is stuck; it looks for the same work first.
    fn replace(&self, shared: &Arc<Shared>, order: PickOrder) {
        if let Err(error) = self.start(shared, order) {
            tracing::error!(%error, "a stuck worker was not replaced");
        }
    }

    fn began_to_stop(&self) {
        let mut since = self.stopping_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.get_or_insert_with(Instant::now);
    }

    fn stopping_for(&self) -> Duration {
        let since = self.stopping_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.map_or(Duration::ZERO, |at| at.elapsed())
    }

    /// Whether all have ended but those that were given up: these may never.
    fn have_ended(&self, shared: &Shared) -> bool {
        let threads = self.threads();
        let running = threads.iter().filter(|(_, thread)| !thread.is_finished());
        running.count() <= shared.held.abandoned()
    }

    fn threads(&self) -> MutexGuard<'_, Vec<(PickOrder, JoinHandle<()>)>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
