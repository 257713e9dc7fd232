//! The engine that runs every manifest.

mod address;
mod ahead;
mod budget;
mod calendar;
mod check;
mod contexts;
mod convert;
mod countries;
mod decode;
mod facts;
mod fetch;
mod guard;
mod join;
mod judge;
mod outgoing;
mod page;
mod place;
mod record;
mod scene;
mod select;
mod session;
mod sign;
pub(crate) mod sparse;
mod token;
mod token_doc;
mod transport;
mod vars;

use std::{collections::BTreeMap, fmt, future::Future, sync::Arc, time::Duration};

use innkeeper_domain::{
    accounts::{Channel, ChannelFailure, ChannelFault, ChannelSlug, Fetched, RemoteAccount, StreamPlan},
    ports::{ChannelBudgets, ChannelGateway, ChannelTokens, CheckError, CheckRequest, Clock, FetchRequest},
};
use tokio::runtime::Runtime;
use url::Url;
use zeroize::Zeroizing;

use crate::{
    catalogue,
    manifest::{Manifest, Mistake, head::IntegratorValues},
};

/// What the channels need to know of their surroundings.
pub struct ChannelsConfig {
    /// Where the simulated channels are; each host becomes this address and the channel's slug.
    pub sandbox_url: Option<Url>,
    /// The integrator's values by slug and key.
    pub integrator: BTreeMap<String, BTreeMap<String, Zeroizing<String>>>,
    /// What hashes of credentials are keyed with.
    pub fingerprint_key: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for ChannelsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelsConfig")
            .field("sandbox_url", &self.sandbox_url)
            .finish_non_exhaustive()
    }
}

/// Why the channels cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// A manifest has mistakes.
    #[error("the manifests have mistakes: {}", .0.iter().map(Mistake::to_string).collect::<Vec<_>>().join("; "))]
    Manifests(Vec<Mistake>),
    /// The integrator has values for what is no channel.
    #[error("there is no channel `{0}` to have integrator values for")]
    NoSuchChannel(String),
    /// The client or its threads cannot be had.
    #[error("the client for channels cannot be made")]
    Client(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A channel that can be called.
pub(crate) struct Connector {
    pub(crate) manifest: Manifest,
    pub(crate) integrator: Option<IntegratorValues>,
    pub(crate) groups: Vec<budget::Group>,
}

impl Connector {
    pub(crate) fn slug(&self) -> &str {
        self.manifest.channel.slug.get_ref().as_str()
    }
}

/// What all calls share.
pub(crate) struct Engine {
    pub(crate) sandbox: Option<Url>,
    pub(crate) fingerprint_key: Zeroizing<[u8; 32]>,
    pub(crate) transport: transport::Transport,
    pub(crate) tokens: token::Tokens,
    pub(crate) budgets: budget::Budgets,
    pub(crate) facts: facts::Facts,
    pub(crate) contexts: contexts::Contexts,
    pub(crate) joins: join::Joins,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The channels. Its calls block, and MUST NOT be made from a thread that runs asynchronous tasks.
pub struct Channels {
    catalogue: Vec<Channel>,
    connectors: BTreeMap<String, Arc<Connector>>,
    engine: Arc<Engine>,
    ahead: ahead::Ahead,
    runtime: Option<Runtime>,
}

impl fmt::Debug for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channels")
            .field("channels", &self.catalogue.len())
            .finish_non_exhaustive()
    }
}

