//! The background work of a process: its workers and its postman, made from the configuration.

use std::sync::Arc;

use innkeeper_domain::{
    effects::MailBackoff,
    ids::WorkerId,
    ports::{ChannelGateway, Clock, UnitOfWork},
    usecases::LinkSettings,
};
use innkeeper_storage::SqlStore;

use crate::{
    clock::SystemClock,
    compose::{self, StartError},
    config::{Config, Place},
    postman::{self, PostOptions, PostPorts, Postman, SENDERS},
    sealing::{SealPorts, Sealer},
    workers::{Bell, Ringing, Sole, WorkerOptions, WorkerPorts, Workers, WorkersError},
};

/// How many connections those have who keep the queue going.
const TENDING: usize = 3;
/// The most connections of those who import; more of them take turns.
const IMPORTING: usize = 16;

/// Background work that has not started.
pub(crate) struct Background {
    options: WorkerOptions,
    ports: WorkerPorts,
    bell: Arc<Bell>,
    post: (PostPorts, PostOptions),
    post_bell: Arc<Bell>,
    sealing: SealPorts,
    sole: Option<Sole>,
}

impl Background {
    /// Makes sure that they may run here. Before the schema is touched: another process may be at work on it.
    pub(crate) fn claim(config: &Config) -> Result<Option<Sole>, StartError> {
        match &config.database.place {
            Place::File(path) => Ok(Some(Sole::on(path, SystemClock.now())?)),
            Place::Server(_) => Ok(None),
        }
    }

    /// Gives it what it works with. Links in mails begin with `public_url`.
    pub(crate) fn prepare(
        config: &Config,
        sole: Option<Sole>,
        store: &Arc<SqlStore>,
        gateway: Arc<dyn ChannelGateway>,
        public_url: &str,
    ) -> Result<Self, StartError> {
        let mailer = postman::mailer(config, public_url)?;
        let mailing = compose::open_again(config, store, SENDERS)?;
        let count = config.workers.count;
        let places = usize::try_from(count).unwrap_or(IMPORTING);
        let importing = compose::open_again(config, store, places.clamp(2, IMPORTING))?;
        let tending = compose::open_again(config, store, TENDING)?;
        let options = WorkerOptions {
            count,
            every: config.sync.every,
            is_sole: sole.is_some(),
        };
        let sealing = SealPorts {
            ledger: tending.clone(),
            queries: tending.clone(),
            queue: tending.clone(),
            key: store.chain_key(),
        };
        let ports = WorkerPorts {
            uow: importing,
            queue: tending.clone(),
            tending,
            gateway,
        };
        let post = PostPorts {
            uow: mailing.clone(),
            postbox: mailing.clone(),
            queries: mailing.clone(),
            queue: mailing,
            mailer,
        };
        let post_options = PostOptions {
            backoff: MailBackoff {
                first: config.mail.retry_after,
            },
            links: LinkSettings {
                mail_limits: config.mail.limits,
                onboarding_lifetime: config.onboarding.lifetime,
            },
            is_sole: sole.is_some(),
        };
        Ok(Self {
            options,
            ports,
            bell: Arc::new(Bell::new(places)),
            post: (post, post_options),
            post_bell: Arc::new(Bell::new(SENDERS)),
            sealing,
            sole,
        })
    }

    /// A unit of work that tells it at once what is to be done in this process.
    pub(crate) fn ringing(&self, inner: Arc<dyn UnitOfWork>) -> Arc<dyn UnitOfWork> {
        let (bell, post) = (self.bell.clone(), self.post_bell.clone());
        Arc::new(Ringing { inner, bell, post })
    }

    /// Starts it. The lock is kept for as long as the second value lives.
    pub(crate) fn start(self) -> Result<(Running, Option<Sole>), StartError> {
        let workers = Workers::start(self.ports, self.bell, self.options)?;
        let (ports, options) = self.post;
        let postman = match Postman::start(ports, self.post_bell, options) {
            Ok(postman) => postman,
            Err(error) => {
                workers.finish();
                return Err(error.into());
            }
        };
        let sealer = match Sealer::start(self.sealing) {
            Ok(sealer) => sealer,
            Err(error) => {
                postman.finish();
                workers.finish();
                return Err(WorkersError::Threads(error).into());
            }
        };
        let running = Running {
            workers,
            postman,
            sealer,
        };
        Ok((running, self.sole))
    }
}

/// The running background work of a process.
pub(crate) struct Running {
    workers: Workers,
    postman: Postman,
    sealer: Sealer,
}

impl Running {
    /// The name of this process among the workers.
    pub(crate) fn id(&self) -> WorkerId {
        self.workers.id()
    }

    /// Has it take nothing new from now on.
    pub(crate) fn begin_stop(&self) {
        self.workers.begin_stop();
        self.postman.begin_stop();
        self.sealer.begin_stop();
    }

    /// What has [`Running::finish`] wait no longer.
    pub(crate) fn hurry(&self) -> impl FnOnce() + use<> {
        let (workers, postman) = (self.workers.hurry(), self.postman.hurry());
        move || {
            workers();
            postman();
        }
    }

    /// Waits until what is in hand is done, but not too long.
    pub(crate) fn finish(self) {
        self.begin_stop();
        let Self {
            workers,
            postman,
            sealer,
        } = self;
        // Side by side: both are given nearly all the time that there is.
        std::thread::scope(|scope| {
            scope.spawn(|| postman.finish());
            scope.spawn(|| sealer.finish());
            workers.finish();
        });
    }
}
