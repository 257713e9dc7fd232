//! Requests over HTTP: Innkeeper beside a bare server in two forms, on the same rows, in turns and in one run.

mod agreement;
mod aims;
mod figures;
mod report;
mod sides;
mod start;

use std::{ops::Range, path::Path};

use anyhow::ensure;
use clap::{Args, ValueEnum as _};

use self::{
    figures::{Measured, Row},
    report::Report,
    sides::{Side, Sides},
};
use crate::{
    databases::Databases,
    load::{Load, Operation},
    population::{self, PLACES_OF_PROPERTY},
    process,
    site::Site,
};

/// Connections that wrk keeps busy.
const CONNECTIONS: u32 = 32;
/// How long each side is warmed up for each measurement, in seconds.
const WARM: u32 = 1;

/// What to measure.
#[derive(Clone, Debug, Args)]
pub(crate) struct Plan {
    /// How long each measurement takes
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=60))]
    seconds: u32,
    /// How often each side is measured; they take turns
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Only these operations, always in the order that disturbs least
    #[arg(long, value_delimiter = ',')]
    operations: Vec<Operation>,
    /// How many property users there are, twenty on a property
    #[arg(long, default_value_t = 100_000)]
    places: u64,
    #[command(flatten)]
    site: Site,
}

impl Plan {
    /// Measures, prints, and keeps the figures beside the build.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        ensure!(
            self.places >= PLACES_OF_PROPERTY * u64::from(self.rounds.max(2)),
            "there are not enough property users to withdraw some in each round"
        );
        let root = self.site.root()?;
        let mut report = Report::new(self.places, &self.site.results()?)?;
        for kind in self.site.kinds() {
            self.measure(&root, &self.site.databases(kind)?, &mut report)?;
        }
        report.end()
    }

    fn measure(&self, root: &Path, databases: &Databases, report: &mut Report) -> anyhow::Result<()> {
        let ours = databases.empty("ours")?;
        let population = population::fill(&ours, self.places)?;
        let urls = databases.copies(ours)?;
        report.started(databases.kind(), start::measure(root, &urls.ours)?)?;
        let sides = Sides::start(root, &urls)?;
        report.agreed(databases.kind(), agreement::check(&sides, &population)?)?;
        let load = Load::new(root, databases.folder(), &population, CONNECTIONS)?;
        for operation in Operation::value_variants() {
            if !self.operations.is_empty() && !self.operations.contains(operation) {
                continue;
            }
            for round in 0..self.rounds {
                let mut turns = Side::ALL;
                if !round.is_multiple_of(2) {
                    turns.reverse();
                }
                for side in turns {
                    let measured = self.one(databases, &sides, side, &load, *operation, round)?;
                    report.add(Row::new(databases.kind(), *operation, side, round, measured))?;
                }
            }
            report.sum_up(databases.kind(), *operation)?;
        }
        Ok(())
    }

    fn one(
        &self,
        databases: &Databases,
        sides: &Sides,
        side: Side,
        load: &Load,
        operation: Operation,
        round: u32,
    ) -> anyhow::Result<Measured> {
        databases.settle(side)?;
        let (url, server) = sides.of(side);
        let (warm, places) = self.withdrawn(round);
        load.run(url, operation, WARM, &warm)?;
        databases.look(side)?;
        let own = process::family_cpu_seconds(server)?;
        let cluster = databases.process().map(process::family_cpu_seconds).transpose()?;
        let told = load.run(url, operation, self.seconds, &places)?;
        let own = process::family_cpu_seconds(server)? - own;
        let after = databases.process().map(process::family_cpu_seconds).transpose()?;
        let memory = process::memory(server).unwrap_or_default();
        let cluster = after.zip(cluster).map(|(after, before)| after - before);
        Ok(Measured::new(told, own, cluster, memory))
    }

    /// The places that a round withdraws: while it warms up, and while it is measured. They are there for a part of the
    /// time each, and never asked for twice.
    fn withdrawn(&self, round: u32) -> (Range<u64>, Range<u64>) {
        let (round, rounds) = (u64::from(round), u64::from(self.rounds));
        let properties = self.places / PLACES_OF_PROPERTY;
        let place = |property: u64| property * PLACES_OF_PROPERTY;
        let (first, last) = (properties * round / rounds, properties * (round + 1) / rounds);
        let seconds = u64::from(WARM + self.seconds);
        let middle = first + (last - first) * u64::from(WARM) / seconds;
        (place(first)..place(middle), place(middle)..place(last))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Arguments {
        #[command(flatten)]
        plan: Plan,
    }

    #[test]
    fn every_place_is_withdrawn_in_one_round_only() {
        let plan =
            Arguments::parse_from(["bench", "--places", "1000", "--rounds", "3", "--seconds", "4"]).plan;
        let mut next = 0;
        for round in 0..3 {
            let (warm, measured) = plan.withdrawn(round);
            assert_eq!(warm.start, next);
            assert_eq!(warm.end, measured.start);
            assert!(warm.start < warm.end && warm.end < measured.end);
            next = measured.end;
        }
        assert_eq!(next, 1_000);
    }
}
