//! Accounts come back as they were stored.

use innkeeper_domain::{
    accounts::{
        Account, AccountState, ChannelFault, CredentialValue, Credentials, Health, HealthState,
        ImportHistory, ListingCounts, ListingStatus, TokenKey,
    },
    people::UserState,
    ports::{ChannelToken, ChannelTokens as _, PageRequest, Queries, StoreError},
    sync::{LastFailure, Outcome, Past},
    values::Label,
};
use innkeeper_test_support::{Backend, on_each_backend};
use zeroize::Zeroizing;

use crate::{
    connected::{TOKEN, after, secrets},
    world::{NOW, World, keep, world},
};

on_each_backend!(
    accounts_come_back_as_they_were,
    an_identity_is_taken_once,
    an_update_leaves_identity_and_counts,
    counts_move_by_what_came_and_went,
    credentials_come_back_and_are_destroyed,
    credentials_open_for_their_generation_only,
    tokens_that_two_accounts_share_go_with_the_last,
    users_stand_by_their_listings,
    an_account_is_shown_with_what_is_under_way,
);

fn found(world: &World, account: &Account) -> Account {
    world
        .keep(|repos| repos.accounts().find(account.tenant, account.id))
        .unwrap()
}

fn accounts_come_back_as_they_were(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let outcomes = [None, Some(Outcome::Succeeded), Some(Outcome::PartiallySucceeded)];
    let failed = ChannelFault::ALL.map(|fault| Some(Outcome::Failed(fault)));
    for (n, last_outcome) in (0_u64..).zip(outcomes.into_iter().chain(failed)) {
        let mut account = world.account(user.id, &format!("acc-{n}"));
        let state = HealthState::ALL[usize::try_from(n).unwrap() % HealthState::ALL.len()];
        let fault = last_outcome.and_then(Outcome::fault);
        account.health = Health {
            state,
            fault,
            since: after(n),
        };
        account.imports = ImportHistory {
            past: Past {
                last_success_at: (n % 2 == 0).then(|| after(n)),
                data_as_of: (n % 3 == 0).then(|| after(n + 1)),
                last_outcome,
                last_failure: fault.map(|fault| LastFailure { fault, at: after(n) }),
            },
            listings_ready_at: (n % 2 == 1).then(|| after(n + 2)),
            reservations_ready_at: (n % 3 == 1).then(|| after(n + 3)),
        };
        if n % 4 == 3 {
            account.state = AccountState::Deleted { at: after(n) };
            (account.channel_display_id, account.email) = (None, None);
        }
        account.listings = ListingCounts {
            all: 9,
            enabled: 2,
            ever_enabled: true,
        };
        account.generation = u32::MAX;
        world.keep(|repos| repos.accounts().insert(&account));
        assert_eq!(found(&world, &account), account);
        let locked = world.keep(|repos| repos.accounts().lock(account.tenant, account.id));
        assert_eq!(locked.as_ref(), Some(&account));
        let by_identity = world.keep(|repos| {
            let id = &account.channel_id;
            repos
                .accounts()
                .by_identity(account.tenant, user.id, &account.channel, id)
        });
        assert_eq!(by_identity, Some(account));
    }
    let live = world.keep(|repos| repos.accounts().of_user(world.tenant, user.id));
    assert_eq!(live.len(), 12, "those that are deleted are left out");
    assert!(live.is_sorted_by_key(|account| (account.created_at, account.id)));
}

fn an_identity_is_taken_once(backend: Backend) {
    let world = world(backend);
    let (user, other) = (
        world.stored_user("a@one.example"),
        world.stored_user("b@one.example"),
    );
    let account = world.stored_account(user.id, "acc");
    let again = world.account(user.id, "acc");
    let outcome = keep(&world.store, |repos| repos.accounts().insert(&again));
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    world.stored_account(other.id, "acc");
    world.stored_account(user.id, "acc-2");
    let mut elsewhere = world.account(user.id, "acc");
    elsewhere.channel = "beds24".parse().unwrap();
    world.keep(|repos| repos.accounts().insert(&elsewhere));
    let mut deleted = account.clone();
    deleted.state = AccountState::Deleted { at: after(1) };
    world.keep(|repos| repos.accounts().update(&deleted));
    let outcome = keep(&world.store, |repos| repos.accounts().insert(&again));
    assert!(
        matches!(outcome, Err(StoreError::Conflict)),
        "a tombstone keeps it"
    );
}

