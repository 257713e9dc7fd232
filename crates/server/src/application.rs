//! The server as a value: built, asked for its port, run until it is stopped.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
};

use innkeeper_domain::ports::{StoreError, UnitOfWork};
use innkeeper_http::{
    AppState, Argon2Passwords, Proxies, Readiness, Refusals, ServeOptions, Standings, Throttle, Uses,
};
use innkeeper_storage::{SchemaState, SqlStore};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{
    background::Background,
    channels,
    clock::SystemClock,
    compose::{self, StartError},
    config::{Config, Transport},
    entropy::OsEntropy,
    housekeeping::{Housekeeping, Tasks},
    listening, measures,
    refused::Refused,
    shutdown,
};

/// What to do about a schema that is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// Bring it forward.
    Migrate,
    /// Refuse to start.
    Require,
}

/// Whether this process does the background work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// It does.
    Here,
    /// Other processes do.
    Elsewhere,
}

/// A server that listens but does not answer yet.
pub(crate) struct Application {
    listener: TcpListener,
    address: SocketAddr,
    state: AppState,
    options: ServeOptions,
    store: Arc<SqlStore>,
    serving: Arc<Serving>,
    background: Option<Background>,
}

impl Application {
    /// Opens the store, sees to its schema, and takes the port.
    pub(crate) fn build(config: &Config, schema: Schema, work: Work) -> Result<Self, StartError> {
        let claim = || match work {
            Work::Here => Background::claim(config),
            Work::Elsewhere => Ok(None),
        };
        let (store, sole) = match schema {
            Schema::Migrate => {
                let store = compose::open_or_make(config)?;
                let sole = claim()?;
                let steps = store.migrate()?;
                if !steps.is_empty() {
                    tracing::info!(
                        steps = steps.join(" "),
                        "brought the schema of the database forward"
                    );
                }
                (store, sole)
            }
            Schema::Require => (compose::open_existing(config)?, claim()?),
        };
        let listener = listening::on(config.http.listen)?;
        let address = listener.local_addr().unwrap_or(config.http.listen);
        warn_of_mails(&config.mail.transport);
        let public_url = config.http.public_url(address);
        let gateway = channels::shared(config, &store)?;
        let background = match work {
            Work::Here => {
                let gateway = gateway.clone();
                Some(Background::prepare(config, sole, &store, gateway, &public_url)?)
            }
            Work::Elsewhere => None,
        };
        let uow: Arc<dyn UnitOfWork> = match &background {
            Some(background) => background.ringing(store.clone()),
            None => store.clone(),
        };
        let serving = Arc::new(Serving::of(store.clone(), measures::start()));
        let proxies = Proxies::new(config.http.trusted_proxies.iter().map(|network| network.parts()));
        let state = AppState {
            uow,
            queries: store.clone(),
            gateway,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(OsEntropy),
            blocking: compose::blocking(config),
            standings: Arc::new(Standings::default()),
            uses: Arc::new(Uses::default()),
            refusals: Arc::new(Refusals::default()),
            readiness: serving.clone(),
            passwords: Arc::new(Argon2Passwords::new().map_err(StartError::Passwords)?),
            throttle: Arc::new(Throttle::new(proxies)),
            mail_limits: config.mail.limits,
            onboarding_lifetime: config.onboarding.lifetime,
            public_url,
        };
        let options = ServeOptions {
            workers: compose::answering(),
            cors_origins: config.http.cors_origins.clone(),
        };
        Ok(Self {
            listener,
            address,
            state,
            options,
            store,
            serving,
            background,
        })
    }

    /// Where it listens; the port is the real one even if any free one was asked for.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What links begin with.
    pub(crate) fn public_url(&self) -> &str {
        &self.state.public_url
    }

    /// Answers until a signal, or the end of `end`, ends it: no new work from then on, and what is running may
    /// finish. `answering` is called once, when requests are answered.
    pub(crate) fn run_until_stopped(
        self,
        end: impl Future<Output = ()>,
        answering: impl FnOnce(),
    ) -> Result<(), StartError> {
        let Self {
            listener,
            address,
            state,
            options,
            store,
            serving,
            background,
        } = self;
        let tasks = Tasks {
            upkeep: store,
            uses: state.uses.clone(),
            refused: Some(Refused::new(
                state.refusals.clone(),
                state.uow.clone(),
                state.queries.clone(),
            )),
            measures: serving.measures.clone(),
            purges: background.is_some(),
        };
        // The lock is kept to the end.
        let (workers, _sole) = match background {
            Some(background) => {
                let (workers, sole) = background.start()?;
                (Some(workers), sole)
            }
            None => (None, None),
        };
        let outcome = actix_web::rt::System::new().block_on(async move {
            let signals = shutdown::Signals::listen()?;
            let server = innkeeper_http::serve(listener, state, options)?;
            let handle = server.handle();
            let housekeeping = Housekeeping::start(tasks)?;
            tracing::info!(http.address = %address, "listening on {address}");
            answering();
            let ended = shutdown::run(server, signals, end, workers, || {
                serving.stops();
                handle.clone()
            });
            let outcome = ended.await;
            // After the last request, whose key was used too.
            housekeeping.finish();
            outcome
        });
        outcome.map_err(|error: io::Error| StartError::NotListening { address, error })?;
        tracing::info!("stopped");
        Ok(())
    }
}

/// Whoever only tries things out should not wait for a mail.
fn warn_of_mails(transport: &Transport) {
    match transport {
        Transport::Log => {
            tracing::warn!(
                "INNKEEPER_MAIL__TRANSPORT is `log`: mails are shown in the log and sent to nobody"
            );
        }
        Transport::Files(_) | Transport::Smtp(_) => {}
    }
}

/// What health checks are told.
pub(crate) struct Serving {
    store: Arc<SqlStore>,
    stopping: AtomicBool,
    measures: PrometheusHandle,
}

impl Serving {
    pub(crate) fn of(store: Arc<SqlStore>, measures: PrometheusHandle) -> Self {
        Self {
            store,
            stopping: AtomicBool::new(false),
            measures,
        }
    }

    /// From now on it is told that the process stops.
    pub(crate) fn stops(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}

impl Readiness for Serving {
    fn ready(&self) -> Result<(), String> {
        if self.stopping.load(Ordering::Relaxed) {
            return Err("stopping".to_owned());
        }
        self.store.ping().map_err(|error| match error {
            StoreError::Busy => "the database is busy".to_owned(),
            StoreError::Conflict
            | StoreError::Unavailable(_)
            | StoreError::Corrupt { .. }
            | StoreError::Outdated
            | StoreError::Failed(_) => "the database cannot be reached".to_owned(),
        })?;
        match self.store.schema_state() {
            Ok(SchemaState::Current) => Ok(()),
            Ok(SchemaState::Behind(_)) => Err("the schema is behind".to_owned()),
            Ok(SchemaState::NewerThanBinary) => Err("the schema is newer than this version".to_owned()),
            Err(_unknown) => Err("the schema cannot be read".to_owned()),
        }
    }

    fn metrics(&self) -> String {
        self.measures.render()
    }
}
