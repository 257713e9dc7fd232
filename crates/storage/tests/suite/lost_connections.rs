//! Connections that break. SQLite has none that could.

use std::time::Duration;

use innkeeper_domain::{
    people::UserState,
    ports::{Queries, StoreError},
};
use innkeeper_storage::{OpenError, SqlStore};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{config, impatient, keep, world};

on_each_backend!(
    idle_connections_that_broke_are_not_noticed_by_anyone,
    work_whose_connection_breaks_is_run_again,
    a_commit_whose_outcome_is_unknown_is_not_run_again,
    a_server_that_is_not_there_is_unavailable,
);

fn idle_connections_that_broke_are_not_noticed_by_anyone(backend: Backend) {
    if backend == Backend::Sqlite {
        return;
    }
    let world = world(backend);
    let user = world.stored_user("ana@one.example");
    for round in 0..3 {
        // Several connections that are as old.
        std::thread::scope(|scope| {
            for _ in 0..5 {
                scope.spawn(|| world.store.user(world.tenant, user.id).unwrap());
            }
        });
        world.database.sever();
        if round % 2 == 0 {
            assert!(world.store.user(world.tenant, user.id).unwrap().is_some());
        }
        world.keep(|repos| repos.users().update(&user));
        world.store.ping().unwrap();
    }
}

fn work_whose_connection_breaks_is_run_again(backend: Backend) {
    if backend == Backend::Sqlite {
        return;
    }
    let world = world(backend);
    let user = world.user("ana@one.example", UserState::Active);
    let mut runs = 0;
    world.keep(|repos| {
        runs += 1;
        if runs == 1 {
            repos.users().insert(&user)?;
            world.database.sever();
        }
        repos.users().lock_by_email(world.tenant, user.email.key())?;
        repos.users().insert(&user)
    });
    assert_eq!(runs, 2);
    assert_eq!(world.count("users", ""), "1");
}

fn a_commit_whose_outcome_is_unknown_is_not_run_again(backend: Backend) {
    if backend == Backend::Sqlite {
        return;
    }
    let world = world(backend);
    world.database.execute(
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
         CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION cut()",
    );
    let user = world.user("ana@one.example", UserState::Active);
    let mut runs = 0;
    let outcome = keep(&world.store, |repos| {
        runs += 1;
        repos.users().insert(&user)
    });
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert_eq!(runs, 1);
    world.database.execute("DROP TRIGGER cut ON users");
    world.keep(|repos| repos.users().insert(&user));
}

fn a_server_that_is_not_there_is_unavailable(backend: Backend) {
    if backend == Backend::Sqlite {
        let nowhere = config("sqlite:///dev/null/innkeeper.db");
        assert!(matches!(SqlStore::open(&nowhere), Err(OpenError::File(_))));
        return;
    }
    let url = format!(
        "postgres://nobody@127.0.0.1:{}/nothing",
        innkeeper_test_support::free_port()
    );
    assert!(matches!(
        SqlStore::open(&impatient(&url)),
        Err(OpenError::Connection(_))
    ));

    let world = world(backend);
    let name = world.database.scalar("SELECT current_database()");
    // Nobody may connect any more, as while a server is away.
    let server = innkeeper_test_support::TestDatabase::empty(backend);
    let mut config = impatient(world.database.url());
    config.wait = Duration::from_millis(600);
    let store = SqlStore::open(&config).unwrap();
    store.ping().unwrap();
    server.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"));
    world.database.sever();
    for outcome in [store.ping(), keep(&store, |_| Ok(()))] {
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    }
    server.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"));
    innkeeper_test_support::eventually(Duration::from_secs(20), "the store to recover", || {
        store.ping().ok()
    });
}
