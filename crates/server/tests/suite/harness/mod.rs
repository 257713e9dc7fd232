//! A place of its own for each test, in which the binary runs as from a shell.

pub(crate) mod guide;
mod inviter;
mod owner;
mod run;
mod sandbox;
mod server;
mod shown;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use innkeeper_test_support::{Backend, TestDatabase};
use reqwest::blocking::Client;
use tempfile::TempDir;

pub(crate) use inviter::{Inviter, mailing, messages, wait_for_messages};
pub(crate) use owner::{Owner, PATIENCE};
pub(crate) use run::{Run, stable};
pub(crate) use sandbox::{Holdings, Sandbox};
pub(crate) use server::Server;

/// 32 zero bytes in base64.
pub(crate) const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A working directory, a database, and the variables that the binary sees.
pub(crate) struct Place {
    pub(crate) directory: TempDir,
    pub(crate) database: Option<TestDatabase>,
    variables: Vec<(String, String)>,
}

impl Place {
    /// An empty directory; nothing is set.
    pub(crate) fn bare() -> Self {
        Self {
            directory: tempfile::tempdir().expect("a temporary directory can be made"),
            database: None,
            variables: Vec::new(),
        }
    }

    /// An empty database, and a master key in a variable.
    pub(crate) fn fresh(backend: Backend) -> Self {
        Self::with_database(TestDatabase::empty(backend))
    }

    /// A database with the schema and the tenant `default`.
    pub(crate) fn migrated(backend: Backend) -> Self {
        let database = TestDatabase::from_template(backend, "migrated by the binary", |url| {
            Self::bare()
                .with("INNKEEPER_DATABASE__URL", url)
                .with("INNKEEPER_SECRETS__MASTER_KEY", KEY)
                .run(["migrate"])
                .succeeded();
        });
        Self::with_database(database)
    }

    fn with_database(database: TestDatabase) -> Self {
        let place = Self::bare()
            .with("INNKEEPER_DATABASE__URL", database.url())
            .with("INNKEEPER_SECRETS__MASTER_KEY", KEY);
        Self {
            database: Some(database),
            ..place
        }
    }

    /// Sets a variable, in the place of an earlier value.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Whether a variable is set.
    pub(crate) fn sets(&self, name: &str) -> bool {
        self.variables.iter().any(|(known, _)| known == name)
    }

    /// A path in the working directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file in the working directory.
    pub(crate) fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a file can be written");
        path
    }

    /// The database; only for places that have one.
    pub(crate) fn database(&self) -> &TestDatabase {
        self.database.as_ref().expect("this place has a database")
    }

    /// The binary, with nothing of whoever runs the tests but the variables of tests.
    pub(crate) fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_innkeeper"));
        command.args(arguments);
        self.dressed(command)
    }

    /// A command in this place, with its variables.
    pub(crate) fn dressed(&self, mut command: Command) -> Command {
        command.current_dir(self.directory.path());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("INNKEEPER_") && !name.starts_with("INNKEEPER_TEST_") {
                command.env_remove(&*name);
            }
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// Runs a command line without quotes in it.
    pub(crate) fn line(&self, line: &str) -> Run {
        self.run(line.split_whitespace())
    }
}

/// An inline snapshot in a test that runs on each backend: both must give the same.
macro_rules! snapshot {
    ($text:expr, @$expected:literal) => {
        insta::allow_duplicates! {
            insta::assert_snapshot!($text, @$expected);
        }
    };
}
pub(crate) use snapshot;

/// A client that asks this machine directly.
pub(crate) fn client() -> Client {
    // It speaks plain HTTP here, but is not made without; whoever was first is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().no_proxy().build();
    client.expect("a client can be built")
}

/// The mode of a file, without its type.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    let metadata = fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    metadata.permissions().mode() & 0o777
}
