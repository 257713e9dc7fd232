//! Refreshes, one row for each cell of the table of `docs/sync.md`, and the other ways of asking for a run.

use std::time::Duration;

use innkeeper_domain::{
    accounts::ChannelFault,
    sync::{
        Answer, Class, Command, Create, Disposition, IfRunning, Lane, Pending, Place, Refresh, Refusal,
        RunChange, RunKind, Slot, Step, Threshold, WaitReason, decide,
    },
    time::Timestamp,
};
use rstest::rstest;

use crate::{
    cast::{NOW, id, tenant},
    sync_cast::{
        before, current, held, new, next, obeyed, pending, refresh, running, said, seconds, slot, started,
        waiting, waits,
    },
};

/// What a refresh leads to, without the times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Queued,
    Replaced,
    Merged,
    Behind,
    Refused(u64),
}

use Cell::{Behind, Merged, Queued, Refused, Replaced};

const LATER: Timestamp = Timestamp::from_micros(NOW.as_micros() + 90_000_000);

/// What may be in the started place: nothing, a running run, and one waiting for each reason.
fn places() -> [Option<Place>; 6] {
    let [rate, backoff, crash, stopped] = [
        WaitReason::Rate,
        WaitReason::Backoff,
        WaitReason::Crash,
        WaitReason::Yield,
    ]
    .map(|reason| Some(waits(reason, LATER)));
    [None, Some(held()), rate, backoff, crash, stopped]
}

fn cell(seen: &Slot, if_running: IfRunning) -> Cell {
    match said(seen, refresh(if_running), NOW) {
        Ok(Answer::Accepted { run, disposition }) => {
            let merged = disposition == Disposition::Merged;
            assert_eq!(run, if merged { next() } else { new() });
            match disposition {
                Disposition::Queued => Queued,
                Disposition::Replaced { old } => {
                    assert_eq!(old, next());
                    Replaced
                }
                Disposition::Merged => Merged,
                Disposition::QueuedBehind { started } => {
                    assert_eq!(started, current());
                    Behind
                }
            }
        }
        Err(Refusal::InProgress {
            run,
            waiting,
            retry_after,
        }) => {
            let started = seen.started.unwrap();
            assert_eq!(
                (run, waiting),
                (current(), started.waiting().map(|(reason, _)| reason))
            );
            Refused(retry_after.as_secs())
        }
        verdict => panic!("{verdict:?}"),
    }
}

/// Columns: nothing started; running; waiting for a rate limit, after a failed try, after a crash, given back.
#[rstest]
#[case::nothing_refuse(None, IfRunning::Refuse, [Queued, Refused(5), Refused(90), Refused(90), Refused(90), Refused(90)])]
#[case::nothing_queue(None, IfRunning::Queue, [Queued, Behind, Behind, Behind, Behind, Behind])]
#[case::scheduled_refuse(Some(RunKind::Scheduled), IfRunning::Refuse, [Replaced; 6])]
#[case::scheduled_queue(Some(RunKind::Scheduled), IfRunning::Queue, [Replaced; 6])]
#[case::refresh_refuse(Some(RunKind::Refresh), IfRunning::Refuse, [Replaced; 6])]
#[case::refresh_queue(Some(RunKind::Refresh), IfRunning::Queue, [Replaced; 6])]
#[case::initial_refuse(Some(RunKind::InitialImport), IfRunning::Refuse, [Merged; 6])]
#[case::initial_queue(Some(RunKind::InitialImport), IfRunning::Queue, [Merged; 6])]
fn a_refresh_leads_to_what_the_table_says(
    #[case] kind: Option<RunKind>,
    #[case] if_running: IfRunning,
    #[case] expected: [Cell; 6],
) {
    let found = places().map(|place| {
        let started = place.map(|place| started(RunKind::Scheduled, place));
        cell(&slot(kind.map(pending), started), if_running)
    });
    assert_eq!(found, expected);
}

