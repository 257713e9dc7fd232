//! Transactions: attempts at them, pauses between, and what their end means.

use std::{
    hash::{BuildHasher, RandomState},
    mem, thread,
    time::{Duration, Instant},
};

use innkeeper_domain::ports::{Repos, StoreError, UnitOfWork, Verdict};

use crate::{
    connection::Link,
    error::{Failure, Kind},
    session::SqlSession,
    store::SqlStore,
};

/// What one transaction does: keep what it wrote or not, or fail.
pub(crate) type Work<'w> = dyn FnMut(&mut Link) -> Result<Verdict, Failure> + 'w;

/// What became of one attempt.
pub(crate) enum Outcome {
    /// It was committed, or rolled back as the body wished.
    Settled,
    /// It failed and was rolled back.
    Failed(Failure),
    /// It cannot be known whether it was committed.
    Uncertain(StoreError),
}

impl UnitOfWork for SqlStore {
    fn run(
        &self,
        name: &'static str,
        body: &mut dyn FnMut(&mut dyn Repos) -> Verdict,
    ) -> Result<(), StoreError> {
        self.transact(name, &mut |session| body(session))
    }
}

impl SqlStore {
    /// Runs `body` in one transaction, and again after a conflict, by the rules of [`UnitOfWork`].
    pub(crate) fn transact(
        &self,
        name: &'static str,
        body: &mut dyn FnMut(&mut SqlSession<'_>) -> Verdict,
    ) -> Result<(), StoreError> {
        let started = Instant::now();
        let mut attempts = 0;
        let mut was_taken = false;
        let mut sociable = true;
        let master_key = self.master_key();
        let mut work = |link: &mut Link| {
            let mut session = SqlSession::over(link, master_key);
            let verdict = body(&mut session);
            session.finish(verdict)
        };
        loop {
            let outcome = match self.group() {
                Some(group) => group.attempt(sociable, &mut work)?,
                None => self.attempt(&mut work)?,
            };
            let Failure { kind, error } = match outcome {
                Outcome::Settled => return Ok(()),
                Outcome::Uncertain(error) => {
                    tracing::error!(
                        work = name,
                        "the connection broke during a commit: the outcome is unknown"
                    );
                    return Err(error);
                }
                Outcome::Failed(failure) => failure,
            };
            attempts += 1;
            // What broke a connection is not to break that of others.
            sociable &= kind != Kind::Lost;
            let again = match kind {
                Kind::Passing | Kind::Lost => {
                    attempts < self.most_attempts() && started.elapsed() < self.wait()
                }
                Kind::Unique => !mem::replace(&mut was_taken, true),
                Kind::Unreadable | Kind::NoTable | Kind::Other => false,
            };
            if !again {
                return Err(error);
            }
            tracing::debug!(work = name, attempts, ?kind, "trying again");
            if kind == Kind::Passing {
                thread::sleep(pause(attempts));
            }
        }
    }

    fn attempt(&self, work: &mut Work<'_>) -> Result<Outcome, StoreError> {
        let links = self.writers();
        let mut link = links.lend()?;
        let outcome = self.attempt_on(&mut link, work);
        if link.is_lost() {
            links.lost(&link);
        }
        Ok(outcome)
    }

    fn attempt_on(&self, link: &mut Link, work: &mut Work<'_>) -> Outcome {
        if let Err(error) = link.begin() {
            return Outcome::Failed(error.into());
        }
        let open = Open { link };
        match work(open.link) {
            Err(failure) => Outcome::Failed(failure),
            Ok(Verdict::Discard) => Outcome::Settled,
            Ok(Verdict::Keep) => match open.link.commit() {
                Ok(()) => {
                    self.count_commit();
                    Outcome::Settled
                }
                Err(error) => Outcome::of_commit(error.into()),
            },
        }
    }
}

impl Outcome {
    /// What a commit that failed comes to.
    pub(crate) fn of_commit(failure: Failure) -> Self {
        if failure.kind == Kind::Lost {
            Self::Uncertain(failure.error)
        } else {
            Self::Failed(failure)
        }
    }
}

/// An open transaction, which is rolled back at the end of its scope: after a refusal, a failure or a panic.
struct Open<'l> {
    link: &'l mut Link,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        // A spent connection is closed instead of going back to its pool, and the database rolls back by itself.
        if self.link.is_in_transaction()
            && !self.link.is_lost()
            && let Err(error) = self.link.roll_back()
        {
            tracing::warn!(error = %error, "cannot roll back");
        }
    }
}

/// A short pause of random length, so that two that were in each other's way are not so again.
fn pause(attempts: u32) -> Duration {
    let longest = 2_000_u64 << attempts.min(5);
    Duration::from_micros(500 + RandomState::new().hash_one(attempts) % longest)
}
