//! A transaction is kept as a whole or not at all, whatever goes wrong in it.

use innkeeper_domain::{
    people::UserState,
    ports::{Queries, StoreError, UnitOfWork, Verdict},
};
use innkeeper_storage::SqlStore;
use innkeeper_test_support::{Backend, on_each_backend};

use crate::tables::PEOPLE;
use crate::world::{TABLES, World, impatient, keep, panicking, world};

on_each_backend!(
    everything_is_kept_when_all_goes_well,
    a_refusal_keeps_nothing,
    a_panic_keeps_nothing_and_the_store_goes_on,
    a_swallowed_failure_keeps_nothing,
    after_a_failure_every_call_fails,
    a_record_that_cannot_be_written_keeps_nothing,
    records_that_come_one_by_one_are_all_kept,
    a_missing_table_keeps_nothing,
    a_commit_that_fails_keeps_nothing,
    nobody_sees_what_is_not_committed,
    a_change_of_a_row_that_is_not_there_fails,
);

fn everything_is_kept_when_all_goes_well(backend: Backend) {
    let world = world(backend);
    let before = world.counts();
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    for ((table, before), (_, after)) in before.iter().zip(world.counts()).take(PEOPLE) {
        assert_eq!(
            after.parse::<u32>().unwrap(),
            before.parse::<u32>().unwrap() + 1,
            "{table}"
        );
    }
}

fn a_refusal_keeps_nothing(backend: Backend) {
    let world = world(backend);
    let before = world.counts();
    let each = world.one_of_each();
    let outcome = UnitOfWork::run(&world.store, "test", &mut |repos| {
        each.write(repos).unwrap();
        Verdict::Discard
    });
    assert!(
        outcome.is_ok(),
        "a refusal is no failure of the store: {outcome:?}"
    );
    assert_eq!(world.counts(), before);
}

fn a_panic_keeps_nothing_and_the_store_goes_on(backend: Backend) {
    let world = world(backend);
    let before = world.counts();
    let each = world.one_of_each();
    // More often than there are connections.
    let mut config = impatient(world.database.url());
    config.connections = 2;
    let store = SqlStore::open(&config).unwrap();
    for _ in 0..5 {
        panicking(|| {
            drop(UnitOfWork::run(&store, "test", &mut |repos| {
                each.write(repos).unwrap();
                panic!("in the middle");
            }));
        });
        assert_eq!(world.counts(), before);
    }
    keep(&store, |repos| each.write(repos)).unwrap();
    assert!(store.user(world.tenant, each.user.id).unwrap().is_some());
}

fn a_swallowed_failure_keeps_nothing(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("ana@one.example");
    let before = world.counts();
    let each = world.one_of_each();
    let same_address = world.user("ana@one.example", UserState::Active);
    let outcome = UnitOfWork::run(&world.store, "test", &mut |repos| {
        each.write(repos).unwrap();
        drop(repos.users().insert(&same_address));
        Verdict::Keep
    });
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    assert_eq!(world.counts(), before);
    assert_eq!(world.store.user(world.tenant, user.id).unwrap(), Some(user));
}

fn after_a_failure_every_call_fails(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("ana@one.example");
    let mut runs = 0;
    let outcome = UnitOfWork::run(&world.store, "test", &mut |repos| {
        runs += 1;
        assert!(repos.users().lock(world.tenant, user.id).is_ok());
        assert!(matches!(repos.users().insert(&user), Err(StoreError::Conflict)));
        assert!(matches!(
            repos.users().lock(world.tenant, user.id),
            Err(StoreError::Failed(_))
        ));
        assert!(repos.audit().add(&[world.audit_record()]).is_err());
        Verdict::Keep
    });
    assert!(
        matches!(outcome, Err(StoreError::Conflict)),
        "the first failure is told: {outcome:?}"
    );
    assert_eq!(runs, 2, "once more, as the winner may be seen then, and no more");
}

/// Records are written with whatever comes next, or at the end: either shows that one could not be.
fn a_record_that_cannot_be_written_keeps_nothing(backend: Backend) {
    let world = world(backend);
    let before = world.counts();
    let (person, record) = (
        world.user("ana@one.example", UserState::Active),
        world.audit_record(),
    );
    for asks_more in [false, true] {
        let outcome = UnitOfWork::run(&world.store, "test", &mut |repos| {
            repos.users().insert(&person).unwrap();
            repos.audit().add(&[record.clone(), record.clone()]).unwrap();
            if asks_more {
                let next = repos.users().lock(world.tenant, person.id);
                assert!(matches!(next, Err(StoreError::Conflict)), "{next:?}");
            }
            Verdict::Keep
        });
        assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
        assert_eq!(world.counts(), before);
    }
}

