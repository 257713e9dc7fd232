//! Databases that are made for one measurement, and their durability.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use postgres::{Client, NoTls};
use serde::Serialize;
use tempfile::TempDir;

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A file.
    Sqlite,
    /// A cluster of our own.
    Postgres,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// What a commit means on either side.
    pub(crate) const fn durability(self) -> &'static str {
        match self {
            Self::Sqlite => "WAL, synchronous=FULL",
            Self::Postgres => "fsync, synchronous_commit and full_page_writes on",
        }
    }
}

/// Where databases of one kind are made. They are gone with it.
#[derive(Debug)]
pub(crate) struct Databases {
    folder: TempDir,
    cluster: Option<Cluster>,
}

impl Databases {
    /// In a cluster, or as files in a folder, where other files may lie too.
    pub(crate) fn new(folder: TempDir, cluster: Option<Cluster>) -> Self {
        Self { folder, cluster }
    }

    pub(crate) const fn kind(&self) -> Kind {
        match self.cluster {
            None => Kind::Sqlite,
            Some(_) => Kind::Postgres,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) const fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    /// The first of the database's own processes, where it has any.
    pub(crate) fn process(&self) -> Option<u32> {
        self.cluster().map(|cluster| cluster.process)
    }

    /// The URL of a database that is new and empty.
    pub(crate) fn empty(&self, name: &str) -> anyhow::Result<String> {
        self.cluster()
            .map_or_else(|| Ok(self.url_of_file(name)), |cluster| cluster.database(name))
    }

    /// The URL of a database that was made before. What was written until now is on disk then, so that nobody pays for
    /// anybody else.
    pub(crate) fn existing(&self, name: &str) -> anyhow::Result<String> {
        self.cluster()
            .map_or_else(|| Ok(self.url_of_file(name)), |cluster| cluster.existing(name))
    }

    /// The file of a database that is one.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name).with_extension("db")
    }

    fn url_of_file(&self, name: &str) -> String {
        format!("sqlite://{}", self.file(name).display())
    }
}

/// A PostgreSQL cluster that ends with this.
#[derive(Debug)]
pub(crate) struct Cluster {
    script: PathBuf,
    directory: String,
    url: String,
    /// The process that started all others.
    pub(crate) process: u32,
}

impl Cluster {
    /// Starts a cluster, and has it keep what it commits: the script's are made to forget.
    pub(crate) fn start(root: &Path) -> anyhow::Result<Self> {
        let script = root.join("scripts/postgres-throwaway");
        let owner = std::process::id().to_string();
        let output = Command::new(&script).args(["start", &owner]).output()?;
        ensure!(output.status.success(), "no PostgreSQL could be started");
        let text = String::from_utf8(output.stdout)?;
        let mut lines = text.lines().map(str::to_owned);
        let directory = lines.next().context("the cluster has no directory")?;
        let url = lines.next().context("the cluster has no URL")?;
        let told = fs::read_to_string(Path::new(&directory).join("data/postmaster.pid"))?;
        let process = told
            .lines()
            .next()
            .context("the cluster has no process")?
            .trim()
            .parse()?;
        let cluster = Self {
            script,
            directory,
            url,
            process,
        };
        let mut client = Client::connect(&cluster.url, NoTls)?;
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            client.batch_execute(&format!("ALTER SYSTEM SET {setting} = on"))?;
        }
        client.batch_execute("SELECT pg_reload_conf()")?;
        drop(client);
        cluster.is_durable()?;
        Ok(cluster)
    }

    /// The settings are read anew a moment after they were asked for.
    fn is_durable(&self) -> anyhow::Result<()> {
        for _ in 0..100 {
            let mut client = Client::connect(&self.url, NoTls)?;
            let row = client.query_one(
                "SELECT bool_and(setting = 'on') FROM pg_settings \
                 WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes')",
                &[],
            )?;
            if row.try_get(0)? {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        anyhow::bail!("the cluster does not keep what it commits")
    }

    /// An empty database. What was written before is on disk then.
    pub(crate) fn database(&self, name: &str) -> anyhow::Result<String> {
        let mut client = Client::connect(&self.url, NoTls)?;
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))?;
        client.batch_execute(&format!("CREATE DATABASE {name}"))?;
        self.existing(name)
    }

    /// A database with the contents of another, which nobody may be connected to.
    pub(crate) fn copy(&self, name: &str, of: &str) -> anyhow::Result<String> {
        let mut client = Client::connect(&self.url, NoTls)?;
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))?;
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {of}"))?;
        self.existing(name)
    }

    /// Takes the statistics of a database.
    pub(crate) fn analyze(&self, name: &str) -> anyhow::Result<()> {
        Ok(Client::connect(&self.url_of(name)?, NoTls)?.batch_execute("ANALYZE")?)
    }

    /// A database that was made before, as [`Databases::existing`].
    pub(crate) fn existing(&self, name: &str) -> anyhow::Result<String> {
        Client::connect(&self.url, NoTls)?.batch_execute("CHECKPOINT")?;
        self.url_of(name)
    }

    fn url_of(&self, name: &str) -> anyhow::Result<String> {
        let (server, _) = self
            .url
            .rsplit_once('/')
            .context("the URL of the cluster names no database")?;
        Ok(format!("{server}/{name}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The script also stops it by itself once this process has ended.
        drop(
            Command::new(&self.script)
                .args(["stop", &self.directory])
                .status(),
        );
    }
}
