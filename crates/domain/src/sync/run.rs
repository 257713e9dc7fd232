//! Runs: one background import each, as history and as seen from outside.

use crate::{
    accounts::ChannelFault,
    ids::RunId,
    sync::{Threshold, WaitReason},
    time::Timestamp,
};

/// Why a run exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// The account was added, or came back: everything is imported.
    InitialImport,
    /// Somebody asked for it.
    Refresh,
    /// It was time.
    Scheduled,
}

impl RunKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::InitialImport, Self::Refresh, Self::Scheduled];

    /// The kind as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InitialImport => "initial_import",
            Self::Refresh => "refresh",
            Self::Scheduled => "scheduled",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Where a run is between being accepted and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Accepted, not started.
    Queued,
    /// A worker has it.
    Running,
    /// Started, and waiting without a worker.
    Waiting,
    /// A later run took its place before it started.
    Superseded,
    /// The account was deleted.
    Cancelled,
    /// Everything was imported.
    Succeeded,
    /// Some listings could not be imported.
    PartiallySucceeded,
    /// It was given up.
    Failed,
}

impl RunState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Running,
        Self::Waiting,
        Self::Superseded,
        Self::Cancelled,
        Self::Succeeded,
        Self::PartiallySucceeded,
        Self::Failed,
    ];

    /// The state as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Superseded => "superseded",
            Self::Cancelled => "cancelled",
            Self::Succeeded => "succeeded",
            Self::PartiallySucceeded => "partially_succeeded",
            Self::Failed => "failed",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether it is an end: a run in such a state never changes again.
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Queued | Self::Running | Self::Waiting => false,
            Self::Superseded
            | Self::Cancelled
            | Self::Succeeded
            | Self::PartiallySucceeded
            | Self::Failed => true,
        }
    }
}

/// How a started run ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Everything was imported.
    Succeeded,
    /// All streams ended, but some listings could not be imported.
    PartiallySucceeded,
    /// It was given up, for a reason of this class.
    Failed(ChannelFault),
}

impl Outcome {
    /// The state that the run ends in.
    pub const fn state(self) -> RunState {
        match self {
            Self::Succeeded => RunState::Succeeded,
            Self::PartiallySucceeded => RunState::PartiallySucceeded,
            Self::Failed(_) => RunState::Failed,
        }
    }

    /// Why it failed, if it did.
    pub const fn fault(self) -> Option<ChannelFault> {
        match self {
            Self::Succeeded | Self::PartiallySucceeded => None,
            Self::Failed(fault) => Some(fault),
        }
    }

    /// Whether it counts as a success of the account's sync status.
    pub const fn is_success(self) -> bool {
        match self {
            Self::Succeeded | Self::PartiallySucceeded => true,
            Self::Failed(_) => false,
        }
    }
}

/// What happens to one row of the runs. An adapter applies the changes of a step in their order, in the transaction
/// that stores the slot, and never changes a row whose state [is terminal](RunState::is_terminal).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunChange {
    /// A new row, in state queued.
    Queued {
        /// The run.
        run: RunId,
        /// Why it exists.
        kind: RunKind,
        /// What it may skip; only a refresh has one.
        threshold: Option<Threshold>,
        /// When it was asked for.
        requested_at: Timestamp,
    },
    /// A later run took its place before it started.
    Superseded {
        /// The run.
        run: RunId,
        /// The later one, whose row exists already or is made in the same step, before this change.
        by: RunId,
        /// When.
        at: Timestamp,
    },
    /// A worker took it, for the first time or again.
    Running {
        /// The run.
        run: RunId,
        /// When it was first taken.
        started_at: Timestamp,
        /// What was fetched at or after this instant may be skipped; fixed when it was first taken.
        cutoff: Option<Timestamp>,
        /// Counts from 1; one more after each crash and each failed try, none for other waits.
        attempt: u32,
    },
    /// It gave its worker back, or lost it.
    Waiting {
        /// The run.
        run: RunId,
        /// Why.
        reason: WaitReason,
        /// How often its worker was lost.
        rescues: u32,
    },
    /// The account was deleted.
    Cancelled {
        /// The run.
        run: RunId,
        /// When.
        at: Timestamp,
    },
    /// It ended by itself. This is the one place that an event about its end comes from.
    Ended {
        /// The run.
        run: RunId,
        /// How.
        outcome: Outcome,
        /// When.
        at: Timestamp,
        /// When it was first taken: what a success brought is as fresh as this instant at least.
        started_at: Timestamp,
        /// How many attempts it took.
        attempt: u32,
        /// How often its worker was lost.
        rescues: u32,
    },
}

impl RunChange {
    /// The run that it is about.
    pub const fn run(&self) -> RunId {
        match self {
            Self::Queued { run, .. }
            | Self::Superseded { run, .. }
            | Self::Running { run, .. }
            | Self::Waiting { run, .. }
            | Self::Cancelled { run, .. }
            | Self::Ended { run, .. } => *run,
        }
    }

    /// The state that it leaves the run in.
    pub const fn state(&self) -> RunState {
        match self {
            Self::Queued { .. } => RunState::Queued,
            Self::Superseded { .. } => RunState::Superseded,
            Self::Running { .. } => RunState::Running,
            Self::Waiting { .. } => RunState::Waiting,
            Self::Cancelled { .. } => RunState::Cancelled,
            Self::Ended { outcome, .. } => outcome.state(),
        }
    }
}
