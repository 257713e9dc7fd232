//! Group commit: one thread writes for all. What is queued up goes into one transaction, each piece in a savepoint of its
//! own; nobody is answered before the commit.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use diesel::{QueryResult, SqliteConnection};
use tokio::sync::oneshot;

use super::{
    refused::Refused,
    statement::Database as _,
    statements::{Begin, Commit, Release, RollBack, Savepoint, Undo},
};

/// The most pieces of work in one transaction.
const GROUP: usize = 64;
/// The most that wait.
const QUEUE: usize = 1_024;

/// A piece of work.
trait Job: Send {
    /// Does it, and says whether it is to be kept.
    fn carry_out(&mut self, connection: &mut SqliteConnection) -> bool;
    /// Answers, once it is known whether the transaction was committed.
    fn tell(self: Box<Self>, is_committed: bool);
}

struct Piece<T, F> {
    work: Option<F>,
    outcome: Option<QueryResult<T>>,
    asker: oneshot::Sender<Result<T, Refused>>,
}

impl<T, F> Job for Piece<T, F>
where
    T: Send,
    F: FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send,
{
    fn carry_out(&mut self, connection: &mut SqliteConnection) -> bool {
        self.outcome = self.work.take().map(|work| work(connection));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn tell(self: Box<Self>, is_committed: bool) {
        let answer = match self.outcome {
            Some(Ok(told)) if is_committed => Ok(told),
            Some(Err(error)) => Err(error.into()),
            Some(Ok(_)) | None => Err(Refused::Failed),
        };
        // Whoever asked may have gone away.
        drop(self.asker.send(answer));
    }
}

/// The one who writes.
#[derive(Clone)]
pub(super) struct Writer(SyncSender<Box<dyn Job>>);

impl Writer {
    /// Starts its thread, which ends when the last copy of this is gone.
    pub(super) fn start(mut connection: SqliteConnection) -> Self {
        let (sender, jobs) = sync_channel(QUEUE);
        thread::spawn(move || {
            while let Some(group) = next(&jobs) {
                write(&mut connection, group);
            }
        });
        Self(sender)
    }

    /// Has a piece of work done, and waits until it is on disk.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Refused> {
        let (asker, answer) = oneshot::channel();
        let piece = Piece {
            work: Some(work),
            outcome: None,
            asker,
        };
        let sent = self.0.try_send(Box::new(piece));
        sent.map_err(|_full_or_gone| Refused::Overloaded)?;
        answer.await.map_err(|_gone| Refused::Failed)?
    }
}

/// What is queued up, once there is something.
fn next(jobs: &Receiver<Box<dyn Job>>) -> Option<Vec<Box<dyn Job>>> {
    let mut group = vec![jobs.recv().ok()?];
    group.extend(jobs.try_iter().take(GROUP - 1));
    Some(group)
}

fn write(connection: &mut SqliteConnection, mut group: Vec<Box<dyn Job>>) {
    let written = connection.touch(Begin {}).and_then(|_| {
        for job in &mut group {
            connection.touch(Savepoint {})?;
            if !job.carry_out(connection) {
                connection.touch(Undo {})?;
            }
            connection.touch(Release {})?;
        }
        connection.touch(Commit {})
    });
    if written.is_err() {
        // If none is open any more, there is nothing to undo.
        drop(connection.touch(RollBack {}));
    }
    for job in group {
        job.tell(written.is_ok());
    }
}

#[cfg(test)]
mod tests {
    use diesel::{connection::SimpleConnection as _, prelude::*};

    use super::*;

    fn piece(jobs: &SyncSender<Box<dyn Job>>, sql: &'static str) -> oneshot::Receiver<Result<(), Refused>> {
        let (asker, answer) = oneshot::channel();
        let work = move |connection: &mut SqliteConnection| connection.batch_execute(sql);
        let piece = Piece {
            work: Some(work),
            outcome: None,
            asker,
        };
        jobs.try_send(Box::new(piece)).unwrap();
        answer
    }

    /// Queues up all of these, writes one group, and tells who was answered how, and what is stored.
    fn written(sql: &[&'static str]) -> (Vec<bool>, Vec<i64>) {
        diesel::table! {
            things (id) { id -> BigInt, }
        }
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        let schema = "PRAGMA foreign_keys = ON; CREATE TABLE things (id INTEGER PRIMARY KEY, \
            other INTEGER REFERENCES things DEFERRABLE INITIALLY DEFERRED)";
        connection.batch_execute(schema).unwrap();
        let (sender, jobs) = sync_channel(8);
        let answers: Vec<_> = sql.iter().map(|sql| piece(&sender, sql)).collect();
        write(&mut connection, next(&jobs).unwrap());
        let told = answers
            .into_iter()
            .map(|answer| answer.blocking_recv().unwrap().is_ok());
        let stored = things::table
            .select(things::id)
            .order(things::id)
            .load(&mut connection);
        (told.collect(), stored.unwrap())
    }

    #[test]
    fn a_piece_that_fails_spoils_no_other() {
        let (told, stored) = written(&[
            "INSERT INTO things VALUES (1, NULL)",
            "INSERT INTO things VALUES (2, NULL); INSERT INTO things VALUES (1, NULL)",
            "INSERT INTO things VALUES (3, NULL)",
        ]);
        assert_eq!((told, stored), (vec![true, false, true], vec![1, 3]));
    }

    #[test]
    fn nobody_is_told_of_success_when_the_commit_fails() {
        let (told, stored) = written(&[
            "INSERT INTO things VALUES (1, NULL)",
            "INSERT INTO things VALUES (2, 9)",
        ]);
        assert_eq!((told, stored), (vec![false, false], vec![]));
    }
}
