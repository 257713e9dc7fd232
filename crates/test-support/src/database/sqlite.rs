//! A SQLite file in a temporary directory.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, types::ValueRef};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct File {
    url: String,
    path: PathBuf,
    /// Removes the directory, and what the product laid beside the database, at the end.
    _directory: TempDir,
}

impl File {
    /// The file itself comes with the first connection.
    pub(super) fn empty() -> Self {
        let directory = tempfile::Builder::new().prefix("innkeeper-test-").tempdir();
        let directory = directory.expect("a temporary directory can be made");
        let path = directory.path().join("innkeeper.db");
        Self {
            url: format!("sqlite://{}", path.display()),
            path,
            _directory: directory,
        }
    }

    pub(super) fn holding(content: &[u8]) -> Self {
        let file = Self::empty();
        fs::write(&file.path, content).expect("a database file can be written");
        file
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn execute(&self, sql: &str) {
        let outcome = connect(&self.path).and_then(|connection| connection.execute_batch(sql));
        outcome.unwrap_or_else(|error| panic!("{error}, in: {sql}"));
    }

    pub(super) fn scalar(&self, sql: &str) -> String {
        let outcome = connect(&self.path)
            .and_then(|connection| connection.query_row(sql, [], |row| row.get_ref(0).map(text)));
        outcome.unwrap_or_else(|error| panic!("{error}, in: {sql}"))
    }

    /// The whole database as bytes. What still stands in the write-ahead log is moved to the file first.
    pub(super) fn content(&self) -> Vec<u8> {
        let busy = self.scalar("PRAGMA wal_checkpoint(TRUNCATE)");
        assert_eq!(
            busy, "0",
            "`migrate` must close its connections before it returns"
        );
        fs::read(&self.path).expect("a database file can be read")
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}
