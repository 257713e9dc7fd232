//! What a run goes through, one row for each transition of the table of `docs/sync.md`, and none beside them.

use std::time::Duration;

use innkeeper_domain::{
    accounts::ChannelFault,
    sync::{
        Answer, Claim, Command, Outcome, Pause, Place, Refusal, RunChange, RunKind, Slot, Started, Step,
        WaitReason, decide,
        delay::{MOST_FAILURES, MOST_MISREADS},
        lease::MOST_RESCUES,
    },
    time::Timestamp,
};
use rstest::rstest;

use crate::{
    cast::NOW,
    sync_cast::{
        CLAIM, after, before, current, held, mine, next, obeyed, other, pending, running, said, seconds,
        slot, started, waiting, waits, worker,
    },
};

const FAILED: Outcome = Outcome::Failed(ChannelFault::Internal);

fn with(change: fn(&mut Started)) -> Slot {
    let mut slot = running();
    change(slot.started.as_mut().unwrap());
    slot
}

fn park(pause: Pause) -> Command {
    Command::Park {
        claim: mine(),
        pause,
        random: u64::MAX,
    }
}

fn finish(outcome: Outcome) -> Command {
    Command::Finish {
        claim: mine(),
        outcome,
    }
}

const WAKE: Command = Command::Wake { random: 0 };

fn ended(outcome: Outcome, attempt: u32, rescues: u32, at: Timestamp) -> RunChange {
    RunChange::Ended {
        run: current(),
        outcome,
        at,
        started_at: before(),
        attempt,
        rescues,
    }
}

#[rstest]
#[case(RunKind::InitialImport, None)]
#[case(RunKind::Refresh, Some(NOW - Duration::from_hours(1)))]
#[case(RunKind::Scheduled, None)]
fn queued_to_running_by_a_claim(#[case] kind: RunKind, #[case] cutoff: Option<Timestamp>) {
    let step = obeyed(&slot(Some(pending(kind)), None), CLAIM(), NOW);
    let taken = Started {
        run: next(),
        cutoff,
        started_at: NOW,
        deadline: NOW + Duration::from_hours(6),
        progress: 0,
        ..started(kind, held())
    };
    let change = RunChange::Running {
        run: next(),
        started_at: NOW,
        cutoff,
        attempt: 1,
    };
    let expected = Step {
        slot: Some(slot(None, Some(taken))),
        runs: vec![change],
        answer: Answer::Claimed(taken),
    };
    assert_eq!(step, expected);
}

/// Everything but the attempt and the place stays as it was, the cutoff above all.
#[rstest]
#[case::crash(WaitReason::Crash, 2)]
#[case::failed_try(WaitReason::Backoff, 2)]
#[case::rate_limit(WaitReason::Rate, 1)]
#[case::given_back(WaitReason::Yield, 1)]
fn waiting_to_running_by_a_claim_uses_an_attempt_only_after_a_failure(
    #[case] reason: WaitReason,
    #[case] attempt: u32,
) {
    let behind = Some(pending(RunKind::Refresh));
    let seen = slot(behind, Some(started(RunKind::Refresh, waits(reason, NOW))));
    let step = obeyed(&seen, CLAIM(), NOW);
    let resumed = Started {
        attempt,
        ..started(RunKind::Refresh, held())
    };
    assert_eq!(step.slot, Some(slot(behind, Some(resumed))));
    let change = RunChange::Running {
        run: current(),
        started_at: before(),
        cutoff: resumed.cutoff,
        attempt,
    };
    assert_eq!(step.runs, [change]);
}

#[rstest]
#[case::nothing(slot(None, None))]
#[case::running(running())]
#[case::running_with_a_follow_up(slot(Some(pending(RunKind::Refresh)), running().started))]
#[case::still_waiting(waiting(WaitReason::Rate, NOW + seconds(1)))]
#[case::time_over(slot(None, Some(Started { deadline: NOW, ..started(RunKind::Refresh, waits(WaitReason::Yield, NOW)) })))]
fn nothing_else_can_be_claimed(#[case] seen: Slot) {
    let command = Command::Claim {
        claim: other(),
        worker: worker(),
    };
    assert_eq!(decide(Some(&seen), &command, NOW), Err(Refusal::NotReady));
}

