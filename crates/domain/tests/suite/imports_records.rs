//! Records: their hashes, their bounds, and the amounts in them.

use std::{borrow::Cow, collections::HashSet};

use innkeeper_domain::{
    accounts::{
        Amount, Fetched, ListingRecord, NotAnAmount, Position, Records, ReservationRecord, ReservationStatus,
    },
    imports::{ContentHash, MOST_TEXT_CHARS, hash_of_listing, hash_of_reservation, within_bounds},
};
use proptest::prelude::*;
use rstest::rstest;

use crate::{
    cast::NOW,
    remote::{listing, reservation},
};

/// A listing about which nothing is known.
fn bare_listing() -> ListingRecord {
    ListingRecord {
        title: None,
        city: None,
        country: None,
        currency: None,
        capacity: None,
        enabled: false,
        ..listing("a")
    }
}

fn bare_reservation() -> ReservationRecord {
    ReservationRecord {
        channel_listing_id: None,
        check_in: None,
        check_out: None,
        adults: None,
        total: None,
        currency: None,
        ..reservation("1", "a")
    }
}

fn all_different(hashes: &[ContentHash]) {
    let distinct: HashSet<_> = hashes.iter().collect();
    assert_eq!(distinct.len(), hashes.len(), "{hashes:?}");
}

/// The same value in each field in turn: a hash that confused two fields would be there twice.
#[test]
fn every_field_of_a_listing_shows_in_its_hash_and_none_is_taken_for_another() {
    let changes: &[fn(&mut ListingRecord)] = &[
        |_| {},
        |it| it.title = Some("USD".to_owned()),
        |it| it.address = Some("USD".to_owned()),
        |it| it.city = Some("USD".to_owned()),
        |it| it.country = "US".parse().ok(),
        |it| it.timezone = "USD".parse().ok(),
        |it| it.currency = "USD".parse().ok(),
        |it| it.capacity = Some(1),
        |it| it.enabled = true,
        |it| it.changed_at = Some(innkeeper_domain::time::Timestamp::from_micros(1)),
        |it| it.title = Some(String::new()),
        |it| (it.title, it.address) = (Some("US".to_owned()), Some("D".to_owned())),
        |it| (it.title, it.address) = (Some("U".to_owned()), Some("SD".to_owned())),
    ];
    let hashes: Vec<_> = changes
        .iter()
        .map(|change| {
            let mut record = bare_listing();
            change(&mut record);
            hash_of_listing(&record)
        })
        .collect();
    all_different(&hashes);
    let other = ListingRecord {
        channel_listing_id: "b".to_owned(),
        ..bare_listing()
    };
    assert_eq!(
        hash_of_listing(&other),
        hashes[0],
        "the id is the key, not the content"
    );
}

#[test]
fn every_field_of_a_reservation_shows_in_its_hash_and_none_is_taken_for_another() {
    let one = innkeeper_domain::time::Timestamp::from_micros(1);
    let day = chrono::NaiveDate::from_num_days_from_ce_opt(1);
    let mut records = vec![
        bare_reservation(),
        ReservationRecord {
            channel_listing_id: Some("1".to_owned()),
            ..bare_reservation()
        },
        ReservationRecord {
            check_in: day,
            ..bare_reservation()
        },
        ReservationRecord {
            check_out: day,
            ..bare_reservation()
        },
        ReservationRecord {
            adults: Some(1),
            ..bare_reservation()
        },
        ReservationRecord {
            children: Some(1),
            ..bare_reservation()
        },
        ReservationRecord {
            total: "1".parse().ok(),
            ..bare_reservation()
        },
        ReservationRecord {
            currency: "USD".parse().ok(),
            ..bare_reservation()
        },
        ReservationRecord {
            booked_at: Some(one),
            ..bare_reservation()
        },
        ReservationRecord {
            updated_at: Some(one),
            ..bare_reservation()
        },
        ReservationRecord {
            source: Some("1".to_owned()),
            ..bare_reservation()
        },
        ReservationRecord {
            confirmation_code: Some("1".to_owned()),
            ..bare_reservation()
        },
    ];
    let others = ReservationStatus::ALL
        .into_iter()
        .filter(|status| *status != bare_reservation().status);
    records.extend(others.map(|status| ReservationRecord {
        status,
        ..bare_reservation()
    }));
    let hashes: Vec<_> = records.iter().map(hash_of_reservation).collect();
    all_different(&hashes);
    // A listing and a reservation that say the same are not the same, either.
    assert_ne!(hash_of_listing(&bare_listing()), hashes[0]);
}

