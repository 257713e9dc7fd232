//! A database that one test owns.

mod postgres;
mod sqlite;
mod template;

use crate::Backend;

/// A database of its own: nobody else sees it, and it is removed when the value is dropped.
///
/// On PostgreSQL it lives on the server named by `INNKEEPER_TEST_POSTGRES_URL`, under a name of its own; on SQLite it
/// is a file in a temporary directory.
#[derive(Debug)]
pub struct TestDatabase {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Sqlite(sqlite::File),
    Postgres(postgres::Database),
}

impl TestDatabase {
    /// A database without any table.
    ///
    /// # Panics
    ///
    /// If it cannot be made.
    pub fn empty(backend: Backend) -> Self {
        let place = match backend {
            Backend::Sqlite => Place::Sqlite(sqlite::File::empty()),
            Backend::Postgres => Place::Postgres(postgres::Database::empty()),
        };
        Self { place }
    }

    /// A copy of a database that `migrate` has filled. It runs once in this process for each backend and `key`; it
    /// gets the URL of an empty database and must have closed its connections when it returns.
    ///
    /// ```
    /// use innkeeper_test_support::{Backend, TestDatabase};
    ///
    /// let database = TestDatabase::from_template(Backend::Sqlite, "schema", |url| {
    ///     assert!(url.starts_with("sqlite:///")); // run the migrations on `url` here
    /// });
    /// assert_eq!(database.scalar("SELECT count(*) FROM sqlite_master"), "0");
    /// ```
    ///
    /// # Panics
    ///
    /// If the template or the copy cannot be made.
    pub fn from_template(backend: Backend, key: &str, migrate: impl FnOnce(&str)) -> Self {
        template::copy(backend, key, migrate)
    }

    /// What the product is given to connect: `sqlite:///...` or `postgres://...`.
    pub fn url(&self) -> &str {
        match &self.place {
            Place::Sqlite(file) => file.url(),
            Place::Postgres(database) => database.url(),
        }
    }

    /// Which kind of database it is.
    pub fn backend(&self) -> Backend {
        match self.place {
            Place::Sqlite(_) => Backend::Sqlite,
            Place::Postgres(_) => Backend::Postgres,
        }
    }

    /// Runs statements, separated by semicolons, on a connection of their own.
    ///
    /// # Panics
    ///
    /// If one fails.
    pub fn execute(&self, sql: &str) {
        match &self.place {
            Place::Sqlite(file) => file.execute(sql),
            Place::Postgres(database) => database.execute(sql),
        }
    }

    /// The first column of the first row, as text: `NULL` for null; booleans as the backend has them, `1` or `t`.
    ///
    /// # Panics
    ///
    /// If the query fails or has no row.
    pub fn scalar(&self, sql: &str) -> String {
        match &self.place {
            Place::Sqlite(file) => file.scalar(sql),
            Place::Postgres(database) => database.scalar(sql),
        }
    }

    /// Cuts all connections to it, as a restart of the server would, and returns when they are gone. New ones may
    /// be opened at once.
    ///
    /// # Panics
    ///
    /// On SQLite, which has no connections that others could cut; and if the server does not obey.
    pub fn sever(&self) {
        match &self.place {
            Place::Sqlite(_) => panic!("a SQLite database has no server that could cut connections"),
            Place::Postgres(database) => database.sever(),
        }
    }
}
