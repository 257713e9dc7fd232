//! Those who get in each other's way: waiting is bounded, deadlocks are resolved, and nobody is tried for ever.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use innkeeper_domain::{
    access::{Effect, Overrides, PropertyLimit, Role},
    people::User,
    ports::{Queries, StoreError, UnitOfWork, Verdict},
};
use innkeeper_storage::SqlStore;
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, World, config, impatient, keep, world};

on_each_backend!(
    waiting_for_a_lock_is_bounded,
    waiting_for_a_connection_is_bounded,
    readers_do_not_wait_for_writers,
    a_waiting_writer_goes_on_when_the_other_is_done,
    opposite_orders_of_locking_both_succeed,
    a_shared_hold_lets_others_share_and_keeps_changes_out,
    who_does_not_see_a_property_does_not_wait_for_it,
    keys_are_locked_as_they_are_read,
);

/// Far beyond any wait that is meant, so that only a wait without bound fails.
const FOR_EVER: Duration = Duration::from_secs(20);

/// Runs `meanwhile` while another store holds the lock of the property and, on SQLite, the only write lock.
fn while_locked<T>(
    world: &World,
    property: innkeeper_domain::ids::PropertyId,
    meanwhile: impl FnOnce() -> T,
) -> T {
    let (locked, is_locked) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let other = SqlStore::open(&config(world.database.url())).unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            keep(&other, |repos| {
                repos.properties().lock(world.tenant, property, None)?;
                locked.send(()).unwrap();
                // Nothing is ever sent: it ends with the sender, also if the other side panics.
                assert!(released.recv().is_err());
                Ok(())
            })
            .unwrap();
        });
        is_locked.recv().unwrap();
        let answer = meanwhile();
        drop(release);
        answer
    })
}

fn waiting_for_a_lock_is_bounded(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let store = SqlStore::open(&impatient(world.database.url())).unwrap();
    while_locked(&world, property.id, || {
        let started = Instant::now();
        let outcome = keep(&store, |repos| {
            repos.properties().lock(world.tenant, property.id, None)
        });
        assert!(matches!(outcome, Err(StoreError::Busy)), "{outcome:?}");
        assert!(
            started.elapsed() >= Duration::from_millis(250),
            "it does wait for a while"
        );
        assert!(started.elapsed() < FOR_EVER);
    });
    assert!(
        keep(&store, |repos| repos.properties().lock(
            world.tenant,
            property.id,
            None
        ))
        .unwrap()
        .is_some()
    );
}

fn waiting_for_a_connection_is_bounded(backend: Backend) {
    let world = world(backend);
    let mut config = impatient(world.database.url());
    config.connections = 1;
    let store = SqlStore::open(&config).unwrap();
    let (held, is_held) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let holder = store.clone();
        scope.spawn(move || {
            UnitOfWork::run(&holder, "holder", &mut |_| {
                held.send(()).unwrap();
                assert!(released.recv().is_err());
                Verdict::Discard
            })
            .unwrap();
        });
        is_held.recv().unwrap();
        let started = Instant::now();
        let outcome = UnitOfWork::run(&store, "test", &mut |_| Verdict::Discard);
        assert!(matches!(outcome, Err(StoreError::Busy)), "{outcome:?}");
        assert!(started.elapsed() < FOR_EVER);
        drop(release);
    });
    UnitOfWork::run(&store, "test", &mut |_| Verdict::Discard).unwrap();
}

fn readers_do_not_wait_for_writers(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let store = SqlStore::open(&impatient(world.database.url())).unwrap();
    let found = while_locked(&world, property.id, || {
        store.property(world.tenant, property.id, None)
    });
    assert!(found.unwrap().is_some());
}

fn a_waiting_writer_goes_on_when_the_other_is_done(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let (asked, is_asked) = mpsc::channel();
    thread::scope(|scope| {
        let waiting = while_locked(&world, property.id, || {
            let store = world.store.clone();
            let (tenant, id) = (world.tenant, property.id);
            let waiting = scope.spawn(move || {
                asked.send(()).unwrap();
                keep(&store, |repos| repos.properties().lock(tenant, id, None))
            });
            is_asked.recv().unwrap();
            waiting
        });
        assert!(waiting.join().unwrap().unwrap().is_some());
    });
}

