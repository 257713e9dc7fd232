//! The queue, as workers look at it, and its clock.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFault, Health, HealthState},
    ids::{TenantId, WorkerId},
    ports::{PickOrder, RunQueue, SlotKey},
    sync::{Command, Lane, Pending, Place, RunKind, Slot, WaitReason, decide},
    time::Timestamp,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    connected::after,
    world::{NOW, World, open, world},
};

on_each_backend!(
    tenants_take_turns,
    people_come_first_or_the_oldest_does,
    channels_can_be_left_out,
    looking_costs_one_statement,
    what_is_due_is_found,
    what_is_idle_is_found,
    what_others_hold_is_found,
    workers_are_known_while_they_report,
    the_clock_does_not_go_back,
);

/// A slot with a pending run that was asked for at `at`.
fn queued(world: &World, tenant: TenantId, kind: RunKind, at: Timestamp) -> Slot {
    Slot {
        tenant,
        account: world.id(),
        lane: Lane::Main,
        generation: 1,
        pending: Some(Pending {
            run: world.id(),
            kind,
            threshold: None,
            raised: false,
            requested_at: at,
            first_requested_at: at,
            not_before: None,
        }),
        started: None,
    }
}

fn store(world: &World, slot: &Slot, channel: &str) -> SlotKey {
    let channel = channel.parse().unwrap();
    world.keep(|repos| repos.slots().insert(slot, &channel, NOW));
    key(slot)
}

fn key(slot: &Slot) -> SlotKey {
    SlotKey {
        tenant: slot.tenant,
        account: slot.account,
    }
}

/// The same slot, taken by a worker.
fn taken(world: &World, slot: &Slot, worker: WorkerId) -> Slot {
    let claim = Command::Claim {
        claim: world.id(),
        worker,
    };
    decide(Some(slot), &claim, NOW).unwrap().slot.unwrap()
}

fn add(world: &World, tenant: TenantId, kind: RunKind, seconds: u64) -> SlotKey {
    store(
        world,
        &queued(world, tenant, kind, NOW - Duration::from_secs(seconds)),
        "hostaway",
    )
}

fn ready(world: &World, order: PickOrder, limit: u32) -> Vec<SlotKey> {
    world.store.ready(order, &[], limit).unwrap()
}

fn tenants_take_turns(backend: Backend) {
    let world = world(backend);
    let tenants: [TenantId; 3] = [world.tenant, world.id(), world.id()];
    let noisy: Vec<_> = (0..9)
        .map(|n| add(&world, tenants[0], RunKind::Refresh, 900 - n))
        .collect();
    let quiet = add(&world, tenants[1], RunKind::Refresh, 10);
    for order in [PickOrder::PeopleFirst, PickOrder::OldestFirst] {
        assert_eq!(ready(&world, order, 1), [noisy[0]]);
        assert_eq!(ready(&world, order, 3), [noisy[0], quiet, noisy[1]]);
        assert_eq!(ready(&world, order, 20).len(), 10);
    }
    // Who has a run already stands behind who has none.
    let running = queued(&world, tenants[0], RunKind::Refresh, NOW);
    store(&world, &taken(&world, &running, world.id()), "hostaway");
    assert_eq!(ready(&world, PickOrder::PeopleFirst, 2), [quiet, noisy[0]]);
    let third = add(&world, tenants[2], RunKind::Refresh, 5);
    assert_eq!(ready(&world, PickOrder::PeopleFirst, 3), [quiet, third, noisy[0]]);
}

fn people_come_first_or_the_oldest_does(backend: Backend) {
    let world = world(backend);
    let day = 86_400;
    let old = add(&world, world.tenant, RunKind::Scheduled, day);
    let young = add(&world, world.tenant, RunKind::Scheduled, 10);
    let import = add(&world, world.tenant, RunKind::InitialImport, 10);
    let asked = add(&world, world.tenant, RunKind::Refresh, 1);
    assert_eq!(
        ready(&world, PickOrder::PeopleFirst, 9),
        [asked, old, import, young]
    );
    assert_eq!(ready(&world, PickOrder::PeopleFirst, 2), [asked, old]);
    assert_eq!(
        ready(&world, PickOrder::OldestFirst, 9),
        [old, asked, import, young]
    );
    assert!(ready(&world, PickOrder::OldestFirst, 0).is_empty());
}

fn channels_can_be_left_out(backend: Backend) {
    let world = world(backend);
    let [one, two] = ["hostaway", "beds24"].map(|channel| {
        let slot = queued(&world, world.tenant, RunKind::Refresh, NOW);
        store(&world, &slot, channel)
    });
    let ready = |except: &[&str]| {
        let except: Vec<_> = except.iter().map(|slug| slug.parse().unwrap()).collect();
        let mut found = world.store.ready(PickOrder::PeopleFirst, &except, 9).unwrap();
        found.sort();
        found
    };
    assert_eq!(ready(&[]), [one, two]);
    assert_eq!(ready(&["beds24"]), [one]);
    assert_eq!(ready(&["hostaway", "beds24", "other"]), []);
}

