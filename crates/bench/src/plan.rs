//! What is measured, in which order.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, ensure};
use clap::{Args, ValueEnum as _};

use crate::{
    databases::{Cluster, Kind},
    measure::{Measured, watched},
    peer,
    report::{Report, Row},
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
    /// Only this database
    #[arg(long)]
    only: Option<Kind>,
    /// The root of the project
    #[arg(long, default_value = ".", hide = true)]
    root: PathBuf,
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
    directory: tempfile::TempDir,
    results: PathBuf,
    sandbox: Sandbox,
    cluster: Option<Cluster>,
}

impl Plan {
    /// Measures, prints, and keeps the figures beside the build.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        ensure!(
            self.rows >= 1_000 && self.rows.is_multiple_of(1_000),
            "rows come in thousands"
        );
        let root = fs::canonicalize(&self.root)?;
        let results = root.join("target/bench");
        fs::create_dir_all(&results)?;
        let wants_postgres = self.only != Some(Kind::Sqlite);
        let bench = Bench {
            rows: self.rows,
            // Beside the build, on a real disk: a temporary folder may be memory.
            directory: tempfile::Builder::new().prefix("import-").tempdir_in(&results)?,
            sandbox: Sandbox::start()?,
            cluster: wants_postgres.then(|| Cluster::start(&root)).transpose()?,
            results,
        };
        let mut report = Report::new(self.rows, &bench.results)?;
        bench.warm()?;
        for kind in Kind::value_variants() {
            if self.only.is_none_or(|only| only == *kind) {
                self.measure(&bench, *kind, &mut report)?;
            }
        }
        if let Some(cluster) = &bench.cluster {
            bench.peer(cluster, &root, &mut report)?;
        }
        report.end()
    }

    fn measure(&self, bench: &Bench, kind: Kind, report: &mut Report) -> anyhow::Result<()> {
        for round in 0..self.rounds {
            let mut sides = [Side::Bare, Side::Innkeeper];
            if !round.is_multiple_of(2) {
                sides.reverse();
            }
            let databases = sides.map(|side| (side, format!("{}_{round}", name(side))));
            for reading in [Reading::First, Reading::Again] {
                for (side, database) in &databases {
                    let database = bench.database(kind, database, reading)?;
                    let measured = bench.work(*side, reading, &database, bench.rows)?;
                    report.add(Row::new(kind, *side, reading, round, measured))?;
                }
            }
        }
        let database = bench.database(kind, "small", Reading::First)?;
        let measured = bench.work(Side::Innkeeper, Reading::First, &database, bench.rows / SMALL)?;
        report.small(kind, measured)
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
    fn warm(&self) -> anyhow::Result<()> {
        for rows in [1_000, self.rows / SMALL, self.rows] {
            let path = self.directory.path().join(format!("warm-{rows}.db"));
            let database = format!("sqlite://{}", path.display());
            let rows_read = self.work(Side::Bare, Reading::First, &database, rows)?.rows;
            ensure!(rows_read == rows, "{rows_read} of {rows} rows were read");
            fs::remove_file(path)?;
        }
        Ok(())
    }

    fn database(&self, kind: Kind, name: &str, reading: Reading) -> anyhow::Result<String> {
        match (kind, &self.cluster) {
            (Kind::Postgres, Some(cluster)) => match reading {
                Reading::First => cluster.database(name),
                Reading::Again => cluster.existing(name),
            },
            (Kind::Sqlite, _) | (Kind::Postgres, None) => {
                let path = self.directory.path().join(format!("{name}.db"));
                Ok(format!("sqlite://{}", path.display()))
            }
        }
    }

    fn work(&self, side: Side, reading: Reading, database: &str, rows: u32) -> anyhow::Result<Measured> {
        let reading = match reading {
            Reading::First => "first",
            Reading::Again => "again",
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["work", "--side", name(side), "--reading", reading]);
        command.args(["--sandbox", &self.sandbox.url, "--database", database]);
        command.args(["--secret", &secret(rows)]);
        let server = self.cluster.as_ref().filter(|_| database.starts_with("postgres"));
        let measured = watched(&mut command, server.map(|cluster| cluster.process))?;
        ensure!(
            measured.rows == rows,
            "{} of {rows} rows were read",
            measured.rows
        );
        Ok(measured)
    }

    fn peer(&self, cluster: &Cluster, root: &Path, report: &mut Report) -> anyhow::Result<()> {
        let Some(python) = peer::python(&self.results) else {
            return report.note("dlt is not installed, and was left out");
        };
        let database = cluster.database("dlt")?;
        let program = root.join("crates/bench/dlt/load.py");
        let state = self.directory.path().join("dlt");
        let secret = secret(self.rows);
        let what = (self.sandbox.url.as_str(), database.as_str(), secret.as_str());
        let measured = peer::load(&python, &program, what, &state, cluster.process)?;
        ensure!(measured.rows == self.rows, "dlt read {} rows", measured.rows);
        report.peer(measured)
    }
}
