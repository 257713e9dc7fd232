//! SQLite, as raw as it comes: one statement for all rows of a page, prepared once.

use std::collections::HashMap;

use rusqlite::{Connection, ToSql};

use super::{
    Target,
    record::{COLUMNS, Record, each_field},
};

pub(super) struct Sqlite(Connection);

impl Sqlite {
    /// With the durability of the store: a commit is on disk when it returns.
    pub(super) fn open(path: &str, is_new: bool) -> anyhow::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        if is_new {
            let columns: Vec<String> = COLUMNS
                .iter()
                .map(|(name, kind)| format!("{name} {kind}"))
                .collect();
            let table = format!(
                "CREATE TABLE reservations ({}, PRIMARY KEY (id)) WITHOUT ROWID",
                columns.join(", ")
            );
            connection.execute_batch(&table)?;
        }
        Ok(Self(connection))
    }
}

fn statement(rows: usize) -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let row = format!("({})", vec!["?"; names.len()].join(", "));
    let again: Vec<String> = names
        .iter()
        .skip(1)
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    format!(
        "INSERT INTO reservations ({}) VALUES {} ON CONFLICT (id) DO UPDATE SET {}",
        names.join(", "),
        vec![row; rows].join(", "),
        again.join(", ")
    )
}

impl Target for Sqlite {
    fn hashes(&mut self, ids: &[&str]) -> anyhow::Result<HashMap<String, i64>> {
        let json = serde_json::to_string(ids)?;
        let mut select = self.0.prepare_cached(
            "SELECT id, content_hash FROM reservations WHERE id IN (SELECT value FROM json_each(?))",
        )?;
        let found = select.query_map([json], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    fn put(&mut self, rows: &[(&Record, i64)]) -> anyhow::Result<()> {
        let mut values: Vec<&dyn ToSql> = Vec::with_capacity(rows.len() * COLUMNS.len());
        for (record, hash) in rows {
            values.push(&record.id);
            values.push(&record.total);
            macro_rules! push {
                ($($field:ident: $kind:ty = $sql:literal,)+) => { $(values.push(&record.$field);)+ };
            }
            each_field!(push);
            values.push(hash);
        }
        let transaction = self.0.transaction()?;
        transaction
            .prepare_cached(&statement(rows.len()))?
            .execute(values.as_slice())?;
        transaction.commit()?;
        Ok(())
    }
}
