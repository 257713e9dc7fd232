//! What a run does with each listing, and what becomes of listings that the channel no longer names.

use innkeeper_domain::{
    accounts::ChannelFault,
    ids::ListingId,
    imports::{Item, ItemState, ListingRef},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    connected::after,
    imports::listings,
    world::{NOW, world},
};

on_each_backend!(
    items_are_done_one_by_one,
    the_rest_of_the_items_ends_at_once,
    listings_that_are_missing_are_swept,
);

fn items_are_done_one_by_one(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    let (tenant, account) = connected.key();
    let run = connected.run;
    let next = |after: Option<ListingId>| {
        world
            .keep(|repos| repos.imports().next_item(tenant, account, run, after))
            .map(|listing: ListingRef| (listing.id, listing.channel_listing_id))
    };
    let ids: Vec<_> = connected.listings.iter().map(|listing| listing.id).collect();
    let named = |n: usize| Some((ids[n], format!("L{n}")));
    assert_eq!(
        (next(None), next(Some(ids[0])), next(Some(ids[2]))),
        (named(0), named(1), None)
    );
    let added = world.keep(|repos| {
        let again = [
            Item {
                listing: ids[0],
                state: ItemState::Skipped,
            },
            Item {
                listing: world.id(),
                state: ItemState::Skipped,
            },
        ];
        repos.imports().add_items(tenant, run, &again)
    });
    assert_eq!(
        (added, next(None)),
        (1, named(0)),
        "one that is there stays as it is"
    );
    let end = |listing, state| {
        let item = Item { listing, state };
        world.keep(|repos| repos.imports().end_item(tenant, account, run, item, after(7)));
    };
    end(ids[0], ItemState::Failed(ChannelFault::BadResponse));
    end(ids[1], ItemState::Done);
    assert_eq!(next(None), named(2));
    let synced: Vec<_> = listings(&world, &connected.account)
        .iter()
        .map(|listing| listing.synced_at)
        .collect();
    assert_eq!(synced, [Some(NOW), Some(after(7)), Some(NOW)]);
    world.keep(|repos| repos.imports().forget_progress(tenant, run));
    assert_eq!(
        (world.count("sync_items", ""), next(None)),
        ("0".to_owned(), None)
    );
    assert_eq!(world.count("sync_checkpoints", ""), "0");
}

fn the_rest_of_the_items_ends_at_once(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    let (tenant, account) = connected.key();
    let failed = Item {
        listing: connected.listings[1].id,
        state: ItemState::Failed(ChannelFault::Unsupported),
    };
    world.keep(|repos| {
        repos
            .imports()
            .end_item(tenant, account, connected.run, failed, after(6))
    });
    let end = || {
        world.keep(|repos| {
            repos
                .imports()
                .end_items(tenant, account, connected.run, after(7))
        })
    };
    assert_eq!((end(), end()), (2, 0));
    let synced: Vec<_> = listings(&world, &connected.account)
        .iter()
        .map(|listing| listing.synced_at)
        .collect();
    assert_eq!(synced, [Some(after(7)), Some(NOW), Some(after(7))]);
    assert_eq!(world.count("sync_items", "state = 'failed'"), "1");
}

fn listings_that_are_missing_are_swept(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    let (tenant, account) = connected.key();
    let run = connected.run;
    let (gone, off) = (
        world.listing(&connected.account, "gone"),
        world.bare_listing(&connected.account, "off"),
    );
    world.keep(|repos| repos.imports().put_listings(&[gone.clone(), off.clone()]));
    let missing = || world.keep(|repos| repos.imports().missing_listings(tenant, account, run));
    let mark = |missing: &[ListingId], off: &[ListingId]| {
        world.keep(|repos| {
            repos
                .imports()
                .mark_missing(tenant, account, missing, off, after(8))
        })
    };
    assert_eq!(missing(), (vec![(gone.id, 0), (off.id, 0)], 5));
    assert_eq!(mark(&[gone.id, off.id], &[]), 0);
    assert_eq!(missing(), (vec![(gone.id, 1), (off.id, 1)], 5));
    assert_eq!(
        mark(&[gone.id, off.id], &[gone.id, off.id]),
        1,
        "the other was off before"
    );
    assert_eq!(missing(), (Vec::new(), 3));
    let found = listings(&world, &connected.account);
    let of = |id| found.iter().find(|listing| listing.id == id).unwrap();
    assert_eq!(
        (of(gone.id).record.enabled, of(gone.id).updated_at),
        (false, after(8))
    );
    assert_eq!(of(off.id).updated_at, NOW);
    assert_eq!(world.count("listings", "enabled"), "3");
    world.keep(|repos| repos.imports().put_listings(std::slice::from_ref(&gone)));
    assert_eq!(
        missing(),
        (vec![(gone.id, 0)], 4),
        "who is back is not missing any more"
    );
}
