//! Workers, refreshes and deletions that meet at one slot: whoever comes first, nothing is done twice, and nothing is
//! written for an account that is gone.

use std::sync::mpsc;

use innkeeper_domain::{
    ids::ClaimId,
    ports::{UnitOfWork, Verdict},
    sync::{Answer, Command, IfRunning, Refresh, Refusal, Slot, Threshold, decide, lease::LEASE},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    connected::{Connected, after, store_step},
    races::{ROUNDS, at_once, crowd},
    world::{World, keep, world},
};

on_each_backend!(
    two_workers_race_for_one_slot,
    a_refresh_races_a_claim,
    a_deletion_races_a_page,
    a_slot_that_somebody_has_is_passed_over,
);

/// As many accounts as there are rounds, each about to be imported first.
fn accounts(world: &World) -> Vec<Connected> {
    let user = world.stored_user("a@one.example");
    (0..ROUNDS)
        .map(|n| world.stored_connected(&user, &format!("acc-{n}")))
        .collect()
}

/// Takes the run as a worker does: passing over a slot that somebody has.
fn claim(world: &World, connected: &Connected, claim: ClaimId) -> bool {
    let (tenant, account) = connected.key();
    let command = Command::Claim {
        claim,
        worker: world.id(),
    };
    let taken = keep(&world.store, |repos| {
        let Some(slot) = repos.slots().lock_if_free(tenant, account)? else {
            return Ok(false);
        };
        let Ok(step) = decide(Some(&slot), &command, after(1)) else {
            return Ok(false);
        };
        store_step(repos, (tenant, account), true, &step, after(1))?;
        Ok(true)
    });
    taken.unwrap()
}

fn locked(world: &World, connected: &Connected) -> Option<Slot> {
    let (tenant, account) = connected.key();
    world.keep(|repos| repos.slots().lock(tenant, account))
}

fn two_workers_race_for_one_slot(backend: Backend) {
    let world = world(backend);
    for connected in accounts(&world) {
        let claims: Vec<ClaimId> = (0..4).map(|_| world.id()).collect();
        let won = crowd(4, |n| claim(&world, &connected, claims[n]));
        let winners: Vec<_> = claims.iter().zip(&won).filter(|(_, won)| **won).collect();
        assert_eq!(winners.len(), 1, "{won:?}");
        let started = locked(&world, &connected).unwrap().started.unwrap();
        assert_eq!(started.claim().unwrap().id, *winners[0].0);
        assert_eq!(started.attempt, 1);
    }
    assert_eq!(world.count("sync_runs", "state = 'running'"), ROUNDS.to_string());
}

fn a_refresh_races_a_claim(backend: Backend) {
    let world = world(backend);
    for connected in accounts(&world) {
        let (tenant, account) = connected.key();
        let of_account = |state: &str| format!("state = '{state}' AND account_id = {}", world.sql(account));
        // A scheduled run is pending, which a refresh replaces.
        let mut slot = connected.slot;
        let pending = slot.pending.as_mut().unwrap();
        pending.kind = innkeeper_domain::sync::RunKind::Scheduled;
        world.keep(|repos| repos.slots().update(&slot, after(0)));
        let (run, mine) = (world.id(), world.id());
        let refresh = Command::Refresh(Refresh {
            run,
            threshold: Threshold::DEFAULT,
            if_running: IfRunning::Refuse,
            not_before: None,
        });
        let (answer, is_mine) = at_once(
            || world.command((tenant, account), &refresh, after(1)),
            || claim(&world, &connected, mine),
        );
        let slot = locked(&world, &connected).unwrap();
        match answer.map(|step| step.answer) {
            Ok(Answer::Accepted { run: accepted, .. }) => {
                assert_eq!(accepted, run);
                let next = slot.started.map(|started| started.run);
                assert_eq!(
                    next,
                    is_mine.then_some(run),
                    "the claim took what had replaced the other"
                );
                assert_eq!(world.count("sync_runs", &of_account("superseded")), "1");
            }
            Err(Refusal::InProgress { run: started, .. }) => {
                assert!(is_mine);
                assert_eq!((started, slot.pending), (connected.run, None));
                assert_eq!(world.count("sync_runs", &of_account("superseded")), "0");
            }
            other => panic!("{other:?}"),
        }
        let live = u32::from(slot.pending.is_some()) + u32::from(slot.started.is_some());
        let rows = format!("ended_at IS NULL AND account_id = {}", world.sql(account));
        assert_eq!((live, world.count("sync_runs", &rows)), (1, "1".to_owned()));
    }
}

fn a_deletion_races_a_page(backend: Backend) {
    let world = world(backend);
    for connected in accounts(&world) {
        let (tenant, account) = connected.key();
        let mine = world.id();
        assert!(claim(&world, &connected, mine));
        let page = |key: &str| {
            let booking = world.reservation(&connected.account, key);
            let mut is_kept = false;
            let outcome = UnitOfWork::run(&world.store, "page", &mut |repos| {
                let now = after(2);
                let held = repos
                    .slots()
                    .fence(tenant, account, connected.run, mine, now, now + LEASE);
                if held.is_err() {
                    return Verdict::Discard;
                }
                is_kept = held.unwrap_or(false);
                let mut write = || repos.imports().put_reservations(std::slice::from_ref(&booking));
                if is_kept && write().is_ok() {
                    Verdict::Keep
                } else {
                    Verdict::Discard
                }
            });
            outcome.unwrap();
            is_kept
        };
        let (is_kept, deleted) = at_once(
            || page("racing"),
            || world.command((tenant, account), &Command::Delete, after(2)),
        );
        assert_eq!(deleted.unwrap().answer, Answer::Deleted);
        assert!(
            !page("afterwards"),
            "nothing is written for an account that is gone"
        );
        let of = |key: &str| {
            format!(
                "channel_reservation_id = '{key}' AND account_id = {}",
                world.sql(account)
            )
        };
        assert_eq!(
            world.count("reservations", &of("racing")),
            u8::from(is_kept).to_string()
        );
        assert_eq!(world.count("reservations", &of("afterwards")), "0");
    }
}

fn a_slot_that_somebody_has_is_passed_over(backend: Backend) {
    let world = world(backend);
    let connected = &accounts(&world)[0];
    let (tenant, account) = connected.key();
    let found = || world.keep(|repos| repos.slots().lock_if_free(tenant, account));
    assert_eq!(found(), Some(connected.slot));
    assert_eq!(
        world.keep(|repos| repos.slots().lock_if_free(tenant, world.id())),
        None
    );
    // SQLite lets nobody else in meanwhile.
    if backend == Backend::Sqlite {
        return;
    }
    let (held, is_held) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let released = released;
            let held = held;
            keep(&world.store, |repos| {
                repos.slots().lock(tenant, account)?;
                held.send(()).unwrap();
                assert!(released.recv().is_err());
                Ok(())
            })
            .unwrap();
        });
        is_held.recv().unwrap();
        assert_eq!(found(), None);
        drop(release);
    });
    assert_eq!(found(), Some(connected.slot));
}
