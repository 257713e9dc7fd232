//! The background work of a process: its workers, made from the configuration.

use std::sync::Arc;

use innkeeper_domain::ports::{ChannelGateway, Clock, UnitOfWork};
use innkeeper_storage::SqlStore;

use crate::{
    clock::SystemClock,
    compose::{self, StartError},
    config::{Config, Place},
    workers::{Bell, Ringing, Sole, WorkerOptions, WorkerPorts, Workers},
};

/// How many connections those have who keep the queue going.
const TENDING: usize = 3;
/// The most connections of those who import; more of them take turns.
const IMPORTING: usize = 16;

/// Workers that have not started.
pub(crate) struct Background {
    options: WorkerOptions,
    ports: WorkerPorts,
    bell: Arc<Bell>,
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

    /// Gives them what they work with.
    pub(crate) fn prepare(
        config: &Config,
        sole: Option<Sole>,
        store: &Arc<SqlStore>,
        gateway: Arc<dyn ChannelGateway>,
    ) -> Result<Self, StartError> {
        let count = config.workers.count;
        let places = usize::try_from(count).unwrap_or(IMPORTING);
        let importing = compose::open_again(config, store, places.clamp(2, IMPORTING))?;
        let tending = compose::open_again(config, store, TENDING)?;
        let options = WorkerOptions {
            count,
            every: config.sync.every,
            is_sole: sole.is_some(),
        };
        let ports = WorkerPorts {
            uow: importing,
            queue: tending.clone(),
            tending,
            gateway,
        };
        Ok(Self {
            options,
            ports,
            bell: Arc::new(Bell::new(places)),
            sole,
        })
    }

    /// A unit of work that tells them at once what is queued in this process.
    pub(crate) fn ringing(&self, inner: Arc<dyn UnitOfWork>) -> Arc<dyn UnitOfWork> {
        let bell = self.bell.clone();
        Arc::new(Ringing { inner, bell })
    }

    /// Starts them. The lock is kept for as long as the second value lives.
    pub(crate) fn start(self) -> Result<(Workers, Option<Sole>), StartError> {
        let workers = Workers::start(self.ports, self.bell, self.options)?;
        Ok((workers, self.sole))
    }
}
