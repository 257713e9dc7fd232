//! What asks for a run: an account's creation, a refresh, the schedule.

use std::time::Duration;

use crate::{
    ids::RunId,
    sync::{
        Answer, Create, Disposition, IfRunning, Lane, Pending, Place, Refresh, Refusal, RunChange, RunKind,
        Slot, Started, Step, Threshold, WaitReason,
    },
    time::Timestamp,
};

/// The bounds of what a refused refresh is told to wait.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_secs(5), Duration::from_mins(5));

pub(super) fn create(slot: Option<&Slot>, wish: &Create, now: Timestamp) -> Result<Step, Refusal> {
    if slot.is_some() {
        return Err(Refusal::SlotExists);
    }
    let pending = asked(wish.run, RunKind::InitialImport, None, now);
    let slot = Slot {
        tenant: wish.tenant,
        account: wish.account,
        lane: Lane::Main,
        generation: wish.generation,
        pending: None,
        started: None,
    };
    Ok(accepted(&slot, pending, Disposition::Queued, now))
}

/// A scheduled run never takes a place from anything, and never waits behind anything.
pub(super) fn schedule(slot: &Slot, run: RunId, now: Timestamp) -> Step {
    if slot.pending.is_some() || slot.started.is_some() {
        return unchanged(slot);
    }
    let pending = asked(run, RunKind::Scheduled, None, now);
    accepted(slot, pending, Disposition::Queued, now)
}

pub(super) fn refresh(slot: &Slot, wish: Refresh, now: Timestamp) -> Result<Step, Refusal> {
    let pending = Pending {
        not_before: wish.not_before,
        ..asked(wish.run, RunKind::Refresh, Some(wish.threshold), now)
    };
    match (slot.pending, slot.started) {
        (Some(old), _) if old.kind == RunKind::InitialImport => Ok(merged(slot, old)),
        (Some(old), _) => Ok(replaced(slot, old, pending, now)),
        (None, None) => Ok(accepted(slot, pending, Disposition::Queued, now)),
        (None, Some(started)) => match wish.if_running {
            IfRunning::Refuse => Err(in_progress(&started, now)),
            IfRunning::Queue => Ok(queued_behind(slot, started, pending, now)),
        },
    }
}

fn asked(run: RunId, kind: RunKind, threshold: Option<Threshold>, now: Timestamp) -> Pending {
    Pending {
        run,
        kind,
        threshold,
        raised: false,
        requested_at: now,
        first_requested_at: now,
        not_before: None,
    }
}

pub(super) fn unchanged(slot: &Slot) -> Step {
    Step {
        slot: Some(*slot),
        runs: Vec::new(),
        answer: Answer::Nothing,
    }
}

fn accepted(slot: &Slot, pending: Pending, disposition: Disposition, now: Timestamp) -> Step {
    let queued = RunChange::Queued {
        run: pending.run,
        kind: pending.kind,
        threshold: pending.threshold,
        requested_at: now,
    };
    Step {
        slot: Some(Slot {
            pending: Some(pending),
            ..*slot
        }),
        runs: vec![queued],
        answer: Answer::Accepted {
            run: pending.run,
            disposition,
        },
    }
}

/// The initial import has not started and skips nothing, so what it fetches is as fresh as was asked for (I9).
fn merged(slot: &Slot, initial: Pending) -> Step {
    let raised = Pending {
        raised: true,
        ..initial
    };
    Step {
        slot: Some(Slot {
            pending: Some(raised),
            ..*slot
        }),
        runs: Vec::new(),
        answer: Answer::Accepted {
            run: initial.run,
            disposition: Disposition::Merged,
        },
    }
}

fn replaced(slot: &Slot, old: Pending, new: Pending, now: Timestamp) -> Step {
    let new = Pending {
        first_requested_at: old.first_requested_at,
        ..new
    };
    let mut step = accepted(slot, new, Disposition::Replaced { old: old.run }, now);
    step.runs.push(RunChange::Superseded {
        run: old.run,
        by: new.run,
        at: now,
    });
    step
}

/// Somebody waits for the run behind, so the one in front does not sit out a failed try.
fn queued_behind(slot: &Slot, mut started: Started, pending: Pending, now: Timestamp) -> Step {
    if let Place::Waiting {
        reason: WaitReason::Backoff,
        until,
    } = &mut started.place
    {
        *until = now.min(*until);
    }
    let slot = Slot {
        started: Some(started),
        ..*slot
    };
    let behind = Disposition::QueuedBehind { started: started.run };
    accepted(&slot, pending, behind, now)
}

fn in_progress(started: &Started, now: Timestamp) -> Refusal {
    let waiting = started.waiting();
    let left = waiting.map_or(Duration::ZERO, |(_, until)| until.since(now));
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    Refusal::InProgress {
        run: started.run,
        waiting: waiting.map(|(reason, _)| reason),
        retry_after: Duration::from_secs(seconds).clamp(RETRY_AFTER.0, RETRY_AFTER.1),
    }
}
