//! The postman: the threads of this process that send mails, and answer those who asked for a link.

mod mailer;
mod report;
mod round;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use innkeeper_domain::{
    effects::MailBackoff,
    ports::{Mailer, Postbox, Queries, RunQueue, StoreError, UnitOfWork},
    usecases::LinkSettings,
};

pub(crate) use mailer::mailer;

use crate::workers::{Bell, StoreClock, Ticker, WorkersError};
use round::Round;

/// How many mails one process sends at a time. One would have all wait for a server that is slow to answer.
pub(crate) const SENDERS: usize = 2;

/// How long a mail in hand may take at the end.
const LAST_MAIL: Duration = Duration::from_secs(20);
/// How often it is looked whether all have ended.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What the postman works with.
#[derive(Clone)]
pub(crate) struct PostPorts {
    /// The store.
    pub(crate) uow: Arc<dyn UnitOfWork>,
    /// Its messages.
    pub(crate) postbox: Arc<dyn Postbox>,
    /// What it says about people.
    pub(crate) queries: Arc<dyn Queries>,
    /// Its clock.
    pub(crate) queue: Arc<dyn RunQueue>,
    /// Where mails go.
    pub(crate) mailer: Arc<dyn Mailer>,
}

/// How the postman is set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PostOptions {
    /// How long messages wait between attempts.
    pub(crate) backoff: MailBackoff,
    /// What links are made by.
    pub(crate) links: LinkSettings,
    /// Whether no other process can send on this store, so that whoever had a message is gone.
    pub(crate) is_sole: bool,
}

/// What all senders share.
struct Shared {
    ports: PostPorts,
    options: PostOptions,
    clock: StoreClock,
    /// Where senders sleep; closed when they are to end.
    bell: Arc<Bell>,
}

impl Shared {
    fn take_over(&self) -> Result<(), StoreError> {
        let taken = self.ports.postbox.take_over(self.clock.now())?;
        if taken > 0 {
            tracing::info!(
                messages = taken,
                "took over {taken} message(s) that a lost process had"
            );
        }
        Ok(())
    }
}

/// The running postman of a process.
pub(crate) struct Postman {
    bell: Arc<Bell>,
    senders: Vec<Ticker>,
    is_hurried: Arc<AtomicBool>,
}

impl Postman {
    /// Starts it. `bell` is rung by whoever writes a message in this process.
    pub(crate) fn start(
        ports: PostPorts,
        bell: Arc<Bell>,
        options: PostOptions,
    ) -> Result<Self, WorkersError> {
        let shared = Arc::new(Shared {
            clock: StoreClock::read(ports.queue.clone())?,
            ports,
            options,
            bell: bell.clone(),
        });
        if options.is_sole {
            shared.take_over()?;
        }
        let mut senders = Vec::new();
        for place in 0..SENDERS {
            let mut round = Round::new(shared.clone(), place);
            let tick = move || round.tick();
            senders.push(Ticker::start("postman", bell.clone(), tick)?);
        }
        Ok(Self {
            bell,
            senders,
            is_hurried: Arc::default(),
        })
    }

    /// Has it take nothing new from now on.
    pub(crate) fn begin_stop(&self) {
        self.bell.close();
    }

    /// What has [`Postman::finish`] wait no longer.
    pub(crate) fn hurry(&self) -> impl FnOnce() + use<> {
        let is_hurried = self.is_hurried.clone();
        move || is_hurried.store(true, Ordering::Relaxed)
    }

    /// Waits until the mails in hand are handed over, but not too long: one that is not is sent again by whoever finds
    /// that its lease has passed.
    pub(crate) fn finish(self) {
        self.begin_stop();
        let begun = Instant::now();
        while self.senders.iter().any(|sender| !sender.is_finished()) {
            if self.is_hurried.load(Ordering::Relaxed) || begun.elapsed() > LAST_MAIL {
                tracing::warn!("a mail in hand was left; it will be sent again");
                return;
            }
            thread::sleep(LOOK_EVERY);
        }
    }
}
