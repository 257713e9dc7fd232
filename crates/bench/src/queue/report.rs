//! The figures of queues.

use std::{fs, path::Path, time::Duration};

use serde::Serialize;

use crate::{
    databases::Kind,
    ranks::{median, quantile},
    report::{machine, say},
};

/// Milliseconds from a wish to the first call that it leads to, each sorted as it came.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Latency {
    pub(super) since_sent_ms: Vec<f64>,
    pub(super) since_answered_ms: Vec<f64>,
}

/// Runs a second.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Speed {
    queued: f64,
    drained: f64,
}

impl Speed {
    pub(super) fn of(runs: usize, queued: Duration, drained: Duration) -> Self {
        let runs = u32::try_from(runs).map_or(f64::MAX, f64::from);
        Self {
            queued: runs / queued.as_secs_f64(),
            drained: runs / drained.as_secs_f64(),
        }
    }
}

/// Seconds that an import stood still.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Recovery {
    pub(super) how: &'static str,
    pub(super) seconds: Vec<f64>,
}

/// All figures of one database.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figures {
    pub(super) database: Kind,
    durability: &'static str,
    /// How long the disk takes to keep a page, measured right before.
    sync_ms: f64,
    /// By who works: this process, or another.
    pub(super) latency: Vec<(&'static str, Latency)>,
    /// In turns.
    pub(super) ours: Vec<Speed>,
    pub(super) bare: Vec<Speed>,
    pub(super) recovery: Option<Recovery>,
}

impl Figures {
    pub(super) fn new(database: Kind, sync_ms: f64) -> Self {
        Self {
            database,
            durability: database.durability(),
            sync_ms,
            latency: Vec::new(),
            ours: Vec::new(),
            bare: Vec::new(),
            recovery: None,
        }
    }

    pub(super) fn say_disk(&self) -> anyhow::Result<()> {
        say(&format!(
            "{:<10} the disk keeps a page in {:.2} ms",
            self.database.name(),
            self.sync_ms
        ))
    }

    pub(super) fn say_latency(&self) -> anyhow::Result<()> {
        for (who, latency) in &self.latency {
            for (since, times) in [
                ("sent", &latency.since_sent_ms),
                ("answered", &latency.since_answered_ms),
            ] {
                say(&format!(
                    "{:<10} first call of the channel, {who}, since the wish was {since:<8}: p50 {:.2} ms, p99 {:.2} ms, of {}",
                    self.database.name(),
                    median(times),
                    quantile(times, 0.99),
                    times.len()
                ))?;
            }
        }
        Ok(())
    }

    pub(super) fn say_speed(&self) -> anyhow::Result<()> {
        self.say_part("queued", |speed| speed.queued)?;
        self.say_part("taken and ended", |speed| speed.drained)
    }

    fn say_part(&self, what: &str, part: fn(&Speed) -> f64) -> anyhow::Result<()> {
        let of = |side: &[Speed]| median(&side.iter().map(part).collect::<Vec<_>>());
        let (ours, bare) = (of(&self.ours), of(&self.bare));
        say(&format!(
            "{:<10} runs {what} a second: {ours:.0}, {:.0} % of the bare queue's {bare:.0}",
            self.database.name(),
            100.0 * ours / bare
        ))
    }

    pub(super) fn say_recovery(&self) -> anyhow::Result<()> {
        let Some(Recovery { how, seconds }) = &self.recovery else {
            return Ok(());
        };
        let longest = seconds.iter().copied().fold(0.0, f64::max);
        say(&format!(
            "{:<10} {how}: the import went on after {:.2} s, at most {longest:.2} s, of {}",
            self.database.name(),
            median(seconds),
            seconds.len()
        ))
    }
}

/// Says what was measured where.
pub(super) fn begin() -> anyhow::Result<()> {
    say(&machine())?;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        say(&format!("{}: {}", kind.name(), kind.durability()))?;
    }
    say("")
}

/// Keeps all figures beside the build.
pub(super) fn keep(results: &Path, figures: &[Figures]) -> anyhow::Result<()> {
    #[derive(Serialize)]
    struct All<'f> {
        machine: String,
        databases: &'f [Figures],
    }
    let all = All {
        machine: machine(),
        databases: figures,
    };
    Ok(fs::write(
        results.join("queue.json"),
        serde_json::to_vec_pretty(&all)?,
    )?)
}
