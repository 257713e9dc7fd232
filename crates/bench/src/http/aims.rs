//! What is aimed at, and whether it was reached. An aim that was missed fails nothing: these are measurements.

use serde::Serialize;

use super::{
    figures::{Row, median, percents},
    sides::Side,
    start::Started,
};
use crate::{bare_http::Form, databases::Kind, load::Operation};

/// The most memory of a server that nobody asks for anything, and of one under load, in MB.
const IDLE_MB: f64 = 30.0;
const LOADED_MB: f64 = 100.0;
/// The longest until it is ready.
const READY_MS: f64 = 300.0;

/// The least part of a form's requests a second that Innkeeper is to reach, in percent.
const fn least(database: Kind, operation: Operation, form: Form) -> Option<f64> {
    match (operation, form, database) {
        (Operation::Get | Operation::List, Form::Plain, _)
        | (Operation::Invite, Form::Plain, Kind::Sqlite) => Some(100.0),
        (Operation::Get, Form::Best, _) => Some(80.0),
        (Operation::List, Form::Best, _) => Some(70.0),
        (Operation::Invite, Form::Best, Kind::Sqlite) | (Operation::Invite, Form::Plain, Kind::Postgres) => {
            Some(50.0)
        }
        (Operation::Invite, Form::Best, Kind::Postgres)
        | (Operation::Accounts | Operation::Mint | Operation::Update | Operation::Withdraw, _, _) => None,
    }
}

/// Something that is aimed at, or only told.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Judged {
    pub(super) what: String,
    pub(super) measured: f64,
    /// The least and the most of single rounds, where `measured` is in their middle.
    rounds: Option<(f64, f64)>,
    unit: &'static str,
    /// The least, or the most.
    aim: Option<f64>,
    pub(super) is_met: Option<bool>,
}

impl Judged {
    fn at_most(what: String, measured: f64, unit: &'static str, aim: f64) -> Self {
        Self {
            what,
            measured,
            rounds: None,
            unit,
            aim: Some(aim),
            is_met: Some(measured <= aim),
        }
    }

    /// For people.
    pub(super) fn line(&self) -> String {
        let verdict = match (self.aim, self.is_met) {
            (Some(aim), Some(true)) => format!("(aim {aim:.0} {}: met)", self.unit),
            (Some(aim), _) => format!("(aim {aim:.0} {}: MISSED)", self.unit),
            (None, _) => String::new(),
        };
        let rounds = self
            .rounds
            .map(|(least, most)| format!("[{least:.0} to {most:.0}] "))
            .unwrap_or_default();
        format!(
            "{}: {:.0} {} {rounds}{verdict}",
            self.what, self.measured, self.unit
        )
        .trim_end()
        .to_owned()
    }
}

/// Innkeeper's part of what each form of the bare server does, in the middle of all rounds.
pub(super) fn parts(rows: &[Row], database: Kind, operation: Operation) -> Vec<Judged> {
    let part = |form| {
        let bare = Side::Bare(form);
        let rounds = percents(rows, database, operation, (Side::Innkeeper, bare));
        let least_and_most = (
            rounds.iter().copied().reduce(f64::min)?,
            rounds.iter().copied().reduce(f64::max)?,
        );
        let (percent, aim) = (median(&rounds), least(database, operation, form));
        Some(Judged {
            what: format!("{}, {}, of {}", database.name(), operation.name(), bare.name()),
            measured: percent,
            rounds: Some(least_and_most),
            unit: "%",
            aim,
            is_met: aim.map(|aim| percent >= aim),
        })
    };
    [Form::Plain, Form::Best].into_iter().filter_map(part).collect()
}

/// Memory, and the time until it is ready.
pub(super) fn presence(rows: &[Row], database: Kind, started: &Started) -> Vec<Judged> {
    let name = database.name();
    let ours = rows
        .iter()
        .filter(|row| (row.database, row.side) == (database, Side::Innkeeper));
    let peak = ours.map(|row| row.measured.anon_mb).fold(0.0, f64::max);
    let mut judged = vec![
        Judged::at_most(
            format!("{name}, until it is ready"),
            started.ready_ms,
            "ms",
            READY_MS,
        ),
        Judged::at_most(format!("{name}, RssAnon idle"), started.idle_mb, "MB", IDLE_MB),
    ];
    if peak > 0.0 {
        judged.push(Judged::at_most(
            format!("{name}, RssAnon after load at most"),
            peak,
            "MB",
            LOADED_MB,
        ));
    }
    judged
}