fn page(records: Records) -> Fetched {
    Fetched {
        records,
        faulty: Vec::new(),
        next: Some(Position("2".to_owned())),
        began_at: NOW,
    }
}

fn listed(page: &Fetched) -> &[ListingRecord] {
    let Records::Listings(records) = &page.records else {
        panic!("{page:?}")
    };
    records
}

#[test]
fn a_page_of_ordinary_records_is_not_even_copied() {
    let whole = page(Records::Listings(vec![listing("a"), bare_listing()]));
    assert!(matches!(within_bounds(&whole), Cow::Borrowed(_)));
    let stays = page(Records::Reservations(vec![
        reservation("1", "a"),
        bare_reservation(),
    ]));
    assert!(matches!(within_bounds(&stays), Cow::Borrowed(_)));
}

#[rstest]
#[case::megabytes(&"é".repeat(2_000_000), Some("é".repeat(MOST_TEXT_CHARS)))]
#[case::nul("a\u{0}b", Some("a b".to_owned()))]
#[case::line_breaks(" a\r\nb ", Some("a  b".to_owned()))]
#[case::blank(" \t", None)]
#[case::nothing("", None)]
#[case::fine("Casa do Mar", Some("Casa do Mar".to_owned()))]
fn texts_are_cut_and_plain(#[case] told: &str, #[case] kept: Option<String>) {
    let record = ListingRecord {
        title: Some(told.to_owned()),
        address: Some(told.to_owned()),
        city: Some(told.to_owned()),
        ..listing("a")
    };
    let whole = page(Records::Listings(vec![record]));
    let bounded = within_bounds(&whole);
    let record = &listed(&bounded)[0];
    for field in [&record.title, &record.address, &record.city] {
        assert_eq!(field, &kept);
    }
    let stay = ReservationRecord {
        source: Some(told.to_owned()),
        confirmation_code: Some(told.to_owned()),
        ..reservation("1", "a")
    };
    let bounded = within_bounds(&page(Records::Reservations(vec![stay]))).into_owned();
    let Records::Reservations(stays) = &bounded.records else {
        panic!("{bounded:?}")
    };
    assert_eq!((&stays[0].source, &stays[0].confirmation_code), (&kept, &kept));
}

#[rstest]
#[case::empty("", false)]
#[case::longest(&"é".repeat(255), true)]
#[case::too_long(&"x".repeat(256), false)]
#[case::nul("a\u{0}", false)]
fn records_whose_ids_cannot_be_kept_are_not_understood(#[case] key: &str, #[case] is_kept: bool) {
    let listings = page(Records::Listings(vec![listing(key), listing("fine")]));
    let mut nameless = reservation("1", "a");
    nameless.channel_listing_id = Some(key.to_owned());
    let stays = page(Records::Reservations(vec![nameless, reservation("2", "a")]));
    let own = page(Records::Reservations(vec![
        reservation(key, "a"),
        reservation("2", "a"),
    ]));
    for whole in [listings, stays, own] {
        let bounded = within_bounds(&whole);
        let kept = if is_kept { (2, 0) } else { (1, 1) };
        assert_eq!((bounded.records.len(), bounded.faulty.len()), kept);
        assert_eq!((&bounded.next, bounded.began_at), (&whole.next, NOW));
    }
}

#[rstest]
#[case("0", true)]
#[case("-12.50", true)]
#[case("007.1000", true)]
#[case("999999999999999999.9999", true)]
#[case("1000000000000000000", false)]
#[case("1.00001", false)]
#[case("", false)]
#[case("-", false)]
#[case(".5", false)]
#[case("5.", false)]
#[case("+5", false)]
#[case("--5", false)]
#[case("1e3", false)]
#[case("1,250.00", false)]
#[case(" 1", false)]
#[case("٣", false)]
fn amounts_are_plain_decimals(#[case] told: &str, #[case] is_one: bool) {
    let read: Result<Amount, NotAnAmount> = told.parse();
    assert_eq!(
        read.map(|amount| amount.to_string()),
        if is_one {
            Ok(told.to_owned())
        } else {
            Err(NotAnAmount)
        }
    );
}

proptest! {
    #[test]
    fn an_amount_is_told_as_it_was(told in "-?[0-9]{1,18}(\\.[0-9]{1,4})?") {
        let read: Amount = told.parse().unwrap();
        prop_assert_eq!(read.as_str(), told);
    }
}
