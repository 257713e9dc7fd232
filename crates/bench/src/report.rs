//! The figures: as a table while they come, as ratios at the end, and as JSON beside the build.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    databases::Kind,
    measure::Measured,
    work::{Reading, Side},
};

/// One measurement.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Row {
    database: Kind,
    side: Side,
    reading: Reading,
    round: u32,
    #[serde(flatten)]
    measured: Measured,
}

impl Row {
    pub(crate) const fn new(
        database: Kind,
        side: Side,
        reading: Reading,
        round: u32,
        measured: Measured,
    ) -> Self {
        Self {
            database,
            side,
            reading,
            round,
            measured,
        }
    }
}

/// All measurements.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    rows: u32,
    machine: String,
    measurements: Vec<Row>,
    /// The first load of a tenth.
    small: Vec<(Kind, Measured)>,
    dlt: Option<Measured>,
    notes: Vec<String>,
    #[serde(skip)]
    path: PathBuf,
}

/// Says a line at once.
pub(crate) fn say(line: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}")?;
    io::stdout().flush()?;
    Ok(())
}

/// The processor, how many of them there are, and the kernel.
pub(crate) fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let models: Vec<&str> = processors
        .lines()
        .filter_map(|line| {
            line.strip_prefix("model name")?
                .split_once(": ")
                .map(|(_, name)| name)
        })
        .collect();
    let model = models.first().copied().unwrap_or("an unknown processor");
    format!(
        "{} x {model}, Linux {}",
        models.len(),
        read("/proc/sys/kernel/osrelease").trim()
    )
}

impl Report {
    pub(crate) fn new(rows: u32, results: &Path) -> anyhow::Result<Self> {
        let machine = machine();
        say(&format!("{rows} reservations in pages of 100; {machine}"))?;
        for kind in [Kind::Sqlite, Kind::Postgres] {
            say(&format!("{}: {}", kind.name(), kind.durability()))?;
        }
        say(
            "\ndatabase    reading  who        rows/s  seconds  CPU s  anon MiB  mapped MiB  server CPU s  server anon MiB",
        )?;
        Ok(Self {
            rows,
            machine,
            measurements: Vec::new(),
            small: Vec::new(),
            dlt: None,
            notes: Vec::new(),
            path: results.join("import.json"),
        })
    }

    pub(crate) fn add(&mut self, row: Row) -> anyhow::Result<()> {
        let side = match row.side {
            Side::Innkeeper => "Innkeeper",
            Side::Bare => "bare",
        };
        let reading = match row.reading {
            Reading::First => "first",
            Reading::Again => "again",
        };
        line(row.database, reading, side, &row.measured)?;
        self.measurements.push(row);
        self.keep()
    }

    pub(crate) fn small(&mut self, kind: Kind, measured: Measured) -> anyhow::Result<()> {
        line(kind, "a tenth", "Innkeeper", &measured)?;
        self.small.push((kind, measured));
        self.keep()
    }

    pub(crate) fn peer(&mut self, measured: Measured) -> anyhow::Result<()> {
        line(Kind::Postgres, "first", "dlt", &measured)?;
        self.dlt = Some(measured);
        self.keep()
    }

    pub(crate) fn note(&mut self, note: &str) -> anyhow::Result<()> {
        self.notes.push(note.to_owned());
        say(note)
    }

    /// Kept after each measurement, so that a broken run leaves what it found.
    fn keep(&self) -> anyhow::Result<()> {
        Ok(fs::write(&self.path, serde_json::to_vec_pretty(self)?)?)
    }

    /// Rows a second, all rounds of one side together.
    fn speed(&self, kind: Kind, side: Side, reading: Reading) -> Option<f64> {
        let found = self
            .measurements
            .iter()
            .filter(|row| (row.database, row.side, row.reading) == (kind, side, reading));
        let (mut rows, mut seconds) = (0.0, 0.0);
        for row in found {
            rows += f64::from(row.measured.rows);
            seconds += row.measured.seconds;
        }
        (seconds > 0.0).then(|| rows / seconds)
    }

    /// Prints what the figures come to.
    pub(crate) fn end(&self) -> anyhow::Result<()> {
        say("")?;
        for kind in [Kind::Sqlite, Kind::Postgres] {
            for (reading, name) in [(Reading::First, "first load"), (Reading::Again, "unchanged")] {
                let ours = self.speed(kind, Side::Innkeeper, reading);
                if let Some((ours, bare)) = ours.zip(self.speed(kind, Side::Bare, reading)) {
                    let part = 100.0 * ours / bare;
                    say(&format!(
                        "{}, {name}: {ours:.0} rows/s, {part:.0} % of the bare pipeline's {bare:.0}",
                        kind.name()
                    ))?;
                }
            }
        }
        let ours = self.speed(Kind::Postgres, Side::Innkeeper, Reading::First);
        if let Some((ours, dlt)) = ours.zip(self.dlt) {
            let times = ours / dlt.rows_a_second();
            say(&format!("PostgreSQL, first load: {times:.1} x dlt"))?;
        }
        for (kind, small) in &self.small {
            let full = self.measurements.iter().filter(|row| {
                (row.database, row.side, row.reading) == (*kind, Side::Innkeeper, Reading::First)
            });
            let peak = full.map(|row| row.measured.anon_mib).fold(0.0, f64::max);
            say(&format!(
                "{}: {:.1} MiB of anonymous memory at {} rows, {peak:.1} at {}",
                kind.name(),
                small.anon_mib,
                small.rows,
                self.rows
            ))?;
        }
        self.keep()?;
        say(&format!("\nall figures: {}", self.path.display()))
    }
}

fn line(kind: Kind, reading: &str, who: &str, measured: &Measured) -> anyhow::Result<()> {
    let server = measured.server.map_or_else(String::new, |server| {
        format!("{:>12.1}  {:>15.1}", server.cpu_seconds, server.anon_mib)
    });
    say(&format!(
        "{:<11} {reading:<8} {who:<9} {:>7.0}  {:>7.1}  {:>5.1}  {:>8.1}  {:>10.1}  {server}",
        kind.name(),
        measured.rows_a_second(),
        measured.seconds,
        measured.cpu_seconds,
        measured.anon_mib,
        measured.file_mib,
    ))
}
