//! What imports write, page by page.

use innkeeper_domain::{
    accounts::{Account, Position, ReservationStatus, Stream},
    ids::ListingId,
    imports::{
        Checkpoint, Counts, Item, ItemState, ListingRef, StoredListing, StoredReservation, merge_reservations,
    },
    ports::{ListingFilter, PageRequest, Queries, ReservationFilter, UnitOfWork, Verdict},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    connected::{after, hash},
    world::{NOW, World, world},
};

on_each_backend!(
    listings_and_reservations_come_back_as_they_were,
    a_second_page_changes_what_it_names,
    what_is_late_or_unchanged_is_not_written,
    a_page_costs_few_statements,
    checkpoints_and_cursors_move,
    reservations_are_listed_by_what_is_asked,
);

fn an_account(world: &World) -> Account {
    let user = world.stored_user("a@one.example");
    world.stored_account(user.id, "acc")
}

pub(crate) fn listings(world: &World, account: &Account) -> Vec<StoredListing> {
    let page = PageRequest::first(1_000);
    let all = ListingFilter::default();
    world
        .store
        .listings(account.tenant, account.id, &all, page)
        .unwrap()
        .items
}

fn reservations(world: &World, account: &Account, filter: &ReservationFilter) -> Vec<StoredReservation> {
    let page = PageRequest::first(1_000);
    world
        .store
        .reservations(account.tenant, account.id, filter, page)
        .unwrap()
        .items
}

fn keys(count: usize, letter: char) -> Vec<String> {
    (0..count).map(|n| format!("{letter}{n}")).collect()
}

fn listings_and_reservations_come_back_as_they_were(backend: Backend) {
    let world = world(backend);
    let account = an_account(&world);
    let put = [
        world.listing(&account, "L0"),
        world.bare_listing(&account, "L \"1\""),
    ];
    let mut bookings: Vec<_> = ReservationStatus::ALL
        .into_iter()
        .map(|status| {
            let mut booking = world.reservation(&account, status.as_str());
            booking.record.status = status;
            booking.listing = Some(put[0].id);
            booking
        })
        .collect();
    let record = &mut bookings[0].record;
    (record.check_in, record.check_out) = ("1969-12-31".parse().ok(), "9999-12-31".parse().ok());
    let record = &mut bookings[1].record;
    (record.check_in, record.check_out, record.adults, record.children) = (None, None, None, None);
    (record.total, record.currency, record.booked_at, record.updated_at) = (None, None, None, None);
    (record.source, record.confirmation_code, record.channel_listing_id) = (None, None, None);
    bookings[1].listing = None;
    world.keep(|repos| {
        repos.imports().put_listings(&put)?;
        repos.imports().put_reservations(&bookings)
    });
    assert_eq!(listings(&world, &account), put);
    assert_eq!(
        reservations(&world, &account, &ReservationFilter::default()),
        bookings
    );
    let (tenant, id) = (account.tenant, account.id);
    let wanted = [put[1].record.channel_listing_id.clone(), "nobody's".to_owned()];
    let known = world.keep(|repos| repos.imports().known_listings(tenant, id, &wanted));
    assert_eq!(known.len(), 1);
    let bare = &put[1];
    let found = (known[0].id, known[0].hash, known[0].seen_at, known[0].changed_at);
    assert_eq!(found, (bare.id, bare.hash, bare.seen_at, None));
    assert_eq!(
        (known[0].enabled, known[0].missing, known[0].synced_at),
        (false, 0, None)
    );
    let wanted = ["confirmed".to_owned()];
    let known = world.keep(|repos| repos.imports().known_reservations(tenant, id, &wanted));
    let expected = &bookings[2];
    let found = (known[0].id, known[0].hash, known[0].changed_at, known[0].listing);
    assert_eq!(found, (expected.id, expected.hash, Some(NOW), expected.listing));
    assert!(
        world
            .keep(|repos| repos.imports().known_listings(tenant, id, &[]))
            .is_empty()
    );
}

