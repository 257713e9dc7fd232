//! Many writers at SQLite at once: nothing is lost, nobody is answered too early, and waiting is bounded.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use innkeeper_domain::{
    access::Role,
    people::UserState,
    ports::{Queries, StoreError, UnitOfWork, Verdict},
};
use innkeeper_storage::SqlStore;
use innkeeper_test_support::{Backend, eventually};

use crate::{
    house::House,
    races::crowd,
    world::{config, impatient, keep, world},
};

const FOR_EVER: Duration = Duration::from_mins(1);
const THREADS: usize = 16;
const EACH: usize = 25;

#[test]
fn what_is_answered_is_there_for_everybody() {
    let world = world(Backend::Sqlite);
    let mut config = config(world.database.url());
    config.wait = FOR_EVER;
    let store = SqlStore::open(&config).unwrap();
    // Another store on the same file, as another process would have it.
    let other = SqlStore::open(&config).unwrap();
    crowd(THREADS, |thread| {
        for n in 0..EACH {
            let writer = if thread == 0 { &other } else { &store };
            let user = world.user(&format!("guest{thread}x{n}@one.example"), UserState::Active);
            let is_refused = (thread + n) % 5 == 4;
            UnitOfWork::run(writer, "test", &mut |repos| {
                repos.users().insert(&user).unwrap();
                if is_refused {
                    Verdict::Discard
                } else {
                    Verdict::Keep
                }
            })
            .unwrap();
            let found = world.store.user(world.tenant, user.id).unwrap();
            assert_eq!(found.is_some(), !is_refused);
            if n % 10 == 9 {
                assert!(
                    store.migrate().unwrap().is_empty(),
                    "the schema is looked at in between"
                );
            }
        }
    });
    let kept = u64::try_from(THREADS * EACH * 4 / 5).unwrap();
    assert_eq!(world.count("users", ""), kept.to_string());
    let commits = store.commits() + other.commits();
    assert!(commits < kept, "{commits} commits of {kept} that were kept");
}

#[test]
fn use_cases_share_commits() {
    let house = House::build(Backend::Sqlite);
    let ada = house.person("ada");
    let properties: Vec<_> = (0..THREADS)
        .map(|n| house.property(&format!("House {n}"), ada))
        .collect();
    let before = house.store.commits();
    let answers = crowd(THREADS, |n| {
        let email = format!("guest{}@example.test", n / 2);
        house.invite(house.user(ada), properties[n], &email, Role::User)
    });
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(house.count("users"), 1 + u64::try_from(THREADS / 2).unwrap());
    assert_eq!(house.count("outgoing_messages"), u64::try_from(THREADS).unwrap());
    let commits = house.store.commits() - before;
    assert!(commits < u64::try_from(THREADS).unwrap(), "{commits}");
}

#[test]
fn a_line_that_gives_up_breaks_nothing() {
    let world = world(Backend::Sqlite);
    let store = SqlStore::open(&impatient(world.database.url())).unwrap();
    let other = SqlStore::open(&config(world.database.url())).unwrap();
    let (has_lock, lock) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    thread::scope(|scope| {
        // Another process, as it were.
        scope.spawn(move || {
            keep(&other, |_| {
                has_lock.send(()).unwrap();
                assert!(released.recv().is_err());
                Ok(())
            })
            .unwrap();
        });
        lock.recv().unwrap();
        let began = Instant::now();
        let outcomes = crowd(THREADS, |_| keep(&store, |_| Ok(())));
        for outcome in outcomes {
            assert!(matches!(outcome, Err(StoreError::Busy)), "{outcome:?}");
        }
        assert!(
            began.elapsed() >= Duration::from_millis(250),
            "they do wait for a while"
        );
        assert!(began.elapsed() < FOR_EVER / 3, "{:?}", began.elapsed());
        assert_eq!(store.waiting_writers(), 0, "they left the line");
        drop(release);
    });
    let user = world.user("ana@one.example", UserState::Active);
    keep(&store, |repos| repos.users().insert(&user)).unwrap();
    assert_eq!(store.commits(), 1);
}

/// Between two that stay in line, one leaves.
#[test]
fn who_leaves_the_line_keeps_nobody_waiting() {
    let world = world(Backend::Sqlite);
    let mut config = config(world.database.url());
    // Long enough for the second, on a busy machine too.
    config.wait = Duration::from_secs(1);
    let store = SqlStore::open(&config).unwrap();
    let (has_turn, turn) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let (gave_up, has_given_up) = mpsc::channel();
    thread::scope(|scope| {
        let store = &store;
        let holder = scope.spawn(move || {
            keep(store, |_| {
                has_turn.send(()).unwrap();
                assert!(released.recv().is_err());
                Ok(())
            })
        });
        turn.recv().unwrap();
        scope.spawn(move || {
            let outcome = keep(store, |_| Ok(()));
            assert!(matches!(outcome, Err(StoreError::Busy)), "{outcome:?}");
            gave_up.send(()).unwrap();
        });
        eventually(FOR_EVER, "the first to wait", || {
            (store.waiting_writers() == 1).then_some(())
        });
        has_given_up.recv().unwrap();
        let next = scope.spawn(move || keep(store, |_| Ok(())));
        eventually(FOR_EVER, "the next to wait", || {
            (store.waiting_writers() == 1).then_some(())
        });
        drop(release);
        holder.join().unwrap().unwrap();
        next.join().unwrap().unwrap();
    });
}
