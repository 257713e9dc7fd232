//! A unit of work that wakes a worker when it has committed something to do, so that nobody waits for the next poll.

use std::sync::Arc;

use innkeeper_domain::ports::{Repos, StoreError, UnitOfWork, Verdict};

use super::Bell;

/// The work that queues a run.
const QUEUEING: [&str; 2] = ["accounts.add", "accounts.refresh"];

/// Rings a bell after work that queues a run.
pub(crate) struct Ringing {
    /// The real one.
    pub(crate) inner: Arc<dyn UnitOfWork>,
    /// Where workers sleep.
    pub(crate) bell: Arc<Bell>,
}

impl UnitOfWork for Ringing {
    fn run(
        &self,
        name: &'static str,
        body: &mut dyn FnMut(&mut dyn Repos) -> Verdict,
    ) -> Result<(), StoreError> {
        self.inner.run(name, body)?;
        if QUEUEING.contains(&name) {
            self.bell.ring();
        }
        Ok(())
    }
}
