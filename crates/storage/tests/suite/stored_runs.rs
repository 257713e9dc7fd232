//! Runs, from being asked for to their end, and what is told of them.

use innkeeper_domain::{
    access::{Permission, Subject},
    accounts::ChannelFault,
    ids::RunId,
    imports::{Counts, FailedItem, Item, ItemState, Run},
    ports::{PageRequest, Queries},
    sync::{Command, Outcome, RunChange, RunKind, RunState, Threshold, WaitReason},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    connected::{Connected, after},
    world::{NOW, World, world},
};

on_each_backend!(
    a_run_is_told_at_every_turn,
    whoever_asked_is_remembered,
    an_end_is_an_end,
    what_could_not_be_imported_is_told,
    what_has_no_item_is_noted_once_and_told_first,
    the_newest_runs_come_first,
);

fn one(world: &World, connected: &Connected, id: RunId) -> (Run, Vec<FailedItem>) {
    let (tenant, account) = connected.key();
    world.store.run(tenant, account, id).unwrap().unwrap()
}

fn stored(world: &World) -> Connected {
    let user = world.stored_user("a@one.example");
    world.stored_connected(&user, "acc")
}

fn apply(world: &World, connected: &Connected, change: RunChange, by: Option<Subject>) {
    let (tenant, account) = connected.key();
    world.keep(|repos| repos.runs().apply(tenant, account, &[change], by));
}

fn queued(run: RunId, threshold: Option<Threshold>) -> RunChange {
    RunChange::Queued {
        run,
        kind: RunKind::Refresh,
        threshold,
        requested_at: after(1),
    }
}

fn a_run_is_told_at_every_turn(backend: Backend) {
    let world = world(backend);
    let connected = stored(&world);
    let run = world.id();
    let start = Run {
        tenant: world.tenant,
        id: run,
        account: connected.account.id,
        kind: RunKind::Refresh,
        state: RunState::Queued,
        waiting: None,
        threshold: Threshold::from_minutes(7),
        requested_by: None,
        requested_at: after(1),
        started_at: None,
        ended_at: None,
        superseded_by: None,
        attempts: 0,
        rescues: 0,
        fault: None,
        counts: Counts::default(),
    };
    let running = Run {
        state: RunState::Running,
        started_at: Some(after(2)),
        attempts: 1,
        ..start.clone()
    };
    let waiting = Run {
        state: RunState::Waiting,
        waiting: Some(WaitReason::Crash),
        rescues: 1,
        ..running.clone()
    };
    let failed = Run {
        state: RunState::Failed,
        waiting: None,
        attempts: 2,
        rescues: 3,
        fault: Some(ChannelFault::Crashed),
        ended_at: Some(after(9)),
        ..waiting.clone()
    };
    let steps = [
        (queued(run, Threshold::from_minutes(7)), start),
        (
            RunChange::Running {
                run,
                started_at: after(2),
                cutoff: None,
                attempt: 1,
            },
            running,
        ),
        (
            RunChange::Waiting {
                run,
                reason: WaitReason::Crash,
                rescues: 1,
            },
            waiting,
        ),
        (
            RunChange::Ended {
                run,
                outcome: Outcome::Failed(ChannelFault::Crashed),
                at: after(9),
                started_at: after(2),
                attempt: 2,
                rescues: 3,
            },
            failed,
        ),
    ];
    for (change, expected) in steps {
        apply(&world, &connected, change, None);
        assert_eq!(one(&world, &connected, run), (expected, Vec::new()));
    }
}

fn whoever_asked_is_remembered(backend: Backend) {
    let world = world(backend);
    let connected = stored(&world);
    let user = Subject::User {
        user: world.id(),
        credential: world.id(),
        permission: Permission::Edit,
    };
    let subjects = [
        None,
        Some(Subject::Operator),
        Some(Subject::Application(world.id())),
        Some(user),
    ];
    for subject in subjects {
        let run = world.id();
        apply(&world, &connected, queued(run, None), subject);
        assert_eq!(one(&world, &connected, run).0.requested_by, subject);
    }
}

fn an_end_is_an_end(backend: Backend) {
    let world = world(backend);
    let connected = stored(&world);
    let (run, later) = (world.id(), world.id());
    apply(&world, &connected, queued(run, None), None);
    apply(&world, &connected, queued(later, None), None);
    let at = after(3);
    apply(
        &world,
        &connected,
        RunChange::Superseded { run, by: later, at },
        None,
    );
    let told = one(&world, &connected, run).0;
    assert_eq!(
        (told.state, told.superseded_by, told.ended_at),
        (RunState::Superseded, Some(later), Some(at))
    );
    let ended = RunChange::Ended {
        run,
        outcome: Outcome::Succeeded,
        at: after(4),
        started_at: NOW,
        attempt: 1,
        rescues: 0,
    };
    apply(
        &world,
        &connected,
        RunChange::Cancelled { run, at: after(4) },
        None,
    );
    apply(&world, &connected, ended, None);
    assert_eq!(one(&world, &connected, run).0, told);
    apply(&world, &connected, RunChange::Cancelled { run: later, at }, None);
    assert_eq!(one(&world, &connected, later).0.state, RunState::Cancelled);
    let (tenant, account) = connected.key();
    assert!(world.store.run(tenant, world.id(), run).unwrap().is_none());
    assert!(world.store.run(world.id(), account, run).unwrap().is_none());
}