/// Whoever does not know whether their claim was stored asks again.
#[test]
fn a_claim_asked_again_is_told_again() {
    let taken = running();
    let expected = Step {
        slot: Some(taken),
        runs: vec![],
        answer: Answer::Claimed(taken.started.unwrap()),
    };
    assert_eq!(obeyed(&taken, CLAIM(), NOW + seconds(1)), expected);
}

#[test]
fn a_page_is_progress_and_clears_what_failed_before_it() {
    let troubled = with(|run| {
        (run.failures, run.misreads, run.rescues, run.attempt) = (3, 2, 1, 5);
        run.rate_limited_since = Some(before());
    });
    let step = obeyed(&troubled, Command::Fence { claim: mine() }, NOW);
    let expected = with(|run| (run.rescues, run.attempt, run.progress) = (1, 5, 2));
    assert_eq!((step.slot, step.runs), (Some(expected), vec![]));
    let answer = Answer::Fenced {
        progress: 2,
        lease_until: NOW + seconds(60),
    };
    assert_eq!(step.answer, answer);
}

#[rstest]
#[case::rate_limit(Pause::RateLimited { until: Some(NOW + seconds(100)) }, WaitReason::Rate, 110, 0)]
#[case::failed_try(Pause::Failed(ChannelFault::Unavailable), WaitReason::Backoff, 4, 1)]
#[case::our_fault(Pause::Failed(ChannelFault::Internal), WaitReason::Backoff, 4, 1)]
#[case::given_back(Pause::Yield, WaitReason::Yield, 0, 0)]
fn running_to_waiting_by_its_worker(
    #[case] pause: Pause,
    #[case] reason: WaitReason,
    #[case] wait: u64,
    #[case] failures: u32,
) {
    let behind = Some(pending(RunKind::Refresh));
    let step = obeyed(&slot(behind, running().started), park(pause), NOW);
    let parked = step.slot.unwrap().started.unwrap();
    let Place::Waiting { until, .. } = parked.place else {
        panic!("{parked:?}");
    };
    // The most random of 64 bits falls short of the bound by a microsecond.
    assert!(NOW + seconds(wait) - Duration::from_micros(1) <= until && until <= NOW + seconds(wait));
    let limited = reason == WaitReason::Rate;
    let expected = Started {
        failures,
        rate_limited_since: limited.then_some(NOW),
        deadline: running().started.unwrap().deadline + until.since(NOW) * u32::from(limited),
        ..started(RunKind::Scheduled, waits(reason, until))
    };
    assert_eq!(step.slot, Some(slot(behind, Some(expected))));
    let change = RunChange::Waiting {
        run: current(),
        reason,
        rescues: 0,
    };
    assert_eq!(
        (step.runs, step.answer),
        (vec![change], Answer::Waiting { reason, until })
    );
}

#[rstest]
#[case::lease_just_left(NOW + seconds(60) - Duration::from_micros(1), Answer::Nothing)]
#[case::lease_passed(NOW + seconds(60), Answer::Waiting { reason: WaitReason::Crash, until: NOW + seconds(61) })]
fn running_to_waiting_by_the_lease(#[case] now: Timestamp, #[case] answer: Answer) {
    let step = obeyed(&running(), WAKE, now);
    assert_eq!(step.answer, answer);
    let lost = with(|run| {
        run.rescues = 1;
        run.place = waits(WaitReason::Crash, NOW + seconds(61));
    });
    let passed = answer != Answer::Nothing;
    assert_eq!(step.slot, Some(if passed { lost } else { running() }));
    let change = RunChange::Waiting {
        run: current(),
        reason: WaitReason::Crash,
        rescues: 1,
    };
    assert_eq!(step.runs, Vec::from_iter(passed.then_some(change)));
}