fn a_second_page_changes_what_it_names(backend: Backend) {
    let world = world(backend);
    let account = an_account(&world);
    let first: Vec<_> = keys(4, 'R')
        .iter()
        .map(|key| world.reservation(&account, key))
        .collect();
    world.keep(|repos| repos.imports().put_reservations(&first));
    let mut second = vec![
        world.reservation(&account, "R1"),
        world.reservation(&account, "R9"),
    ];
    second[0].record.status = ReservationStatus::Cancelled;
    (second[0].hash, second[0].updated_at) = (hash(1), after(9));
    world.keep(|repos| repos.imports().put_reservations(&second));
    let mut expected = first.clone();
    expected[1] = StoredReservation {
        id: first[1].id,
        ..second[0].clone()
    };
    expected.push(second[1].clone());
    let all = ReservationFilter::default();
    assert_eq!(reservations(&world, &account, &all), expected, "an id stays");
    let since = ReservationFilter {
        updated_since: Some(after(9)),
        ..all
    };
    assert_eq!(reservations(&world, &account, &since), expected[1..2]);
    let mut listing = world.listing(&account, "L0");
    world.keep(|repos| repos.imports().put_listings(std::slice::from_ref(&listing)));
    (listing.record.enabled, listing.updated_at) = (false, after(3));
    world.keep(|repos| repos.imports().put_listings(std::slice::from_ref(&listing)));
    assert_eq!(listings(&world, &account), [listing]);
}

/// The plan of the domain, with what the store says is known.
fn what_is_late_or_unchanged_is_not_written(backend: Backend) {
    let world = world(backend);
    let account = an_account(&world);
    let (tenant, id) = (account.tenant, account.id);
    let stored: Vec<_> = keys(3, 'R')
        .iter()
        .map(|key| world.reservation(&account, key))
        .collect();
    world.keep(|repos| repos.imports().put_reservations(&stored));
    let mut records: Vec<_> = stored.iter().map(|stored| stored.record.clone()).collect();
    records[1].status = ReservationStatus::Cancelled;
    records[1].updated_at = Some(after(1));
    records[2].status = ReservationStatus::Cancelled;
    records[2].updated_at = Some(NOW - std::time::Duration::from_secs(1));
    let known = world.keep(|repos| repos.imports().known_reservations(tenant, id, &keys(3, 'R')));
    let mut ids = innkeeper_domain::ids::Ids::new(NOW, 5);
    let listings = std::collections::BTreeMap::new();
    let plan = merge_reservations(
        (tenant, id),
        &records,
        &known,
        &listings,
        (after(2), after(3)),
        &mut ids,
    );
    let written: Vec<_> = plan.put.iter().map(|put| put.id).collect();
    assert_eq!(written, [stored[1].id]);
    world.keep(|repos| repos.imports().put_reservations(&plan.put));
    let found = reservations(&world, &account, &ReservationFilter::default());
    assert_eq!((&found[0], &found[2]), (&stored[0], &stored[2]));
    assert_eq!(found[1].record.status, ReservationStatus::Cancelled);
}

fn a_page_costs_few_statements(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    let (tenant, account) = connected.key();
    let claim = world.id();
    let command = innkeeper_domain::sync::Command::Claim {
        claim,
        worker: world.id(),
    };
    world.command(connected.key(), &command, after(1)).unwrap();
    for count in [1, 100, 137, 1_000] {
        let page: Vec<_> = keys(count, 'P')
            .iter()
            .map(|key| world.reservation(&connected.account, key))
            .collect();
        let named = keys(count, 'P');
        let before = world.store.statements();
        let work = UnitOfWork::run(&world.store, "page", &mut |repos| {
            let lease = after(60);
            let held = repos
                .slots()
                .fence(tenant, account, connected.run, claim, after(2), lease);
            assert!(held.unwrap());
            let imports = repos.imports();
            imports.known_listings(tenant, account, &named).unwrap();
            imports.known_reservations(tenant, account, &named).unwrap();
            imports.put_reservations(&page).unwrap();
            imports.save_checkpoint(&connected.checkpoint).unwrap();
            Verdict::Keep
        });
        work.unwrap();
        assert_eq!(world.store.statements() - before, 5, "{count}");
    }
    assert_eq!(world.count("reservations", ""), "1002");
    let items: Vec<_> = (0..250)
        .map(|_| Item {
            listing: world.id(),
            state: ItemState::ToDo,
        })
        .collect();
    let before = world.store.statements();
    world.keep(|repos| repos.imports().add_items(tenant, connected.run, &items));
    assert_eq!(world.store.statements() - before, 1);
    let before = world.store.statements();
    world.keep(|repos| {
        repos.imports().put_listings(&[])?;
        repos.imports().put_reservations(&[])
    });
    assert_eq!(world.store.statements() - before, 0);
}

