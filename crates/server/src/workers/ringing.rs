//! A unit of work that wakes a worker when it has committed something to do, so that nobody waits for the next poll.

use std::sync::Arc;

use innkeeper_domain::ports::{Repos, StoreError, UnitOfWork, Verdict};

use super::Bell;

/// The work that queues a run.
const QUEUEING: [&str; 2] = ["accounts.add", "accounts.refresh"];

/// The work that mostly writes a message, or a request for one. What else does is found at the next look.
const MAILING: [&str; 4] = [
    "property_users.invite",
    "property_users.withdraw",
    "onboarding.resend",
    "onboarding.ask",
];

/// Rings a bell after work that queues a run, and another after work that writes a message.
pub(crate) struct Ringing {
    /// The real one.
    pub(crate) inner: Arc<dyn UnitOfWork>,
    /// Where workers sleep.
    pub(crate) bell: Arc<Bell>,
    /// Where senders of mails sleep.
    pub(crate) post: Arc<Bell>,
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
        if MAILING.contains(&name) {
            self.post.ring();
        }
        Ok(())
    }
}