fn an_update_leaves_identity_and_counts(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let account = world.stored_account(user.id, "acc");
    world.keep(|repos| repos.accounts().count_listings(world.tenant, account.id, 5, 3));
    let mut changed = account.clone();
    changed.label = Label::parse("Changed").unwrap();
    changed.email = None;
    changed.generation = 2;
    changed.updated_at = after(9);
    (changed.channel_id, changed.created_at) = ("other".to_owned(), after(5));
    world.keep(|repos| repos.accounts().update(&changed));
    let expected = Account {
        channel_id: "acc".to_owned(),
        created_at: NOW,
        listings: ListingCounts {
            all: 5,
            enabled: 3,
            ever_enabled: true,
        },
        ..changed
    };
    assert_eq!(found(&world, &account), expected);
}

fn counts_move_by_what_came_and_went(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let account = world.stored_account(user.id, "acc");
    for (new, change, all, enabled, ever) in [
        (0, 0, 0, 0, false),
        (2, 0, 2, 0, false),
        (1, 2, 3, 2, true),
        (0, -2, 3, 0, true),
    ] {
        world.keep(|repos| {
            repos
                .accounts()
                .count_listings(world.tenant, account.id, new, change)
        });
        let expected = ListingCounts {
            all,
            enabled,
            ever_enabled: ever,
        };
        assert_eq!(found(&world, &account).listings, expected);
    }
}

fn credentials_come_back_and_are_destroyed(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let account = world.stored_account(user.id, "acc");
    let mut credentials = secrets(&[("key", "quote \" and é and \u{1f511}"), ("empty", "")]);
    let list = ["https://one.example/a.ics", "b"].map(|text| Zeroizing::new(text.to_owned()));
    credentials
        .values
        .insert("links".to_owned(), CredentialValue::List(list.to_vec()));
    let read = || world.keep(|repos| repos.accounts().credentials(world.tenant, account.id));
    let write = |generation, credentials: &Credentials| {
        world.keep(|repos| {
            repos
                .accounts()
                .keep_credentials(world.tenant, account.id, generation, credentials, TOKEN)
        });
    };
    assert_eq!(read(), None);
    write(1, &credentials);
    assert_eq!(read(), Some(credentials));
    let second = secrets(&[("key", "two")]);
    write(2, &second);
    assert_eq!(read(), Some(second));
    assert_eq!(world.count("account_credentials", ""), "1");
    // What the channel issued for them goes with them, and nothing else does.
    for key in [TOKEN, TokenKey([8; 16])] {
        let token = ChannelToken {
            content: "issued".to_owned().into(),
            expires_at: after(60),
            version: 1,
        };
        world.store.save(world.tenant, key, &token).unwrap();
    }
    world.keep(|repos| repos.accounts().destroy_credentials(world.tenant, account.id));
    assert_eq!(read(), None);
    assert_eq!(world.count("account_credentials", ""), "0");
    assert!(world.store.load(world.tenant, TOKEN).unwrap().is_none());
    assert!(
        world
            .store
            .load(world.tenant, TokenKey([8; 16]))
            .unwrap()
            .is_some()
    );
}

/// Two people of one tenant may add the same account of a channel with the same credentials, and share its tokens.
fn tokens_that_two_accounts_share_go_with_the_last(backend: Backend) {
    let world = world(backend);
    let people = ["a", "b"].map(|name| world.stored_user(&format!("{name}@one.example")));
    let accounts = people.map(|user| world.stored_account(user.id, "acc").id);
    let credentials = secrets(&[("key", "s")]);
    for account in accounts {
        world.keep(|repos| {
            repos
                .accounts()
                .keep_credentials(world.tenant, account, 1, &credentials, TOKEN)
        });
    }
    let token = ChannelToken {
        content: Zeroizing::new("t".to_owned()),
        expires_at: NOW,
        version: 1,
    };
    world.store.save(world.tenant, TOKEN, &token).unwrap();
    let destroy = |account| world.keep(|repos| repos.accounts().destroy_credentials(world.tenant, account));
    let is_there = || world.store.load(world.tenant, TOKEN).unwrap().is_some();
    destroy(accounts[0]);
    assert!(is_there(), "the other account still works with it");
    destroy(accounts[1]);
    assert!(!is_there());
}

