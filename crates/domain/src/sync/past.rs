//! What is remembered of an account's ended runs.

use crate::{
    accounts::ChannelFault,
    sync::{Outcome, RunChange},
    time::Timestamp,
};

/// What is remembered of an account's ended runs, long after their rows may have gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// When the last successful run ended.
    pub last_success_at: Option<Timestamp>,
    /// When the last successful run started: no data of it is older.
    pub data_as_of: Option<Timestamp>,
    /// How the last run ended.
    pub last_outcome: Option<Outcome>,
    /// The last failure, if no run has succeeded since.
    pub last_failure: Option<LastFailure>,
}

/// A failed run, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastFailure {
    /// Why.
    pub fault: ChannelFault,
    /// When.
    pub at: Timestamp,
}

impl Past {
    /// What is remembered after a change of one of the account's runs. Neither instant of a success moves back, even
    /// if the clock does (I13).
    #[must_use]
    pub fn after(self, change: &RunChange) -> Self {
        match *change {
            RunChange::Ended {
                outcome,
                at,
                started_at,
                ..
            } => self.ended(outcome, at, started_at),
            RunChange::Queued { .. }
            | RunChange::Superseded { .. }
            | RunChange::Running { .. }
            | RunChange::Waiting { .. }
            | RunChange::Cancelled { .. } => self,
        }
    }

    fn ended(self, outcome: Outcome, at: Timestamp, started_at: Timestamp) -> Self {
        match outcome {
            Outcome::Succeeded | Outcome::PartiallySucceeded => Self {
                last_success_at: self.last_success_at.max(Some(at)),
                data_as_of: self.data_as_of.max(Some(started_at)),
                last_outcome: Some(outcome),
                last_failure: None,
            },
            Outcome::Failed(fault) => Self {
                last_outcome: Some(outcome),
                last_failure: Some(LastFailure { fault, at }),
                ..self
            },
        }
    }
}
