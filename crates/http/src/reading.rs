//! Requests that only read: the caller is found and the answer read in one turn.

use actix_web::HttpRequest;
use innkeeper_domain::{
    access::{Act, Actor, admit},
    ports::Queries,
    time::Timestamp,
};

use crate::{caller, failure::Failure, state::AppState};

/// A request to read, at the one instant at which it is judged.
pub(crate) struct Reading<'r> {
    request: &'r HttpRequest,
    state: &'r AppState,
    pub(crate) now: Timestamp,
    is_bounded: bool,
}

/// Whoever reads, and where.
pub(crate) struct Reader<'r> {
    pub(crate) queries: &'r dyn Queries,
    pub(crate) actor: &'r Actor,
}

impl<'r> Reading<'r> {
    pub(crate) fn new(request: &'r HttpRequest, state: &'r AppState) -> Self {
        Self {
            request,
            state,
            now: state.clock.now(),
            is_bounded: false,
        }
    }

    /// Of a few rows by key, for which the store may know a shorter way.
    pub(crate) fn bounded(self) -> Self {
        Self {
            is_bounded: true,
            ..self
        }
    }

    /// Reads what was asked for, as a caller whose token has the scope of `A`. Only such a caller is told what is wrong
    /// with the question. `read` may run twice, the first time with what is remembered of the caller.
    ///
    /// # Errors
    ///
    /// [`Failure::NoToken`], [`Failure::BadToken`], [`Failure::Forbidden`]; then what is wrong with `asked`, then what
    /// `read` fails with.
    pub(crate) async fn answer<A, Q, T, P>(
        self,
        asked: Result<Q, P>,
        read: impl Fn(&Reader<'_>, &Q) -> Result<T, P> + Send + 'static,
    ) -> Result<(Q, T), P>
    where
        A: Act,
        Q: Send + 'static,
        T: Send + 'static,
        P: From<Failure> + Send + 'static,
    {
        let state = self.state;
        let (shown, now) = (caller::shown_in(self.request)?, self.now);
        let (queries, standings) = (state.queries.clone(), state.standings.clone());
        let call = move || {
            let answered = standings.answer(queries.as_ref(), &shown, now, |queries, actor| {
                admit::<A>(actor).map_err(|denied| Some(Failure::from(denied).into()))?;
                let asked = asked.as_ref().map_err(|_its_own_problem| None)?;
                read(&Reader { queries, actor }, asked).map_err(Some)
            });
            (asked, answered)
        };
        let (asked, answered) = if self.is_bounded {
            state.blocking.run_bounded(call).await?
        } else {
            state.blocking.reads.run(call).await?
        };
        let (actor, answer) = answered.map_err(Failure::from)?;
        caller::known(&actor, self.request, state, now);
        match (answer, asked) {
            (Ok(found), Ok(asked)) => Ok((asked, found)),
            (Err(Some(problem)), _) | (_, Err(problem)) => Err(problem),
            // Only a question that is none has no other problem than its own.
            (Err(None), Ok(_)) => Err(Failure::Internal.into()),
        }
    }
}
