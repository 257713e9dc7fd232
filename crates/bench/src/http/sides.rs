//! The three servers, each with a database of its own that holds the same.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, ensure};
use clap::ValueEnum as _;
use serde::Serialize;

use crate::{
    bare_http::{self, Form},
    databases::Databases,
    server::Server,
};

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    Innkeeper,
    /// The bare server in one of its forms.
    #[serde(untagged)]
    Bare(Form),
}

impl Side {
    pub(super) const ALL: [Self; 3] = [Self::Innkeeper, Self::Bare(Form::Plain), Self::Bare(Form::Best)];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Innkeeper => "Innkeeper",
            Self::Bare(Form::Plain) => "plain",
            Self::Bare(Form::Best) => "best",
        }
    }

    /// The name of its database.
    const fn database(self) -> &'static str {
        match self {
            Self::Innkeeper => "ours",
            Self::Bare(Form::Plain) => "plain",
            Self::Bare(Form::Best) => "best",
        }
    }
}

/// A database for each side.
pub(super) struct Urls {
    pub(super) ours: String,
    plain: String,
    best: String,
}

impl Databases {
    /// The same rows for the bare server, in both its forms.
    pub(super) fn copies(&self, ours: String) -> anyhow::Result<Urls> {
        match self.cluster() {
            None => {
                bare_http::from_file(&self.file("plain"), &self.file("ours"))?;
                fs::copy(self.file("plain"), self.file("best"))?;
            }
            Some(cluster) => {
                bare_http::from_copy(&cluster.copy("plain", "ours")?)?;
                cluster.copy("best", "plain")?;
            }
        }
        let [_, plain, best] = Side::ALL;
        Ok(Urls {
            ours,
            plain: self.existing(plain.database())?,
            best: self.existing(best.database())?,
        })
    }

    /// Has PostgreSQL look at its tables, as it does by itself within a minute: before, it plans for tables without rows.
    pub(super) fn look(&self, side: Side) -> anyhow::Result<()> {
        self.cluster()
            .map_or(Ok(()), |cluster| cluster.analyze(side.database()))
    }

    /// What was written before is on disk after this, so that nobody pays for anybody else.
    pub(super) fn settle(&self, side: Side) -> anyhow::Result<()> {
        self.existing(side.database()).map(drop)
    }
}

/// A bare server in a process of its own.
struct Bare {
    child: Child,
    url: String,
}

impl Bare {
    fn start(database: &str, form: Form) -> anyhow::Result<Self> {
        let value = form.to_possible_value().context("the form has no name")?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(["bare-http", "--database", database, "--form", value.get_name()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("the bare server says nothing")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        let bare = Self {
            child,
            url: url.trim().to_owned(),
        };
        ensure!(!bare.url.is_empty(), "the bare server did not start");
        Ok(bare)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The servers, until this is dropped.
pub(super) struct Sides {
    ours: Server,
    plain: Bare,
    best: Bare,
}

impl Sides {
    /// Starts all three. Innkeeper logs each request, as it does for an operator who changes nothing.
    pub(super) fn start(root: &Path, urls: &Urls) -> anyhow::Result<Self> {
        Ok(Self {
            ours: Server::loaded(root, &urls.ours)?,
            plain: Bare::start(&urls.plain, Form::Plain)?,
            best: Bare::start(&urls.best, Form::Best)?,
        })
    }

    /// The address of a side, and its process.
    pub(super) fn of(&self, side: Side) -> (&str, u32) {
        let bare = match side {
            Side::Innkeeper => return (self.ours.url(), self.ours.process()),
            Side::Bare(Form::Plain) => &self.plain,
            Side::Bare(Form::Best) => &self.best,
        };
        (&bare.url, bare.child.id())
    }
}
