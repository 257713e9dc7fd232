//! The figures: as tables, as ratios, and as JSON beside the build.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{
    agreement::Agreement,
    cases::Shape,
    places::{Lookup, SIZES},
    sides::Side,
    timing::Times,
};

/// What a figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// One decision over grants at hand.
    Decision {
        /// How many grants and overrides.
        shape: Shape,
        /// Who decides.
        side: Side,
    },
    /// One decision over grants that are found first.
    LookUp {
        /// Among so many grants.
        among: usize,
        /// What is done with them.
        lookup: Lookup,
    },
}

/// What a decision asked of the allocator, on average.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Counted {
    /// What was counted.
    pub what: What,
    /// Allocations a decision.
    pub allocations: f64,
    /// Bytes a decision.
    pub bytes: f64,
}

/// What a decision took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Timed {
    /// What was measured.
    pub what: What,
    /// Nanoseconds a decision.
    pub nanoseconds: Times,
}

/// One run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The processor, how many of them there are, and the kernel.
    pub machine: String,
    /// What else the machine did: processes that ran or waited to, on average over a minute.
    pub load: Load,
    /// What the sides agree on.
    pub agreement: Agreement,
    /// How often everything was measured.
    pub rounds: u32,
    /// Times.
    pub timed: Vec<Timed>,
    /// Allocations.
    pub counted: Vec<Counted>,
}

/// The load of the machine before and after; this program is one of it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Load {
    /// Before anything was measured.
    pub before: f64,
    /// After everything was.
    pub after: f64,
}

/// The load of the last minute.
pub fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split_whitespace().next().map(str::parse::<f64>);
    first.and_then(Result::ok).unwrap_or(f64::NAN)
}

/// The processor, how many of them there are, and the kernel.
pub fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let models: Vec<&str> = processors
        .lines()
        .filter_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map(|(_, name)| name)
        .collect();
    let model = models.first().copied().unwrap_or("an unknown processor");
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{} x {model}, Linux {}", models.len(), kernel.trim())
}

/// Writes a line of the output.
///
/// # Errors
///
/// If nobody reads it any more.
pub fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

fn row(name: &str, figures: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "{name:<18}")?;
    for figure in figures {
        write!(out, " {figure:>21}")?;
    }
    writeln!(out)
}

impl Report {
    fn median(&self, what: What) -> f64 {
        let found = self.timed.iter().find(|timed| timed.what == what);
        found.map_or(f64::NAN, |timed| timed.nanoseconds.median)
    }

    fn decision(&self, shape: Shape, side: Side) -> f64 {
        self.median(What::Decision { shape, side })
    }

    fn allocations(&self, shape: Shape, side: Side) -> f64 {
        let what = What::Decision { shape, side };
        let found = self.counted.iter().find(|counted| counted.what == what);
        found.map_or(f64::NAN, |counted| counted.allocations)
    }

    /// Prints everything, and keeps it.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn tell(&self, path: &Path) -> anyhow::Result<()> {
        self.tell_decisions()?;
        self.tell_lookups()?;
        self.tell_aim()?;
        fs::write(path, serde_json::to_vec_pretty(self)?)?;
        Ok(())
    }

    fn tell_decisions(&self) -> io::Result<()> {
        say(&format!(
            "\none decision, median of {} turns in ns, half of them allowed; in brackets: allocations",
            self.rounds
        ))?;
        let mut names = Side::ALL.map(|side| side.name().to_owned()).to_vec();
        names.extend(["Cedar takes".to_owned(), "casbin takes".to_owned()]);
        row("grants x overrides", &names)?;
        for shape in Shape::ALL {
            let figure = |side| {
                let (time, allocations) = (self.decision(shape, side), self.allocations(shape, side));
                format!("{time:.1} ({allocations:.0})")
            };
            let times = |side| {
                let ratio = self.decision(shape, side) / self.decision(shape, Side::Innkeeper);
                format!("{ratio:.0} x")
            };
            let mut figures = Side::ALL.map(figure).to_vec();
            figures.extend([times(Side::Cedar), times(Side::Casbin)]);
            row(&shape.to_string(), &figures)?;
        }
        Ok(())
    }

    fn tell_lookups(&self) -> io::Result<()> {
        say(&format!(
            "\nthe same with {} grants x overrides a place, found among many first, median in ns",
            Shape::LOOKED_UP
        ))?;
        row("grants", &Lookup::ALL.map(|lookup| lookup.name().to_owned()))?;
        for among in SIZES {
            let figure = |lookup| format!("{:.1}", self.median(What::LookUp { among, lookup }));
            row(&among.to_string(), &Lookup::ALL.map(figure))?;
        }
        Ok(())
    }

    fn tell_aim(&self) -> io::Result<()> {
        let shape = Shape::AIM;
        let median = self.decision(shape, Side::Innkeeper);
        let ratio = self.decision(shape, Side::Cedar) / median;
        let verdict = |met: bool| if met { "met" } else { "MISSED" };
        say(&format!(
            "\n{shape}: {median:.1} ns (at most 50: {}), {:.0} allocations (none: {}), {ratio:.0} times as fast as Cedar (at \
             least 100: {})",
            verdict(median <= 50.0),
            self.allocations(shape, Side::Innkeeper),
            verdict(self.allocations(shape, Side::Innkeeper) == 0.0),
            verdict(ratio >= 100.0),
        ))?;
        say(&format!(
            "load of the machine: {} before, {} after",
            self.load.before, self.load.after
        ))
    }
}
