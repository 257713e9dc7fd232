//! Connections that are kept for the next mail.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use lettre::transport::smtp::client::SmtpConnection;

use super::{
    fault::{Failure, Stage},
    server::Server,
    session::{Deadline, hand_over},
};
use crate::compose::Composed;

/// As many are kept as workers are likely to send at once.
const MOST_IDLE: usize = 4;
/// Servers hang up after some minutes; who comes before that is not disappointed.
const LONGEST_IDLE: Duration = Duration::from_mins(1);

pub(crate) struct Pool {
    server: Server,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: SmtpConnection,
    since: Instant,
}

impl Pool {
    pub(crate) const fn new(server: Server) -> Self {
        Self {
            server,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Sends the mail over a connection that is there, or a new one. A connection on which anything but a clear
    /// refusal happened is not used again.
    pub(crate) fn send(&self, mail: &Composed, deadline: Deadline) -> Result<(), Failure> {
        let mut connection = match self.kept(deadline)? {
            Some(connection) => connection,
            None => self.server.connect(deadline)?,
        };
        let sent = hand_over(&mut connection, mail, deadline);
        if sent.err().is_none_or(Failure::leaves_connection) {
            self.keep(connection);
        }
        sent
    }

    /// A connection of before that still answers. What it was in the middle of is forgotten.
    fn kept(&self, deadline: Deadline) -> Result<Option<SmtpConnection>, Failure> {
        while let Some(mut connection) = self.newest() {
            deadline.limit(&mut connection, Stage::Connection)?;
            if connection.command("RSET\r\n").is_ok() {
                return Ok(Some(connection));
            }
            // What ended this one has ended the others too, and each would have to be waited for.
            self.lock().clear();
        }
        Ok(None)
    }

    fn newest(&self) -> Option<SmtpConnection> {
        let mut idle = self.lock();
        idle.retain(|idle| idle.since.elapsed() < LONGEST_IDLE);
        idle.pop().map(|idle| idle.connection)
    }

    fn keep(&self, connection: SmtpConnection) {
        let mut idle = self.lock();
        if idle.len() < MOST_IDLE {
            idle.push(Idle {
                connection,
                since: Instant::now(),
            });
        }
    }

    /// Connections stay good when a thread panicked elsewhere.
    fn lock(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
