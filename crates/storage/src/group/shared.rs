//! A transaction that several have a part in, one after the other.

use std::{
    any::Any,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::QueryResult;
use innkeeper_domain::ports::{StoreError, Verdict};

use super::{News, Waiter};
use crate::{
    connection::Link,
    error::Failure,
    pool::{Lent, Links},
    unit_of_work::Work,
};

/// The most that have a part in one transaction.
const MOST: usize = 64;

/// An open transaction, and those whose work it holds.
pub(super) struct Shared {
    link: Lent,
    members: Members,
    began: Instant,
}

/// Those who wait for the end of a transaction.
#[derive(Default)]
pub(super) struct Members(Vec<Waiter>);

/// What became of one part.
pub(super) enum Part {
    /// The body wants it kept.
    Kept,
    /// It was undone as the body wished, and nothing else was.
    Discarded,
    /// It failed and was undone, and nothing else was.
    Failed(Failure),
    /// The body panicked; its part was undone, and nothing else was.
    Panicked(Box<dyn Any + Send>),
}

impl Shared {
    /// The transaction that was begun on a connection. Nobody has a part in it yet.
    pub(super) fn over(link: Lent) -> Self {
        Self {
            link,
            members: Members::default(),
            began: Instant::now(),
        }
    }

    /// Whether nobody waits for its end yet.
    pub(super) fn is_unshared(&self) -> bool {
        self.members.0.is_empty()
    }

    /// Whether others may get a part in it: until it is old, for those who had theirs wait for its end.
    pub(super) fn has_room(&self, sharing: Duration) -> bool {
        self.members.0.len() < MOST && self.began.elapsed() < sharing
    }

    /// From now on this one waits for its end.
    pub(super) fn join(&mut self, member: &Waiter) {
        self.members.0.push(Arc::clone(member));
    }

    /// Runs `work` as a part of it. The first needs no savepoint: what it does not keep is rolled back as a whole.
    ///
    /// The second value tells whether the transaction still stands, with all parts that were kept before.
    pub(super) fn run(&mut self, work: &mut Work<'_>) -> (Part, bool) {
        let is_first = self.is_unshared();
        if !is_first && let Err(error) = self.link.begin_part() {
            return (Part::Failed(error.into()), false);
        }
        let link: &mut Link = &mut self.link;
        let part = match catch_unwind(AssertUnwindSafe(|| work(link))) {
            Ok(Ok(Verdict::Keep)) => Part::Kept,
            Ok(Ok(Verdict::Discard)) => Part::Discarded,
            Ok(Err(failure)) => Part::Failed(failure),
            Err(panic) => Part::Panicked(panic),
        };
        if is_first {
            let stands = matches!(part, Part::Kept);
            return (part, stands);
        }
        let ended = match &part {
            // What SQLite meets with a full or broken disk may have undone the whole transaction.
            _ if self.link.is_lost() => return (part, false),
            Part::Kept => self.link.keep_part(),
            Part::Discarded | Part::Failed(_) | Part::Panicked(_) => self.link.undo_part(),
        };
        match ended {
            Ok(()) => (part, true),
            Err(error) => {
                tracing::warn!(error = %error, "a part of a transaction took all of it along");
                (part, false)
            }
        }
    }

    /// Commits. After an error the transaction is still to be rolled back.
    pub(super) fn commit(&mut self) -> QueryResult<()> {
        self.link.commit()
    }

    /// Ends it: what is not committed is undone, and the connection goes back. Those who wait have to be told.
    pub(super) fn end(mut self, links: &Links) -> Vec<Waiter> {
        if self.link.is_lost() {
            links.lost(&self.link);
        } else if self.link.is_in_transaction()
            && let Err(error) = self.link.roll_back()
        {
            // A spent connection is closed instead of going back, and the database rolls back by itself.
            tracing::warn!(error = %error, "cannot roll back");
        }
        mem::take(&mut self.members.0)
    }
}

impl Drop for Members {
    /// Never needed, unless we panic ourselves: nobody is to wait for ever.
    fn drop(&mut self) {
        for member in mem::take(&mut self.0) {
            let error = StoreError::failed("the transaction was left by those who had it");
            member.tell(News::Unknown(error));
        }
    }
}
