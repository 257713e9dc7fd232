//! Merging pages into what is stored: the newest telling stays, nothing unchanged is written, and the numbers are right.

use std::{collections::BTreeMap, time::Duration};

use innkeeper_domain::{
    accounts::{ListingRecord, ReservationRecord},
    ids::Ids,
    imports::{
        KnownListing, KnownReservation, StoredListing, StoredReservation, merge_listings, merge_reservations,
    },
    time::Timestamp,
};
use proptest::{collection::vec, prelude::*};

use crate::{
    cast::{NOW, id, tenant},
    remote::{listing, reservation},
};

fn seconds(count: u64) -> Timestamp {
    NOW + Duration::from_secs(count)
}

/// What is stored, and what was counted on the way.
#[derive(Default)]
struct Shelf {
    listings: BTreeMap<String, (StoredListing, u32)>,
    reservations: BTreeMap<String, StoredReservation>,
    calls: u64,
    new: u32,
    enabled: i64,
    writes: usize,
}

impl Shelf {
    fn ids(&mut self) -> Ids {
        self.calls += 1;
        Ids::new(NOW, self.calls << 8)
    }

    fn listings(&mut self, page: &[ListingRecord], began_at: Timestamp) {
        let known: Vec<_> = self
            .listings
            .values()
            .map(|(row, missing)| KnownListing {
                id: row.id,
                channel_listing_id: row.record.channel_listing_id.clone(),
                hash: row.hash,
                seen_at: row.seen_at,
                changed_at: row.record.changed_at,
                enabled: row.record.enabled,
                missing: *missing,
                synced_at: row.synced_at,
            })
            .collect();
        let mut ids = self.ids();
        let owner = (tenant(), id(1));
        let plan = merge_listings(owner, page, &known, (began_at, seconds(9_999)), None, &mut ids);
        let mut keys: Vec<_> = page.iter().map(|record| &record.channel_listing_id).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(
            plan.seen.len(),
            keys.len(),
            "each listing of the page is seen once"
        );
        self.new += plan.new;
        self.enabled += plan.enabled_change;
        self.writes += plan.put.len();
        for row in plan.put {
            let before = self
                .listings
                .insert(row.record.channel_listing_id.clone(), (row.clone(), 0));
            if let Some((before, missing)) = before {
                assert_eq!(before.id, row.id, "a listing keeps its id");
                assert!(
                    before.record != row.record || missing > 0,
                    "nothing unchanged is written"
                );
                assert!(row.seen_at >= before.seen_at, "knowledge does not grow older");
            }
        }
        let enabled = self
            .listings
            .values()
            .filter(|(row, _)| row.record.enabled)
            .count();
        assert_eq!(i64::try_from(enabled).unwrap(), self.enabled, "counted right");
        assert_eq!(
            usize::try_from(self.new).unwrap(),
            self.listings.len(),
            "counted right"
        );
    }

    fn reservations(&mut self, page: &[ReservationRecord], began_at: Timestamp) {
        let known: Vec<_> = self
            .reservations
            .values()
            .map(|row| KnownReservation {
                id: row.id,
                channel_reservation_id: row.record.channel_reservation_id.clone(),
                hash: row.hash,
                seen_at: row.seen_at,
                changed_at: row.record.updated_at,
                listing: row.listing,
            })
            .collect();
        let mut ids = self.ids();
        let listings = BTreeMap::from([("a".to_owned(), id(7))]);
        let times = (began_at, seconds(9_999));
        let plan = merge_reservations((tenant(), id(1)), page, &known, &listings, times, &mut ids);
        self.writes += plan.put.len();
        for row in plan.put {
            let key = row.record.channel_reservation_id.clone();
            if let Some(before) = self.reservations.insert(key, row.clone()) {
                assert_eq!(before.id, row.id, "a reservation keeps its id");
                assert!(before.record != row.record, "nothing unchanged is written");
            }
        }
    }
}

/// The `version`th telling of a listing. One without a clock is told by the page's time alone.
fn told(key: usize, version: u64, has_clock: bool) -> ListingRecord {
    ListingRecord {
        title: Some(format!("version {version}")),
        enabled: version.is_multiple_of(2),
        changed_at: has_clock.then(|| seconds(version)),
        ..listing(&key.to_string())
    }
}

/// Pages of keys and versions. Without a clock everything on a page is of the page's age.
fn pages() -> impl Strategy<Value = Vec<(u64, Vec<(usize, u64)>)>> {
    vec((0..20_u64, vec((0..4_usize, 0..20_u64), 0..6)), 1..8)
}

