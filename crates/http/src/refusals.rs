//! Refused attempts at what takes an owner, gathered in memory and written down later, so that a probe is seen by those
//! whose property it was aimed at. Gathering never waits for the store, and keeps no more than a bounded number.

use std::sync::{Mutex, PoisonError};

use actix_web::{HttpRequest, error::ResponseError, http::StatusCode};
use innkeeper_domain::{
    access::{Act, admit},
    effects::AuditAction,
    record::{Attempt, AttemptTarget, Attempts, Merged},
};

use crate::{caller::Caller, channex::Problem, state::AppState};

/// Refused attempts since the previous batch.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Attempts>);

impl Refusals {
    fn note(&self, attempt: Attempt) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(attempt);
    }

    /// Takes the batch out, for the store.
    pub fn take(&self) -> Vec<Merged> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps what could not be written for the next batch.
    pub fn put_back(&self, merged: Vec<Merged>) {
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in merged {
            attempts.put_back(one);
        }
    }
}

/// What becomes of an attempt if it is refused.
pub(crate) struct Watched<'s> {
    state: &'s AppState,
    attempt: Attempt,
}

impl Watched<'_> {
    /// Says what it is aimed at, once that is known.
    pub(crate) fn aimed_at(&mut self, target: AttemptTarget) {
        self.attempt.target = target;
    }

    /// Notes the attempt if this is a refusal, and passes the problem on.
    pub(crate) fn told(self, problem: impl Into<Problem>) -> Problem {
        let problem = problem.into();
        if problem.status_code() == StatusCode::FORBIDDEN {
            self.state.refusals.note(self.attempt);
        }
        problem
    }
}

impl Caller {
    /// As [`Self::admitted`], for what takes an owner: `wanted` is what would be on record had it been allowed.
    ///
    /// # Errors
    ///
    /// As [`Self::admitted`]; a refusal is noted.
    pub(crate) async fn watched<'s, A: Act>(
        request: &HttpRequest,
        state: &'s AppState,
        wanted: AuditAction,
        target: AttemptTarget,
    ) -> Result<(Self, Watched<'s>), Problem> {
        let caller = Self::of(request, state).await?;
        let context = caller.context();
        let watched = Watched {
            state,
            attempt: Attempt::new(
                &caller.actor,
                context.request,
                wanted.as_str(),
                target,
                caller.now(),
            ),
        };
        match admit::<A>(&caller.actor) {
            Ok(()) => Ok((caller, watched)),
            Err(denied) => Err(watched.told(denied)),
        }
    }
}

/// The thing with the id in a path; an ill-formed one is no thing.
pub(crate) fn aimed<K>(
    path: &str,
    target: impl FnOnce(innkeeper_domain::ids::Id<K>) -> AttemptTarget,
) -> AttemptTarget {
    path.parse().map_or(AttemptTarget::Unsaid, target)
}
