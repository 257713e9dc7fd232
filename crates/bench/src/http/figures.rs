//! One measurement, and what several come to.

use serde::Serialize;

use super::sides::Side;
use crate::{
    databases::Kind,
    load::{Errors, Operation, Told},
    process::Memory,
};

/// KiB in millions of bytes.
pub(super) fn mb(kib: u32) -> f64 {
    f64::from(kib) * 1_024.0 / 1_000_000.0
}

/// The middle one; of an even number, the middle of the middle two.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
    f64::midpoint(at(sorted.len().saturating_sub(1) / 2), at(sorted.len() / 2))
}

/// What one measurement found.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Measured {
    requests: u32,
    seconds: f64,
    pub(super) requests_a_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    /// Of the server and of the database's own processes together, in seconds for a thousand requests.
    pub(super) cpu: f64,
    /// The part of the database's own processes.
    pub(super) database_cpu: Option<f64>,
    /// Of the server's process, right after.
    pub(super) anon_mb: f64,
    pub(super) mapped_mb: f64,
    /// None: a run in which a request fails ends at once.
    errors: Errors,
}

impl Measured {
    pub(super) fn new(told: Told, own: f64, database: Option<f64>, memory: Memory) -> Self {
        let thousands = f64::from(told.requests) / 1_000.0;
        Self {
            requests: told.requests,
            seconds: told.seconds,
            requests_a_second: told.requests_a_second(),
            p50_ms: told.p50_ms,
            p99_ms: told.p99_ms,
            cpu: (own + database.unwrap_or_default()) / thousands,
            database_cpu: database.map(|database| database / thousands),
            anon_mb: mb(memory.anon),
            mapped_mb: mb(memory.file),
            errors: told.errors,
        }
    }
}

/// One measurement, and of what.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Row {
    pub(super) database: Kind,
    pub(super) operation: Operation,
    pub(super) side: Side,
    round: u32,
    #[serde(flatten)]
    pub(super) measured: Measured,
}

impl Row {
    pub(super) const fn new(
        database: Kind,
        operation: Operation,
        side: Side,
        round: u32,
        measured: Measured,
    ) -> Self {
        Self {
            database,
            operation,
            side,
            round,
            measured,
        }
    }
}

/// What was measured of one side.
fn rounds(rows: &[Row], database: Kind, operation: Operation, side: Side) -> impl Iterator<Item = &Row> {
    rows.iter()
        .filter(move |row| (row.database, row.operation, row.side) == (database, operation, side))
}

/// The medians of all rounds, each figure for itself.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Medians {
    pub(super) database: Kind,
    pub(super) operation: Operation,
    pub(super) side: Side,
    pub(super) requests_a_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) cpu: f64,
    pub(super) database_cpu: f64,
    pub(super) anon_mb: f64,
    pub(super) mapped_mb: f64,
}

impl Medians {
    /// Of what was measured of one side; nothing if it was not.
    pub(super) fn of(rows: &[Row], database: Kind, operation: Operation, side: Side) -> Option<Self> {
        let found: Vec<Measured> = rounds(rows, database, operation, side)
            .map(|row| row.measured)
            .collect();
        let middle = |figure: fn(&Measured) -> f64| median(&found.iter().map(figure).collect::<Vec<f64>>());
        (!found.is_empty()).then(|| Self {
            database,
            operation,
            side,
            requests_a_second: middle(|one| one.requests_a_second),
            p50_ms: middle(|one| one.p50_ms),
            p99_ms: middle(|one| one.p99_ms),
            cpu: middle(|one| one.cpu),
            database_cpu: middle(|one| one.database_cpu.unwrap_or_default()),
            anon_mb: middle(|one| one.anon_mb),
            mapped_mb: middle(|one| one.mapped_mb),
        })
    }
}

/// The requests a second of one side in percent of the other's, round by round: the two were measured within seconds, and
/// a machine that others use too may be twice as fast a minute later.
pub(super) fn percents(
    rows: &[Row],
    database: Kind,
    operation: Operation,
    (one, other): (Side, Side),
) -> Vec<f64> {
    rounds(rows, database, operation, one)
        .filter_map(|ours| {
            let theirs = rounds(rows, database, operation, other).find(|row| row.round == ours.round)?;
            Some(100.0 * ours.measured.requests_a_second / theirs.measured.requests_a_second)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bare_http::Form;

    #[test]
    fn a_round_is_compared_with_itself() {
        let row = |side, round, requests_a_second| {
            let measured = Measured {
                requests_a_second,
                ..Measured::default()
            };
            Row::new(Kind::Sqlite, Operation::Get, side, round, measured)
        };
        let (ours, bare) = (Side::Innkeeper, Side::Bare(Form::Plain));
        // The machine grew twice as fast in between, and the second round went the other way about.
        let rows = [
            row(ours, 0, 90.0),
            row(bare, 0, 100.0),
            row(bare, 1, 200.0),
            row(ours, 1, 160.0),
            row(ours, 2, 1.0),
        ];
        let found = percents(&rows, Kind::Sqlite, Operation::Get, (ours, bare));
        assert_eq!(found.len(), 2, "a round that one side missed is none: {found:?}");
        assert!((median(&found) - 85.0).abs() < 1e-9, "{found:?}");
        let others = percents(&rows, Kind::Postgres, Operation::Get, (ours, bare));
        assert_eq!(others, Vec::<f64>::new());
    }

    #[test]
    fn the_median_is_in_the_middle_whatever_the_order() {
        for (values, middle) in [
            (vec![3.0], 3.0),
            (vec![9.0, 1.0, 2.0], 2.0),
            (vec![4.0, 1.0, 3.0, 2.0], 2.5),
        ] {
            assert!((median(&values) - middle).abs() < 1e-9, "{values:?}");
        }
    }
}
