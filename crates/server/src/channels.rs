//! The channels, as this installation is set up for them.

use std::sync::Arc;

use innkeeper_channels::{Channels, ChannelsConfig, SetUpError, Unshared};
use innkeeper_domain::ports::ChannelGateway;
use innkeeper_storage::SqlStore;

use crate::{
    clock::SystemClock,
    compose::{self, StartError},
    config::Config,
    entropy,
};

/// What hashes of credentials are keyed with, derived under this name.
const FINGERPRINTS: &str = "channels.fingerprints";

/// The channels for a process that has the store: tokens and budgets are shared with all others.
pub(crate) fn shared(config: &Config, store: &Arc<SqlStore>) -> Result<Arc<Channels>, StartError> {
    let settings = ChannelsConfig {
        sandbox_url: config.channels.sandbox_url.clone(),
        integrator: config.channels.integrator.clone(),
        fingerprint_key: compose::master_key(config)?.derive(FINGERPRINTS),
    };
    let channels = Channels::new(settings, store.clone(), store.clone(), Arc::new(SystemClock))?;
    Ok(Arc::new(channels))
}

/// The channels for a look or a single check: nothing is stored, and no database is needed.
pub(crate) fn unshared(config: &Config) -> Result<Channels, SetUpError> {
    let settings = ChannelsConfig {
        sandbox_url: config.channels.sandbox_url.clone(),
        integrator: config.channels.integrator.clone(),
        fingerprint_key: entropy::key_bytes(),
    };
    let memory = Arc::new(Unshared::default());
    Channels::new(settings, memory.clone(), memory, Arc::new(SystemClock))
}

/// The channels that the configuration has integrator values for, and that are none.
pub(crate) fn unknown(config: &Config) -> Result<Vec<&str>, SetUpError> {
    let mut named: Vec<&str> = config.channels.integrator.keys().map(String::as_str).collect();
    if named.is_empty() {
        return Ok(named);
    }
    let mut bare = config.clone();
    bare.channels.integrator.clear();
    let catalogue = unshared(&bare)?;
    named.retain(|slug| catalogue.channel(slug).is_none());
    Ok(named)
}