/// Nobody can put earlier credentials, or those of another account, in their place.
fn credentials_open_for_their_generation_only(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let (account, other) = (
        world.stored_account(user.id, "a"),
        world.stored_account(user.id, "b"),
    );
    for id in [account.id, other.id] {
        let credentials = secrets(&[("key", "s")]);
        world.keep(|repos| {
            repos
                .accounts()
                .keep_credentials(world.tenant, id, 1, &credentials, TOKEN)
        });
    }
    let of = |id| format!("account_id = {}", world.sql(id));
    world.database.execute(&format!(
        "UPDATE account_credentials SET generation = 2 WHERE {}",
        of(account.id)
    ));
    world.database.execute(&format!(
        "UPDATE account_credentials SET sealed =
             (SELECT sealed FROM account_credentials WHERE {}) WHERE {}",
        of(account.id),
        of(other.id)
    ));
    for id in [account.id, other.id] {
        let outcome = keep(&world.store, |repos| {
            repos.accounts().credentials(world.tenant, id)
        });
        match outcome {
            Err(StoreError::Corrupt { table, id: found, .. }) => {
                assert_eq!((table, found), ("account_credentials", id.to_string()));
            }
            other => panic!("{other:?}"),
        }
    }
}

fn users_stand_by_their_listings(backend: Backend) {
    let world = world(backend);
    let users: Vec<_> = (0..5)
        .map(|n| world.stored_user(&format!("u{n}@one.example")))
        .collect();
    let counts = |all, enabled, ever_enabled| ListingCounts {
        all,
        enabled,
        ever_enabled,
    };
    let add = |user: usize, id: &str, listings, deleted| {
        let mut account = world.account(users[user].id, id);
        account.listings = listings;
        if deleted {
            account.state = AccountState::Deleted { at: NOW };
        }
        world.keep(|repos| repos.accounts().insert(&account));
    };
    add(0, "a", counts(4, 0, false), false);
    add(1, "a", counts(4, 2, true), false);
    add(1, "b", counts(4, 0, true), false);
    add(2, "a", counts(4, 0, true), false);
    add(3, "a", counts(4, 2, true), true);
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let found = world.store.listing_status(world.tenant, &ids).unwrap();
    let expected = [
        (ids[0], ListingStatus::New),
        (ids[1], ListingStatus::Active),
        (ids[2], ListingStatus::Inactive),
        (ids[3], ListingStatus::Inactive),
    ];
    assert_eq!(found, expected);
    let one = world.store.listing_status(world.tenant, &ids[1..2]).unwrap();
    assert_eq!(one, expected[1..2]);
    assert!(world.store.listing_status(world.tenant, &[]).unwrap().is_empty());
    assert!(world.store.listing_status(world.id(), &ids).unwrap().is_empty());
}

fn an_account_is_shown_with_what_is_under_way(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let first = world.stored_connected(&user, "one");
    let mut second = world.account(user.id, "two");
    second.created_at = after(1);
    world.keep(|repos| repos.accounts().insert(&second));
    let view = |id| world.store.account(world.tenant, user.id, id).unwrap();
    let shown = view(first.account.id).unwrap();
    assert_eq!(
        (shown.account, shown.slot),
        (first.account.clone(), Some(first.slot))
    );
    assert_eq!(shown.checkpoint, None, "the run has not started");

    let claim = innkeeper_domain::sync::Command::Claim {
        claim: world.id(),
        worker: world.id(),
    };
    let taken = world.command(first.key(), &claim, after(1)).unwrap();
    let shown = view(first.account.id).unwrap();
    assert_eq!(
        (shown.slot, shown.checkpoint),
        (taken.slot, Some(first.checkpoint))
    );

    let list = world
        .store
        .accounts(world.tenant, user.id, PageRequest::first(10))
        .unwrap();
    let ids: Vec<_> = list.items.iter().map(|view| view.account.id).collect();
    assert_eq!(ids, [second.id, first.account.id]);
    assert_eq!(list.items[1].slot, taken.slot);

    second.state = AccountState::Deleted { at: after(2) };
    world.keep(|repos| repos.accounts().update(&second));
    assert!(view(second.id).is_none());
    let other = world.user("b@one.example", UserState::Active).id;
    let not_theirs = world
        .store
        .account(world.tenant, other, first.account.id)
        .unwrap();
    assert!(not_theirs.is_none());
}
