//! The queue of imports: how soon a wish becomes a call, how many runs a second, and what a killed process costs.

mod bare;
mod claims;
mod disk;
mod installation;
mod latency;
mod recovery;
mod report;

use clap::Args;
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};

use crate::{databases::Kind, population, site::Site};
use installation::Installation;
use latency::Workers;
use report::Figures;

/// Property users of the population whose accounts are queued: as many accounts.
const PLACES: u64 = 4_000;
/// The slots of one turn.
const TURN: usize = 1_000;
/// Refreshes with a worker in another process: each takes up to a second.
const BESIDE: u32 = 40;

/// What to measure.
#[derive(Clone, Debug, Args)]
pub(crate) struct Plan {
    /// Refreshes that are asked for
    #[arg(long, default_value_t = 200)]
    refreshes: u32,
    /// Leave out what takes longest: killing, and workers in another process
    #[arg(long)]
    short: bool,
    #[command(flatten)]
    site: Site,
}

impl Plan {
    /// Measures, prints, and keeps the figures beside the build.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        let (root, results) = (self.site.root()?, self.site.results()?);
        report::begin()?;
        let mut all = Vec::new();
        for kind in self.site.kinds() {
            let databases = self.site.databases(kind)?;
            let mut figures = Figures::new(kind, disk::sync_ms(databases.folder())?);
            figures.say_disk()?;
            claims(
                &databases.empty("claims")?,
                &databases.empty("bare")?,
                &mut figures,
            )?;
            figures.say_speed()?;
            let installation = Installation::new(&root, databases.empty("waiting")?)?;
            self.latency(kind, &installation, &mut figures)?;
            figures.say_latency()?;
            if !self.short {
                let installation = Installation::new(&root, databases.empty("killed")?)?;
                figures.recovery = Some(recovery::measure(kind, &installation)?);
                figures.say_recovery()?;
            }
            all.push(figures);
            report::keep(&results, &all)?;
        }
        Ok(())
    }

    fn latency(&self, kind: Kind, installation: &Installation, figures: &mut Figures) -> anyhow::Result<()> {
        let here = latency::measure(installation, Workers::Here, self.refreshes)?;
        figures.latency.push(("workers in the same process", here));
        if !self.short && kind == Kind::Postgres {
            let beside = latency::measure(installation, Workers::Beside, BESIDE.min(self.refreshes))?;
            figures.latency.push(("workers in another process", beside));
        }
        Ok(())
    }
}

/// In turns, each side first as often as the other.
fn claims(ours: &str, bare: &str, figures: &mut Figures) -> anyhow::Result<()> {
    let population = population::fill(ours, PLACES)?;
    let store = SqlStore::open(&StoreConfig::new(ours, MasterKey::from_bytes([0; 32]))?)?;
    let bare = bare::Queue::open(figures.database, bare)?;
    for (turn, keys) in claims::slots(&population, PLACES).chunks(TURN).enumerate() {
        for side in [turn, turn + 1] {
            if side.is_multiple_of(2) {
                figures.ours.push(claims::ours(&store, keys)?);
            } else {
                figures.bare.push(bare.measure(keys.len())?);
            }
        }
    }
    Ok(())
}