fn asked(kind: RunKind, first_requested_at: Timestamp) -> Pending {
    Pending {
        run: new(),
        requested_at: NOW,
        first_requested_at,
        ..pending(kind)
    }
}

fn queued(kind: RunKind, threshold: Option<Threshold>) -> RunChange {
    RunChange::Queued {
        run: new(),
        kind,
        threshold,
        requested_at: NOW,
    }
}

#[test]
fn a_refresh_of_an_idle_account_is_queued() {
    let step = obeyed(&slot(None, None), refresh(IfRunning::Refuse), NOW);
    let expected = Step {
        slot: Some(slot(Some(asked(RunKind::Refresh, NOW)), None)),
        runs: vec![queued(RunKind::Refresh, Some(Threshold::DEFAULT))],
        answer: Answer::Accepted {
            run: new(),
            disposition: Disposition::Queued,
        },
    };
    assert_eq!(step, expected);
}

/// It takes the new wish and the old place in the line.
#[test]
fn a_replacement_inherits_when_the_first_was_asked_for_and_nothing_else() {
    let old = Pending {
        not_before: Some(LATER),
        requested_at: NOW - seconds(9),
        ..pending(RunKind::Refresh)
    };
    let step = obeyed(
        &slot(Some(old), running().started),
        refresh(IfRunning::Refuse),
        NOW,
    );
    let superseded = RunChange::Superseded {
        run: next(),
        by: new(),
        at: NOW,
    };
    let expected = Step {
        slot: Some(slot(Some(asked(RunKind::Refresh, before())), running().started)),
        runs: vec![queued(RunKind::Refresh, Some(Threshold::DEFAULT)), superseded],
        answer: Answer::Accepted {
            run: new(),
            disposition: Disposition::Replaced { old: next() },
        },
    };
    assert_eq!(step, expected);
}

#[test]
fn an_initial_import_absorbs_refreshes_and_ranks_as_one_from_then_on() {
    let initial = slot(Some(pending(RunKind::InitialImport)), None);
    let step = obeyed(&initial, refresh(IfRunning::Refuse), NOW);
    let merged = step.slot.unwrap();
    let raised = Pending {
        raised: true,
        ..pending(RunKind::InitialImport)
    };
    assert_eq!((merged, step.runs), (slot(Some(raised), None), vec![]));
    assert_eq!(
        (initial.class(), merged.class()),
        (Some(Class::InitialImport), Some(Class::Refresh))
    );
    let again = obeyed(&merged, refresh(IfRunning::Queue), NOW + seconds(1));
    assert_eq!(again.slot, Some(merged));
}

/// The started run is never changed, but that it need not sit out a failed try.
#[rstest]
#[case::failed_try(WaitReason::Backoff, NOW)]
#[case::rate_limit(WaitReason::Rate, LATER)]
#[case::crash(WaitReason::Crash, LATER)]
fn a_refresh_behind_a_waiting_run_wakes_it_only_from_a_failed_try(
    #[case] reason: WaitReason,
    #[case] until: Timestamp,
) {
    let seen = waiting(reason, LATER);
    let step = obeyed(&seen, refresh(IfRunning::Queue), NOW);
    let pending = Some(asked(RunKind::Refresh, NOW));
    assert_eq!(step.slot, Some(slot(pending, waiting(reason, until).started)));
    assert_eq!(step.runs, [queued(RunKind::Refresh, Some(Threshold::DEFAULT))]);
    assert_eq!(step.slot.unwrap().ready(NOW), reason == WaitReason::Backoff);
}

#[rstest]
#[case::over(NOW - seconds(1), 5)]
#[case::soon(NOW + seconds(2), 5)]
#[case::part_of_a_second(NOW + Duration::from_millis(7_001), 8)]
#[case::last(NOW + seconds(300), 300)]
#[case::far(NOW + seconds(301), 300)]
fn a_refused_refresh_is_told_to_wait_5_to_300_seconds(#[case] until: Timestamp, #[case] told: u64) {
    let refused = said(&waiting(WaitReason::Rate, until), refresh(IfRunning::Refuse), NOW);
    let expected = Refusal::InProgress {
        run: current(),
        waiting: Some(WaitReason::Rate),
        retry_after: seconds(told),
    };
    assert_eq!(refused, Err(expected));
}