/// On PostgreSQL this is a deadlock unless one of them is faster, and the one that is ended by the database is run
/// again. On SQLite they come one after the other.
fn opposite_orders_of_locking_both_succeed(backend: Backend) {
    let world = world(backend);
    let (one, two) = (world.stored_property("One"), world.stored_property("Two"));
    let mut config = config(world.database.url());
    config.wait = FOR_EVER;
    let store = SqlStore::open(&config).unwrap();
    let (first, first_came) = mpsc::channel();
    let (second, second_came) = mpsc::channel();
    let both = |mine: mpsc::Sender<()>, theirs: mpsc::Receiver<()>, order: [_; 2]| {
        let (store, tenant) = (store.clone(), world.tenant);
        move || {
            let mut runs = 0;
            keep(&store, |repos| {
                runs += 1;
                repos.properties().lock(tenant, order[0], None)?;
                // On SQLite the other one waits for us to end; then nobody has to be waited for.
                if runs == 1 && backend == Backend::Postgres {
                    mine.send(()).unwrap();
                    theirs.recv().unwrap();
                }
                repos.properties().lock(tenant, order[1], None)
            })
            .unwrap();
            runs
        }
    };
    let runs = thread::scope(|scope| {
        let a = scope.spawn(both(first, second_came, [one.id, two.id]));
        let b = scope.spawn(both(second, first_came, [two.id, one.id]));
        a.join().unwrap() + b.join().unwrap()
    });
    match backend {
        Backend::Sqlite => assert_eq!(runs, 2),
        // The victim may be faster than the one who waited for it, and then there is a second victim.
        Backend::Postgres => assert!(runs >= 3, "there was a deadlock: {runs}"),
    }
}

fn a_shared_hold_lets_others_share_and_keeps_changes_out(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("ana@one.example");
    let store = SqlStore::open(&impatient(world.database.url())).unwrap();
    keep(&world.store, |repos| {
        repos.users().by_id_for_share(world.tenant, user.id)?;
        if backend == Backend::Postgres {
            // SQLite has one writer at a time, so there is nobody to share with.
            let shared = keep(&store, |repos| {
                repos.users().by_id_for_share(world.tenant, user.id)
            });
            assert!(shared.unwrap().is_some());
        }
        let changed = keep(&store, |repos| repos.users().update(&user));
        assert!(matches!(changed, Err(StoreError::Busy)), "{changed:?}");
        let locked = keep(&store, |repos| repos.users().lock(world.tenant, user.id));
        assert!(matches!(locked, Err(StoreError::Busy)), "{locked:?}");
        let by_email = keep(&store, |repos| {
            repos.users().lock_by_email(world.tenant, user.email.key())
        });
        assert!(matches!(by_email, Err(StoreError::Busy)), "{by_email:?}");
        Ok(())
    })
    .unwrap();
}

/// Otherwise the wait would tell that the property is there. On SQLite everybody waits for everybody.
fn who_does_not_see_a_property_does_not_wait_for_it(backend: Backend) {
    let world = world(backend);
    let (home, other) = (world.stored_property("Home"), world.stored_property("Other"));
    let [member, blind, former, stranger] = ["member", "blind", "former", "stranger"]
        .map(|name| world.stored_user(&format!("{name}@one.example")));
    world.stored_property_user(&home, member.id, Role::User);
    world.stored_property_user(&other, stranger.id, Role::Owner);
    let mut blinded = world.property_user(&home, blind.id, Role::User);
    blinded.overrides = Overrides::parse([("property.read", Effect::Deny)]).unwrap();
    world.keep(|repos| repos.property_users().insert(&blinded));
    let past = world.stored_property_user(&home, former.id, Role::Owner);
    world.keep(|repos| repos.property_users().withdraw(world.tenant, &[past.id], NOW));
    let store = SqlStore::open(&impatient(world.database.url())).unwrap();
    let lock = |viewer: &User| {
        let viewer = Some(viewer.id);
        keep(&store, |repos| {
            repos.properties().lock(world.tenant, home.id, viewer)
        })
    };
    let all_but_member = || {
        for viewer in [&blind, &former, &stranger] {
            assert_eq!(lock(viewer).unwrap(), None, "{:?}", viewer.id);
        }
    };
    all_but_member();
    assert_eq!(lock(&member).unwrap().as_ref(), Some(&home));
    while_locked(&world, home.id, || {
        assert!(matches!(lock(&member), Err(StoreError::Busy)));
        if backend == Backend::Postgres {
            all_but_member();
        }
    });
}

/// Two withdrawals from different properties narrow the same key, and neither may undo the other.
fn keys_are_locked_as_they_are_read(backend: Backend) {
    let world = world(backend);
    let credential = world.stored_credential(&world.stored_user("ana@one.example"));
    let key = world.api_key(&credential, PropertyLimit::Only(vec![world.id()]));
    world.keep(|repos| repos.api_keys().insert(&key));
    let store = SqlStore::open(&impatient(world.database.url())).unwrap();
    world.keep(|repos| {
        repos.api_keys().unrevoked_of_users(world.tenant, &[key.user])?;
        let second = keep(&store, |repos| {
            repos.api_keys().unrevoked_of_users(world.tenant, &[key.user])
        });
        assert!(matches!(second, Err(StoreError::Busy)), "{second:?}");
        Ok(())
    });
}
