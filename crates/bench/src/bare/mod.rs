//! The bare pipeline: fetch a page, parse it, upsert its rows in one transaction. No runs, no claims, no checkpoint, no
//! mapping, no listings, one table without a second index.

mod postgres;
mod record;
mod remote;
mod sqlite;

use std::collections::HashMap;

use self::{record::Record, remote::Remote};
use crate::work::{Reading, Took, Work, timed};

/// Where rows go.
trait Target {
    /// The hashes that are stored of these reservations, by their ids.
    fn hashes(&mut self, ids: &[&str]) -> anyhow::Result<HashMap<String, i64>>;
    /// Writes rows by their key in one transaction.
    fn put(&mut self, rows: &[(&Record, i64)]) -> anyhow::Result<()>;
}

/// Reads everything.
pub(crate) fn carry_out(work: &Work) -> anyhow::Result<Took> {
    let mut remote = Remote::sign_in(&work.sandbox, &work.secret)?;
    let is_first = work.reading == Reading::First;
    if let Some(path) = work.database.strip_prefix("sqlite://") {
        let mut target = sqlite::Sqlite::open(path, is_first)?;
        timed(|| read(&mut remote, &mut target, is_first))
    } else {
        let mut target = postgres::Postgres::open(&work.database, is_first)?;
        timed(|| read(&mut remote, &mut target, is_first))
    }
}

fn read(remote: &mut Remote, target: &mut impl Target, is_first: bool) -> anyhow::Result<u32> {
    let mut rows = 0;
    let mut last: Option<String> = None;
    loop {
        let page = remote.page(last.as_deref())?;
        let Some(end) = page.last() else {
            return Ok(rows);
        };
        last = Some(end.id.clone());
        rows += u32::try_from(page.len())?;
        let hashed = page.iter().map(|record| (record, record.content_hash()));
        // An empty table knows nothing: asking it would be work for nothing.
        let changed: Vec<(&Record, i64)> = if is_first {
            hashed.collect()
        } else {
            let ids: Vec<&str> = page.iter().map(|record| record.id.as_str()).collect();
            let known = target.hashes(&ids)?;
            hashed
                .filter(|(record, hash)| known.get(&record.id) != Some(hash))
                .collect()
        };
        if !changed.is_empty() {
            target.put(&changed)?;
        }
    }
}
