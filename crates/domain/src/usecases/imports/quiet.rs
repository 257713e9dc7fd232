//! Stretches of a run that bring nothing new. Each page that is stored costs a synced write; a page of which everything
//! is known needs none, as long as the run shows often enough that it is alive and how far it has come.

use std::time::Duration;

use super::{ImportPorts, PageOutcome, Work, reservations};
use crate::{
    accounts::{Fetched, StreamPlan},
    imports::Checkpoint,
    ports::StoreError,
    time::Timestamp,
};

/// The most pages that are passed over between two writes.
const MOST_PAGES: u32 = 16;
/// The longest time between two writes while pages come in.
const LONGEST: Duration = Duration::from_secs(1);

/// How long a run has brought nothing new.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quiet {
    /// When the last page was stored, if all of it was known.
    since: Option<Timestamp>,
    passed: u32,
}

impl Quiet {
    /// Passes over a page that says nothing new; `None` if it is to be stored: it may say something new, or it is time to
    /// write down how far the run has come. It is only tried behind a page that was known, so that a first import does
    /// not look twice.
    pub(super) fn pass(
        &mut self,
        ports: ImportPorts<'_>,
        work: &Work,
        plan: StreamPlan,
        fetched: &Fetched,
    ) -> Result<Option<Checkpoint>, StoreError> {
        let now = ports.watch.now();
        let is_time = |since: Timestamp| self.passed >= MOST_PAGES || now.since(since) >= LONGEST;
        if self.since.is_none_or(is_time) {
            return Ok(None);
        }
        let passed = reservations::passed(ports.uow, work, plan, fetched, (now, ports.watch.ids()))?;
        self.passed += 1;
        Ok(passed)
    }

    /// Takes note of a page that was stored.
    pub(super) fn heard(&mut self, outcome: &PageOutcome, now: Timestamp) {
        self.passed = 0;
        self.since = match outcome {
            PageOutcome::Known(_) => Some(now),
            PageOutcome::Stored(_) | PageOutcome::Lost => None,
        };
    }
}
