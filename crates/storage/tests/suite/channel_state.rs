//! Tokens and budgets, as all processes share them.

use std::time::Duration;

use innkeeper_domain::{
    accounts::Urgency,
    ports::{
        BudgetScope, BudgetWindow, ChannelBudgets, ChannelToken, ChannelTokens, Grant, StoreError, TokenKey,
        Upkeep,
    },
    time::Timestamp,
};
use innkeeper_test_support::{Backend, on_each_backend};
use zeroize::Zeroizing;

use crate::{
    connected::after,
    races::crowd,
    world::{NOW, World, world},
};

on_each_backend!(
    tokens_come_back_and_move_forward_only,
    one_of_many_renews,
    tokens_open_in_their_place_only,
    windows_are_never_exceeded,
    a_fifth_is_kept_for_people,
    a_block_holds_for_everybody,
    what_is_over_is_cleared_away,
);

const KEY: TokenKey = TokenKey([9; 16]);

fn token(content: &str, version: u64, expires_at: Timestamp) -> ChannelToken {
    ChannelToken {
        content: Zeroizing::new(content.to_owned()),
        expires_at,
        version,
    }
}

fn loaded(world: &World) -> Option<(String, Timestamp, u64)> {
    let found = world.store.load(world.tenant, KEY).unwrap();
    found.map(|token| (token.content.to_string(), token.expires_at, token.version))
}

fn tokens_come_back_and_move_forward_only(backend: Backend) {
    let world = world(backend);
    let save = |content, version, at| {
        world
            .store
            .save(world.tenant, KEY, &token(content, version, at))
            .unwrap();
    };
    assert_eq!(loaded(&world), None);
    save("one", 1, after(60));
    assert_eq!(loaded(&world), Some(("one".to_owned(), after(60), 1)));
    save("two", 2, after(50));
    save("late", 1, after(90));
    save("same", 2, after(90));
    assert_eq!(loaded(&world), Some(("two".to_owned(), after(50), 2)));
    assert!(world.store.load(world.id(), KEY).unwrap().is_none());
    assert!(
        world
            .store
            .load(world.tenant, TokenKey([8; 16]))
            .unwrap()
            .is_none()
    );
}

fn one_of_many_renews(backend: Backend) {
    let world = world(backend);
    let begin = |now, until| world.store.begin_renewal(world.tenant, KEY, now, until).unwrap();
    // With no row yet, and with one.
    for round in 0..3 {
        let now = after(round * 1_000);
        let won = crowd(6, |_| begin(now, now + Duration::from_secs(30)));
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "round {round}");
        assert!(!begin(now + Duration::from_secs(29), after(99_999)));
    }
    assert_eq!(loaded(&world), None, "there is none while the first is made");
    let now = after(2_030);
    assert!(begin(now, after(2_060)), "who does not come back is replaced");
    world
        .store
        .save(world.tenant, KEY, &token("t", 1, after(9_000)))
        .unwrap();
    assert!(begin(now, after(2_060)), "a saved token ends the renewal");
    assert_eq!(loaded(&world).map(|(_, _, version)| version), Some(1));
}

fn tokens_open_in_their_place_only(backend: Backend) {
    let world = world(backend);
    world
        .store
        .save(world.tenant, KEY, &token("t", 1, after(60)))
        .unwrap();
    world.database.execute("UPDATE channel_tokens SET version = 2");
    let outcome = world.store.load(world.tenant, KEY);
    assert!(
        matches!(
            &outcome,
            Err(StoreError::Corrupt {
                table: "channel_tokens",
                ..
            })
        ),
        "{outcome:?}"
    );
}

fn scope(key: &str) -> BudgetScope {
    BudgetScope {
        channel: "hostaway".parse().unwrap(),
        key: key.to_owned(),
    }
}

const fn window(units: u32, seconds: u64) -> BudgetWindow {
    BudgetWindow {
        units,
        span: Duration::from_secs(seconds),
    }
}

fn take(world: &World, key: &str, windows: &[BudgetWindow], wanted: u32, now: Timestamp) -> Grant {
    world
        .store
        .take(&scope(key), windows, wanted, Urgency::Person, now)
        .unwrap()
}

const fn calls(units: u32, until: Timestamp) -> Grant {
    Grant::Calls { units, until }
}

