//! The configuration: defaults, over them a TOML file, over that the variables `INNKEEPER_...`.
//!
//! Each concern has a file and a struct of its own. Everything that is wrong is reported together, and nothing that
//! is reported or shown holds a secret.

mod address;
mod channels;
mod database;
mod http;
mod log;
mod mail;
mod network;
mod onboarding;
mod problem;
mod reader;
mod secrets;
mod sources;
mod sync;
mod workers;

use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
};

pub(crate) use channels::Channels;
pub(crate) use database::{Database, Place};
pub(crate) use http::Http;
pub(crate) use log::{Format, Log};
pub(crate) use mail::{Mail, Transport};
pub(crate) use network::Network;
pub(crate) use onboarding::Onboarding;
pub(crate) use problem::{ConfigError, Origin, Problem};
pub(crate) use reader::Setting;
pub(crate) use secrets::{KeyBytes, Secrets};
pub(crate) use sync::Sync;
pub(crate) use workers::Workers;

pub(crate) use sources::variable_of;

use reader::Reader;
use url::Url;

/// Everything that can be configured.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) database: Database,
    pub(crate) http: Http,
    pub(crate) secrets: Secrets,
    pub(crate) mail: Mail,
    pub(crate) onboarding: Onboarding,
    pub(crate) channels: Channels,
    pub(crate) sync: Sync,
    pub(crate) workers: Workers,
    pub(crate) log: Log,
}

impl Config {
    /// The same configuration for an embedded database with a key of its own, and another address.
    pub(crate) fn elsewhere(mut self, database: PathBuf, listen: SocketAddr) -> Self {
        self.database = Database {
            place: Place::File(database),
        };
        self.secrets = Secrets { master_key: None };
        self.http = self.http.listening_on(listen);
        self
    }

    /// The same configuration with mails as files in a folder.
    pub(crate) fn with_mails_in(mut self, folder: PathBuf) -> Self {
        self.mail.transport = Transport::Files(folder);
        self
    }

    /// The same configuration with simulated channels.
    pub(crate) fn with_sandbox(mut self, url: Url) -> Self {
        self.channels.sandbox_url = Some(url);
        self
    }
}

/// A configuration with the settings that made it, as they may be shown.
#[derive(Clone, Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    pub(crate) settings: Vec<Setting>,
}

/// Reads the configuration.
pub(crate) fn load(
    file: Option<&Path>,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Loaded, ConfigError> {
    let mut reader = Reader::over(sources::gather(file, variables)?);
    let database = Database::read(&mut reader);
    let config = Config {
        http: Http::read(&mut reader),
        secrets: Secrets::read(&mut reader, &database),
        database,
        mail: Mail::read(&mut reader),
        onboarding: Onboarding::read(&mut reader),
        channels: Channels::read(&mut reader),
        sync: Sync::read(&mut reader),
        workers: Workers::read(&mut reader),
        log: Log::read(&mut reader),
    };
    let settings = reader.finish().map_err(ConfigError::Wrong)?;
    Ok(Loaded { config, settings })
}
