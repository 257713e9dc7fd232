//! Filling a SQLite file.

use std::{
    fs::File,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::ensure;
use rusqlite::{
    Connection, ErrorCode, ToSql, params,
    types::{ToSqlOutput, ValueRef},
};

use super::cells::{Cell, Filling, Table};

const PATIENCE: Duration = Duration::from_secs(10);

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
            Self::Number(number) => ValueRef::Integer(*number),
            Self::Flag(flag) => ValueRef::Integer(i64::from(*flag)),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// An index that is out of the way while its table is filled.
struct Index {
    name: String,
    sql: String,
}

/// Fills tables that are empty. Nothing is durable before the end, when all of it is.
pub(super) fn fill(path: &Path, fillings: Vec<Filling<'_>>) -> anyhow::Result<()> {
    let mut connection = Connection::open(path)?;
    alone(&connection)?;
    connection
        .execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144")?;
    let transaction = connection.transaction()?;
    let statistics = statistics(&transaction)?;
    for filling in fillings {
        let indexes = indexes(&transaction, filling.table)?;
        for index in &indexes {
            transaction.execute_batch(&format!("DROP INDEX {}", index.name))?;
        }
        insert(&transaction, filling)?;
        for index in &indexes {
            transaction.execute_batch(&index.sql)?;
        }
    }
    // What the schema says about an index goes with it.
    transaction.execute_batch("DELETE FROM sqlite_stat1")?;
    for (table, index, figures) in statistics {
        transaction.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)",
            params![table, index, figures],
        )?;
    }
    transaction.commit()?;
    connection.execute_batch("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL")?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(File::open(path)?.sync_all()?)
}

/// Without any journal: if this breaks off, the file is of no use and goes. Connections that were closed a moment ago
/// may still be about to end.
fn alone(connection: &Connection) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let asked = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE; COMMIT";
        match connection.execute_batch(asked) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                ensure!(begun.elapsed() < PATIENCE, "somebody else has the database open");
                thread::sleep(Duration::from_millis(20));
            }
            outcome => return Ok(outcome?),
        }
    }
}

type Statistics = (String, Option<String>, String);

fn statistics(connection: &Connection) -> rusqlite::Result<Vec<Statistics>> {
    let mut statement = connection.prepare("SELECT tbl, idx, stat FROM sqlite_stat1")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

/// Those that are no part of the table itself.
fn indexes(connection: &Connection, table: Table) -> rusqlite::Result<Vec<Index>> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
    )?;
    let rows = statement.query_map([table.name], |row| {
        Ok(Index {
            name: row.get(0)?,
            sql: row.get(1)?,
        })
    })?;
    rows.collect()
}

fn insert(connection: &Connection, filling: Filling<'_>) -> rusqlite::Result<()> {
    let Table { name, columns } = filling.table;
    let places = vec!["?"; columns.len()].join(", ");
    let mut statement = connection.prepare(&format!(
        "INSERT INTO {name} ({}) VALUES ({places})",
        columns.join(", ")
    ))?;
    for row in filling.rows {
        statement.execute(rusqlite::params_from_iter(&row))?;
    }
    Ok(())
}
