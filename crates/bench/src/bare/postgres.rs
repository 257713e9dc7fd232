//! PostgreSQL, as raw as it comes: one statement for all rows of a page, each column an array, prepared once.

use std::collections::HashMap;

use postgres::{Client, NoTls, Statement, types::ToSql};

use super::{
    Target,
    record::{COLUMNS, Record, each_field},
};

pub(super) struct Postgres {
    client: Client,
    upsert: Statement,
    select: Statement,
}

impl Postgres {
    pub(super) fn open(url: &str, is_new: bool) -> anyhow::Result<Self> {
        let mut client = Client::connect(url, NoTls)?;
        if is_new {
            let columns: Vec<String> = COLUMNS
                .iter()
                .map(|(name, kind)| format!("{name} {kind}"))
                .collect();
            client.batch_execute(&format!(
                "CREATE TABLE reservations ({}, PRIMARY KEY (id))",
                columns.join(", ")
            ))?;
        }
        let upsert = client.prepare(&statement())?;
        let select = client.prepare("SELECT id, content_hash FROM reservations WHERE id = ANY($1)")?;
        Ok(Self {
            client,
            upsert,
            select,
        })
    }
}

fn statement() -> String {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let arrays: Vec<String> = COLUMNS
        .iter()
        .enumerate()
        .map(|(at, (_, kind))| format!("${}::{kind}[]", at + 1))
        .collect();
    let again: Vec<String> = names
        .iter()
        .skip(1)
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    format!(
        "INSERT INTO reservations ({}) SELECT * FROM unnest({}) ON CONFLICT (id) DO UPDATE SET {}",
        names.join(", "),
        arrays.join(", "),
        again.join(", ")
    )
}

impl Target for Postgres {
    fn hashes(&mut self, ids: &[&str]) -> anyhow::Result<HashMap<String, i64>> {
        let found = self.client.query(&self.select, &[&ids])?;
        let read = |row: postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
        found.into_iter().map(read).collect()
    }

    fn put(&mut self, rows: &[(&Record, i64)]) -> anyhow::Result<()> {
        let ids: Vec<&str> = rows.iter().map(|(record, _)| record.id.as_str()).collect();
        let totals: Vec<&str> = rows.iter().map(|(record, _)| record.total.as_str()).collect();
        let hashes: Vec<i64> = rows.iter().map(|(_, hash)| *hash).collect();
        macro_rules! columns {
            ($($field:ident: $kind:ty = $sql:literal,)+) => {
                $(let $field: Vec<&$kind> = rows.iter().map(|(record, _)| &record.$field).collect();)+
                let values: Vec<&(dyn ToSql + Sync)> = vec![&ids, &totals, $(&$field,)+ &hashes];
                let mut transaction = self.client.transaction()?;
                transaction.execute(&self.upsert, &values)?;
                transaction.commit()?;
            };
        }
        each_field!(columns);
        Ok(())
    }
}
