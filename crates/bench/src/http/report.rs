//! The figures: as a table while they come, as ratios at the end, and as JSON beside the build.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use clap::ValueEnum as _;
use serde::Serialize;

use super::{
    agreement::Lengths,
    aims::{self, Judged},
    figures::{Medians, Row},
    sides::Side,
    start::Started,
};
use crate::{databases::Kind, load::Operation, report::machine};

/// What each side does before it answers.
const SIDES: [(&str, &str); 3] = [
    (
        "Innkeeper",
        "as shipped, each request logged: strict parsing and checks of every field, the access rules with overrides, limits, \
         ceilings; writes with locks, record and mail in one commit",
    ),
    (
        "plain",
        "SHA-256 of the token, which is read by index, as is what its user is on the property; then one statement, \
         one row and one commit; crude parsing, no rules, no record, no mail; a pool of 10, blocking threads",
    ),
    (
        "best",
        "the same checks and rows; SQLite: one statement on the thread that answers, 256 MiB mapped, writes by one thread in \
         groups, a savepoint each, answered after the commit; PostgreSQL: one statement a request",
    ),
];

/// All measurements.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    places: u64,
    machine: String,
    durability: Vec<(Kind, &'static str)>,
    sides: [(&'static str, &'static str); 3],
    measurements: Vec<Row>,
    medians: Vec<Medians>,
    started: Vec<(Kind, Started)>,
    answer_bytes: Vec<(Kind, Vec<Lengths>)>,
    judged: Vec<Judged>,
    #[serde(skip)]
    path: PathBuf,
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}")?;
    io::stdout().flush()?;
    Ok(())
}

impl Report {
    pub(super) fn new(places: u64, results: &Path) -> anyhow::Result<Self> {
        let report = Self {
            places,
            machine: machine(),
            durability: Kind::value_variants()
                .iter()
                .map(|kind| (*kind, kind.durability()))
                .collect(),
            sides: SIDES,
            measurements: Vec::new(),
            medians: Vec::new(),
            started: Vec::new(),
            answer_bytes: Vec::new(),
            judged: Vec::new(),
            path: results.join("http.json"),
        };
        say(&format!(
            "{places} property users, wrk with 2 threads and {} connections; {}",
            super::CONNECTIONS,
            report.machine
        ))?;
        for (kind, durability) in &report.durability {
            say(&format!("{}: {durability}", kind.name()))?;
        }
        for (side, what) in SIDES {
            say(&format!("{side}: {what}"))?;
        }
        say(
            "\ndatabase    operation  who        requests/s   p50 ms   p99 ms  CPU s/1,000  of it database  anon MB  mapped MB",
        )?;
        Ok(report)
    }

    pub(super) fn started(&mut self, kind: Kind, started: Started) -> anyhow::Result<()> {
        say(&format!(
            "{:<11} ready after {:.0} ms; {:.1} MB of anonymous memory then, {:.1} after 100 health checks, {:.1} mapped",
            kind.name(),
            started.ready_ms,
            started.fresh_mb,
            started.idle_mb,
            started.mapped_mb
        ))?;
        self.started.push((kind, started));
        self.keep()
    }

    pub(super) fn agreed(&mut self, kind: Kind, lengths: Vec<Lengths>) -> anyhow::Result<()> {
        for one in &lengths {
            say(&format!(
                "{:<11} {:<10} answers in {} bytes (get), {} (list), {} (accounts)",
                kind.name(),
                one.side.name(),
                one.get,
                one.list,
                one.accounts
            ))?;
        }
        self.answer_bytes.push((kind, lengths));
        self.keep()
    }

    pub(super) fn add(&mut self, row: Row) -> anyhow::Result<()> {
        self.measurements.push(row);
        self.keep()
    }

    /// Prints the medians of an operation.
    pub(super) fn sum_up(&mut self, kind: Kind, operation: Operation) -> anyhow::Result<()> {
        let of = |side| Medians::of(&self.measurements, kind, operation, side);
        let medians: Vec<Medians> = Side::ALL.into_iter().filter_map(of).collect();
        for one in &medians {
            let database = match kind {
                Kind::Sqlite => String::new(),
                Kind::Postgres => format!("{:.3}", one.database_cpu),
            };
            say(&format!(
                "{:<11} {:<10} {:<10} {:>10.0}  {:>7.2}  {:>7.2}  {:>11.3}  {database:>14}  {:>7.1}  {:>9.1}",
                kind.name(),
                operation.name(),
                one.side.name(),
                one.requests_a_second,
                one.p50_ms,
                one.p99_ms,
                one.cpu,
                one.anon_mb,
                one.mapped_mb,
            ))?;
        }
        self.medians.extend(medians);
        self.keep()
    }

    /// Kept after each measurement, so that a broken run leaves what it found.
    fn keep(&self) -> anyhow::Result<()> {
        Ok(fs::write(&self.path, serde_json::to_vec_pretty(self)?)?)
    }

    /// Prints what the figures come to.
    pub(super) fn end(&mut self) -> anyhow::Result<()> {
        say("")?;
        for (kind, started) in &self.started {
            for operation in Operation::value_variants() {
                self.judged
                    .extend(aims::parts(&self.measurements, *kind, *operation));
            }
            self.judged
                .extend(aims::presence(&self.measurements, *kind, started));
        }
        for judged in &self.judged {
            say(&judged.line())?;
        }
        self.keep()?;
        say(&format!("\nall figures: {}", self.path.display()))
    }
}
