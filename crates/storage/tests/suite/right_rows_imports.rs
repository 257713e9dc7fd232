//! Every write of an import changes the rows that it is about, and no other: neither those of another account, nor
//! those of another tenant with the very same ids. And nothing of a tenant is read in the name of another.

use std::collections::BTreeSet;

use innkeeper_domain::{
    accounts::Stream,
    imports::{Counts, Item, ItemState},
    ports::{
        ChannelToken, ChannelTokens, ListingFilter, PageRequest, Queries, Repos, ReservationFilter,
        StoreError, TokenKey,
    },
    sync::{Command, RunChange},
    values::Label,
};
use innkeeper_test_support::{Backend, on_each_backend};
use zeroize::Zeroizing;

use crate::{
    connected::{Connected, TOKEN, after, secrets},
    right_rows_written::dump,
    street::{Street, street},
    world::{World, world},
};

on_each_backend!(
    writes_of_imports_change_the_right_rows,
    nothing_of_an_import_is_read_by_a_stranger,
    tokens_are_those_of_a_tenant,
);

type Write<'w> = &'w dyn Fn(&mut dyn Repos) -> Result<(), StoreError>;

/// An account and its neighbour, and both once more in another tenant.
fn accounts(backend: Backend) -> (World, Connected) {
    let Street {
        world, ours, copy, ..
    } = street(backend);
    let mine = world.connected_as(&ours.user, "mine");
    let next = world.connected_as(&ours.user, "next");
    for connected in [&mine, &next] {
        let moved = connected.clone().moved_to(copy.user.tenant);
        world.keep(|repos| connected.write(repos));
        world.keep(|repos| moved.write(repos));
    }
    (world, mine)
}

