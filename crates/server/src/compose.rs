//! The one place that knows concrete types: it makes the store from the configuration.

use std::{error::Error, io, net::SocketAddr, path::PathBuf, sync::Arc, thread};

use innkeeper_channels::SetUpError;
use innkeeper_domain::ports::NotHashed;
use innkeeper_http::Blocking;
use innkeeper_mail::SetUpError as MailError;
use innkeeper_storage::{MasterKey, MigrateError, OpenError, SchemaState, SqlStore, StoreConfig};

use crate::{
    config::{Config, Place},
    entropy,
    key_file::{self, KeyFileError},
    one_line::with_causes,
    workers::{SoleError, WorkersError},
};

/// How many connections a process keeps: to PostgreSQL in all, to SQLite for reading.
pub(crate) const CONNECTIONS: usize = 10;

/// The most threads that answer requests: on a file each has a connection, and others are left.
const MOST_ANSWERING: usize = 8;

/// How many requests may write at a time. SQLite has one writer, but what waits for it is committed together: as many
/// as may share a commit, each on a thread that mostly sleeps. On PostgreSQL some connections are left for reading.
pub(crate) fn writes_at_once(config: &Config) -> usize {
    match config.database.place {
        Place::File(_) => 64,
        Place::Server(_) => CONNECTIONS - 2,
    }
}

/// Where blocking calls run. A file is read in about the time that it takes to ask another thread to read it; a server is
/// asked for many at a time.
pub(crate) fn blocking(config: &Config) -> Blocking {
    let writes = writes_at_once(config);
    match config.database.place {
        Place::File(_) => Blocking::new(CONNECTIONS - answering(), writes).bounded_reads_in_place(),
        Place::Server(_) => Blocking::new(CONNECTIONS, writes).bounded_reads_together(),
    }
}

/// How many threads answer requests.
pub(crate) fn answering() -> usize {
    thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_ANSWERING)
}

/// Why the program cannot do its work here, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// There is no key.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The database file is not there, and the command is not one that makes it.
    #[error("there is no database {} yet; run: innkeeper migrate", .0.display())]
    NoDatabase(PathBuf),
    /// The database does not open.
    #[error(
        "cannot open the database {place} ({why}); start or mend it, or set INNKEEPER_DATABASE__URL to another"
    )]
    NotOpened {
        /// The database, password masked.
        place: String,
        /// Why.
        why: String,
    },
    /// The schema misses steps.
    #[error("the database misses {0} step(s) of its schema; run: innkeeper migrate")]
    Behind(usize),
    /// The schema has steps that are not known.
    #[error(
        "the database was made by a newer version of innkeeper; run that version, or restore an older backup"
    )]
    Newer,
    /// Another process holds the database.
    #[error("another process holds the database; try again when it is done")]
    Held,
    /// The port is somebody else's.
    #[error("port {} of {} is taken by another program; stop that, or set INNKEEPER_HTTP__LISTEN to another", .address.port(), .address.ip())]
    PortTaken {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address} ({error}); set INNKEEPER_HTTP__LISTEN to an address and port that can be"
    )]
    NotListening {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The address that workers tell on how they are cannot be listened on.
    #[error(
        "cannot listen on {address} ({error}); set INNKEEPER_WORKERS__LISTEN to another address, or leave it out"
    )]
    NoProbes {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// Passwords cannot be hashed: a fault of ours.
    #[error("cannot hash passwords: {0}")]
    Passwords(NotHashed),
    /// Another process has workers on the database.
    #[error(transparent)]
    NotSole(#[from] SoleError),
    /// The workers did not start.
    #[error("the workers cannot start: {}", with_causes(.0))]
    Workers(#[from] WorkersError),
    /// The channels cannot be set up.
    #[error(
        "the channels cannot be set up: {}; see to INNKEEPER_CHANNELS__INTEGRATOR__...", with_causes(.0)
    )]
    Channels(#[from] SetUpError),
    /// What links begin with is no URL.
    #[error("INNKEEPER_HTTP__PUBLIC_URL is not a URL ({0})")]
    PublicUrl(String),
    /// Mails cannot leave.
    #[error("{0}; see to INNKEEPER_MAIL__...")]
    Mails(#[from] MailError),
    /// The schema cannot be read or brought forward.
    #[error("the schema of the database cannot be brought forward ({0}); nothing was changed")]
    Schema(String),
}

/// The key that seals what is stored encrypted; with a database file it is made with that.
pub(crate) fn master_key(config: &Config) -> Result<MasterKey, StartError> {
    let key = match (&config.secrets.master_key, &config.database.place) {
        (Some(key), _) => key.clone(),
        (None, Place::File(path)) => key_file::read_or_make(path, entropy::key)?,
        // The configuration demands one.
        (None, Place::Server(_)) => entropy::key(),
    };
    Ok(MasterKey::from_bytes(*key.reveal()))
}

/// Opens the database for those who may make it, with a key that is made with it.
pub(crate) fn open_or_make(config: &Config) -> Result<Arc<SqlStore>, StartError> {
    open(config, CONNECTIONS)
}

/// The same store with connections of its own, so that nobody else keeps its users waiting. SQLite has one writer in any
/// case, and waiting for it in line is best.
pub(crate) fn open_again(
    config: &Config,
    store: &Arc<SqlStore>,
    connections: usize,
) -> Result<Arc<SqlStore>, StartError> {
    match config.database.place {
        Place::File(_) => Ok(store.clone()),
        Place::Server(_) => open(config, connections),
    }
}

/// Opens a database that is there, whose schema is the one that this program knows.
pub(crate) fn open_existing(config: &Config) -> Result<Arc<SqlStore>, StartError> {
    if let Some(path) = config.database.file()
        && !path.exists()
    {
        return Err(StartError::NoDatabase(path.to_owned()));
    }
    let store = open_or_make(config)?;
    require_current(&store)?;
    Ok(store)
}

/// Whether the schema is the one that this program knows.
pub(crate) fn require_current(store: &SqlStore) -> Result<(), StartError> {
    match store.schema_state()? {
        SchemaState::Current => Ok(()),
        SchemaState::Behind(steps) => Err(StartError::Behind(steps)),
        SchemaState::NewerThanBinary => Err(StartError::Newer),
    }
}

fn open(config: &Config, connections: usize) -> Result<Arc<SqlStore>, StartError> {
    let key = master_key(config)?;
    let place = &config.database.place;
    let not_opened = |why: String| StartError::NotOpened {
        place: place.masked(),
        why: place.without_password(&why),
    };
    let mut settings =
        StoreConfig::new(&config.database.url(), key).map_err(|error| not_opened(error.to_string()))?;
    settings.connections = u32::try_from(connections).unwrap_or(settings.connections);
    let store = SqlStore::open(&settings).map_err(|error| {
        let (OpenError::File(_) | OpenError::Connection(_)) = &error;
        not_opened(error.source().map_or_else(|| error.to_string(), with_causes))
    })?;
    Ok(Arc::new(store))
}

impl From<MigrateError> for StartError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::NewerThanBinary { .. } => Self::Newer,
            MigrateError::Busy => Self::Held,
            MigrateError::Unavailable(_) | MigrateError::Failed(_) => Self::Schema(with_causes(&error)),
        }
    }
}
