//! Several writers in one transaction, on SQLite: what one of them does changes nothing for the others but the time.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use innkeeper_domain::{
    people::{User, UserState},
    ports::{Queries, Repos, StoreError, UnitOfWork, Verdict},
};
use innkeeper_storage::SqlStore;
use innkeeper_test_support::{Backend, eventually};

use crate::world::{World, config, keep, world};

/// Far beyond any wait that is meant.
const FOR_EVER: Duration = Duration::from_mins(1);

/// A store whose transactions stay open to others for as long as a test takes.
pub(crate) fn sociable(world: &World) -> SqlStore {
    let mut config = config(world.database.url());
    (config.wait, config.sharing) = (FOR_EVER, FOR_EVER);
    SqlStore::open(&config).unwrap()
}

/// Runs all at once, in their order: somebody has the turn until all are in line.
pub(crate) fn in_line<T: Send>(store: &SqlStore, count: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (has_turn, turn) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            UnitOfWork::run(store, "first", &mut |_| {
                has_turn.send(()).unwrap();
                // Nothing is ever sent: it ends with the sender, also if the other side panics.
                assert!(released.recv().is_err());
                Verdict::Discard
            })
            .unwrap();
        });
        turn.recv().unwrap();
        let task = &task;
        let running: Vec<_> = (0..count)
            .map(|number| {
                let running = scope.spawn(move || task(number));
                eventually(FOR_EVER, "the next in line", || {
                    (store.waiting_writers() == number + 1).then_some(())
                });
                running
            })
            .collect();
        drop(release);
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn people(world: &World, count: usize) -> Vec<User> {
    (0..count)
        .map(|n| world.user(&format!("guest{n}@one.example"), UserState::Active))
        .collect()
}

fn is_stored(world: &World, user: &User) -> bool {
    world.store.user(world.tenant, user.id).unwrap().is_some()
}

#[test]
fn what_waits_is_committed_together() {
    let world = world(Backend::Sqlite);
    let store = sociable(&world);
    // One transaction is full with 64.
    for (count, commits) in [(1, 1), (2, 1), (64, 1), (65, 2)] {
        let before = store.commits();
        let people = people(&world, count);
        let outcomes = in_line(&store, count, |n| {
            keep(&store, |repos| repos.users().insert(&people[n]))
        });
        assert!(outcomes.iter().all(Result::is_ok), "{count}: {outcomes:?}");
        assert_eq!(store.commits() - before, commits, "{count}");
        for user in &people {
            assert!(is_stored(&world, user), "{count}");
        }
        world.database.execute("DELETE FROM users");
    }
}

#[test]
fn what_waits_is_committed_apart_if_it_is_wished() {
    let world = world(Backend::Sqlite);
    let mut config = config(world.database.url());
    config.sharing = Duration::ZERO;
    let store = SqlStore::open(&config).unwrap();
    let people = people(&world, 5);
    in_line(&store, 5, |n| {
        keep(&store, |repos| repos.users().insert(&people[n])).unwrap();
    });
    assert_eq!(store.commits(), 5);
}

/// How a part can end that is not kept.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    Refusal,
    Failure,
    Swallowed,
    Panic,
    Taken,
}

/// What the body of a troubled part does after it wrote something.
fn meet(trouble: Trouble, world: &World, repos: &mut dyn Repos) -> Verdict {
    let nobody = world.user("nobody@one.example", UserState::Active);
    match trouble {
        Trouble::Refusal => Verdict::Discard,
        Trouble::Failure => {
            repos.users().update(&nobody).unwrap_err();
            Verdict::Discard
        }
        Trouble::Swallowed => {
            repos.users().update(&nobody).unwrap_err();
            Verdict::Keep
        }
        Trouble::Panic => panic!("in the middle"),
        Trouble::Taken => {
            let same = world.user("guest0@one.example", UserState::Active);
            repos.users().insert(&same).unwrap_err();
            Verdict::Keep
        }
    }
}

