//! What can be asked of a slot, and what comes back.

use std::time::Duration;

use crate::{
    accounts::ChannelFault,
    ids::{AccountId, ClaimId, RunId, TenantId, WorkerId},
    sync::{Outcome, RunChange, Slot, Started, Threshold, WaitReason},
    time::Timestamp,
};

/// One thing that is asked of a slot. New ids and randomness come with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// The account was added, or came back with its next generation: a slot with a pending initial import. There
    /// must be no slot.
    Create(Create),
    /// Somebody wants fresh data.
    Refresh(Refresh),
    /// It is time for a run. Does nothing if the slot has any.
    Schedule {
        /// The id for the run.
        run: RunId,
    },
    /// A worker takes the run that is ready.
    Claim {
        /// 128 fresh random bits. Asked again with the same, the same claim is told, so that a worker who does not
        /// know whether its claim was stored can ask again.
        claim: ClaimId,
        /// The worker.
        worker: WorkerId,
    },
    /// A worker is about to store a page in this very transaction, which must be rolled back on a refusal.
    Fence {
        /// The worker's claim.
        claim: ClaimId,
    },
    /// A worker is still at it.
    Renew {
        /// The worker's claim.
        claim: ClaimId,
    },
    /// A worker gives its run back for a while.
    Park {
        /// The worker's claim.
        claim: ClaimId,
        /// Why.
        pause: Pause,
        /// 64 fresh random bits, that spread the waits.
        random: u64,
    },
    /// A worker has come to the end of its run.
    Finish {
        /// The worker's claim.
        claim: ClaimId,
        /// How it ended.
        outcome: Outcome,
    },
    /// Something was to be looked at again about now: see [`Slot::wake_at`].
    Wake {
        /// 64 fresh random bits, that spread the waits.
        random: u64,
    },
    /// No worker but the one asking can exist, so that whoever has the run has gone, whatever the lease says.
    TakeOver {
        /// 64 fresh random bits, that spread the waits.
        random: u64,
    },
    /// The account is deleted.
    Delete,
}

/// A new slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Create {
    /// The tenant.
    pub tenant: TenantId,
    /// The account.
    pub account: AccountId,
    /// Its life: one more than that of every slot it had before.
    pub generation: u32,
    /// The id for the initial import.
    pub run: RunId,
}

/// The wish for fresh data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refresh {
    /// The id for the run, should there be a new one.
    pub run: RunId,
    /// What it may skip.
    pub threshold: Threshold,
    /// What to do if a run has started.
    pub if_running: IfRunning,
    /// It is not started before, if said.
    pub not_before: Option<Timestamp>,
}

/// What a refresh does when a run has started and none is pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IfRunning {
    /// It is refused.
    #[default]
    Refuse,
    /// It waits behind the started run.
    Queue,
}

/// Why a worker gives its run back for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// The channel, or our own budget for it, asks to wait: no attempt is used.
    RateLimited {
        /// Until when, if that was said.
        until: Option<Timestamp>,
    },
    /// A try failed in a way that may pass. [`ChannelFault::BadResponse`] has fewer tries than the rest.
    Failed(ChannelFault),
    /// The worker stops, or lets others go first: no attempt is used.
    Yield,
}

/// What a command leads to: what to store, all of it in one transaction, and what to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The slot from now on; `None`: its row is removed.
    pub slot: Option<Slot>,
    /// What happens to runs, in this order.
    pub runs: Vec<RunChange>,
    /// What to say.
    pub answer: Answer,
}

/// What a command is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To a create, a refresh and a schedule: this run will do it.
    Accepted {
        /// The run.
        run: RunId,
        /// What became of the wish.
        disposition: Disposition,
    },
    /// There was nothing to do; nothing changes.
    Nothing,
    /// To a claim: the run is the worker's.
    Claimed(Started),
    /// To a fence: the page may be stored.
    Fenced {
        /// Which page of the run it is, from 1.
        progress: u64,
        /// From when on others may take the run for abandoned.
        lease_until: Timestamp,
    },
    /// To a renewal.
    Renewed {
        /// From when on others may take the run for abandoned.
        lease_until: Timestamp,
    },
    /// The run waits now.
    Waiting {
        /// Why.
        reason: WaitReason,
        /// From when on it may be taken.
        until: Timestamp,
    },
    /// The run has ended, because its worker said so or because its tries or its time are used up.
    Ended(Outcome),
    /// To a wake: a worker may take the slot now. The slot is as it was, but what is computed from it and the time is
    /// not, so it must be stored all the same.
    Ready,
    /// To a delete.
    Deleted,
}

/// What became of the wish for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// It is next.
    Queued,
    /// It takes the place of a run that had not started.
    Replaced {
        /// That run.
        old: RunId,
    },
    /// The initial import, which has not started, will do it.
    Merged,
    /// It comes after a run that has started.
    QueuedBehind {
        /// That run.
        started: RunId,
    },
}

impl Disposition {
    /// Every word that [`Self::as_str`] has.
    pub const WORDS: [&'static str; 4] = ["queued", "replaced", "merged", "queued_behind"];

    /// The word for it on the wire.
    pub const fn as_str(self) -> &'static str {
        let [queued, replaced, merged, behind] = Self::WORDS;
        match self {
            Self::Queued => queued,
            Self::Replaced { .. } => replaced,
            Self::Merged => merged,
            Self::QueuedBehind { .. } => behind,
        }
    }

    /// The run that was replaced, if one was.
    pub const fn replaced(self) -> Option<RunId> {
        match self {
            Self::Replaced { old } => Some(old),
            Self::Queued | Self::Merged | Self::QueuedBehind { .. } => None,
        }
    }
}

/// Why a command is refused. Nothing changes then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The account has no slot: it was deleted, or never was.
    #[error("the account has no slot")]
    NoSlot,
    /// To a create: the account has a slot.
    #[error("the account has a slot already")]
    SlotExists,
    /// To a refresh: a run has started.
    #[error("a run is in progress")]
    InProgress {
        /// The run.
        run: RunId,
        /// Why it waits, if it does.
        waiting: Option<WaitReason>,
        /// When to ask again, in whole seconds: 5 to 300.
        retry_after: Duration,
    },
    /// To a claim: there is nothing to take, or somebody was faster.
    #[error("nothing is ready")]
    NotReady,
    /// To a worker: the run is not its own any more. It must stop, and throw away what it has not stored.
    #[error("the claim is lost")]
    ClaimLost,
    /// To a worker: the run has used up its time. It must stop, or finish the run as failed.
    #[error("the run's time is over")]
    TimeOver,
}