impl Drop for Channels {
    /// Calls in flight are given up: a runtime must not be waited for where tasks run.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Channels {
    /// Reads the manifests and makes the client ready.
    ///
    /// # Errors
    ///
    /// [`SetUpError`].
    pub fn new(
        config: ChannelsConfig,
        tokens: Arc<dyn ChannelTokens>,
        budgets: Arc<dyn ChannelBudgets>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SetUpError> {
        let mut integrator = config.integrator;
        let manifests = catalogue::manifests().map_err(SetUpError::Manifests)?;
        let mut connectors = BTreeMap::new();
        let mut shown = Vec::new();
        for manifest in manifests {
            let slug = manifest.channel.slug.get_ref().as_str().to_owned();
            let integrator = integrator.remove(&slug);
            shown.push(
                manifest
                    .channel
                    .channel(&manifest.credential_set, integrator.as_ref()),
            );
            let groups = budget::Group::all(&manifest.limits);
            connectors.insert(
                slug,
                Arc::new(Connector {
                    manifest,
                    integrator,
                    groups,
                }),
            );
        }
        if let Some((slug, _)) = integrator.pop_first() {
            return Err(SetUpError::NoSuchChannel(slug));
        }
        let guard = guard::Guard::new(config.sandbox_url.as_ref());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("channels")
            .enable_all()
            .build()
            .map_err(|error| SetUpError::Client(error.into()))?;
        let transport = transport::Transport::new(guard, guard::system_lookup())
            .map_err(|error| SetUpError::Client(error.into()))?;
        let engine = Engine {
            sandbox: config.sandbox_url,
            fingerprint_key: config.fingerprint_key,
            transport,
            tokens: token::Tokens::new(tokens),
            budgets: budget::Budgets::new(budgets),
            facts: facts::Facts::default(),
            contexts: contexts::Contexts::default(),
            joins: join::Joins::default(),
            clock,
        };
        Ok(Self {
            catalogue: shown,
            connectors,
            engine: Arc::new(engine),
            ahead: ahead::Ahead::default(),
            runtime: Some(runtime),
        })
    }

    fn connector(&self, channel: &ChannelSlug, set: &str) -> Result<&Arc<Connector>, ChannelFailure> {
        let connector = self
            .connectors
            .get(channel.as_str())
            .ok_or(ChannelFault::Unsupported)?;
        let set = connector.manifest.set(set).ok_or(ChannelFault::Unsupported)?;
        if set.is_available(connector.integrator.as_ref()) {
            Ok(connector)
        } else {
            Err(ChannelFault::Unsupported.into())
        }
    }

    /// Waits for `work`, but not longer than `limit`.
    fn within<T, E: From<ChannelFailure>>(
        &self,
        limit: Duration,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let runtime = self
            .runtime
            .as_ref()
            .ok_or_else(|| ChannelFailure::from(ChannelFault::Internal))?;
        let ended = runtime.block_on(async { tokio::time::timeout(limit, work).await });
        ended.unwrap_or_else(|_elapsed| Err(ChannelFailure::from(ChannelFault::Unavailable).into()))
    }
}

impl ChannelGateway for Channels {
    fn channels(&self) -> &[Channel] {
        &self.catalogue
    }

    fn plan(&self, channel: &ChannelSlug, _set: &str) -> StreamPlan {
        let connector = self.connectors.get(channel.as_str());
        let streams = connector.and_then(|connector| connector.manifest.streams.as_ref());
        streams.map_or(
            StreamPlan {
                per_listing: false,
                incremental: false,
            },
            |streams| StreamPlan {
                per_listing: streams.reservations.per_listing,
                incremental: streams.reservations.incremental.is_some(),
            },
        )
    }

    fn check(&self, request: &CheckRequest) -> Result<RemoteAccount, CheckError> {
        let connector = self.connector(&request.channel, &request.credentials.set)?;
        self.within(request.limit, check::check(&self.engine, connector, request))
    }

    fn begin(&self, request: &FetchRequest) {
        let Ok(connector) = self.connector(&request.channel, &request.credentials.set) else {
            return;
        };
        let Some(runtime) = &self.runtime else { return };
        let account = session::token_key(&self.engine, connector, request.tenant, &request.credentials);
        let Some(put) = self.ahead.begin(account, request) else {
            return;
        };
        let (engine, connector, request) = (self.engine.clone(), connector.clone(), request.clone());
        let handle = runtime.handle().clone();
        // On a thread that may block, as whoever asks for it would.
        runtime.spawn_blocking(move || {
            let call = fetch::fetch(&engine, &connector, &request);
            let answer = handle.block_on(async { tokio::time::timeout(request.limit, call).await });
            let answer = answer.unwrap_or_else(|_elapsed| Err(ChannelFault::Unavailable.into()));
            if put.send(answer).is_err() {
                tracing::debug!("a call that was begun early is not asked for");
            }
        });
    }

    fn fetch(&self, request: &FetchRequest) -> Result<Fetched, ChannelFailure> {
        let connector = self.connector(&request.channel, &request.credentials.set)?;
        let account = session::token_key(&self.engine, connector, request.tenant, &request.credentials);
        if let Some(answer) = self.ahead.take(account, request) {
            return answer;
        }
        self.within(request.limit, fetch::fetch(&self.engine, connector, request))
    }
}