#[test]
fn one_in_trouble_is_undone_alone() {
    let world = world(Backend::Sqlite);
    let troubles = [
        Trouble::Refusal,
        Trouble::Failure,
        Trouble::Swallowed,
        Trouble::Panic,
        Trouble::Taken,
    ];
    for trouble in troubles {
        for place in [0, 2, 3] {
            let store = sociable(&world);
            let people = people(&world, 4);
            let outcomes = in_line(&store, 4, |n| {
                catch_unwind(AssertUnwindSafe(|| {
                    UnitOfWork::run(&store, "test", &mut |repos| {
                        repos.users().insert(&people[n]).unwrap();
                        if n == place {
                            meet(trouble, &world, repos)
                        } else {
                            Verdict::Keep
                        }
                    })
                }))
            });
            for (n, outcome) in outcomes.iter().enumerate() {
                let case = format!("{trouble:?} at {place}, {n}: {outcome:?}");
                assert_eq!(is_stored(&world, &people[n]), n != place, "{case}");
                let is_right = match (n == place, trouble) {
                    (false, _) | (true, Trouble::Refusal) => matches!(outcome, Ok(Ok(()))),
                    (true, Trouble::Failure | Trouble::Swallowed) => {
                        matches!(outcome, Ok(Err(StoreError::Failed(_))))
                    }
                    (true, Trouble::Panic) => outcome.is_err(),
                    (true, Trouble::Taken) => matches!(outcome, Ok(Err(StoreError::Conflict))),
                };
                assert!(is_right, "{case}");
            }
            assert_eq!(store.commits(), 1, "{trouble:?} at {place}");
            world.database.execute("DELETE FROM users");
        }
    }
}

#[test]
fn who_finds_a_key_taken_by_a_member_looks_again() {
    let world = world(Backend::Sqlite);
    let store = sociable(&world);
    let twins = [
        world.user("ana@one.example", UserState::Active),
        world.user("ana@one.example", UserState::Active),
    ];
    let runs = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let found = in_line(&store, 2, |n| {
        keep(&store, |repos| {
            let user = &twins[n];
            // The first time as if it had looked before the other wrote.
            if runs[n].fetch_add(1, Ordering::Relaxed) > 0
                && let Some(found) = repos.users().lock_by_email(world.tenant, user.email.key())?
            {
                return Ok(found.id);
            }
            repos.users().insert(user)?;
            Ok(user.id)
        })
        .unwrap()
    });
    assert_eq!(found, [twins[0].id; 2]);
    assert_eq!(runs.map(AtomicUsize::into_inner), [1, 2]);
}

#[test]
fn nobody_is_answered_before_the_commit() {
    let world = world(Backend::Sqlite);
    let store = sociable(&world);
    let people = people(&world, 4);
    let answered = AtomicUsize::new(0);
    in_line(&store, 5, |n| {
        UnitOfWork::run(&store, "test", &mut |repos| {
            if let Some(user) = people.get(n) {
                repos.users().insert(user).unwrap();
                // One sees what was written before it, and is refused for it.
                return if n == 2 { Verdict::Discard } else { Verdict::Keep };
            }
            assert!(repos.users().lock(world.tenant, people[0].id).unwrap().is_some());
            assert!(people.iter().all(|user| !is_stored(&world, user)));
            assert_eq!(
                answered.load(Ordering::SeqCst),
                0,
                "not even the one that was refused"
            );
            Verdict::Keep
        })
        .unwrap();
        answered.fetch_add(1, Ordering::SeqCst);
        assert!(
            people
                .iter()
                .enumerate()
                .all(|(n, user)| is_stored(&world, user) == (n != 2))
        );
    });
    assert_eq!(store.commits(), 1);
}

#[test]
fn who_came_first_is_served_first() {
    let world = world(Backend::Sqlite);
    for sharing in [Duration::ZERO, FOR_EVER] {
        let mut config = config(world.database.url());
        (config.wait, config.sharing) = (FOR_EVER, sharing);
        let store = SqlStore::open(&config).unwrap();
        let order = Mutex::new(Vec::new());
        in_line(&store, 40, |n| {
            keep(&store, |_| {
                order.lock().unwrap().push(n);
                Ok(())
            })
            .unwrap();
        });
        assert_eq!(
            order.into_inner().unwrap(),
            (0..40).collect::<Vec<_>>(),
            "{sharing:?}"
        );
    }
}
