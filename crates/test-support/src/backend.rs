//! The two kinds of database, and which of them this run tests.

use std::{env, fmt};

/// Names the backends to test, separated by commas: `sqlite,postgres`. Unset means `sqlite`.
pub const BACKENDS: &str = "INNKEEPER_TEST_BACKENDS";

/// The URL of a PostgreSQL database whose user may create databases. `scripts/test` sets it.
pub const POSTGRES_URL: &str = "INNKEEPER_TEST_POSTGRES_URL";

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// A file in a temporary directory.
    Sqlite,
    /// A database on the server that [`POSTGRES_URL`] names.
    Postgres,
}

impl Backend {
    /// Both, in the order in which tests list them.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// Whether this run tests the backend: without any environment SQLite only, so that a fresh clone needs nothing.
    ///
    /// # Panics
    ///
    /// If [`BACKENDS`] has an unknown name, or asks for PostgreSQL while [`POSTGRES_URL`] is unset: who asks for
    /// a backend must not get a silent skip.
    pub fn enabled(self) -> bool {
        let wanted = env::var(BACKENDS).ok();
        self.chosen(wanted.as_deref(), env::var_os(POSTGRES_URL).is_some())
    }

    /// [`Backend::enabled`] as a function of the two variables.
    ///
    /// # Panics
    ///
    /// As [`Backend::enabled`].
    pub fn chosen(self, wanted: Option<&str>, postgres_is_there: bool) -> bool {
        let mut found = false;
        for name in wanted.unwrap_or("sqlite").split(',').map(str::trim) {
            let backend = Self::ALL.into_iter().find(|backend| backend.name() == name);
            let backend = backend.unwrap_or_else(|| panic!("{BACKENDS}: unknown backend `{name}`"));
            assert!(
                backend == Self::Sqlite || postgres_is_there,
                "{BACKENDS} lists postgres, but {POSTGRES_URL} is not set"
            );
            found |= backend == self;
        }
        found
    }

    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
