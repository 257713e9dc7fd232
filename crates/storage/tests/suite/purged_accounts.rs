//! What a deleted account had imported goes, in portions, unless the account is back.

use innkeeper_domain::{
    accounts::{Account, AccountState, ListingCounts, Stream},
    ids::TenantId,
    people::UserState,
    ports::Upkeep,
    sync::Command,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    connected::{Connected, after},
    races::crowd,
    world::{World, a_tenant, world},
};

on_each_backend!(
    what_a_deleted_account_had_goes_in_portions,
    an_account_that_is_back_keeps_what_it_has,
);

fn delete(world: &World, it: &Connected, seconds: u64) -> Account {
    let mut account = it.account.clone();
    account.state = AccountState::Deleted { at: after(seconds) };
    account.imports.listings_ready_at = Some(after(0));
    account.imports.reservations_ready_at = Some(after(0));
    world.command(it.key(), &Command::Delete, after(seconds)).unwrap();
    world.keep(|repos| {
        repos
            .accounts()
            .count_listings(it.account.tenant, it.account.id, 3, 3)?;
        repos.accounts().update(&account)
    });
    account
}

/// How many listings, reservations and cursors there are of an account.
fn rows(world: &World, it: &Connected) -> [String; 3] {
    let (tenant, account) = it.key();
    let of = format!(
        "tenant_id = {} AND account_id = {}",
        world.sql(tenant),
        world.sql(account)
    );
    ["listings", "reservations", "stream_cursors"].map(|table| world.count(table, &of))
}

fn stored_in(world: &World, tenant: TenantId, name: &str) -> Connected {
    let mut user = world.user(&format!("{name}@one.example"), UserState::Active);
    user.tenant = tenant;
    world.keep(|repos| repos.users().insert(&user));
    let connected = world.connected_as(&user, name).moved_to(tenant);
    world.keep(|repos| connected.write(repos));
    connected
}

fn what_a_deleted_account_had_goes_in_portions(backend: Backend) {
    let world = world(backend);
    let second = a_tenant(world.id(), "second");
    world.keep(|repos| repos.tenants().insert(&second));
    let [old, live, recent] = ["old", "live", "recent"].map(|name| stored_in(&world, world.tenant, name));
    let elsewhere = stored_in(&world, second.id, "elsewhere");
    delete(&world, &old, 5);
    delete(&world, &recent, 50);
    delete(&world, &elsewhere, 6);
    let purge = |limit| world.store.purge_deleted_accounts(after(10), limit).unwrap();
    let all = ["3", "2", "1"].map(str::to_owned);
    assert_eq!((purge(0), rows(&world, &old)), (0, all.clone()));
    assert_eq!(purge(3), 3);
    assert_eq!(
        rows(&world, &old),
        ["2", "0", "0"].map(str::to_owned),
        "reservations go first, and nothing goes on from a cursor any more"
    );
    assert_eq!(purge(100), 7);
    for gone in [&old, &elsewhere] {
        assert_eq!(rows(&world, gone), ["0", "0", "0"].map(str::to_owned));
    }
    for kept in [&live, &recent] {
        assert_eq!(rows(&world, kept), all);
    }
    assert_eq!(purge(100), 0, "there is no more to do");
    let (tenant, account) = old.key();
    let found = world
        .keep(|repos| repos.accounts().find(tenant, account))
        .unwrap();
    let counts = ListingCounts {
        all: 0,
        enabled: 0,
        ever_enabled: true,
    };
    assert_eq!(found.listings, counts);
    assert_eq!(
        (
            found.imports.listings_ready_at,
            found.imports.reservations_ready_at
        ),
        (None, None),
        "it would have to be read anew"
    );
    assert_eq!(found.state, AccountState::Deleted { at: after(5) });
}

/// Whoever adds the account again locks it first: then all that is left stays, and nothing is half counted.
fn an_account_that_is_back_keeps_what_it_has(backend: Backend) {
    let world = world(backend);
    for round in 0..6 {
        let it = stored_in(&world, world.tenant, &format!("r{round}"));
        let deleted = delete(&world, &it, 1);
        let (tenant, account) = it.key();
        crowd(2, |who| {
            if who == 0 {
                world.store.purge_deleted_accounts(after(10), 3).unwrap();
            } else {
                world.keep(|repos| {
                    let known = repos.accounts().lock(tenant, account)?.unwrap();
                    let back = Account {
                        state: AccountState::Active,
                        ..known
                    };
                    repos.accounts().update(&back)
                });
            }
        });
        let left = rows(&world, &it);
        let found = world
            .keep(|repos| repos.accounts().find(tenant, account))
            .unwrap();
        let cursor = world.keep(|repos| repos.imports().cursor(tenant, account, Stream::Reservations));
        if left == ["3", "2", "1"] {
            assert_eq!(found.imports, deleted.imports, "round {round}");
            assert_eq!((found.listings.all, cursor.is_some()), (3, true));
        } else {
            assert_eq!(
                left,
                ["2", "0", "0"],
                "round {round}: all of a portion or nothing"
            );
            assert_eq!(
                (found.listings.all, found.listings.enabled, cursor),
                (2, 2, None),
                "what is left is counted"
            );
            assert_eq!(found.imports.listings_ready_at, None);
        }
        assert_eq!(found.state, AccountState::Active);
        assert_eq!(world.store.purge_deleted_accounts(after(10), 9).unwrap(), 0);
        assert_eq!(rows(&world, &it), left);
    }
}
