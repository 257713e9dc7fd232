//! Filling a PostgreSQL database.

use std::io::{BufWriter, Write};

use postgres::{Client, NoTls, Transaction};

use super::cells::{Cell, Filling, Table};

/// Fills tables that are empty, in one transaction, and leaves them as a database that has been at rest for a while:
/// planned for, and with nothing that is left for a vacuum to do.
pub(super) fn fill(url: &str, fillings: Vec<Filling<'_>>) -> anyhow::Result<()> {
    let mut client = Client::connect(url, NoTls)?;
    // Foreign keys are triggers, and would look up each row's twice.
    client.batch_execute(
        "SET session_replication_role = replica; SET synchronous_commit = off; SET statement_timeout = 0;
         SET maintenance_work_mem = '512MB'",
    )?;
    let tables: Vec<Table> = fillings.iter().map(|filling| filling.table).collect();
    let mut transaction = client.transaction()?;
    // Rows may come in frozen only where nobody can have seen the table without them.
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    transaction.batch_execute(&format!("TRUNCATE {} CASCADE", names.join(", ")))?;
    for filling in fillings {
        let indexes = indexes(&mut transaction, filling.table)?;
        for (name, _) in &indexes {
            transaction.batch_execute(&format!("DROP INDEX {name}"))?;
        }
        copy(&mut transaction, filling)?;
        for (_, definition) in &indexes {
            transaction.batch_execute(definition)?;
        }
    }
    transaction.commit()?;
    for table in tables {
        client.batch_execute(&format!("VACUUM (ANALYZE) {}", table.name))?;
    }
    Ok(client.batch_execute("CHECKPOINT")?)
}

/// Names and definitions of those that are no constraint.
fn indexes(transaction: &mut Transaction<'_>, table: Table) -> anyhow::Result<Vec<(String, String)>> {
    let rows = transaction.query(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index \
         WHERE indrelid = to_regclass($1) \
         AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        &[&table.name],
    )?;
    let read = |row: &postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
    rows.iter().map(read).collect()
}

fn copy(transaction: &mut Transaction<'_>, filling: Filling<'_>) -> anyhow::Result<()> {
    let Table { name, columns } = filling.table;
    let statement = format!("COPY {name} ({}) FROM STDIN WITH (FREEZE)", columns.join(", "));
    let mut out = BufWriter::with_capacity(1 << 16, transaction.copy_in(&statement)?);
    for row in filling.rows {
        let mut cells = row.iter();
        if let Some(first) = cells.next() {
            write(&mut out, first)?;
        }
        for cell in cells {
            out.write_all(b"\t")?;
            write(&mut out, cell)?;
        }
        out.write_all(b"\n")?;
    }
    let writer = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    writer.finish()?;
    Ok(())
}

/// None of our texts holds what would have to be escaped.
fn write(out: &mut impl Write, cell: &Cell) -> std::io::Result<()> {
    match cell {
        Cell::Null => out.write_all(b"\\N"),
        Cell::Id(id) => {
            let mut text = uuid::Uuid::encode_buffer();
            out.write_all(id.hyphenated().encode_lower(&mut text).as_bytes())
        }
        Cell::Number(number) => write!(out, "{number}"),
        Cell::Flag(flag) => out.write_all(if *flag { b"t" } else { b"f" }),
        Cell::Text(text) => out.write_all(text.as_bytes()),
        Cell::Bytes(bytes) => {
            out.write_all(b"\\\\x")?;
            bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
        }
    }
}
