//! Group commit, for SQLite: writers who would wait for each other's COMMIT, which waits for the disk, share one.
//!
//! Writers stand in line. The first begins a transaction on the one connection that writes, and does its work. If
//! somebody waits behind it, the open transaction is handed on: each body runs on its caller's thread, in a savepoint
//! of its own, and what it does not keep is undone alone. Who finds nobody behind, or a transaction that is large or
//! old, commits for all. While the disk works, others come into line: they are the next group. There is no timer; a
//! writer that is alone commits at once.
//!
//! **Nobody is answered before the commit**, not even who only read or was refused: what they saw may be what a member
//! before them wrote. Only the first of a group saw nothing of the kind.
//!
//! **If the transaction fails as a whole**, because COMMIT does, or since SQLite undid all of it in the middle as it
//! may with a full disk, nobody's work was kept, and it is run again, this time in a transaction of its own for each:
//! only those whose fault it was fail again. Unless the disk failed during COMMIT: what the file holds then shows
//! after the next start, so everybody is told that it is unknown, as on PostgreSQL when the connection breaks.
//!
//! Other processes may write too: BEGIN waits for them as long as the store would wait for anything.

mod line;
mod shared;
#[cfg(test)]
mod tests;

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use innkeeper_domain::ports::StoreError;

use self::{
    line::{Line, Turn},
    shared::{Part, Shared},
};
use crate::{
    config::StoreConfig,
    error::{Failure, Kind},
    pool::Links,
    unit_of_work::{Outcome, Work},
    waiting::Place,
};

/// The writers of one store, and what they share.
#[derive(Debug)]
pub(crate) struct Group {
    line: Line<News>,
    links: Links,
    wait: Duration,
    sharing: Duration,
    commits: Arc<AtomicU64>,
}

/// Where one writer waits.
type Waiter = Arc<Place<News>>;

/// What a writer is told.
enum News {
    /// It is its turn; with the transaction that is open, if one is.
    Turn(Option<Shared>),
    /// The transaction that it had a part in was committed.
    Committed,
    /// It cannot be known whether it was.
    Unknown(StoreError),
    /// It was not: the writer is in line again, for a transaction of its own.
    Again,
}

/// What a turn leads to.
enum Then {
    /// The attempt is over.
    Over(Outcome),
    /// The writer is told how the transaction ends; this is what became of its own part.
    Wait(Part),
}

impl Group {
    /// The writers of a store whose `links` are one at a time. Commits are counted in `commits`.
    pub(crate) fn new(config: &StoreConfig, links: Links, commits: &Arc<AtomicU64>) -> Self {
        Self {
            line: Line::new(|| News::Turn(None)),
            links,
            wait: config.wait,
            sharing: config.sharing,
            commits: Arc::clone(commits),
        }
    }

    /// How many wait for their turn.
    pub(crate) fn waiting(&self) -> usize {
        self.line.len()
    }

    /// Runs `work` in a transaction, which others have a part in if it is `sociable`; again, alone, if that transaction
    /// fails as a whole.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] if its turn does not come in time, and what opening a connection meets.
    pub(crate) fn attempt(&self, sociable: bool, work: &mut Work<'_>) -> Result<Outcome, StoreError> {
        let place = Place::new();
        let (mut sociable, mut came) = (sociable, Instant::now());
        self.line.enter(&place, sociable);
        loop {
            let shared = self.wait_for_turn(&place, came)?;
            let turn = self.line.turn();
            let shared = match shared {
                Some(shared) => shared,
                None => match self.begin(came)? {
                    Ok(shared) => shared,
                    Err(failure) => return Ok(Outcome::Failed(failure)),
                },
            };
            let part = match self.take_part(turn, shared, &place, sociable, work) {
                Then::Over(outcome) => return Ok(outcome),
                Then::Wait(part) => part,
            };
            // However long it takes: what was done is not left alone.
            match place.hear() {
                News::Committed => return Ok(part.into_outcome()),
                News::Unknown(error) => return Ok(Outcome::Uncertain(error)),
                News::Again => {}
                // It is its turn again so soon that this was all it heard.
                turn @ News::Turn(_) => place.tell(turn),
            }
            (sociable, came) = (false, Instant::now());
        }
    }