fn looking_costs_one_statement(backend: Backend) {
    let world = world(backend);
    for filled in [false, true] {
        for order in [PickOrder::PeopleFirst, PickOrder::OldestFirst] {
            let before = world.store.statements();
            assert_eq!(ready(&world, order, 4).len(), usize::from(filled));
            assert_eq!(world.store.statements() - before, 1);
        }
        if !filled {
            add(&world, world.tenant, RunKind::Refresh, 1);
        }
    }
}

fn what_is_due_is_found(backend: Backend) {
    let world = world(backend);
    let waits = |seconds: u64| {
        let slot = queued(&world, world.tenant, RunKind::Refresh, NOW);
        let mut slot = taken(&world, &slot, world.id());
        slot.started.as_mut().unwrap().place = Place::Waiting {
            reason: WaitReason::Backoff,
            until: after(seconds),
        };
        store(&world, &slot, "hostaway")
    };
    let (second, first, third) = (waits(20), waits(10), waits(30));
    let leased = queued(&world, world.id(), RunKind::Refresh, NOW);
    let leased = store(&world, &taken(&world, &leased, world.id()), "hostaway");
    add(&world, world.tenant, RunKind::Refresh, 9);
    let due = |seconds, limit| world.store.due(after(seconds), limit).unwrap();
    assert_eq!(due(9, 9), []);
    assert_eq!(due(20, 9), [first, second]);
    assert_eq!(due(59, 2), [first, second]);
    assert_eq!(due(60, 9), [first, second, third, leased], "the lease has passed");
}

fn what_is_idle_is_found(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let idle = |id: &str, since: u64, state: HealthState| {
        let mut account = world.account(user.id, id);
        let fault = (!state.is_valid()).then_some(ChannelFault::InvalidCredentials);
        account.health = Health {
            state,
            fault,
            since: NOW,
        };
        let mut slot = queued(&world, world.tenant, RunKind::Refresh, NOW);
        (slot.account, slot.pending) = (account.id, None);
        world.keep(|repos| {
            repos.accounts().insert(&account)?;
            repos.slots().insert(&slot, &account.channel, after(since))
        });
        key(&slot)
    };
    let late = idle("a", 20, HealthState::Degraded);
    let early = idle("b", 10, HealthState::Healthy);
    idle("c", 1, HealthState::NeedsReauth);
    idle("d", 99, HealthState::Healthy);
    add(&world, world.tenant, RunKind::Refresh, 9);
    let found = |before, limit| world.store.idle(after(before), limit).unwrap();
    assert_eq!(found(10, 9), []);
    assert_eq!(found(21, 9), [early, late]);
    assert_eq!(found(21, 1), [early]);
}

fn what_others_hold_is_found(backend: Backend) {
    let world = world(backend);
    let (mine, other): (WorkerId, WorkerId) = (world.id(), world.id());
    let hold = |worker| {
        let slot = queued(&world, world.tenant, RunKind::Refresh, NOW);
        store(&world, &taken(&world, &slot, worker), "hostaway")
    };
    hold(mine);
    let theirs = hold(other);
    add(&world, world.tenant, RunKind::Refresh, 9);
    assert_eq!(world.store.held(mine, 9).unwrap(), [theirs]);
    assert_eq!(world.store.held(world.id(), 9).unwrap().len(), 2);
    assert_eq!(world.store.held(world.id(), 1).unwrap().len(), 1);
}

fn workers_are_known_while_they_report(backend: Backend) {
    let world = world(backend);
    let (one, two): (WorkerId, WorkerId) = (world.id(), world.id());
    let report = |worker, now: u64, forget: u64| {
        world
            .store
            .report(worker, "host", after(now), after(forget))
            .unwrap();
    };
    let row = |condition: String| world.count("workers", &condition);
    report(one, 1, 0);
    report(two, 2, 0);
    report(one, 5, 0);
    let times = format!(
        "id = {} AND started_at = {} AND seen_at = {}",
        world.sql(one),
        after(1).as_micros(),
        after(5).as_micros()
    );
    assert_eq!((row(times), row(String::new())), ("1".to_owned(), "2".to_owned()));
    report(one, 9, 3);
    assert_eq!(row(String::new()), "1", "who is not heard of is forgotten");
    world.store.leave(one).unwrap();
    assert_eq!(row(String::new()), "0");
}

fn the_clock_does_not_go_back(backend: Backend) {
    let world = world(backend);
    let first = world.store.now().unwrap();
    assert!(first > NOW);
    let mut last = first;
    for _ in 0..50 {
        let now = world.store.now().unwrap();
        assert!(now >= last);
        last = now;
    }
    if backend == Backend::Postgres {
        return;
    }
    assert_eq!(
        world.database.scalar("SELECT at FROM clock_floor"),
        first.as_micros().to_string()
    );
    // As if the machine's clock had been set back by an hour before the next start.
    let floor = first + Duration::from_hours(1);
    world
        .database
        .execute(&format!("UPDATE clock_floor SET at = {}", floor.as_micros()));
    let again = open(world.database.url());
    let (one, two) = (again.now().unwrap(), again.now().unwrap());
    assert!(one >= floor && two >= one, "{one} {two}");
    assert!(two < floor + Duration::from_mins(1));
    let before = again.statements();
    again.now().unwrap();
    assert_eq!(
        again.statements(),
        before,
        "nothing is asked of the database each time"
    );
}
