//! What a worker does with a run that it has: take it, store pages, stay alive.

use crate::{
    ids::{ClaimId, WorkerId},
    sync::{
        Answer, Claim, Pending, Place, Refusal, RunChange, Slot, Started, Step, WaitReason,
        lease::{self, RUN_TIME},
    },
    time::Timestamp,
};

pub(super) fn claim(slot: &Slot, id: ClaimId, worker: WorkerId, now: Timestamp) -> Result<Step, Refusal> {
    if let Some(mine) = slot
        .started
        .filter(|started| started.claim().is_some_and(|claim| claim.id == id))
    {
        return Ok(Step {
            slot: Some(*slot),
            runs: Vec::new(),
            answer: Answer::Claimed(mine),
        });
    }
    if !slot.ready(now) {
        return Err(Refusal::NotReady);
    }
    let (started, pending) = match (slot.started, slot.pending) {
        (Some(waiting), pending) => (resumed(waiting), pending),
        (None, Some(pending)) => (first_taken(pending, now), None),
        (None, None) => return Err(Refusal::NotReady),
    };
    let started = Started {
        place: Place::Running(Claim {
            id,
            worker,
            lease_until: lease::granted(now, started.deadline),
        }),
        ..started
    };
    let running = RunChange::Running {
        run: started.run,
        started_at: started.started_at,
        cutoff: started.cutoff,
        attempt: started.attempt,
    };
    Ok(Step {
        slot: Some(Slot {
            pending,
            started: Some(started),
            ..*slot
        }),
        runs: vec![running],
        answer: Answer::Claimed(started),
    })
}

fn first_taken(pending: Pending, now: Timestamp) -> Started {
    Started {
        run: pending.run,
        kind: pending.kind,
        threshold: pending.threshold,
        raised: pending.raised,
        first_requested_at: pending.first_requested_at,
        cutoff: pending.threshold.and_then(|threshold| threshold.cutoff(now)),
        started_at: now,
        deadline: now + RUN_TIME,
        attempt: 1,
        failures: 0,
        misreads: 0,
        rescues: 0,
        rate_limited_since: None,
        progress: 0,
        // Overwritten by the claim that this is for.
        place: Place::Waiting {
            reason: WaitReason::Yield,
            until: now,
        },
    }
}

/// Only a crash and a failed try use an attempt (I11).
fn resumed(waiting: Started) -> Started {
    let used = match waiting.waiting().map(|(reason, _)| reason) {
        Some(WaitReason::Crash | WaitReason::Backoff) => 1,
        Some(WaitReason::Rate | WaitReason::Yield) | None => 0,
    };
    Started {
        attempt: waiting.attempt.saturating_add(used),
        ..waiting
    }
}

/// The run of a worker that names the right claim, and the claim.
pub(super) fn held(slot: &Slot, id: ClaimId) -> Result<(Started, Claim), Refusal> {
    let started = slot.started.ok_or(Refusal::ClaimLost)?;
    match started.place {
        Place::Running(claim) if claim.id == id => Ok((started, claim)),
        Place::Running(_) | Place::Waiting { .. } => Err(Refusal::ClaimLost),
    }
}

fn in_time(started: &Started, now: Timestamp) -> Result<(), Refusal> {
    if now < started.deadline {
        Ok(())
    } else {
        Err(Refusal::TimeOver)
    }
}

/// A stored page is progress: tries count anew from here, and the channel lets pages through again.
pub(super) fn fence(slot: &Slot, id: ClaimId, now: Timestamp) -> Result<Step, Refusal> {
    let (started, claim) = held(slot, id)?;
    in_time(&started, now)?;
    let lease_until = lease::after_page(now, claim.lease_until, started.deadline);
    let progress = started.progress.saturating_add(1);
    let started = Started {
        failures: 0,
        misreads: 0,
        rate_limited_since: None,
        progress,
        place: Place::Running(Claim { lease_until, ..claim }),
        ..started
    };
    let answer = Answer::Fenced {
        progress,
        lease_until,
    };
    Ok(going_on(slot, started, answer))
}

pub(super) fn renew(slot: &Slot, id: ClaimId, now: Timestamp) -> Result<Step, Refusal> {
    let (started, claim) = held(slot, id)?;
    in_time(&started, now)?;
    let lease_until = lease::granted(now, started.deadline).max(claim.lease_until);
    let started = Started {
        place: Place::Running(Claim { lease_until, ..claim }),
        ..started
    };
    let answer = Answer::Renewed { lease_until };
    Ok(going_on(slot, started, answer))
}

/// The worker goes on: nothing happens to the row of its run.
fn going_on(slot: &Slot, started: Started, answer: Answer) -> Step {
    Step {
        slot: Some(Slot {
            started: Some(started),
            ..*slot
        }),
        runs: Vec::new(),
        answer,
    }
}
