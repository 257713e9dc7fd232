//! What an account shows of its imports, what is remembered of them, and when a listing counts as gone; the words of
//! each list, too.

use std::collections::BTreeSet;

use innkeeper_domain::{
    accounts::{ChannelFault, Stream},
    imports::{Checkpoint, Counts},
    sync::{
        Class, Lane, LastFailure, Outcome, Past, Pending, RunChange, RunKind, RunState, Slot, SyncDetail,
        SyncState, WaitReason,
        sweep::{Presence, Reading, Sweep},
    },
    time::Timestamp,
};
use rstest::rstest;

use crate::{
    cast::NOW,
    sync_cast::{before, current, next, pending, running, seconds, slot, waiting},
};

const NEVER: Past = Past {
    last_success_at: None,
    data_as_of: None,
    last_outcome: None,
    last_failure: None,
};

fn success() -> Past {
    NEVER.after(&end(Outcome::Succeeded, NOW, before()))
}

fn end(outcome: Outcome, at: Timestamp, started_at: Timestamp) -> RunChange {
    RunChange::Ended {
        run: current(),
        outcome,
        at,
        started_at,
        attempt: 1,
        rescues: 0,
    }
}

fn behind(seen: &Slot) -> Slot {
    Slot {
        pending: Some(pending(RunKind::Refresh)),
        ..*seen
    }
}

/// Columns: before the first success, and after one.
#[rstest]
#[case::deleted(None, [SyncState::Unknown, SyncState::Completed])]
#[case::idle(Some(slot(None, None)), [SyncState::Unknown, SyncState::Completed])]
#[case::pending(Some(behind(&slot(None, None))), [SyncState::Queued; 2])]
#[case::running(Some(running()), [SyncState::InProgress; 2])]
#[case::waiting(Some(waiting(WaitReason::Rate, NOW)), [SyncState::InProgress; 2])]
#[case::running_with_a_follow_up(Some(behind(&running())), [SyncState::InProgress; 2])]
fn the_state_is_what_the_slot_says_and_then_the_past(
    #[case] seen: Option<Slot>,
    #[case] states: [SyncState; 2],
) {
    assert_eq!(
        [NEVER, success()].map(|past| SyncState::of(seen.as_ref(), &past)),
        states
    );
}

#[rstest]
#[case::succeeded(Outcome::Succeeded, SyncState::Completed)]
#[case::partially(Outcome::PartiallySucceeded, SyncState::Completed)]
#[case::failed(Outcome::Failed(ChannelFault::Crashed), SyncState::Unknown)]
fn a_part_counts_as_a_success_and_a_failure_does_not(#[case] outcome: Outcome, #[case] state: SyncState) {
    let past = NEVER.after(&end(outcome, NOW, before()));
    assert_eq!(SyncState::of(None, &past), state);
    assert_eq!(past.last_outcome, Some(outcome));
}

/// I13, even if the clock steps back between two runs.
#[test]
fn the_last_success_never_moves_back() {
    let again = success().after(&end(Outcome::Succeeded, NOW - seconds(9), before() - seconds(9)));
    assert_eq!(again, success());
    let later = success().after(&end(Outcome::PartiallySucceeded, NOW + seconds(9), NOW));
    assert_eq!(
        (later.last_success_at, later.data_as_of),
        (Some(NOW + seconds(9)), Some(NOW))
    );
}

#[test]
fn a_failure_is_remembered_until_the_next_success() {
    let fault = ChannelFault::InvalidCredentials;
    let failed = success().after(&end(Outcome::Failed(fault), NOW + seconds(1), NOW));
    let expected = Past {
        last_outcome: Some(Outcome::Failed(fault)),
        last_failure: Some(LastFailure {
            fault,
            at: NOW + seconds(1),
        }),
        ..success()
    };
    assert_eq!(failed, expected);
    let healed = failed.after(&end(Outcome::Succeeded, NOW + seconds(2), NOW));
    assert_eq!(healed.last_failure, None);
}

#[test]
fn nothing_but_an_end_changes_the_past() {
    let run = current();
    let (at, by) = (NOW, next());
    let waiting = RunChange::Waiting {
        run,
        reason: WaitReason::Rate,
        rescues: 1,
    };
    for change in [
        RunChange::Cancelled { run, at },
        RunChange::Superseded { run, by, at },
        waiting,
    ] {
        assert_eq!(success().after(&change), success(), "{change:?}");
    }
}

const COUNTS: Counts = Counts {
    listings: 3,
    listings_done: 2,
    listings_skipped: 1,
    listings_failed: 0,
    listings_new: 0,
    reservations: 40,
    reservations_failed: 0,
};

