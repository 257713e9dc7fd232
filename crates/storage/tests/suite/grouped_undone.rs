//! Transactions of several writers that fail as a whole: everybody's work is run again, and only the guilty fails.

use std::sync::atomic::{AtomicUsize, Ordering};

use innkeeper_domain::{
    people::UserState,
    ports::{Queries, StoreError, UnitOfWork, Verdict},
};
use innkeeper_test_support::Backend;

use crate::{
    grouped::{in_line, sociable},
    world::{World, world},
};

/// A way in which one person breaks a transaction that others have a part in.
struct Breach {
    name: &'static str,
    sql: &'static str,
    /// How often the guilty one is tried: with the others, and then alone.
    runs: usize,
    told: fn(&StoreError) -> bool,
}

const BREACHES: [Breach; 3] = [
    Breach {
        name: "COMMIT fails",
        sql: "CREATE TABLE parents (id INTEGER PRIMARY KEY);
              CREATE TABLE orphans (id INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED);
              CREATE TRIGGER breach AFTER INSERT ON users WHEN NEW.email_key = 'guilty@one.example'
                  BEGIN INSERT INTO orphans VALUES (1); END",
        runs: 2,
        told: |error| matches!(error, StoreError::Failed(_)),
    },
    Breach {
        name: "a statement undoes everything",
        sql: "CREATE TRIGGER breach AFTER INSERT ON users WHEN NEW.email_key = 'guilty@one.example'
                  BEGIN SELECT RAISE(ROLLBACK, 'not today'); END",
        runs: 2,
        told: |error| matches!(error, StoreError::Failed(_)),
    },
    Breach {
        name: "so does one that says the disk is full",
        sql: "CREATE TRIGGER breach AFTER INSERT ON users WHEN NEW.email_key = 'guilty@one.example'
                  BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END",
        // With the others, and then as often as a connection that breaks is tried.
        runs: 1 + 8,
        told: |error| matches!(error, StoreError::Unavailable(_)),
    },
];

#[test]
fn only_the_guilty_fails() {
    for breach in BREACHES {
        for guilty in [0, 1, 3] {
            fails_alone(&breach, guilty);
        }
    }
}

fn fails_alone(breach: &Breach, guilty: usize) {
    let case = format!("{}, by number {guilty}", breach.name);
    let world = world(Backend::Sqlite);
    world.database.execute(breach.sql);
    let store = sociable(&world);
    let people: Vec<_> = (0..5)
        .map(|n| {
            let name = if n == guilty { "guilty" } else { "guest" };
            let number = if n == guilty { String::new() } else { n.to_string() };
            world.user(&format!("{name}{number}@one.example"), UserState::Active)
        })
        .collect();
    let runs: Vec<_> = people.iter().map(|_| AtomicUsize::new(0)).collect();
    let outcomes = in_line(&store, 5, |n| {
        UnitOfWork::run(&store, "test", &mut |repos| {
            runs[n].fetch_add(1, Ordering::SeqCst);
            drop(repos.users().insert(&people[n]));
            // The last but one is refused all the same.
            if n == 2 { Verdict::Discard } else { Verdict::Keep }
        })
    });
    for (n, outcome) in outcomes.iter().enumerate() {
        let stored = world.store.user(world.tenant, people[n].id).unwrap().is_some();
        let runs = runs[n].load(Ordering::SeqCst);
        if n == guilty {
            assert!(outcome.as_ref().is_err_and(breach.told), "{case}: {outcome:?}");
            assert!(!stored, "{case}");
        } else {
            assert!(outcome.is_ok(), "{case}, {n}: {outcome:?}");
            assert_eq!(stored, n != 2, "{case}, {n}");
            assert!((1..=2).contains(&runs), "{case}, {n}: {runs}");
        }
    }
    assert_eq!(
        runs[0].load(Ordering::SeqCst),
        runs_of_the_first(breach, guilty),
        "{case}"
    );
    if guilty > 0 {
        assert_eq!(runs[guilty].load(Ordering::SeqCst), breach.runs, "{case}");
    }
    goes_on(&world);
}

/// The first has nobody before it: unless COMMIT shows it, its failure is its own.
fn runs_of_the_first(breach: &Breach, guilty: usize) -> usize {
    match (guilty, breach.name) {
        (0, "COMMIT fails") => 2,
        (0, _) => breach.runs - 1,
        _ => 2,
    }
}

fn goes_on(world: &World) {
    let next = world.user("next@one.example", UserState::Active);
    world.keep(|repos| repos.users().insert(&next));
}
