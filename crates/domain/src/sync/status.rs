//! What an account shows of its imports.

use crate::{
    accounts::Stream,
    ids::RunId,
    imports::{Checkpoint, Counts},
    sync::{LastFailure, Outcome, Past, RunKind, Slot, WaitReason},
    time::Timestamp,
};

/// The state of an account's imports, in the published words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SyncState {
    /// A run has started and has not ended.
    InProgress,
    /// A run is pending, and none has started.
    Queued,
    /// There is no work, and a run has succeeded, at least in part.
    Completed,
    /// There is no work, and none has succeeded yet.
    Unknown,
}

impl SyncState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::InProgress, Self::Queued, Self::Completed, Self::Unknown];

    /// The state on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Queued => "queued",
            Self::Completed => "completed",
            Self::Unknown => "unknown",
        }
    }

    /// The state of an account with this slot, if it has one, and this past. A run's end and what comes after it are
    /// one change of the slot, so nobody reads "completed" between a run and the one behind it (I12).
    pub fn of(slot: Option<&Slot>, past: &Past) -> Self {
        let (started, pending) = slot.map_or((false, false), |slot| {
            (slot.started.is_some(), slot.pending.is_some())
        });
        if started {
            Self::InProgress
        } else if pending {
            Self::Queued
        } else if past.last_success_at.is_some() {
            Self::Completed
        } else {
            Self::Unknown
        }
    }
}

/// What is told beside the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncDetail {
    /// The started run, or else the pending one.
    pub run: Option<RunId>,
    /// Why it exists.
    pub kind: Option<RunKind>,
    /// What the started run is reading.
    pub phase: Option<Stream>,
    /// Why the started run waits, if it does.
    pub waiting: Option<WaitReason>,
    /// From when on a worker may take the run, if that is not now.
    pub next_attempt_at: Option<Timestamp>,
    /// How much the started run has dealt with. How many listings there are is known once it reads reservations.
    pub counts: Option<Counts>,
    /// The run behind the started one.
    pub follow_up: Option<RunId>,
    /// When the last successful run started.
    pub data_as_of: Option<Timestamp>,
    /// How the last run ended.
    pub last_outcome: Option<Outcome>,
    /// The last failure, if no run has succeeded since.
    pub last_failure: Option<LastFailure>,
}

impl SyncDetail {
    /// What is told at `now` of an account with this slot, if it has one, and this past. `checkpoint` is that of the
    /// started run, which has none before its first page; that of any other run does not count.
    pub fn of(slot: Option<&Slot>, checkpoint: Option<&Checkpoint>, past: &Past, now: Timestamp) -> Self {
        let started = slot.and_then(|slot| slot.started);
        let pending = slot.and_then(|slot| slot.pending);
        let waiting = started.and_then(|started| started.waiting());
        let until = match started {
            Some(_) => waiting.map(|(_, until)| until),
            None => pending.and_then(|pending| pending.not_before),
        };
        let checkpoint =
            checkpoint.filter(|checkpoint| started.is_some_and(|started| started.run == checkpoint.run));
        let (phase, counts) = checkpoint.map_or((Stream::Listings, Counts::default()), |checkpoint| {
            (checkpoint.stream, checkpoint.counts)
        });
        Self {
            run: started.map(|run| run.run).or(pending.map(|run| run.run)),
            kind: started.map(|run| run.kind).or(pending.map(|run| run.kind)),
            phase: started.map(|_| phase),
            waiting: waiting.map(|(reason, _)| reason),
            next_attempt_at: until.filter(|until| *until > now),
            counts: started.map(|_| counts),
            follow_up: started.and(pending).map(|pending| pending.run),
            data_as_of: past.data_as_of,
            last_outcome: past.last_outcome,
            last_failure: past.last_failure,
        }
    }
}
