//! A queue with nothing but a place in the line: jobs are taken by whoever comes first, and deleted.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use anyhow::{Context as _, ensure};
use postgres::{Client, NoTls};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    claims::{THREADS, all},
    report::Speed,
};
use crate::databases::Kind;

const TABLE: &str = "CREATE TABLE jobs (id BIGINT PRIMARY KEY, rank BIGINT NOT NULL, claim BIGINT);
    CREATE INDEX jobs_ready ON jobs (rank) WHERE claim IS NULL";

/// An empty queue with as many connections as are of use.
pub(super) enum Queue {
    /// SQLite has one writer, and waiting for it is cheapest outside.
    Sqlite(Mutex<Connection>),
    /// One for each thread.
    Postgres(Vec<Mutex<Client>>),
}

impl Queue {
    pub(super) fn open(kind: Kind, url: &str) -> anyhow::Result<Self> {
        match kind {
            Kind::Sqlite => {
                let path = PathBuf::from(url.strip_prefix("sqlite://").context("no SQLite URL")?);
                let connection = Connection::open(path)?;
                connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")?;
                connection.execute_batch(TABLE)?;
                Ok(Self::Sqlite(Mutex::new(connection)))
            }
            Kind::Postgres => {
                let mut clients = Vec::new();
                for _ in 0..THREADS {
                    clients.push(Mutex::new(Client::connect(url, NoTls)?));
                }
                let mut first = clients
                    .first()
                    .context("no threads")?
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                first.batch_execute(TABLE)?;
                drop(first);
                Ok(Self::Postgres(clients))
            }
        }
    }

    /// Queues so many jobs, one commit each, then takes and deletes all of them, two commits each.
    pub(super) fn measure(&self, jobs: usize) -> anyhow::Result<Speed> {
        let part = i64::try_from(jobs.div_ceil(THREADS))?;
        let count = i64::try_from(jobs)?;
        let threads = 0..i64::try_from(THREADS)?;
        let begun = Instant::now();
        all(threads
            .clone()
            .map(|thread| move || self.queue(thread, (thread * part)..((thread + 1) * part).min(count))))?;
        let queued = begun.elapsed();
        let begun = Instant::now();
        all(threads.map(|thread| move || self.drain(thread)))?;
        let drained = begun.elapsed();
        ensure!(self.is_empty()?, "jobs are left");
        Ok(Speed::of(jobs, queued, drained))
    }

    fn client(clients: &[Mutex<Client>], thread: i64) -> anyhow::Result<std::sync::MutexGuard<'_, Client>> {
        let client = clients.get(usize::try_from(thread)?).context("no such thread")?;
        Ok(client.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn queue(&self, thread: i64, jobs: std::ops::Range<i64>) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => {
                for job in jobs {
                    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                    let insert = "INSERT INTO jobs (id, rank) VALUES (?, ?)";
                    connection.prepare_cached(insert)?.execute(params![job, job])?;
                }
            }
            Self::Postgres(clients) => {
                let mut client = Self::client(clients, thread)?;
                let insert = client.prepare("INSERT INTO jobs (id, rank) VALUES ($1, $2)")?;
                for job in jobs {
                    client.execute(&insert, &[&job, &job])?;
                }
            }
        }
        Ok(())
    }

    fn drain(&self, thread: i64) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(connection) => loop {
                let locked = connection.lock().unwrap_or_else(PoisonError::into_inner);
                let taken: Option<i64> = locked
                    .prepare_cached(
                        "UPDATE jobs SET claim = ? WHERE id = \
                         (SELECT id FROM jobs WHERE claim IS NULL ORDER BY rank LIMIT 1) RETURNING id",
                    )?
                    .query_row([thread], |row| row.get(0))
                    .optional()?;
                drop(locked);
                let Some(job) = taken else { return Ok(()) };
                let locked = connection.lock().unwrap_or_else(PoisonError::into_inner);
                locked
                    .prepare_cached("DELETE FROM jobs WHERE id = ? AND claim = ?")?
                    .execute([job, thread])?;
            },
            Self::Postgres(clients) => {
                let mut client = Self::client(clients, thread)?;
                let take = client.prepare(
                    "UPDATE jobs SET claim = $1 WHERE id = (SELECT id FROM jobs WHERE claim IS NULL \
                     ORDER BY rank LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id",
                )?;
                let end = client.prepare("DELETE FROM jobs WHERE id = $1 AND claim = $2")?;
                while let Some(row) = client.query_opt(&take, &[&thread])? {
                    let job: i64 = row.try_get(0)?;
                    client.execute(&end, &[&job, &thread])?;
                }
                Ok(())
            }
        }
    }

    fn is_empty(&self) -> anyhow::Result<bool> {
        let count: i64 = match self {
            Self::Sqlite(connection) => connection
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .query_row("SELECT count(*) FROM jobs", [], |row| row.get(0))?,
            Self::Postgres(clients) => {
                let row = Self::client(clients, 0)?.query_one("SELECT count(*) FROM jobs", &[])?;
                row.try_get(0)?
            }
        };
        Ok(count == 0)
    }
}
