//! Slots in every condition, and the ids that play in them.

use std::time::Duration;

use innkeeper_domain::{
    ids::{ClaimId, RunId, WorkerId},
    sync::{
        Answer, Claim, Command, IfRunning, Lane, Pending, Place, Refresh, Refusal, RunKind, Slot, Started,
        Step, Threshold, WaitReason, decide,
    },
    time::Timestamp,
};

use crate::cast::{NOW, id, tenant};

/// The run that is pending.
pub(crate) fn next() -> RunId {
    id(601)
}

/// The run that has started.
pub(crate) fn current() -> RunId {
    id(602)
}

/// The run that is asked for.
pub(crate) fn new() -> RunId {
    id(603)
}

/// The claim of who has the started run.
pub(crate) fn mine() -> ClaimId {
    id(701)
}

/// A claim that is not, or not any more.
pub(crate) fn other() -> ClaimId {
    id(702)
}

pub(crate) fn worker() -> WorkerId {
    id(801)
}

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// An hour before anything happens.
pub(crate) fn before() -> Timestamp {
    NOW - Duration::from_hours(1)
}

pub(crate) fn slot(pending: Option<Pending>, started: Option<Started>) -> Slot {
    Slot {
        tenant: tenant(),
        account: id(500),
        lane: Lane::Main,
        generation: 1,
        pending,
        started,
    }
}

pub(crate) fn threshold(kind: RunKind) -> Option<Threshold> {
    (kind == RunKind::Refresh).then_some(Threshold::DEFAULT)
}

/// A run that was asked for an hour ago.
pub(crate) fn pending(kind: RunKind) -> Pending {
    Pending {
        run: next(),
        kind,
        threshold: threshold(kind),
        raised: false,
        requested_at: before(),
        first_requested_at: before(),
        not_before: None,
    }
}

/// A run that started an hour ago, and has stored a page.
pub(crate) fn started(kind: RunKind, place: Place) -> Started {
    Started {
        run: current(),
        kind,
        threshold: threshold(kind),
        raised: false,
        first_requested_at: before(),
        cutoff: threshold(kind).and_then(|threshold| threshold.cutoff(before())),
        started_at: before(),
        deadline: before() + Duration::from_hours(6),
        attempt: 1,
        failures: 0,
        misreads: 0,
        rescues: 0,
        rate_limited_since: None,
        progress: 1,
        place,
    }
}

/// Held by the claim [`mine`], with its lease just given.
pub(crate) fn held() -> Place {
    Place::Running(Claim {
        id: mine(),
        worker: worker(),
        lease_until: NOW + seconds(60),
    })
}

pub(crate) fn waits(reason: WaitReason, until: Timestamp) -> Place {
    Place::Waiting { reason, until }
}

pub(crate) fn running() -> Slot {
    slot(None, Some(started(RunKind::Scheduled, held())))
}

pub(crate) fn waiting(reason: WaitReason, until: Timestamp) -> Slot {
    slot(None, Some(started(RunKind::Scheduled, waits(reason, until))))
}

pub(crate) fn refresh(if_running: IfRunning) -> Command {
    Command::Refresh(Refresh {
        run: new(),
        threshold: Threshold::DEFAULT,
        if_running,
        not_before: None,
    })
}

pub(crate) const CLAIM: fn() -> Command = || Command::Claim {
    claim: mine(),
    worker: worker(),
};

/// A command that must be obeyed.
pub(crate) fn obeyed(slot: &Slot, command: Command, now: Timestamp) -> Step {
    decide(Some(slot), &command, now).unwrap()
}

/// The slot after a command that must be obeyed.
pub(crate) fn after(slot: &Slot, command: Command, now: Timestamp) -> Slot {
    obeyed(slot, command, now).slot.unwrap()
}

/// The answer to a command, whatever it is.
pub(crate) fn said(slot: &Slot, command: Command, now: Timestamp) -> Result<Answer, Refusal> {
    decide(Some(slot), &command, now).map(|step| step.answer)
}