/// After the only process was started again, no lease means anything.
#[test]
fn a_take_over_does_not_wait_for_the_lease() {
    let step = obeyed(&running(), Command::TakeOver { random: 0 }, NOW);
    let lost = with(|run| {
        run.rescues = 1;
        run.place = waits(WaitReason::Crash, NOW);
    });
    assert_eq!(step.slot, Some(lost));
    let idle = slot(None, None);
    assert_eq!(
        said(&idle, Command::TakeOver { random: 0 }, NOW),
        Ok(Answer::Nothing)
    );
    let parked = waiting(WaitReason::Rate, NOW + seconds(9));
    assert_eq!(after(&parked, Command::TakeOver { random: 0 }, NOW), parked);
}

/// The started place empties, and what waits behind is ready, in one step.
#[rstest]
#[case(Outcome::Succeeded)]
#[case(Outcome::PartiallySucceeded)]
#[case(Outcome::Failed(ChannelFault::InvalidCredentials))]
fn running_to_its_end_by_its_worker(#[case] outcome: Outcome) {
    let behind = Some(pending(RunKind::Refresh));
    let step = obeyed(&slot(behind, running().started), finish(outcome), NOW);
    let expected = Step {
        slot: Some(slot(behind, None)),
        runs: vec![ended(outcome, 1, 0, NOW)],
        answer: Answer::Ended(outcome),
    };
    assert_eq!(step, expected);
    assert!(step.slot.unwrap().ready(NOW));
}

/// Each of these would be let go on once less, or a moment earlier.
#[rstest]
#[case::failures(with(|run| run.failures = MOST_FAILURES), park(Pause::Failed(ChannelFault::Unavailable)), NOW, ChannelFault::Unavailable)]
#[case::misreads(with(|run| (run.failures, run.misreads) = (MOST_MISREADS, MOST_MISREADS)), park(Pause::Failed(ChannelFault::BadResponse)), NOW, ChannelFault::BadResponse)]
#[case::refused_credentials(
    running(),
    park(Pause::Failed(ChannelFault::InvalidCredentials)),
    NOW,
    ChannelFault::InvalidCredentials
)]
#[case::rescues(with(|run| run.rescues = MOST_RESCUES), WAKE, NOW + seconds(60), ChannelFault::Crashed)]
#[case::time_over_with_worker(running(), park(Pause::Yield), before() + Duration::from_hours(6), ChannelFault::Internal)]
#[case::time_over_without_worker(running(), WAKE, before() + Duration::from_hours(6), ChannelFault::Internal)]
#[case::time_over_while_waiting(waiting(WaitReason::Crash, NOW), WAKE, before() + Duration::from_hours(6), ChannelFault::Internal)]
#[case::limited_for_a_day(with(|run| run.rate_limited_since = Some(NOW - Duration::from_hours(24))), park(Pause::RateLimited { until: None }), NOW, ChannelFault::RateLimited)]
fn running_or_waiting_to_failed_when_used_up(
    #[case] seen: Slot,
    #[case] command: Command,
    #[case] now: Timestamp,
    #[case] fault: ChannelFault,
) {
    let behind = Some(pending(RunKind::Refresh));
    let step = obeyed(&slot(behind, seen.started), command, now);
    assert_eq!(
        (step.slot, step.answer),
        (Some(slot(behind, None)), Answer::Ended(Outcome::Failed(fault)))
    );
    let rescues = step.runs.iter().map(|change| match change {
        RunChange::Ended { rescues, .. } => *rescues,
        _ => 0,
    });
    let rescues = rescues.sum();
    assert_eq!(step.runs, [ended(Outcome::Failed(fault), 1, rescues, now)]);
    assert_eq!(rescues > MOST_RESCUES, fault == ChannelFault::Crashed);
}

