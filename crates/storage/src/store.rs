//! The store as a whole.

use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use diesel::ConnectionError;
use innkeeper_domain::ports::{StoreError, Verdict};

use crate::{
    clock::StoreClock,
    config::{Place, StoreConfig},
    connection::{self, Link, Purpose},
    error::{Failure, Kind},
    group::Group,
    migrate::{self, MigrateError, SchemaState, Step},
    pool::Links,
    queries::{self, AsOf, Askers, Question},
    seal::MasterKey,
};

/// Everything that is stored, on SQLite or PostgreSQL. Clones share their connections.
///
/// All calls block, for as long as [`StoreConfig`] allows.
#[derive(Clone)]
pub struct SqlStore {
    inner: Arc<Inner>,
    as_of: Arc<AsOf>,
}

struct Inner {
    config: StoreConfig,
    writers: Links,
    /// The same as `writers` on PostgreSQL.
    readers: Links,
    /// On SQLite, those who write.
    group: Option<Group>,
    /// On PostgreSQL, those who ask what many ask.
    askers: Option<Askers>,
    statements: Arc<AtomicU64>,
    commits: Arc<AtomicU64>,
    clock: StoreClock,
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file of the database cannot be made.
    #[error("the database file cannot be made")]
    File(#[source] io::Error),
    /// The database refuses, cannot be reached, or is none.
    #[error("the database cannot be opened")]
    Connection(#[source] ConnectionError),
}

impl SqlStore {
    /// Opens the store, making the file and its folder if there is none. The schema may be missing yet.
    ///
    /// # Errors
    ///
    /// [`OpenError`] if no connection can be made right now.
    pub fn open(config: &StoreConfig) -> Result<Self, OpenError> {
        connection::prepare(&config.place).map_err(OpenError::File)?;
        let statements = Arc::new(AtomicU64::new(0));
        // One connection outside of the pools: they would try again for a while, and not tell why.
        let first = Link::open(config, Purpose::Write, Arc::clone(&statements), 0);
        drop(first.map_err(OpenError::Connection)?);
        // SQLite has one writer at a time in any case; waiting for it in line is better than by asking again.
        let pool = |purpose, most| Links::new(config, purpose, most, &statements);
        let (writers, readers) = match &config.place {
            Place::File(_) => (pool(Purpose::Write, 1), pool(Purpose::Read, config.connections)),
            Place::Server(_) => {
                let both = pool(Purpose::Write, config.connections);
                (both.clone(), both)
            }
        };
        let commits = Arc::new(AtomicU64::new(0));
        let (group, askers) = match &config.place {
            Place::File(_) => (Some(Group::new(config, writers.clone(), &commits)), None),
            Place::Server(_) => (None, Some(Askers::new(config))),
        };
        let config = config.clone();
        Ok(Self {
            inner: Arc::new(Inner {
                config,
                writers,
                readers,
                group,
                askers,
                statements,
                commits,
                clock: StoreClock::default(),
            }),
            as_of: Arc::default(),
        })
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Busy`].
    pub fn ping(&self) -> Result<(), StoreError> {
        self.read(|link| Ok(link.batch("SELECT 1")?))
    }

    /// How the schema relates to this version of the program.
    ///
    /// # Errors
    ///
    /// [`MigrateError`] if it cannot be found out.
    pub fn schema_state(&self) -> Result<SchemaState, MigrateError> {
        Ok(migrate::state(&self.status()?))
    }

    /// Every step of the schema, with whether the database has it.
    ///
    /// # Errors
    ///
    /// [`MigrateError`] if it cannot be found out.
    pub fn migrations_status(&self) -> Result<Vec<Step>, MigrateError> {
        Ok(self.status()?.0)
    }

    /// Brings the schema forward, and makes the tenant `default` if there is none at all. Returns the names of the
    /// steps that were missing. Several processes may do so at once.
    ///
    /// # Errors
    ///
    /// [`MigrateError`]; then nothing of it was kept.
    pub fn migrate(&self) -> Result<Vec<String>, MigrateError> {
        let mut link = self.inner.writers.lend()?;
        migrate::forward(&mut link, migrate::first_tenant)
    }

    /// How many statements (SELECT, INSERT, UPDATE, DELETE) the store has run since it was opened. Tests count with
    /// it what a request costs.
    pub fn statements(&self) -> u64 {
        self.inner.statements.load(Ordering::Relaxed)
    }

    /// How many transactions were committed since it was opened; on SQLite one may hold the work of many. The schema's
    /// own are not counted.
    pub fn commits(&self) -> u64 {
        self.inner.commits.load(Ordering::Relaxed)
    }

    /// How many writers wait for their turn now; on PostgreSQL nobody does.
    pub fn waiting_writers(&self) -> usize {
        self.inner.group.as_ref().map_or(0, Group::waiting)
    }

    /// How many readers wait for the next statement that they share; on SQLite nobody does.
    pub fn waiting_readers(&self) -> usize {
        self.inner.askers.as_ref().map_or(0, Askers::waiting)
    }

    fn status(&self) -> Result<(Vec<Step>, Vec<String>), MigrateError> {
        migrate::status(&mut *self.inner.readers.lend()?)
    }

    /// Reads outside of any transaction; once more if the connection turns out to be lost.
    pub(crate) fn read<T>(&self, query: impl Fn(&mut Link) -> Result<T, Failure>) -> Result<T, StoreError> {
        let readers = &self.inner.readers;
        let once = || {
            let mut link = readers.lend().map_err(|error| Failure {
                kind: Kind::Other,
                error,
            })?;
            let outcome = query(&mut link);
            if link.is_lost() {
                readers.lost(&link);
            }
            outcome
        };
        let outcome = match once() {
            Err(failure) if failure.kind == Kind::Lost => once(),
            outcome => outcome,
        };
        outcome.map_err(|failure| failure.error)
    }

    /// The rows that answer a question; on PostgreSQL it is put together with what others ask.
    pub(crate) fn answer<Q: Question>(&self, question: Q) -> Result<Vec<Q::Row>, StoreError> {
        let put = |asked: &[Q]| self.read(|link| queries::put(link, asked));
        match &self.inner.askers {
            Some(askers) => Q::askers(askers).answer(question, put),
            None => Ok(put(&[question])?.pop().unwrap_or_default()),
        }
    }

    /// Writes in a transaction of its own, again after a conflict.
    pub(crate) fn write<T>(
        &self,
        name: &'static str,
        work: impl Fn(&mut Link) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let mut answer = None;
        self.transact(name, &mut |session| match session.call(&work) {
            Ok(value) => {
                answer = Some(value);
                Verdict::Keep
            }
            Err(_) => Verdict::Discard,
        })?;
        answer.ok_or_else(|| StoreError::failed(format!("the work `{name}` was never run")))
    }

    /// The same store, whose reads ask whether an access version is still the same.
    pub(crate) fn seen_as_of(&self, as_of: AsOf) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            as_of: Arc::new(as_of),
        }
    }

    pub(crate) fn as_of(&self) -> &AsOf {
        &self.as_of
    }

    pub(crate) fn clock(&self) -> &StoreClock {
        &self.inner.clock
    }

    pub(crate) fn writers(&self) -> &Links {
        &self.inner.writers
    }

    pub(crate) fn group(&self) -> Option<&Group> {
        self.inner.group.as_ref()
    }

    pub(crate) fn count_commit(&self) {
        self.inner.commits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn master_key(&self) -> &MasterKey {
        &self.inner.config.master_key
    }

    pub(crate) fn most_attempts(&self) -> u32 {
        self.inner.config.attempts
    }

    pub(crate) fn wait(&self) -> Duration {
        self.inner.config.wait
    }
}

impl fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlStore")
            .field("config", &self.inner.config)
            .finish_non_exhaustive()
    }
}