proptest! {
    #[test]
    fn pages_in_any_order_and_with_repeats_end_at_the_newest_telling(
        pages in pages(),
        repeats in vec(any::<prop::sample::Index>(), 0..5),
        has_clock in any::<bool>(),
    ) {
        let version = |began: u64, version: u64| if has_clock { version } else { began };
        let mut order: Vec<_> = pages.iter().collect();
        order.extend(repeats.iter().map(|which| which.get(&pages)));
        let (mut shelf, mut newest) = (Shelf::default(), BTreeMap::new());
        for (began, page) in order {
            let records: Vec<_> = page.iter().map(|(key, of)| told(*key, version(*began, *of), has_clock)).collect();
            shelf.listings(&records, seconds(*began));
            for (key, of) in page {
                let known = newest.entry(key.to_string()).or_insert(0);
                *known = version(*began, *of).max(*known);
            }
            let stays: Vec<_> = page
                .iter()
                .map(|(key, of)| ReservationRecord {
                    confirmation_code: Some(version(*began, *of).to_string()),
                    updated_at: has_clock.then(|| seconds(version(*began, *of))),
                    ..reservation(&key.to_string(), "a")
                })
                .collect();
            shelf.reservations(&stays, seconds(*began));
        }
        let titles: BTreeMap<_, _> = shelf
            .listings
            .iter()
            .map(|(key, (row, _))| (key.clone(), row.record.title.clone().unwrap()))
            .collect();
        let codes: BTreeMap<_, _> = shelf
            .reservations
            .iter()
            .map(|(key, row)| (key.clone(), row.record.confirmation_code.clone().unwrap()))
            .collect();
        let with = |prefix: &str| newest.iter().map(|(key, of)| (key.clone(), format!("{prefix}{of}"))).collect::<BTreeMap<_, _>>();
        prop_assert_eq!(titles, with("version "));
        prop_assert_eq!(codes, with(""));
    }
}

#[test]
fn a_page_that_says_nothing_new_writes_nothing() {
    let mut shelf = Shelf::default();
    for began in 0..3 {
        shelf.listings(&[listing("a"), listing("b")], seconds(began));
        shelf.reservations(&[reservation("1", "a"), reservation("2", "b")], seconds(began));
    }
    assert_eq!(shelf.writes, 4);
}

/// One slip of a channel into a far year must not keep everything later out.
#[test]
fn a_time_that_cannot_be_true_decides_nothing() {
    let mut shelf = Shelf::default();
    let far = ListingRecord {
        changed_at: Timestamp::parse("9999-01-01T00:00:00Z"),
        ..told(1, 1, true)
    };
    shelf.listings(&[far], seconds(1));
    shelf.listings(&[told(1, 2, true)], seconds(2));
    assert_eq!(shelf.listings["1"].0.record.title.as_deref(), Some("version 2"));
}

#[test]
fn a_listing_that_is_back_is_written_even_if_it_comes_back_as_it_was_long_ago() {
    for (version, missing) in [(1, 1), (2, 2), (3, 2)] {
        let mut shelf = Shelf::default();
        shelf.listings(&[told(1, 2, true)], seconds(2));
        let (row, times) = shelf.listings.get_mut("1").unwrap();
        *times = missing;
        shelf.enabled -= i64::from(std::mem::replace(&mut row.record.enabled, false));
        shelf.listings(&[told(1, version, true)], seconds(3));
        let (row, times) = &shelf.listings["1"];
        assert_eq!(
            (*times, row.record.title.clone()),
            (0, Some(format!("version {version}")))
        );
        assert_eq!(row.record.enabled, version.is_multiple_of(2));
    }
}

#[test]
fn a_reservation_is_tied_to_its_listing_as_soon_as_that_is_known() {
    let mut shelf = Shelf::default();
    shelf.reservations(
        &[reservation("1", "elsewhere"), reservation("2", "a")],
        seconds(1),
    );
    assert_eq!(shelf.reservations["1"].listing, None);
    assert_eq!(shelf.reservations["2"].listing, Some(id(7)));
    let mut loose = shelf.reservations.remove("2").unwrap();
    loose.listing = None;
    shelf.reservations.insert("2".to_owned(), loose);
    let known = KnownReservation {
        id: shelf.reservations["2"].id,
        channel_reservation_id: "2".to_owned(),
        hash: shelf.reservations["2"].hash,
        seen_at: seconds(1),
        changed_at: None,
        listing: None,
    };
    let listings = BTreeMap::from([("a".to_owned(), id(7))]);
    let page = [reservation("2", "a")];
    let times = (seconds(2), seconds(2));
    let plan = merge_reservations(
        (tenant(), id(1)),
        &page,
        &[known],
        &listings,
        times,
        &mut shelf.ids(),
    );
    assert_eq!(plan.put[0].listing, Some(id(7)));
}