fn writes_of_imports_change_the_right_rows(backend: Backend) {
    let (world, mine) = accounts(backend);
    let (tenant, account) = mine.key();
    let (run, claim) = (mine.run, world.id());
    let listing = mine.listings[0].id;
    let take = Command::Claim {
        claim,
        worker: world.id(),
    };
    world.command(mine.key(), &take, after(1)).unwrap();
    let slot = world.keep(|repos| repos.slots().lock(tenant, account)).unwrap();
    let mut changed = mine.clone();
    changed.account.label = Label::parse("Changed").unwrap();
    changed.listings[0].updated_at = after(9);
    changed.reservations[0].updated_at = after(9);
    changed.checkpoint.is_over = true;
    let done = Item {
        listing,
        state: ItemState::Done,
    };
    let counts = Counts {
        listings: 77,
        ..Counts::default()
    };
    let other = secrets(&[("key", "other")]);
    let writes: [(&str, Write<'_>); 18] = [
        ("accounts 1", &|repos| repos.accounts().update(&changed.account)),
        ("accounts 1", &|repos| {
            repos.accounts().count_listings(tenant, account, 3, 2)
        }),
        ("account_credentials 1", &|repos| {
            repos
                .accounts()
                .keep_credentials(tenant, account, 1, &other, TOKEN)
        }),
        ("account_credentials 1", &|repos| {
            repos.accounts().destroy_credentials(tenant, account)
        }),
        ("sync_slots 1", &|repos| {
            let held = repos
                .slots()
                .fence(tenant, account, run, claim, after(2), after(60))?;
            assert!(held);
            Ok(())
        }),
        ("sync_slots 1", &|repos| repos.slots().update(&slot, after(3))),
        ("sync_runs 1", &|repos| {
            repos.runs().keep_counts(tenant, run, &counts)
        }),
        ("listings 1", &|repos| {
            repos.imports().put_listings(&changed.listings[..1])
        }),
        ("reservations 1", &|repos| {
            repos.imports().put_reservations(&changed.reservations[..1])
        }),
        ("listings 1, sync_items 1", &|repos| {
            repos.imports().end_item(tenant, account, run, done, after(4))
        }),
        ("listings 2, sync_items 2", &|repos| {
            repos
                .imports()
                .end_items(tenant, account, run, after(5))
                .map(drop)
        }),
        ("listings 2", &|repos| {
            let two = [listing, mine.listings[1].id];
            let off = repos
                .imports()
                .mark_missing(tenant, account, &two, &two[..1], after(6))?;
            assert_eq!(off, 1);
            Ok(())
        }),
        ("sync_checkpoints 1", &|repos| {
            repos.imports().save_checkpoint(&changed.checkpoint)
        }),
        ("stream_cursors 1", &|repos| {
            repos
                .imports()
                .save_cursor(tenant, account, Stream::Reservations, Some(after(7)))
        }),
        ("stream_cursors 1", &|repos| {
            repos
                .imports()
                .save_cursor(tenant, account, Stream::Reservations, None)
        }),
        ("sync_checkpoints 1, sync_items 3", &|repos| {
            repos.imports().forget_progress(tenant, run)
        }),
        ("sync_runs 1", &|repos| {
            let cancelled = RunChange::Cancelled { run, at: after(8) };
            repos.runs().apply(tenant, account, &[cancelled], None)
        }),
        ("sync_slots 1", &|repos| repos.slots().remove(tenant, account)),
    ];
    touches_only(&world, &mine, &writes);
}

/// Makes writes one after the other. Each touches as many rows of each table as it says, and all of them are of this
/// account or its run.
fn touches_only(world: &World, mine: &Connected, writes: &[(&str, Write<'_>)]) {
    let (tenant, account) = mine.key();
    let ours: BTreeSet<String> = [account.uuid(), mine.run.uuid()]
        .map(|id| format!("{} {}", tenant.uuid().simple(), id.simple()))
        .into();
    let mut before = dump(world);
    for (step, (expected, write)) in writes.iter().enumerate() {
        world.keep(write);
        let now = dump(world);
        let touched = before.iter().filter(|(place, row)| now.get(*place) != Some(row));
        let mut tables: Vec<&str> = Vec::new();
        for ((table, key), _) in touched {
            assert!(
                ours.iter().any(|ours| key.starts_with(ours.as_str())),
                "step {step}: {table} {key}"
            );
            tables.push(*table);
        }
        let told: Vec<_> = tables
            .chunk_by(|one, other| one == other)
            .map(|some| format!("{} {}", some[0], some.len()))
            .collect();
        assert_eq!(told.join(", "), *expected, "step {step}");
        assert!(now.len() <= before.len(), "nothing is added");
        before = now;
    }
}

fn nothing_of_an_import_is_read_by_a_stranger(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let mine = world.stored_connected(&user, "acc");
    let other = world.stored_connected(&user, "other");
    let (page, listing) = (PageRequest::first(9), mine.listings[0].id);
    let store = &world.store;
    for (tenant, account, run) in [
        (world.id(), mine.account.id, mine.run),
        (world.tenant, other.account.id, mine.run),
    ] {
        assert!(store.run(tenant, account, run).unwrap().is_none());
        let found = store
            .listings(tenant, account, &ListingFilter::default(), page)
            .unwrap();
        assert!(found.items.iter().all(|found| found.account != mine.account.id));
        let found = store
            .reservations(tenant, account, &ReservationFilter::default(), page)
            .unwrap();
        assert!(found.items.iter().all(|found| found.account != mine.account.id));
        world.keep(|repos| {
            let keys = ["L0".to_owned(), "R0".to_owned()];
            let known = repos.imports().known_listings(tenant, account, &keys)?;
            assert!(known.iter().all(|known| known.id != listing));
            let known = repos.imports().known_reservations(tenant, account, &keys)?;
            assert!(known.iter().all(|known| known.id != mine.reservations[0].id));
            assert_eq!(repos.imports().next_item(tenant, account, run, None)?, None);
            Ok(())
        });
    }
    let stranger = world.id();
    let id = mine.account.id;
    assert!(store.account(stranger, user.id, id).unwrap().is_none());
    assert!(store.accounts(stranger, user.id, page).unwrap().items.is_empty());
    assert!(store.runs(stranger, id, page).unwrap().items.is_empty());
    world.keep(|repos| {
        assert!(repos.accounts().find(stranger, id)?.is_none());
        assert!(repos.accounts().lock(stranger, id)?.is_none());
        assert!(repos.accounts().of_user(stranger, user.id)?.is_empty());
        assert!(repos.accounts().credentials(stranger, id)?.is_none());
        let (channel, name) = (&mine.account.channel, &mine.account.channel_id);
        let found = repos.accounts().by_identity(stranger, user.id, channel, name)?;
        assert!(found.is_none());
        assert!(repos.slots().lock(stranger, id)?.is_none());
        assert!(repos.slots().lock_if_free(stranger, id)?.is_none());
        assert!(repos.imports().checkpoint(stranger, mine.run)?.is_none());
        let cursor = repos.imports().cursor(stranger, id, Stream::Reservations)?;
        assert!(cursor.is_none());
        let missing = repos.imports().missing_listings(stranger, id, mine.run)?;
        assert_eq!(missing, (Vec::new(), 0));
        Ok(())
    });
}

fn tokens_are_those_of_a_tenant(backend: Backend) {
    let world = world(backend);
    let (stranger, key) = (world.id(), TokenKey([3; 16]));
    for (tenant, content) in [(world.tenant, "ours"), (stranger, "theirs")] {
        let token = ChannelToken {
            content: Zeroizing::new(content.to_owned()),
            expires_at: after(1),
            version: 1,
        };
        world.store.save(tenant, key, &token).unwrap();
    }
    assert!(
        world
            .store
            .begin_renewal(stranger, key, after(0), after(9))
            .unwrap()
    );
    assert!(
        world
            .store
            .begin_renewal(world.tenant, key, after(0), after(9))
            .unwrap()
    );
    for (tenant, content) in [(world.tenant, "ours"), (stranger, "theirs")] {
        let found = world.store.load(tenant, key).unwrap().unwrap();
        assert_eq!(found.content.as_str(), content);
    }
}
