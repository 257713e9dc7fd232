//! Whether requests take longer where there is more: the same load on populations of several sizes.

mod report;

use std::{ops::Range, path::Path, time::Instant};

use anyhow::ensure;
use clap::Args;

use crate::{
    databases::{Databases, Kind},
    load::{Load, Operation},
    population::{self, PLACES_OF_PROPERTY},
    report::say,
    server::Server,
    site::Site,
};
use report::{Report, Row};

/// Few enough that nobody waits for anybody for long: more would measure how they queue.
const CONNECTIONS: u32 = 8;
/// Seconds before anything is measured.
const WARM: u32 = 2;
/// Seconds of writes. What is written stays, and a small population must not become a large one.
const WRITING: u32 = 2;
/// Reads before writes, and what takes places away at the end.
const OPERATIONS: [Operation; 5] = [
    Operation::Get,
    Operation::List,
    Operation::Update,
    Operation::Invite,
    Operation::Withdraw,
];

/// What to measure.
#[derive(Clone, Debug, Args)]
pub(crate) struct Plan {
    /// How many property users there are, the fewest first
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 100_000, 10_000_000])]
    places: Vec<u64>,
    /// Seconds of each measurement of reads
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// How often each is measured; sizes take turns
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    #[command(flatten)]
    site: Site,
}

/// A server on a population of one size.
struct Town {
    places: u64,
    server: Server,
    load: Load,
}

impl Plan {
    /// Measures, prints, and keeps the figures beside the build. The databases go as soon as they are not needed.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        ensure!(self.places.is_sorted(), "the fewest come first");
        ensure!(self.seconds > 0 && self.rounds > 0, "nothing would be measured");
        let root = self.site.root()?;
        let mut report = Report::new(&self.places, &self.site.results()?)?;
        for kind in self.site.kinds() {
            self.measure(&root, &self.site.databases(kind)?, &mut report)?;
        }
        report.end()
    }

    fn measure(&self, root: &Path, databases: &Databases, report: &mut Report) -> anyhow::Result<()> {
        let kind = databases.kind();
        let mut towns = Vec::new();
        for places in &self.places {
            let database = databases.empty(&format!("places_{places}"))?;
            let begun = Instant::now();
            let population = population::fill(&database, *places)?;
            say(&format!(
                "{}: {places} property users in {:.1} s",
                kind.name(),
                begun.elapsed().as_secs_f64()
            ))?;
            let load = Load::new(root, databases.folder(), &population, CONNECTIONS)?;
            towns.push(Town {
                places: *places,
                server: Server::loaded(root, &database)?,
                load,
            });
        }
        for operation in OPERATIONS {
            for round in 0..self.rounds {
                // Back and forth, so that whatever the machine does meanwhile meets all of them.
                let mut turn: Vec<&Town> = towns.iter().collect();
                if !round.is_multiple_of(2) {
                    turn.reverse();
                }
                for town in turn {
                    report.add(self.one(kind, town, operation, round)?)?;
                }
            }
            report.sum_up(kind, operation)?;
        }
        Ok(())
    }

    fn one(&self, kind: Kind, town: &Town, operation: Operation, round: u32) -> anyhow::Result<Row> {
        let seconds = match operation {
            Operation::Get | Operation::List | Operation::Accounts | Operation::Mint => self.seconds,
            Operation::Update | Operation::Invite | Operation::Withdraw => WRITING.min(self.seconds),
        };
        let url = town.server.url();
        // By lists: they change nothing, and find their property whoever was withdrawn from it.
        let warm = if round == 0 { WARM } else { 1 };
        town.load.run(url, Operation::List, warm, &(0..0))?;
        let told = town
            .load
            .run(url, operation, seconds, &self.withdrawn(town.places, round))?;
        Ok(Row::new(kind, town.places, operation, round, told))
    }

    /// The places that a round withdraws: as many as there are in the smallest population.
    fn withdrawn(&self, places: u64, round: u32) -> Range<u64> {
        let smallest = self.places.first().copied().unwrap_or(places) / PLACES_OF_PROPERTY;
        let properties = places / PLACES_OF_PROPERTY;
        let (round, rounds) = (u64::from(round), u64::from(self.rounds));
        let first = properties * round / rounds * PLACES_OF_PROPERTY;
        first..first + (smallest / rounds) * PLACES_OF_PROPERTY
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
    fn as_many_are_withdrawn_of_each_size_and_none_twice() {
        let plan = Arguments::parse_from(["bench", "--places", "1000,100000"]).plan;
        for places in &plan.places {
            let mut free = 0;
            for round in 0..plan.rounds {
                let withdrawn = plan.withdrawn(*places, round);
                assert_eq!(withdrawn.end - withdrawn.start, 320);
                assert!(
                    free <= withdrawn.start && withdrawn.end <= *places,
                    "{withdrawn:?}"
                );
                free = withdrawn.end;
            }
        }
    }
}
