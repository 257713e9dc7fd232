//! The slot: the one row that schedules an account, with a pending and a started place.

use crate::{
    ids::{AccountId, ClaimId, RunId, TenantId, WorkerId},
    sync::{RunKind, Threshold},
    time::Timestamp,
};

/// One of the independent lines of work of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Listings and reservations.
    Main,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 1] = [Self::Main];

    /// The lane as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Main => "main",
        }
    }

    /// The lane with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.as_str() == name)
    }
}

/// What schedules one lane of one account. "At most one pending, at most one started" holds by its shape. It exists
/// exactly as long as its account is active.
///
/// An adapter keeps it as one row, and beside it, computed anew at every write, the columns [`Slot::ready`],
/// [`Slot::class`], [`Slot::rank`] and [`Slot::wake_at`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The tenant.
    pub tenant: TenantId,
    /// The account.
    pub account: AccountId,
    /// Which line of work.
    pub lane: Lane,
    /// The life of the account that this slot belongs to.
    pub generation: u32,
    /// The run that starts next.
    pub pending: Option<Pending>,
    /// The run that has started and has not ended.
    pub started: Option<Started>,
}

/// A run that has not started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pending {
    /// The run.
    pub run: RunId,
    /// Why it exists.
    pub kind: RunKind,
    /// What it may skip; only a refresh has one.
    pub threshold: Option<Threshold>,
    /// Whether a refresh was merged into this initial import, which then ranks as a refresh.
    pub raised: bool,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When the first of the runs that it replaced was asked for: asking again loses no place.
    pub first_requested_at: Timestamp,
    /// It is not started before.
    pub not_before: Option<Timestamp>,
}

/// A run that has started, and has progress to lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Started {
    /// The run.
    pub run: RunId,
    /// Why it exists.
    pub kind: RunKind,
    /// What it may skip; only a refresh has one.
    pub threshold: Option<Threshold>,
    /// As when it was pending.
    pub raised: bool,
    /// As when it was pending.
    pub first_requested_at: Timestamp,
    /// What was fetched at or after this instant may be skipped. Fixed when the run was first taken.
    pub cutoff: Option<Timestamp>,
    /// When it was first taken.
    pub started_at: Timestamp,
    /// It fails unless it has ended by then. Waits for a rate limit move it on.
    pub deadline: Timestamp,
    /// Counts from 1; one more after each crash and each failed try, none for other waits.
    pub attempt: u32,
    /// Failed tries since the last stored page.
    pub failures: u32,
    /// Of these, answers that were not understood.
    pub misreads: u32,
    /// How often its worker was lost.
    pub rescues: u32,
    /// Since when the channel has let no page through for its rate limit.
    pub rate_limited_since: Option<Timestamp>,
    /// How many pages were stored.
    pub progress: u64,
    /// Who has it, or what it waits for.
    pub place: Place,
}

/// Where a started run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A worker has it.
    Running(Claim),
    /// Nobody has it.
    Waiting {
        /// Why.
        reason: WaitReason,
        /// From when on it may be taken.
        until: Timestamp,
    },
}

/// A worker's hold on a run. Every write of the worker names the claim's id, and counts only while it is this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// 128 random bits, made by the worker for this one taking.
    pub id: ClaimId,
    /// The worker.
    pub worker: WorkerId,
    /// From when on others may take the run for abandoned.
    pub lease_until: Timestamp,
}

/// Why a started run waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitReason {
    /// The channel, or our own budget for it, asks to wait.
    Rate,
    /// A try failed.
    Backoff,
    /// Its worker gave it back to stop, or for others.
    Yield,
    /// Its worker was lost.
    Crash,
}

impl WaitReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Rate, Self::Backoff, Self::Yield, Self::Crash];

    /// The reason as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rate => "rate_limited",
            Self::Backoff => "backoff",
            Self::Yield => "yield",
            Self::Crash => "crash",
        }
    }

    /// The reason with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl Started {
    /// Who has it, if somebody does.
    pub const fn claim(&self) -> Option<Claim> {
        match self.place {
            Place::Running(claim) => Some(claim),
            Place::Waiting { .. } => None,
        }
    }

    /// Why it waits and until when, if it does.
    pub const fn waiting(&self) -> Option<(WaitReason, Timestamp)> {
        match self.place {
            Place::Running(_) => None,
            Place::Waiting { reason, until } => Some((reason, until)),
        }
    }
}