fn detail(seen: &Slot, listings_ended: bool) -> SyncDetail {
    let checkpoint = Checkpoint {
        stream: if listings_ended {
            Stream::Reservations
        } else {
            Stream::Listings
        },
        counts: COUNTS,
        ..Checkpoint::start(seen.tenant, current())
    };
    SyncDetail::of(Some(seen), Some(&checkpoint), &success(), NOW)
}

const IDLE: SyncDetail = SyncDetail {
    run: None,
    kind: None,
    phase: None,
    waiting: None,
    next_attempt_at: None,
    counts: None,
    follow_up: None,
    data_as_of: Some(Timestamp::from_micros(NOW.as_micros() - 3_600_000_000)),
    last_outcome: Some(Outcome::Succeeded),
    last_failure: None,
};

#[test]
fn the_detail_is_that_of_the_started_run_or_else_of_the_pending_one() {
    let soon = NOW + seconds(30);
    assert_eq!(detail(&slot(None, None), false), IDLE);
    let deferred = Pending {
        not_before: Some(soon),
        ..pending(RunKind::Refresh)
    };
    let queued = SyncDetail {
        run: Some(next()),
        kind: Some(RunKind::Refresh),
        next_attempt_at: Some(soon),
        ..IDLE
    };
    assert_eq!(detail(&slot(Some(deferred), None), true), queued);
    let started = SyncDetail {
        run: Some(current()),
        kind: Some(RunKind::Scheduled),
        phase: Some(Stream::Listings),
        counts: Some(COUNTS),
        ..IDLE
    };
    assert_eq!(detail(&running(), false), started);
    let limited = SyncDetail {
        phase: Some(Stream::Reservations),
        waiting: Some(WaitReason::Rate),
        next_attempt_at: Some(soon),
        follow_up: Some(next()),
        ..started
    };
    assert_eq!(detail(&behind(&waiting(WaitReason::Rate, soon)), true), limited);
    let waited = SyncDetail {
        waiting: Some(WaitReason::Crash),
        ..started
    };
    assert_eq!(
        detail(&waiting(WaitReason::Crash, NOW), false),
        waited,
        "it may be taken now"
    );
}

#[rstest]
#[case::nothing_missing(10, 0, true)]
#[case::three_of_three(3, 3, true)]
#[case::four_of_four(4, 4, false)]
#[case::three_in_ten_of_many(20, 6, true)]
#[case::over_three_in_ten(20, 7, false)]
#[case::none_known(0, 0, true)]
#[case::ten_thousand(1_000_000, 10_000, true)]
#[case::over_ten_thousand(1_000_000, 10_001, false)]
#[case::endless(u64::MAX, u64::MAX / 2, false)]
fn too_many_missing_at_once_are_not_believed(
    #[case] known: u64,
    #[case] missing: u64,
    #[case] believed: bool,
) {
    let reading = |complete| Reading {
        complete,
        known,
        missing,
    };
    let guarded = Sweep::Guarded { missing, known };
    assert_eq!(
        Sweep::after(reading(true)),
        if believed { Sweep::Allowed } else { guarded }
    );
    assert_eq!(Sweep::after(reading(false)), Sweep::Incomplete);
}

#[rstest]
#[case(0, true, Presence::Here)]
#[case(1, true, Presence::Here)]
#[case(0, false, Presence::Missed(1))]
#[case(1, false, Presence::Gone)]
#[case(u32::MAX, false, Presence::Gone)]
fn a_listing_is_gone_when_two_readings_in_a_row_missed_it(
    #[case] missed: u32,
    #[case] met: bool,
    #[case] presence: Presence,
) {
    assert_eq!(Presence::after(missed, met), presence);
}

/// Every word of a list is read as what it was written for, and no two are the same.
#[test]
fn words_are_read_as_they_are_written() {
    fn read<T: Copy + PartialEq + std::fmt::Debug>(
        all: &[T],
        write: fn(T) -> &'static str,
        read: fn(&str) -> Option<T>,
    ) {
        for one in all {
            assert_eq!(read(write(*one)), Some(*one));
        }
        let words: BTreeSet<&str> = all.iter().map(|one| write(*one)).collect();
        assert_eq!(words.len(), all.len());
        assert_eq!(read("nothing"), None);
    }
    read(&RunKind::ALL, RunKind::as_str, RunKind::from_name);
    read(&RunState::ALL, RunState::as_str, RunState::from_name);
    read(&WaitReason::ALL, WaitReason::as_str, WaitReason::from_name);
    read(&Class::ALL, Class::as_str, Class::from_name);
    read(&Lane::ALL, Lane::as_str, Lane::from_name);
    let states = SyncState::ALL.map(SyncState::as_str);
    assert_eq!(states, ["in_progress", "queued", "completed", "unknown"]);
}