fn what_could_not_be_imported_is_told(backend: Backend) {
    let world = world(backend);
    let connected = stored(&world);
    let (tenant, account) = connected.key();
    let (run, claim) = (connected.run, world.id());
    let worker = world.id();
    world
        .command((tenant, account), &Command::Claim { claim, worker }, after(1))
        .unwrap();
    let mut checkpoint = connected.checkpoint.clone();
    checkpoint.counts.listings_failed = 2;
    let faults = [ChannelFault::BadResponse, ChannelFault::Unsupported];
    let failed: Vec<_> = connected.listings.iter().zip(faults).collect();
    world.keep(|repos| {
        for (listing, fault) in &failed {
            let item = Item {
                listing: listing.id,
                state: ItemState::Failed(*fault),
            };
            repos.imports().end_item(tenant, account, run, item, after(2))?;
        }
        repos.imports().save_checkpoint(&checkpoint)
    });
    let expected: Vec<_> = failed
        .iter()
        .map(|(listing, fault)| FailedItem {
            listing: Some(listing.id),
            channel_listing_id: Some(listing.record.channel_listing_id.clone()),
            fault: *fault,
        })
        .collect();
    let (told, items) = one(&world, &connected, run);
    assert_eq!((told.counts, &items), (checkpoint.counts, &expected), "so far");
    let finish = Command::Finish {
        claim,
        outcome: Outcome::PartiallySucceeded,
    };
    world.keep(|repos| repos.runs().keep_counts(tenant, run, &checkpoint.counts));
    world.command((tenant, account), &finish, after(3)).unwrap();
    world.keep(|repos| repos.imports().forget_progress(tenant, run));
    let (told, items) = one(&world, &connected, run);
    assert_eq!(
        (told.counts, &items),
        (checkpoint.counts, &expected),
        "afterwards"
    );
    assert_eq!(told.state, RunState::PartiallySucceeded);
}

fn what_has_no_item_is_noted_once_and_told_first(backend: Backend) {
    let world = world(backend);
    let connected = stored(&world);
    let ((tenant, account), run) = (connected.key(), connected.run);
    let unknown = |id: Option<&str>| FailedItem {
        listing: None,
        channel_listing_id: id.map(str::to_owned),
        fault: ChannelFault::BadResponse,
    };
    let note = |items: &[FailedItem]| world.keep(|repos| repos.runs().note_failed(tenant, run, items));
    let noted = || world.keep(|repos| repos.runs().noted(tenant, run));
    assert_eq!(noted(), []);
    assert_eq!(note(&[unknown(Some("é")), unknown(None), unknown(Some("é"))]), 2);
    assert_eq!(
        note(&[unknown(Some("é")), unknown(None), unknown(Some("f"))]),
        2,
        "who has no name cannot be recognised"
    );
    let mut expected = vec![
        unknown(Some("é")),
        unknown(None),
        unknown(None),
        unknown(Some("f")),
    ];
    assert_eq!(noted(), expected);
    let item = Item {
        listing: connected.listings[0].id,
        state: ItemState::Failed(ChannelFault::Unsupported),
    };
    let mut checkpoint = connected.checkpoint.clone();
    checkpoint.counts.listings_failed = 5;
    world.keep(|repos| {
        repos.imports().end_item(tenant, account, run, item, after(2))?;
        repos.imports().save_checkpoint(&checkpoint)
    });
    expected.push(FailedItem {
        listing: Some(connected.listings[0].id),
        channel_listing_id: Some("L0".to_owned()),
        fault: ChannelFault::Unsupported,
    });
    assert_eq!(one(&world, &connected, run).1, expected, "so far");
    world.keep(|repos| repos.runs().keep_counts(tenant, run, &checkpoint.counts));
    world
        .command((tenant, account), &Command::Delete, after(3))
        .unwrap();
    world.keep(|repos| repos.imports().forget_progress(tenant, run));
    assert_eq!(one(&world, &connected, run).1, expected, "afterwards");

    let many: Vec<_> = (0..150).map(|n| unknown(Some(&n.to_string()))).collect();
    assert_eq!(note(&many), 150);
    assert_eq!(noted().len(), 100, "a list of bounded length");
    let elsewhere = world.keep(|repos| repos.runs().noted(world.id(), run));
    assert_eq!(elsewhere, []);
}

fn the_newest_runs_come_first(backend: Backend) {
    let world = world(backend);
    let connected = stored(&world);
    let (tenant, account) = connected.key();
    let runs: Vec<RunId> = (0..3).map(|_| world.id()).collect();
    for run in &runs {
        apply(&world, &connected, queued(*run, None), None);
    }
    let list = |number| {
        let page = PageRequest::new(number, 2).unwrap();
        let found = world.store.runs(tenant, account, page).unwrap();
        let ids: Vec<_> = found.items.iter().map(|run| run.id).collect();
        (ids, found.total.count())
    };
    assert_eq!(list(1), (vec![runs[2], runs[1]], 4));
    assert_eq!(list(2), (vec![runs[0], connected.run], 4));
    let first = &world
        .store
        .runs(tenant, account, PageRequest::first(9))
        .unwrap()
        .items[3];
    assert_eq!(first.counts, connected.checkpoint.counts);
}
