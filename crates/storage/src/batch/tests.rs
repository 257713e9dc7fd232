use std::{
    sync::{Barrier, Mutex},
    thread,
    time::Duration,
};

use innkeeper_domain::ports::StoreError;
use innkeeper_test_support::eventually;

use super::{Batches, MOST, Room, locked};

/// How many statements are under way at most, while each answers one question and then.
const AT_ONCE: usize = 2;
const ROOM: Room = Room {
    alone: AT_ONCE,
    together: AT_ONCE,
};
const FOR_EVER: Duration = Duration::from_mins(1);

/// What a question was told, or that its thread panicked.
type Told = thread::Result<Result<u32, StoreError>>;

/// Answers questions tenfold; 13 fails and 666 panics, and so do all that are asked with them.
struct Database {
    batches: Batches<u32, u32>,
    statements: Mutex<Vec<Vec<u32>>>,
}

impl Database {
    fn new(wait: Duration) -> Self {
        Self {
            batches: Batches::new(ROOM, wait),
            statements: Mutex::default(),
        }
    }

    fn ask(&self, question: u32) -> Result<u32, StoreError> {
        self.batches.answer(question, |asked| {
            locked(&self.statements).push(asked.to_vec());
            assert!(!asked.contains(&666));
            if asked.contains(&13) {
                return Err(StoreError::Outdated);
            }
            Ok(asked.iter().map(|question| question * 10).collect())
        })
    }

    /// Asks these, one after the other, while as many statements are under way as there may be. `patience` tells when
    /// those end: once so many wait.
    fn ask_while_busy(&self, questions: &[u32], patience: impl Fn(usize) -> bool) -> Vec<Told> {
        let (begun, end) = (Barrier::new(AT_ONCE + 1), Barrier::new(AT_ONCE + 1));
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    let told = self.batches.answer(0, |asked| {
                        begun.wait();
                        end.wait();
                        Ok(asked.to_vec())
                    });
                    assert_eq!(told.unwrap(), 0);
                });
            }
            begun.wait();
            let mut asking = Vec::new();
            for question in questions {
                let before = self.batches.waiting();
                let asker = scope.spawn(|| self.ask(*question));
                let came = || self.batches.waiting() > before || asker.is_finished();
                eventually(FOR_EVER, "it to come", || came().then_some(()));
                asking.push(asker);
            }
            eventually(FOR_EVER, "the end", || {
                patience(self.batches.waiting()).then_some(())
            });
            end.wait();
            asking.into_iter().map(thread::ScopedJoinHandle::join).collect()
        })
    }

    /// The questions of each statement since the last time.
    fn statements(&self) -> Vec<Vec<u32>> {
        std::mem::take(&mut *locked(&self.statements))
    }
}

fn answers(told: Vec<Told>) -> Vec<u32> {
    told.into_iter().map(|told| told.unwrap().unwrap()).collect()
}

#[test]
fn who_is_alone_waits_for_nobody() {
    let database = Database::new(Duration::ZERO);
    for question in 1..=3 {
        assert_eq!(database.ask(question).unwrap(), question * 10);
    }
    assert_eq!(database.statements(), [[1], [2], [3]]);
}

#[test]
fn all_who_wait_are_put_in_the_next_statement_and_each_gets_its_own_answer() {
    let database = Database::new(FOR_EVER);
    let told = database.ask_while_busy(&[3, 1, 2], |_| true);
    assert_eq!(answers(told), [30, 10, 20]);
    assert_eq!(database.statements(), [[3, 1, 2]], "none joined those under way");

    assert_eq!(database.ask(4).unwrap(), 40);
    assert_eq!(database.statements(), [[4]]);
}

#[test]
fn a_statement_has_room_for_so_many() {
    let database = Database::new(FOR_EVER);
    let questions: Vec<u32> = (1_000..).take(MOST + 3).collect();
    let told = answers(database.ask_while_busy(&questions, |_| true));
    let expected: Vec<u32> = questions.iter().map(|question| question * 10).collect();
    assert_eq!(told, expected);
    let mut statements = database.statements();
    // The rest has a statement of its own, which may end first.
    statements.sort_by_key(Vec::len);
    let (most, rest) = questions.split_at(MOST);
    assert_eq!(statements, [rest, most]);
}

