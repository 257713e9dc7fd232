//! How a run leaves its worker: to wait, to its end, or because the account is deleted.

use crate::{
    accounts::ChannelFault,
    ids::ClaimId,
    sync::{
        Answer, Outcome, Pause, Place, Refusal, RunChange, Slot, Started, Step, WaitReason, delay,
        lease::LONGEST_RATE_WAIT, takes::held,
    },
    time::Timestamp,
};

pub(super) fn park(
    slot: &Slot,
    id: ClaimId,
    pause: Pause,
    random: u64,
    now: Timestamp,
) -> Result<Step, Refusal> {
    let (started, _) = held(slot, id)?;
    if now >= started.deadline {
        return Ok(ended(
            slot,
            &started,
            Outcome::Failed(ChannelFault::Internal),
            now,
        ));
    }
    Ok(match pause {
        Pause::RateLimited { until } => rate_limited(slot, started, until, random, now),
        Pause::Failed(fault) => failed_try(slot, started, fault, random, now),
        Pause::Yield => waiting(slot, started, WaitReason::Yield, now),
    })
}

fn rate_limited(
    slot: &Slot,
    started: Started,
    until: Option<Timestamp>,
    random: u64,
    now: Timestamp,
) -> Step {
    let since = started.rate_limited_since.unwrap_or(now);
    if now.since(since) >= LONGEST_RATE_WAIT {
        return ended(slot, &started, Outcome::Failed(ChannelFault::RateLimited), now);
    }
    let wait = delay::rate_limit(until.map(|until| until.since(now)), random);
    let started = Started {
        rate_limited_since: Some(since),
        // The channel's time is not the run's.
        deadline: started.deadline + wait,
        ..started
    };
    waiting(slot, started, WaitReason::Rate, now + wait)
}

fn failed_try(slot: &Slot, started: Started, fault: ChannelFault, random: u64, now: Timestamp) -> Step {
    let misread = u32::from(fault == ChannelFault::BadResponse);
    let started = Started {
        failures: started.failures.saturating_add(1),
        misreads: started.misreads.saturating_add(misread),
        ..started
    };
    let given_up = fault.is_refusal()
        || started.failures > delay::MOST_FAILURES
        || (misread == 1 && started.misreads > delay::MOST_MISREADS);
    if given_up {
        return ended(slot, &started, Outcome::Failed(fault), now);
    }
    let until = now + delay::failed_try(started.failures, random);
    waiting(slot, started, WaitReason::Backoff, until)
}

pub(super) fn waiting(slot: &Slot, started: Started, reason: WaitReason, until: Timestamp) -> Step {
    let change = RunChange::Waiting {
        run: started.run,
        reason,
        rescues: started.rescues,
    };
    Step {
        slot: Some(Slot {
            started: Some(Started {
                place: Place::Waiting { reason, until },
                ..started
            }),
            ..*slot
        }),
        runs: vec![change],
        answer: Answer::Waiting { reason, until },
    }
}

pub(super) fn finish(slot: &Slot, id: ClaimId, outcome: Outcome, now: Timestamp) -> Result<Step, Refusal> {
    let (started, _) = held(slot, id)?;
    Ok(ended(slot, &started, outcome, now))
}

/// The started place is empty from here on, so that what is pending may start at once.
pub(super) fn ended(slot: &Slot, started: &Started, outcome: Outcome, now: Timestamp) -> Step {
    let change = RunChange::Ended {
        run: started.run,
        outcome,
        at: now,
        started_at: started.started_at,
        attempt: started.attempt,
        rescues: started.rescues,
    };
    Step {
        slot: Some(Slot {
            started: None,
            ..*slot
        }),
        runs: vec![change],
        answer: Answer::Ended(outcome),
    }
}

/// Nothing of the account's work is left (I3, I8): no claim matches a slot that is not there.
pub(super) fn delete(slot: &Slot, now: Timestamp) -> Step {
    let started = slot.started.map(|started| started.run);
    let pending = slot.pending.map(|pending| pending.run);
    let runs = started
        .into_iter()
        .chain(pending)
        .map(|run| RunChange::Cancelled { run, at: now })
        .collect();
    Step {
        slot: None,
        runs,
        answer: Answer::Deleted,
    }
}
