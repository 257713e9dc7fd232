//! How long somebody who asks for a refresh waits until the channel is asked.

use std::{thread, time::Duration};

use chrono::{DateTime, Utc};

use super::{
    installation::{Installation, Person, Served},
    report::Latency,
};

/// Accounts that take turns. The channel allows each only so many calls.
const ACCOUNTS: u32 = 4;
/// One listing with one reservation: a token and two calls or three.
const SECRET: &str = "good-1x1";
/// Between two refreshes. Workers have gone to sleep by then, and all calls together stay within the channel's limits,
/// which are kept here: else it would be them that are measured.
const PAUSE: Duration = Duration::from_millis(100);

/// Who works on what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Workers {
    /// The process that was asked.
    Here,
    /// Another process.
    Beside,
}

/// Asks for so many refreshes, one after the other.
pub(super) fn measure(
    installation: &Installation,
    workers: Workers,
    refreshes: u32,
) -> anyhow::Result<Latency> {
    let (served, _worker) = match workers {
        Workers::Here => (installation.serve(&[])?, None),
        Workers::Beside => (
            installation.serve(&["--no-workers"])?,
            Some(installation.worker()?),
        ),
    };
    let person = installation.person(match workers {
        Workers::Here => "here",
        Workers::Beside => "beside",
    })?;
    let first = match workers {
        Workers::Here => 1_000,
        Workers::Beside => 2_000,
    };
    let mut accounts = Vec::new();
    for number in first..first + ACCOUNTS {
        let account = installation.add(&served, &person, number, SECRET)?;
        installation.wait_until_completed(&served, &person, &account)?;
        accounts.push(account);
    }
    let mut measured = Latency::default();
    let turns = (0..refreshes).zip(accounts.iter().cycle());
    for (_, account) in turns {
        let (sent, answered) = one(installation, &served, &person, account)?;
        measured.since_sent_ms.push(sent);
        measured.since_answered_ms.push(answered);
    }
    Ok(measured)
}

/// Milliseconds to the first call: since the request was sent, and since its answer was there. A worker may well be
/// faster than the answer.
fn one(
    installation: &Installation,
    served: &Served,
    person: &Person,
    account: &str,
) -> anyhow::Result<(f64, f64)> {
    let asked = installation.asked()?.len();
    thread::sleep(PAUSE);
    let sent = Utc::now();
    installation.refresh(served, person, account)?;
    let answered = Utc::now();
    // Nothing else is done on the machine meanwhile.
    thread::sleep(PAUSE);
    let called = DateTime::parse_from_rfc3339(&installation.asked_more_than(asked)?)?.to_utc();
    installation.wait_until_completed(served, person, account)?;
    let ms = |from: DateTime<Utc>| (called - from).as_seconds_f64() * 1e3;
    Ok((ms(sent), ms(answered)))
}