fn windows_are_never_exceeded(backend: Backend) {
    let world = world(backend);
    let windows = [window(20, 10), window(50, 60)];
    // In a crowd all the units of a window are granted, and not one more.
    let granted: u32 = crowd(6, |_| {
        let mut mine = 0;
        while let Grant::Calls { units, .. } = take(&world, "crowd", &windows, 3, NOW) {
            mine += units;
        }
        mine
    })
    .into_iter()
    .sum();
    assert_eq!(granted, 20);
    assert_eq!(
        take(&world, "crowd", &windows, 3, after(9)),
        Grant::NotBefore(after(10))
    );
    assert_eq!(
        take(&world, "crowd", &windows, 99, after(10)),
        calls(20, after(15))
    );
    assert_eq!(
        take(&world, "crowd", &windows, 99, after(20)),
        calls(10, after(25))
    );
    assert_eq!(
        take(&world, "crowd", &windows, 1, after(58)),
        Grant::NotBefore(after(60))
    );
    assert_eq!(take(&world, "crowd", &windows, 0, after(60)), calls(1, after(65)));
    assert_eq!(
        take(&world, "crowd", &windows, 5, after(68)),
        calls(5, after(70)),
        "until its end"
    );
    assert_eq!(take(&world, "other", &windows, 5, NOW), calls(5, after(5)));
    assert_eq!(take(&world, "none", &[], 7, NOW), calls(7, after(5)));
    assert_eq!(world.count("channel_budgets", ""), "2");
}

fn a_fifth_is_kept_for_people(backend: Backend) {
    let world = world(backend);
    let background = |wanted| {
        world
            .store
            .take(&scope("k"), &[window(10, 60)], wanted, Urgency::Background, NOW)
            .unwrap()
    };
    assert_eq!(background(99), calls(8, after(5)));
    assert_eq!(background(1), Grant::NotBefore(after(60)));
    assert_eq!(take(&world, "k", &[window(10, 60)], 99, NOW), calls(2, after(5)));
    assert_eq!(
        take(&world, "k", &[window(10, 60)], 1, NOW),
        Grant::NotBefore(after(60))
    );
}

fn a_block_holds_for_everybody(backend: Backend) {
    let world = world(backend);
    let windows = [window(10, 60)];
    for until in [30, 50, 20] {
        world.store.block(&scope("k"), after(until)).unwrap();
    }
    assert_eq!(
        take(&world, "k", &windows, 1, after(49)),
        Grant::NotBefore(after(50))
    );
    assert_eq!(take(&world, "k", &[], 1, after(49)), Grant::NotBefore(after(50)));
    assert_eq!(take(&world, "k", &windows, 1, after(50)), calls(1, after(55)));
    world.store.block(&scope("k"), after(70)).unwrap();
    assert_eq!(
        take(&world, "k", &windows, 1, after(60)),
        Grant::NotBefore(after(70))
    );
    assert_eq!(
        take(&world, "k", &windows, 99, after(70)),
        calls(9, after(75)),
        "what was used stays used"
    );
    assert_eq!(take(&world, "j", &windows, 1, NOW), calls(1, after(5)));
}

fn what_is_over_is_cleared_away(backend: Backend) {
    let world = world(backend);
    let store = &world.store;
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    for n in 1..=4_u8 {
        let key = TokenKey([n; 16]);
        let token = token("t", 1, after(u64::from(n)));
        store.save(world.tenant, key, &token).unwrap();
        take(&world, &format!("k{n}"), &[window(9, u64::from(n))], 1, NOW);
    }
    store
        .begin_renewal(world.tenant, TokenKey([1; 16]), NOW, after(100))
        .unwrap();
    assert_eq!(store.purge_channel_tokens(after(4), 1).unwrap(), 1);
    assert_eq!(
        store.purge_channel_tokens(after(4), 10).unwrap(),
        1,
        "one is being renewed"
    );
    assert_eq!(store.purge_channel_tokens(after(200), 10).unwrap(), 2);
    assert_eq!(store.purge_budgets(after(3), 10).unwrap(), 2);
    assert_eq!(store.purge_budgets(after(9), 1).unwrap(), 1);
    assert_eq!(world.count("channel_budgets", "scope = 'k4'"), "1");

    let delete = innkeeper_domain::sync::Command::Delete;
    let mut live = connected.account.clone();
    (live.id, live.channel_id) = (world.id(), "live".to_owned());
    let run = world.id();
    world.keep(|repos| {
        repos.accounts().insert(&live)?;
        let queued = innkeeper_domain::sync::RunChange::Queued {
            run,
            kind: innkeeper_domain::sync::RunKind::Scheduled,
            threshold: None,
            requested_at: NOW,
        };
        repos.runs().apply(world.tenant, live.id, &[queued], None)
    });
    world.command(connected.key(), &delete, after(5)).unwrap();
    assert_eq!(store.purge_runs(after(5), 10).unwrap(), 0);
    assert_eq!(store.purge_runs(after(6), 10).unwrap(), 1);
    assert_eq!(world.count("sync_runs", "ended_at IS NULL"), "1");
}
