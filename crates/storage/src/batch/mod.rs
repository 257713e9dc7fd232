//! Batched reads, for PostgreSQL: questions of a kind that wait at the same time are put in one statement.
//!
//! A statement that answers eight questions takes little longer than one that answers one, for most of it is what any
//! statement costs. As long as there is room, whoever asks puts its own question at once. Who finds none waits. Once few
//! statements are under way, the first of those who wait puts the questions of them all, and each gets its own answer; and as
//! long as such a statement is under way, there is room for few. There is no timer: nobody waits for company.
//!
//! **No question joins a statement that has begun**: what an answer shows was so after its question was asked. A statement
//! that fails fails for all who asked by it.

#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    fmt, mem,
    sync::{Arc, Mutex},
    time::Duration,
};

use innkeeper_domain::ports::StoreError;

use crate::{
    error::Failure,
    waiting::{Place, locked},
};

/// The most questions in a statement.
const MOST: usize = 64;

/// Those who ask questions `Q` and wait for answers `A`.
pub(crate) struct Batches<Q, A> {
    state: Mutex<State<Q, A>>,
    room: Room,
    /// The longest that a question waits to be put.
    wait: Duration,
}

/// How many statements of a kind may be under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// As long as each answers one question.
    pub(crate) alone: usize,
    /// Once many ask.
    pub(crate) together: usize,
}

struct State<Q, A> {
    under_way: usize,
    /// Those of them that answer several.
    shared: usize,
    /// Nobody, unless a statement is under way.
    waiting: VecDeque<Waiting<Q, A>>,
}

/// Where somebody waits who asks.
type Asker<Q, A> = Arc<Place<News<Q, A>>>;

struct Waiting<Q, A> {
    question: Q,
    asker: Asker<Q, A>,
}

/// What somebody who waits is told.
enum News<Q, A> {
    /// To put these questions, of which the first is its own.
    Turn(Batch<Q, A>),
    /// The answer, put by somebody else.
    Answer(Result<A, StoreError>),
}

/// Questions of one statement, and where those wait who asked all but the first.
struct Batch<Q, A> {
    questions: Vec<Q>,
    others: Vec<Asker<Q, A>>,
}

/// A statement under way. At the end of its scope the next may begin, and nobody who asked by it waits any more.
struct UnderWay<'b, Q, A> {
    batches: &'b Batches<Q, A>,
    is_shared: bool,
    others: Vec<Asker<Q, A>>,
}

impl<Q, A> Batches<Q, A> {
    /// No more statements are under way than there is `room` for, and questions wait no longer than `wait` to be put.
    pub(crate) fn new(room: Room, wait: Duration) -> Self {
        Self {
            state: Mutex::new(State {
                under_way: 0,
                shared: 0,
                waiting: VecDeque::new(),
            }),
            room,
            wait,
        }
    }

    /// The answer to `question`. `put` asks the database for those of several, in their order; it is not run if somebody
    /// else puts this question.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] if the question cannot be put in time; what `put` fails with, or whoever else put it.
    pub(crate) fn answer(
        &self,
        question: Q,
        put: impl FnOnce(&[Q]) -> Result<Vec<A>, StoreError>,
    ) -> Result<A, StoreError> {
        let batch = match self.enter(question) {
            Ok(batch) => batch,
            Err(asker) => match self.hear(&asker)? {
                News::Turn(batch) => batch,
                News::Answer(answer) => return answer,
            },
        };
        let under_way = UnderWay {
            batches: self,
            is_shared: !batch.others.is_empty(),
            others: batch.others,
        };
        let answers = put(&batch.questions);
        under_way.end(answers)
    }

    /// How many wait for their question to be put.
    pub(crate) fn waiting(&self) -> usize {
        locked(&self.state).waiting.len()
    }

    /// Begins a statement, or waits for the next.
    fn enter(&self, question: Q) -> Result<Batch<Q, A>, Asker<Q, A>> {
        let mut state = locked(&self.state);
        if state.has_room(self.room) {
            state.under_way += 1;
            return Ok(Batch {
                questions: vec![question],
                others: Vec::new(),
            });
        }
        let asker = Place::new();
        state.waiting.push_back(Waiting {
            question,
            asker: Arc::clone(&asker),
        });
        Err(asker)
    }

    fn hear(&self, asker: &Asker<Q, A>) -> Result<News<Q, A>, StoreError> {
        if let Some(news) = asker.hear_within(self.wait) {
            return Ok(news);
        }
        let mut state = locked(&self.state);
        let before = state.waiting.len();
        state.waiting.retain(|other| !Arc::ptr_eq(&other.asker, asker));
        let was_waiting = state.waiting.len() < before;
        drop(state);
        if was_waiting {
            return Err(StoreError::Busy);
        }
        // It is being put, by this thread or by another, and that has an end of its own.
        Ok(asker.hear())
    }

    /// Ends a statement, and has those who wait put the next if only few are under way.
    fn pass_on(&self, was_shared: bool) {
        let mut state = locked(&self.state);
        state.under_way -= 1;
        state.shared -= usize::from(was_shared);
        if state.under_way >= self.room.together.max(1) {
            return;
        }
        let most = state.waiting.len().min(MOST);
        let mut next = state.waiting.drain(..most);
        let Some(first) = next.next() else { return };
        let mut batch = Batch {
            questions: vec![first.question],
            others: Vec::new(),
        };
        for Waiting { question, asker } in next {
            batch.questions.push(question);
            batch.others.push(asker);
        }
        state.under_way += 1;
        state.shared += usize::from(!batch.others.is_empty());
        drop(state);
        first.asker.tell(News::Turn(batch));
    }
}

impl<Q, A> State<Q, A> {
    /// Whether somebody who comes may put a question at once. The first always may.
    fn has_room(&self, room: Room) -> bool {
        let most = if self.shared == 0 {
            room.alone
        } else {
            room.together
        };
        self.waiting.is_empty() && self.under_way < most.max(1)
    }
}

impl<Q, A> UnderWay<'_, Q, A> {
    /// Hands the answers out, and returns the first.
    fn end(mut self, answers: Result<Vec<A>, StoreError>) -> Result<A, StoreError> {
        let others = mem::take(&mut self.others);
        // The next statement begins before the answers of this one are told.
        drop(self);
        match answers {
            Ok(answers) => {
                let mut answers = answers.into_iter();
                let own = answers.next().ok_or_else(unanswered);
                for other in others {
                    other.tell(News::Answer(answers.next().ok_or_else(unanswered)));
                }
                own
            }
            Err(error) => {
                let failure = Failure::from(error);
                for other in others {
                    other.tell(News::Answer(Err(failure.echo())));
                }
                Err(failure.error)
            }
        }
    }
}

impl<Q, A> Drop for UnderWay<'_, Q, A> {
    fn drop(&mut self) {
        self.batches.pass_on(self.is_shared);
        // There are only any if whoever put the questions panicked.
        for other in &self.others {
            other.tell(News::Answer(Err(unanswered())));
        }
    }
}

fn unanswered() -> StoreError {
    StoreError::failed("whoever put the question did not get as far as its answer")
}

impl<Q, A> fmt::Debug for Batches<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches").finish_non_exhaustive()
    }
}