fn records_that_come_one_by_one_are_all_kept(backend: Backend) {
    let world = world(backend);
    let before = world.count("audit_records", "1 = 1");
    world.keep(|repos| (0..30).try_for_each(|_| repos.audit().add(&[world.audit_record()])));
    let number = |count: String| count.parse::<u32>().unwrap();
    assert_eq!(number(world.count("audit_records", "1 = 1")), number(before) + 30);
}

fn a_missing_table_keeps_nothing(backend: Backend) {
    let world = world(backend);
    let before = world.counts();
    let each = world.one_of_each();
    for table in &TABLES[..PEOPLE] {
        world
            .database
            .execute(&format!("ALTER TABLE {table} RENAME TO away"));
        let outcome = keep(&world.store, |repos| each.write(repos));
        world
            .database
            .execute(&format!("ALTER TABLE away RENAME TO {table}"));
        assert!(
            matches!(outcome, Err(StoreError::Failed(_))),
            "{table}: {outcome:?}"
        );
        assert_eq!(world.counts(), before, "{table}");
    }
    world.keep(|repos| each.write(repos));
}

/// Makes every commit after an insert of a user fail.
fn sabotage_commits(world: &World) {
    match world.backend() {
        Backend::Sqlite => world.database.execute(
            "CREATE TABLE parents (id INTEGER PRIMARY KEY);
             CREATE TABLE orphans (id INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED);
             CREATE TRIGGER sabotage AFTER INSERT ON users BEGIN INSERT INTO orphans VALUES (1); END",
        ),
        Backend::Postgres => world.database.execute(
            "CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS
                 'BEGIN RAISE EXCEPTION ''not today''; END';
             CREATE CONSTRAINT TRIGGER sabotage AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW EXECUTE FUNCTION sabotage()",
        ),
    }
}

fn a_commit_that_fails_keeps_nothing(backend: Backend) {
    let world = world(backend);
    let before = world.counts();
    let each = world.one_of_each();
    sabotage_commits(&world);
    let mut runs = 0;
    let outcome = keep(&world.store, |repos| {
        runs += 1;
        each.write(repos)
    });
    assert!(matches!(outcome, Err(StoreError::Failed(_))), "{outcome:?}");
    assert_eq!(runs, 1, "what fails for good is not tried again");
    assert_eq!(world.counts(), before);
    world.database.execute(match backend {
        Backend::Sqlite => "DROP TRIGGER sabotage",
        Backend::Postgres => "DROP TRIGGER sabotage ON users",
    });
    world.keep(|repos| each.write(repos));
}

fn nobody_sees_what_is_not_committed(backend: Backend) {
    let world = world(backend);
    let user = world.user("ana@one.example", UserState::Active);
    world.keep(|repos| {
        repos.users().insert(&user)?;
        assert_eq!(
            repos.users().lock(world.tenant, user.id)?.as_ref(),
            Some(&user),
            "it sees its own writes"
        );
        assert_eq!(world.store.user(world.tenant, user.id)?, None);
        Ok(())
    });
    assert_eq!(world.store.user(world.tenant, user.id).unwrap(), Some(user));
}

fn a_change_of_a_row_that_is_not_there_fails(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    let outcomes = [
        keep(&world.store, |repos| {
            repos.applications().update(&each.application)
        }),
        keep(&world.store, |repos| repos.users().update(&each.user)),
        keep(&world.store, |repos| repos.credentials().update(&each.credential)),
        keep(&world.store, |repos| repos.properties().update(&each.property)),
        keep(&world.store, |repos| {
            repos.property_users().update(&each.property_user)
        }),
        keep(&world.store, |repos| repos.api_keys().update(&each.api_key)),
        keep(&world.store, |repos| {
            repos
                .properties()
                .delete(world.tenant, each.property.id, crate::world::NOW)
        }),
    ];
    for (place, outcome) in outcomes.into_iter().enumerate() {
        assert!(
            matches!(outcome, Err(StoreError::Failed(_))),
            "{place}: {outcome:?}"
        );
    }
}
