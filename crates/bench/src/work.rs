//! One piece of work in a process of its own, so that its memory is nobody else's.

use std::{
    io::{self, Write as _},
    time::Instant,
};

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{bare, ours, process};

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// Innkeeper.
    Innkeeper,
    /// Fetch, parse, upsert, nothing else.
    Bare,
}

/// Which reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reading {
    /// Into an empty database.
    First,
    /// Once more, with nothing changed.
    Again,
}

/// What is to be read, from where to where.
#[derive(Clone, Debug, Args)]
pub(crate) struct Work {
    #[arg(long)]
    pub(crate) side: Side,
    #[arg(long)]
    pub(crate) reading: Reading,
    /// The simulated channels.
    #[arg(long)]
    pub(crate) sandbox: Url,
    /// `sqlite://PATH` or `postgres://..`.
    #[arg(long)]
    pub(crate) database: String,
    /// The secret of the account, which says its size.
    #[arg(long)]
    pub(crate) secret: String,
}

/// What it took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Took {
    /// Reservations that were read.
    pub(crate) rows: u32,
    pub(crate) seconds: f64,
    /// Of this process, in user and system together.
    pub(crate) cpu_seconds: f64,
    /// Statements that the store counted.
    pub(crate) statements: Option<u64>,
}

impl Work {
    /// Does the work. Opening the database, the schema, the account and its token are not part of what is measured.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        let took = match self.side {
            Side::Innkeeper => ours::carry_out(self)?,
            Side::Bare => bare::carry_out(self)?,
        };
        serde_json::to_writer(io::stdout(), &took)?;
        writeln!(io::stdout())?;
        Ok(())
    }
}

/// Measures what reads a number of rows.
pub(crate) fn timed(read: impl FnOnce() -> anyhow::Result<u32>) -> anyhow::Result<Took> {
    let (began, cpu) = (Instant::now(), process::own_cpu_seconds()?);
    let rows = read()?;
    Ok(Took {
        rows,
        seconds: began.elapsed().as_secs_f64(),
        cpu_seconds: process::own_cpu_seconds()? - cpu,
        statements: None,
    })
}
