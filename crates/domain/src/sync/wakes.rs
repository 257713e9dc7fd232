//! What time does to a slot: waits end, leases pass, runs are given up.

use crate::{
    accounts::ChannelFault,
    sync::{
        Answer, Outcome, Place, Slot, Started, Step, WaitReason, delay, ends, lease::MOST_RESCUES, requests,
    },
    time::Timestamp,
};

pub(super) fn wake(slot: &Slot, random: u64, now: Timestamp) -> Step {
    let Some(started) = slot.started else {
        return ready_or_nothing(slot, now);
    };
    match started.place {
        Place::Running(claim) if claim.lease_until > now => requests::unchanged(slot),
        Place::Running(_) => rescued(slot, started, now + delay::crash(random), now),
        Place::Waiting { .. } if now >= started.given_up_at() => {
            ends::ended(slot, &started, Outcome::Failed(cause(&started, now)), now)
        }
        Place::Waiting { .. } => ready_or_nothing(slot, now),
    }
}

pub(super) fn take_over(slot: &Slot, random: u64, now: Timestamp) -> Step {
    match slot.started {
        Some(started) if started.claim().is_some() => {
            rescued(slot, started, now + delay::take_over(random), now)
        }
        Some(_) | None => wake(slot, random, now),
    }
}

/// The worker was lost. A run that loses too many of them is taken for the cause.
fn rescued(slot: &Slot, started: Started, until: Timestamp, now: Timestamp) -> Step {
    if now >= started.deadline {
        return ends::ended(slot, &started, Outcome::Failed(ChannelFault::Internal), now);
    }
    let started = Started {
        rescues: started.rescues.saturating_add(1),
        ..started
    };
    if started.rescues > MOST_RESCUES {
        return ends::ended(slot, &started, Outcome::Failed(ChannelFault::Crashed), now);
    }
    ends::waiting(slot, started, WaitReason::Crash, until)
}

fn cause(started: &Started, now: Timestamp) -> ChannelFault {
    if now >= started.deadline {
        ChannelFault::Internal
    } else {
        ChannelFault::RateLimited
    }
}

fn ready_or_nothing(slot: &Slot, now: Timestamp) -> Step {
    if slot.ready(now) {
        Step {
            answer: Answer::Ready,
            ..requests::unchanged(slot)
        }
    } else {
        requests::unchanged(slot)
    }
}
