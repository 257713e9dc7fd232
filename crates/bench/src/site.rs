//! Where something is measured: on which databases, and beside which build.

use std::{fs, io, path::PathBuf};

use clap::{Args, ValueEnum as _};
use tempfile::TempDir;

use crate::databases::{Cluster, Databases, Kind};

/// Where to measure.
#[derive(Clone, Debug, Args)]
pub(crate) struct Site {
    /// Only this database
    #[arg(long)]
    only: Option<Kind>,
    /// The root of the project
    #[arg(long, default_value = ".", hide = true)]
    root: PathBuf,
}

impl Site {
    /// The kinds of databases that are wanted.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> {
        let all = Kind::value_variants().iter().copied();
        all.filter(|kind| self.only.is_none_or(|only| only == *kind))
    }

    /// The root of the project.
    pub(crate) fn root(&self) -> io::Result<PathBuf> {
        fs::canonicalize(&self.root)
    }

    /// Where figures are kept.
    pub(crate) fn results(&self) -> io::Result<PathBuf> {
        let results = self.root()?.join("target/bench");
        fs::create_dir_all(&results)?;
        Ok(results)
    }

    /// A folder beside the build, on a real disk: a temporary folder elsewhere may be memory.
    pub(crate) fn folder(&self) -> io::Result<TempDir> {
        tempfile::Builder::new()
            .prefix("databases-")
            .tempdir_in(self.results()?)
    }

    /// Room for databases of a kind.
    pub(crate) fn databases(&self, kind: Kind) -> anyhow::Result<Databases> {
        let cluster = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Cluster::start(&self.root()?)?),
        };
        Ok(Databases::new(self.folder()?, cluster))
    }
}
