//! What handlers may use: ports, limits and settings.

use std::{fmt, sync::Arc, time::Duration};

use innkeeper_domain::{
    effects::MailLimits,
    ports::{ChannelGateway, Clock, Entropy, Passwords, Queries, UnitOfWork},
};

use crate::{
    blocking::Blocking, failure::Failure, refusals::Refusals, standings::Standings, throttle::Throttle,
    usage::Uses,
};

/// Whether the process can do its work, asked by `GET /readyz`.
pub trait Readiness: Send + Sync {
    /// `Ok`, or what is missing, in a few words without secrets.
    ///
    /// # Errors
    ///
    /// What is missing.
    fn ready(&self) -> Result<(), String>;

    /// The metrics of the process in the text format of Prometheus.
    fn metrics(&self) -> String;
}

/// What handlers may use.
#[derive(Clone)]
pub struct AppState {
    /// Transactions.
    pub uow: Arc<dyn UnitOfWork>,
    /// Reads.
    pub queries: Arc<dyn Queries>,
    /// The channels.
    pub gateway: Arc<dyn ChannelGateway>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Random bits.
    pub entropy: Arc<dyn Entropy>,
    /// Where blocking calls run.
    pub blocking: Blocking,
    /// What was last read of the tokens in use.
    pub standings: Arc<Standings>,
    /// Last uses, to be written by whoever runs the server.
    pub uses: Arc<Uses>,
    /// Refused attempts, to be written by whoever runs the server.
    pub refusals: Arc<Refusals>,
    /// What `/readyz` and `/metrics` ask.
    pub readiness: Arc<dyn Readiness>,
    /// Hashes passwords.
    pub passwords: Arc<dyn Passwords>,
    /// Counts attempts to come in.
    pub throttle: Arc<Throttle>,
    /// How many mails may be caused.
    pub mail_limits: MailLimits,
    /// How long an on-boarding link counts.
    pub onboarding_lifetime: Duration,
    /// What links begin with, without a trailing slash.
    pub public_url: String,
}

impl AppState {
    /// Runs a read where it may block.
    ///
    /// # Errors
    ///
    /// [`Failure::Overloaded`] or [`Failure::Internal`].
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Queries) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let queries = self.queries.clone();
        self.blocking.reads.run(move || read(queries.as_ref())).await
    }

    /// Runs a use case that writes where it may block.
    ///
    /// # Errors
    ///
    /// [`Failure::Overloaded`] or [`Failure::Internal`].
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&dyn UnitOfWork) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let uow = self.uow.clone();
        self.blocking.writes.run(move || write(uow.as_ref())).await
    }

    /// Runs a use case that calls a channel, for as long as that takes.
    ///
    /// # Errors
    ///
    /// [`Failure::Overloaded`] or [`Failure::Internal`].
    pub(crate) async fn call_channel<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Queries, &dyn ChannelGateway, &dyn UnitOfWork) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (queries, gateway, uow) = (self.queries.clone(), self.gateway.clone(), self.uow.clone());
        let call = move || call(queries.as_ref(), gateway.as_ref(), uow.as_ref());
        self.blocking.channels.run(call).await
    }
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}
