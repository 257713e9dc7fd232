//! Pools of connections.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{
    ConnectionError,
    r2d2::{HandleError, ManageConnection, Pool, PooledConnection},
};
use innkeeper_domain::ports::StoreError;

use crate::{
    config::StoreConfig,
    connection::{Link, Purpose},
};

/// Opens the connections of one pool.
pub(crate) struct Opener {
    config: StoreConfig,
    purpose: Purpose,
    statements: Arc<AtomicU64>,
    /// Grows when a connection is found lost. Those opened before are then discarded without being tried: what
    /// cut one, such as a restart of the server, has usually cut them all.
    epoch: Arc<AtomicU64>,
}

/// A connection that goes back to its pool.
pub(crate) type Lent = PooledConnection<Opener>;

/// Connections for one purpose. A thread waits for one no longer than [`StoreConfig::wait`].
#[derive(Clone)]
pub(crate) struct Links {
    pool: Pool<Opener>,
    epoch: Arc<AtomicU64>,
}

impl Links {
    /// A pool of up to `most` connections, none of which is opened before it is needed.
    pub(crate) fn new(
        config: &StoreConfig,
        purpose: Purpose,
        most: u32,
        statements: &Arc<AtomicU64>,
    ) -> Self {
        let epoch = Arc::new(AtomicU64::new(0));
        let opener = Opener {
            config: config.clone(),
            purpose,
            statements: Arc::clone(statements),
            epoch: Arc::clone(&epoch),
        };
        // A pool that keeps one in reserve replaces a broken one while others wait for it.
        let reserve = u32::from(purpose == Purpose::Write);
        let pool = Pool::builder()
            .max_size(most.max(1))
            .min_idle(Some(reserve))
            .connection_timeout(config.wait)
            .test_on_check_out(false)
            .error_handler(Box::new(Warn))
            .build_unchecked(opener);
        Self { pool, epoch }
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] if all are in use for too long, [`StoreError::Unavailable`] if none can be opened.
    pub(crate) fn lend(&self) -> Result<Lent, StoreError> {
        self.lend_within(self.pool.connection_timeout())
    }

    /// The same, for those who have less time left.
    pub(crate) fn lend_within(&self, wait: Duration) -> Result<Lent, StoreError> {
        let started = Instant::now();
        loop {
            let rest = wait.saturating_sub(started.elapsed());
            let link = self.pool.get_timeout(rest).map_err(|error| {
                if self.pool.state().connections == 0 {
                    StoreError::Unavailable(Box::new(error))
                } else {
                    StoreError::Busy
                }
            })?;
            if link.epoch == self.epoch.load(Ordering::Relaxed) {
                return Ok(link);
            }
        }
    }

    /// Says that a connection was lost, which makes those as old as it suspect.
    pub(crate) fn lost(&self, link: &Link) {
        // Of several that notice at once only the first moves on: the connections of the others are as old.
        self.epoch.fetch_max(link.epoch + 1, Ordering::Relaxed);
    }
}

impl ManageConnection for Opener {
    type Connection = Link;
    type Error = ConnectionError;

    fn connect(&self) -> Result<Link, ConnectionError> {
        let epoch = self.epoch.load(Ordering::Relaxed);
        Link::open(&self.config, self.purpose, Arc::clone(&self.statements), epoch)
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), ConnectionError> {
        link.batch("SELECT 1")
            .map_err(ConnectionError::CouldntSetupConfiguration)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.is_spent() || link.epoch != self.epoch.load(Ordering::Relaxed)
    }
}

/// The pool tries again by itself; this only tells.
#[derive(Debug)]
struct Warn;

impl HandleError<ConnectionError> for Warn {
    fn handle_error(&self, error: ConnectionError) {
        tracing::warn!(error = %error, "cannot connect to the database");
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links")
            .field("state", &self.pool.state())
            .finish_non_exhaustive()
    }
}
