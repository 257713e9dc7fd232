//! What is measured, in which order.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, ensure};
use clap::Args;

use crate::{
    databases::{Cluster, Databases},
    measure::{Measured, watched},
    peer,
    report::{Report, Row},
    site::Site,
    work::{Reading, Side},
};

/// Listings of the account.
const LISTINGS: u32 = 100;
/// The part of the account that flatness is measured against.
const SMALL: u32 = 10;

/// What to measure.
#[derive(Clone, Debug, Args)]
pub(crate) struct Plan {
    /// How many reservations the account has
    #[arg(long, default_value_t = 200_000)]
    rows: u32,
    /// How often each side reads; they take turns
    #[arg(long, default_value_t = 2)]
    rounds: u32,
    #[command(flatten)]
    site: Site,
}

/// The simulated channels, in a process of their own.
pub(crate) struct Sandbox {
    child: Child,
    pub(crate) url: String,
}

impl Sandbox {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("sandbox")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("the sandbox says nothing")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        let url = format!("{}/", url.trim());
        Ok(Self { child, url })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// Everything that is there for the measurements.
struct Bench {
    rows: u32,
    sandbox: Sandbox,
}

impl Plan {
    /// Measures, prints, and keeps the figures beside the build.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        ensure!(
            self.rows >= 1_000 && self.rows.is_multiple_of(1_000),
            "rows come in thousands"
        );
        let results = self.site.results()?;
        let bench = Bench {
            rows: self.rows,
            sandbox: Sandbox::start()?,
        };
        let mut report = Report::new(self.rows, &results)?;
        bench.warm(self.site.folder()?.path())?;
        for kind in self.site.kinds() {
            let databases = self.site.databases(kind)?;
            self.measure(&bench, &databases, &mut report)?;
            if let Some(cluster) = databases.cluster() {
                let program = self.site.root()?.join("crates/bench/dlt/load.py");
                match peer::python(&results) {
                    Some(python) => {
                        let state = databases.folder().join("dlt");
                        report.peer(bench.peer(&python, &program, cluster, &state)?)?;
                    }
                    None => report.note("dlt is not installed, and was left out")?,
                }
            }
        }
        report.end()
    }

    fn measure(&self, bench: &Bench, databases: &Databases, report: &mut Report) -> anyhow::Result<()> {
        for round in 0..self.rounds {
            let mut sides = [Side::Bare, Side::Innkeeper];
            if !round.is_multiple_of(2) {
                sides.reverse();
            }
            for reading in [Reading::First, Reading::Again] {
                for side in sides {
                    let database = format!("{}_{round}", name(side));
                    let database = match reading {
                        Reading::First => databases.empty(&database)?,
                        Reading::Again => databases.existing(&database)?,
                    };
                    let measured = bench.work(side, reading, &database, bench.rows, databases.process())?;
                    report.add(Row::new(databases.kind(), side, reading, round, measured))?;
                }
            }
        }
        let (small, rows) = (databases.empty("small")?, bench.rows / SMALL);
        let measured = bench.work(Side::Innkeeper, Reading::First, &small, rows, databases.process())?;
        report.small(databases.kind(), measured)
    }
}

const fn name(side: Side) -> &'static str {
    match side {
        Side::Innkeeper => "innkeeper",
        Side::Bare => "bare",
    }
}

/// The secret of an account with so many reservations.
fn secret(rows: u32) -> String {
    format!("good-{LISTINGS}x{}", rows / LISTINGS)
}

impl Bench {
    /// The sandbox sorts an account once; nobody's measurement should hold that.
    fn warm(&self, folder: &Path) -> anyhow::Result<()> {
        for rows in [1_000, self.rows / SMALL, self.rows] {
            let database = format!("sqlite://{}", folder.join(format!("warm-{rows}.db")).display());
            self.work(Side::Bare, Reading::First, &database, rows, None)?;
        }
        Ok(())
    }

    /// Reads so many rows into a database, whose first process, if it has any, is `server`.
    fn work(
        &self,
        side: Side,
        reading: Reading,
        database: &str,
        rows: u32,
        server: Option<u32>,
    ) -> anyhow::Result<Measured> {
        let reading = match reading {
            Reading::First => "first",
            Reading::Again => "again",
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["work", "--side", name(side), "--reading", reading]);
        command.args(["--sandbox", &self.sandbox.url, "--database", database]);
        command.args(["--secret", &secret(rows)]);
        let measured = watched(&mut command, server)?;
        ensure!(
            measured.rows == rows,
            "{} of {rows} rows were read",
            measured.rows
        );
        Ok(measured)
    }

    fn peer(
        &self,
        python: &Path,
        program: &Path,
        cluster: &Cluster,
        state: &Path,
    ) -> anyhow::Result<Measured> {
        let database = cluster.database("dlt")?;
        let secret = secret(self.rows);
        let what = (self.sandbox.url.as_str(), database.as_str(), secret.as_str());
        let measured = peer::load(python, program, what, state, cluster.process)?;
        ensure!(measured.rows == self.rows, "dlt read {} rows", measured.rows);
        Ok(measured)
    }
}