fn checkpoints_and_cursors_move(backend: Backend) {
    let world = world(backend);
    let account = an_account(&world);
    let (tenant, id, run) = (account.tenant, account.id, world.id());
    let read = || world.keep(|repos| repos.imports().checkpoint(tenant, run));
    assert_eq!(read(), None);
    let start = Checkpoint::start(tenant, run);
    let full = Checkpoint {
        stream: Stream::Reservations,
        listing: Some(ListingRef {
            id: world.id(),
            channel_listing_id: "L".to_owned(),
        }),
        position: Some(Position("{\"p\":2}".to_owned())),
        since: Some(after(1)),
        began_at: Some(after(2)),
        reservations_began_at: Some(after(3)),
        listings_ready_at: Some(after(4)),
        sweep_stopped: true,
        is_over: true,
        counts: Counts {
            listings: 1,
            listings_done: 2,
            listings_skipped: 3,
            listings_failed: 4,
            listings_new: 5,
            reservations: 6,
            reservations_failed: u32::MAX,
        },
        ..start.clone()
    };
    for checkpoint in [&start, &full, &start] {
        world.keep(|repos| repos.imports().save_checkpoint(checkpoint));
        assert_eq!(read().as_ref(), Some(checkpoint));
    }
    let cursor = |stream| world.keep(|repos| repos.imports().cursor(tenant, id, stream));
    let save = |at| {
        world.keep(|repos| repos.imports().save_cursor(tenant, id, Stream::Reservations, at));
    };
    for at in [None, Some(after(5)), Some(after(3)), None] {
        save(at);
        assert_eq!(
            (cursor(Stream::Reservations), cursor(Stream::Listings)),
            (at, None)
        );
    }
}

fn reservations_are_listed_by_what_is_asked(backend: Backend) {
    let world = world(backend);
    let account = an_account(&world);
    let homes = [world.id(), world.id()];
    let days = ["2026-01-01", "2026-06-01", "2026-06-02", "2027-01-01"];
    let mut put: Vec<_> = keys(4, 'R')
        .iter()
        .map(|key| world.reservation(&account, key))
        .collect();
    for (n, booking) in put.iter_mut().enumerate() {
        booking.record.check_in = days[n].parse().ok();
        booking.listing = (n < 3).then(|| homes[n % 2]);
        booking.record.status = [ReservationStatus::Confirmed, ReservationStatus::NoShow][n / 2];
        booking.updated_at = after(10 - u64::try_from(n).unwrap());
    }
    world.keep(|repos| repos.imports().put_reservations(&put));
    let all = ReservationFilter::default();
    let listings = |ids: &[ListingId]| ReservationFilter {
        listings: Some(ids.to_vec()),
        ..all.clone()
    };
    let statuses = |statuses: &[ReservationStatus]| ReservationFilter {
        statuses: Some(statuses.to_vec()),
        ..all.clone()
    };
    let nights = |from: &str, to: &str| ReservationFilter {
        check_in_from: from.parse().ok(),
        check_in_to: to.parse().ok(),
        ..all.clone()
    };
    let since = ReservationFilter {
        updated_since: Some(after(8)),
        ..all.clone()
    };
    let cases: [(ReservationFilter, &[usize]); 9] = [
        (all.clone(), &[0, 1, 2, 3]),
        (since, &[2, 1, 0]),
        (listings(&homes[..1]), &[0, 2]),
        (listings(&[]), &[]),
        (statuses(&[ReservationStatus::NoShow]), &[2, 3]),
        (statuses(&ReservationStatus::ALL), &[0, 1, 2, 3]),
        (nights("2026-06-01", "2026-06-01"), &[1]),
        (nights("2026-06-02", ""), &[2, 3]),
        (nights("", "2026-06-01"), &[0, 1]),
    ];
    for (filter, expected) in cases {
        let found: Vec<_> = reservations(&world, &account, &filter)
            .iter()
            .map(|found| put.iter().position(|booking| booking.id == found.id).unwrap())
            .collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    let page = PageRequest::new(2, 3).unwrap();
    let second = world
        .store
        .reservations(account.tenant, account.id, &all, page)
        .unwrap();
    assert_eq!((second.items.len(), second.total.count()), (1, 4));
}