#[rstest]
#[case::failures(with(|run| run.failures = MOST_FAILURES - 1), park(Pause::Failed(ChannelFault::Unavailable)), NOW)]
#[case::misreads(with(|run| run.misreads = MOST_MISREADS - 1), park(Pause::Failed(ChannelFault::BadResponse)), NOW)]
#[case::misreads_do_not_end_other_failures(with(|run| run.misreads = MOST_MISREADS), park(Pause::Failed(ChannelFault::Unavailable)), NOW)]
#[case::failures_do_not_end_misreads(with(|run| run.failures = MOST_MISREADS), park(Pause::Failed(ChannelFault::BadResponse)), NOW)]
#[case::rescues(with(|run| run.rescues = MOST_RESCUES - 1), WAKE, NOW + seconds(60))]
#[case::limited_for_less_than_a_day(with(|run| run.rate_limited_since = Some(NOW - Duration::from_hours(24) + seconds(1))), park(Pause::RateLimited { until: None }), NOW)]
fn a_run_that_is_not_used_up_goes_on(#[case] seen: Slot, #[case] command: Command, #[case] now: Timestamp) {
    let answer = said(&seen, command, now);
    assert!(matches!(answer, Ok(Answer::Waiting { .. })), "{answer:?}");
}

#[rstest]
#[case::queued(slot(Some(pending(RunKind::InitialImport)), None), &[601])]
#[case::running(running(), &[602])]
#[case::waiting_and_queued(slot(Some(pending(RunKind::Refresh)), waiting(WaitReason::Rate, NOW).started), &[602, 601])]
#[case::idle(slot(None, None), &[])]
fn everything_to_cancelled_by_deletion(#[case] seen: Slot, #[case] cancelled: &[u128]) {
    let step = obeyed(&seen, Command::Delete, NOW);
    let changes = cancelled.iter().map(|run| RunChange::Cancelled {
        run: crate::cast::id(*run),
        at: NOW,
    });
    let expected = Step {
        slot: None,
        runs: changes.collect(),
        answer: Answer::Deleted,
    };
    assert_eq!(step, expected);
}

/// Nothing but the current claim lets a worker do anything.
#[rstest]
#[case::nothing(slot(None, None))]
#[case::queued(slot(Some(pending(RunKind::Refresh)), None))]
#[case::waiting(waiting(WaitReason::Crash, NOW))]
#[case::another_claim(running())]
fn a_worker_without_the_claim_is_refused(#[case] seen: Slot) {
    let claim = other();
    let pause = Pause::Yield;
    for command in [
        Command::Fence { claim },
        Command::Renew { claim },
        Command::Park {
            claim,
            pause,
            random: 0,
        },
        Command::Finish {
            claim,
            outcome: Outcome::Succeeded,
        },
    ] {
        assert_eq!(
            decide(Some(&seen), &command, NOW),
            Err(Refusal::ClaimLost),
            "{command:?}"
        );
    }
}

/// A worker whose time is over may say that the run ended, and nothing else.
#[test]
fn a_worker_whose_time_is_over_may_only_end_the_run() {
    let over = running().started.unwrap().deadline;
    let claim = mine();
    assert_eq!(
        said(&running(), Command::Fence { claim }, over),
        Err(Refusal::TimeOver)
    );
    assert_eq!(
        said(&running(), Command::Renew { claim }, over),
        Err(Refusal::TimeOver)
    );
    assert_eq!(said(&running(), finish(FAILED), over), Ok(Answer::Ended(FAILED)));
}

/// As long as nobody has taken the run over, a late sign of life counts.
#[test]
fn a_passed_lease_that_nobody_noticed_is_renewed() {
    let late = NOW + seconds(3_600);
    let renewed = after(&running(), Command::Renew { claim: mine() }, late);
    let lease_until = late + seconds(60);
    let claim = Claim {
        id: mine(),
        worker: worker(),
        lease_until,
    };
    let expected = slot(None, Some(started(RunKind::Scheduled, Place::Running(claim))));
    assert_eq!(renewed, expected);
}