    /// Waits for the turn; what is open comes with it.
    fn wait_for_turn(&self, place: &Waiter, came: Instant) -> Result<Option<Shared>, StoreError> {
        loop {
            let news = match place.hear_within(self.wait.saturating_sub(came.elapsed())) {
                Some(news) => news,
                None if self.line.leave(place) => return Err(StoreError::Busy),
                // Somebody is just saying it.
                None => place.hear(),
            };
            match news {
                News::Turn(shared) => return Ok(shared),
                News::Committed | News::Unknown(_) | News::Again => {}
            }
        }
    }

    fn begin(&self, came: Instant) -> Result<Result<Shared, Failure>, StoreError> {
        let rest = self.wait.saturating_sub(came.elapsed());
        let mut link = self.links.lend_within(rest)?;
        Ok(match link.begin() {
            Ok(()) => Ok(Shared::over(link)),
            Err(error) => {
                if link.is_lost() {
                    self.links.lost(&link);
                }
                Err(error.into())
            }
        })
    }

    /// Runs the work, and hands the transaction on or ends it.
    fn take_part(
        &self,
        turn: Turn<'_, News>,
        mut shared: Shared,
        place: &Waiter,
        sociable: bool,
        work: &mut Work<'_>,
    ) -> Then {
        let is_first = shared.is_unshared();
        let (part, stands) = shared.run(work);
        if is_first && !stands {
            shared.end(&self.links);
            drop(turn);
            return Then::Over(part.into_outcome());
        }
        let part = match part {
            Part::Panicked(panic) => Err(panic),
            part => {
                shared.join(place);
                Ok(part)
            }
        };
        let over = if stands {
            self.hand_or_commit(turn, shared, place, sociable)
        } else {
            turn.send_back(&shared.end(&self.links), || News::Again);
            None
        };
        match (part, over) {
            (Err(panic), _) => resume_unwind(panic),
            (Ok(_), Some(outcome)) => Then::Over(outcome),
            (Ok(part), None) => Then::Wait(part),
        }
    }

    /// Hands the transaction to the next, or ends it. An outcome is only that of a writer who was alone.
    fn hand_or_commit(
        &self,
        turn: Turn<'_, News>,
        shared: Shared,
        place: &Waiter,
        sociable: bool,
    ) -> Option<Outcome> {
        if !sociable || !shared.has_room(self.sharing) {
            return self.commit(turn, shared, place);
        }
        match turn.hand(shared, |shared| News::Turn(Some(shared))) {
            Ok(()) => None,
            Err((turn, shared)) => self.commit(turn, shared, place),
        }
    }

    /// Commits, and tells everybody.
    fn commit(&self, turn: Turn<'_, News>, mut shared: Shared, place: &Waiter) -> Option<Outcome> {
        let failure = shared.commit().err().map(Failure::from);
        let members = shared.end(&self.links);
        let is_alone = matches!(members.as_slice(), [only] if Arc::ptr_eq(only, place));
        match failure {
            None => {
                self.commits.fetch_add(1, Ordering::Relaxed);
                turn.tell_all(&members, || News::Committed);
            }
            Some(failure) if is_alone => return Some(Outcome::of_commit(failure)),
            Some(failure) if failure.kind == Kind::Lost => {
                turn.tell_all(&members, || News::Unknown(failure.echo()));
            }
            Some(Failure { error, .. }) => {
                let count = members.len();
                tracing::warn!(count, %error, "a shared transaction failed; each part is run alone");
                turn.send_back(&members, || News::Again);
            }
        }
        None
    }
}

impl Part {
    /// What it comes to once what was kept is committed.
    fn into_outcome(self) -> Outcome {
        match self {
            Self::Kept | Self::Discarded => Outcome::Settled,
            Self::Failed(failure) => Outcome::Failed(failure),
            Self::Panicked(panic) => resume_unwind(panic),
        }
    }
}
