//! The figures, and how they grow.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum as _;
use serde::Serialize;

use crate::{
    databases::Kind,
    load::{Operation, Told},
    ranks::median,
    report::{machine, say},
};

/// The most that the slowest hundredth of the filtered reads may take of what it takes in the smallest population.
const MOST: f64 = 1.5;

/// One measurement.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Row {
    database: Kind,
    places: u64,
    operation: Operation,
    round: u32,
    #[serde(flatten)]
    told: Told,
}

impl Row {
    pub(super) const fn new(
        database: Kind,
        places: u64,
        operation: Operation,
        round: u32,
        told: Told,
    ) -> Self {
        Self {
            database,
            places,
            operation,
            round,
            told,
        }
    }
}

/// The medians of all rounds.
#[derive(Clone, Copy, Debug, Serialize)]
struct Medians {
    database: Kind,
    places: u64,
    operation: Operation,
    requests_a_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// Of the slowest hundredth in the smallest population.
    p99_ratio: f64,
}

/// All measurements.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    places: Vec<u64>,
    machine: String,
    measurements: Vec<Row>,
    medians: Vec<Medians>,
    #[serde(skip)]
    path: PathBuf,
}

impl Report {
    pub(super) fn new(places: &[u64], results: &Path) -> anyhow::Result<Self> {
        let machine = machine();
        say(&format!(
            "{} connections, each with one request at a time; {machine}",
            super::CONNECTIONS
        ))?;
        for kind in Kind::value_variants() {
            say(&format!("{}: {}", kind.name(), kind.durability()))?;
        }
        say("")?;
        Ok(Self {
            places: places.to_vec(),
            machine,
            measurements: Vec::new(),
            medians: Vec::new(),
            path: results.join("scale.json"),
        })
    }

    pub(super) fn add(&mut self, row: Row) -> anyhow::Result<()> {
        self.measurements.push(row);
        self.keep()
    }

    /// Prints the medians of one operation.
    pub(super) fn sum_up(&mut self, database: Kind, operation: Operation) -> anyhow::Result<()> {
        if self.medians.is_empty() {
            say("\ndatabase    operation  property users  requests/s   p50 ms   p99 ms  p99 ratio")?;
        }
        let mut smallest = None;
        for places in self.places.clone() {
            let of = |part: fn(&Told) -> f64| {
                let rows = self
                    .measurements
                    .iter()
                    .filter(|row| (row.database, row.places, row.operation) == (database, places, operation));
                median(&rows.map(|row| part(&row.told)).collect::<Vec<_>>())
            };
            let p99_ms = of(|told| told.p99_ms);
            let one = Medians {
                database,
                places,
                operation,
                requests_a_second: of(Told::requests_a_second),
                p50_ms: of(|told| told.p50_ms),
                p99_ms,
                p99_ratio: p99_ms / *smallest.get_or_insert(p99_ms),
            };
            say(&format!(
                "{:<11} {:<10} {places:>14}  {:>10.0}  {:>7.2}  {:>7.2}  {:>9.2}",
                database.name(),
                operation.name(),
                one.requests_a_second,
                one.p50_ms,
                one.p99_ms,
                one.p99_ratio
            ))?;
            self.medians.push(one);
        }
        self.keep()
    }

    /// Kept after each measurement, so that a broken run leaves what it found.
    fn keep(&self) -> anyhow::Result<()> {
        Ok(fs::write(&self.path, serde_json::to_vec_pretty(self)?)?)
    }

    /// Says whether what is aimed at was reached, which fails nothing.
    pub(super) fn end(&self) -> anyhow::Result<()> {
        say("")?;
        let largest = self.places.last();
        let reads = |one: &&Medians| matches!(one.operation, Operation::Get | Operation::List);
        for one in self.medians.iter().filter(reads) {
            if largest == Some(&one.places) {
                let reached = if one.p99_ratio <= MOST {
                    "reached"
                } else {
                    "MISSED"
                };
                say(&format!(
                    "{}, {}: p99 at {} is {:.2} of that at {} (aim: at most {MOST}): {reached}",
                    one.database.name(),
                    one.operation.name(),
                    one.places,
                    one.p99_ratio,
                    self.places.first().copied().unwrap_or_default()
                ))?;
            }
        }
        say(&format!("\nall figures: {}", self.path.display()))
    }
}