#[test]
fn what_fails_fails_for_all_who_asked_by_it_and_for_nobody_else() {
    let database = Database::new(FOR_EVER);
    for told in database.ask_while_busy(&[1, 13, 2], |_| true) {
        assert!(matches!(told, Ok(Err(StoreError::Outdated))), "{told:?}");
    }
    assert_eq!(database.ask(4).unwrap(), 40);
    assert_eq!(database.statements(), [vec![1, 13, 2], vec![4]]);
}

#[test]
fn who_panics_leaves_nobody_waiting() {
    let database = Database::new(FOR_EVER);
    let mut told = database.ask_while_busy(&[666, 1, 2], |_| true).into_iter();
    assert!(told.next().unwrap().is_err(), "the one who put the questions");
    for told in told {
        assert!(matches!(told, Ok(Err(StoreError::Failed(_)))), "{told:?}");
    }
    // As many may be under way as before.
    assert_eq!(answers(database.ask_while_busy(&[3, 4], |_| true)), [30, 40]);
    assert_eq!(database.statements(), [vec![666, 1, 2], vec![3, 4]]);
}

#[test]
fn a_question_that_waits_too_long_is_not_put() {
    let database = Database::new(Duration::from_millis(1));
    for told in database.ask_while_busy(&[1], |waiting| waiting == 0) {
        assert!(matches!(told, Ok(Err(StoreError::Busy))), "{told:?}");
    }
    assert_eq!(database.statements(), [[0; 0]; 0]);
    assert_eq!(database.ask(2).unwrap(), 20);
}

/// Statements that end when they are told to.
struct Slow {
    batches: Batches<u32, ()>,
    begun: Mutex<Vec<Vec<u32>>>,
    ended: Mutex<Vec<u32>>,
}

fn when(what: impl Fn() -> bool) {
    eventually(FOR_EVER, "its turn", || what().then_some(()));
}

impl Slow {
    fn ask(&self, question: u32) {
        let told = self.batches.answer(question, |asked| {
            locked(&self.begun).push(asked.to_vec());
            when(|| locked(&self.ended).contains(&asked[0]));
            Ok(vec![(); asked.len()])
        });
        told.unwrap();
    }

    fn end(&self, first: u32) {
        locked(&self.ended).push(first);
    }

    fn has_begun(&self, statements: &[&[u32]]) {
        when(|| locked(&self.begun).len() >= statements.len());
        assert_eq!(*locked(&self.begun), statements);
    }

    fn has_waiting(&self, count: usize) {
        when(|| self.batches.waiting() == count);
    }
}

#[test]
fn many_statements_answer_one_each_and_few_answer_many() {
    let room = Room {
        alone: 3,
        together: 2,
    };
    let slow = Slow {
        batches: Batches::new(room, FOR_EVER),
        begun: Mutex::default(),
        ended: Mutex::default(),
    };
    thread::scope(|scope| {
        let slow = &slow;
        let come = |question| {
            scope.spawn(move || slow.ask(question));
        };
        for (question, begun) in [(1, 1), (2, 2), (3, 3)] {
            come(question);
            when(|| locked(&slow.begun).len() == begun);
        }
        for (question, waiting) in [(4, 1), (5, 2)] {
            come(question);
            slow.has_waiting(waiting);
        }
        slow.end(1);
        slow.has_begun(&[&[1], &[2], &[3]]);
        come(6);
        slow.has_waiting(3);
        slow.end(2);
        slow.has_begun(&[&[1], &[2], &[3], &[4, 5, 6]]);
        // Two are under way, of which one is shared: there is no room for a third, but for a second.
        come(7);
        slow.has_waiting(1);
        slow.end(3);
        slow.has_begun(&[&[1], &[2], &[3], &[4, 5, 6], &[7]]);
        // One question that waited is not shared, so that there is room again once the other has ended.
        slow.end(4);
        come(8);
        slow.has_begun(&[&[1], &[2], &[3], &[4, 5, 6], &[7], &[8]]);
        come(9);
        slow.has_begun(&[&[1], &[2], &[3], &[4, 5, 6], &[7], &[8], &[9]]);
        for question in [7, 8, 9] {
            slow.end(question);
        }
    });
}