#[test]
fn a_refresh_may_be_told_not_to_start_before_an_instant() {
    let wish = Command::Refresh(Refresh {
        run: new(),
        threshold: Threshold::DEFAULT,
        if_running: IfRunning::Refuse,
        not_before: Some(LATER),
    });
    let waits = obeyed(&slot(None, None), wish, NOW).slot.unwrap();
    assert_eq!((waits.ready(NOW), waits.wake_at(NOW)), (false, Some(LATER)));
    let wake = |now| said(&waits, Command::Wake { random: 0 }, now);
    assert_eq!((wake(NOW), wake(LATER)), (Ok(Answer::Nothing), Ok(Answer::Ready)));
    assert_eq!((waits.ready(LATER), waits.wake_at(LATER)), (true, None));
}

#[test]
fn the_schedule_takes_no_place_from_anything() {
    let schedule = Command::Schedule { run: new() };
    let step = obeyed(&slot(None, None), schedule, NOW);
    assert_eq!(step.slot, Some(slot(Some(asked(RunKind::Scheduled, NOW)), None)));
    assert_eq!(step.runs, [queued(RunKind::Scheduled, None)]);
    for busy in [
        slot(Some(pending(RunKind::Refresh)), None),
        slot(Some(pending(RunKind::Scheduled)), None),
        running(),
        waiting(WaitReason::Rate, LATER),
    ] {
        let nothing = Step {
            slot: Some(busy),
            runs: vec![],
            answer: Answer::Nothing,
        };
        assert_eq!(obeyed(&busy, schedule, NOW), nothing);
    }
}

fn create(generation: u32) -> Command {
    Command::Create(Create {
        tenant: tenant(),
        account: id(500),
        generation,
        run: new(),
    })
}

#[test]
fn an_account_comes_with_an_initial_import_and_only_once() {
    for generation in [1, 2] {
        let step = decide(None, &create(generation), NOW).unwrap();
        let expected = Slot {
            generation,
            ..slot(Some(asked(RunKind::InitialImport, NOW)), None)
        };
        assert_eq!(step.slot, Some(expected));
        assert_eq!(step.runs, [queued(RunKind::InitialImport, None)]);
        assert_eq!(expected.lane, Lane::Main);
        assert_eq!(
            decide(step.slot.as_ref(), &create(2), NOW),
            Err(Refusal::SlotExists)
        );
    }
}

#[test]
fn without_a_slot_nothing_but_a_creation_is_heard() {
    let claim = id(701);
    let outcome = innkeeper_domain::sync::Outcome::Failed(ChannelFault::Internal);
    let random = 0;
    for command in [
        refresh(IfRunning::Queue),
        Command::Schedule { run: new() },
        Command::Claim {
            claim,
            worker: id(801),
        },
        Command::Fence { claim },
        Command::Renew { claim },
        Command::Finish { claim, outcome },
        Command::Wake { random },
        Command::TakeOver { random },
        Command::Delete,
    ] {
        assert_eq!(decide(None, &command, NOW), Err(Refusal::NoSlot), "{command:?}");
    }
}

#[test]
fn a_threshold_is_a_year_at_most_and_nothing_is_recent_at_0() {
    let minutes = |minutes| Threshold::from_minutes(minutes).map(Threshold::minutes);
    assert_eq!(
        [0, 60, 525_600, 525_601, u32::MAX].map(minutes),
        [Some(0), Some(60), Some(525_600), None, None]
    );
    assert_eq!(
        Threshold::DEFAULT.cutoff(NOW),
        Some(NOW - Duration::from_hours(1))
    );
    assert_eq!(Threshold::from_minutes(0).unwrap().cutoff(NOW), None);
}
