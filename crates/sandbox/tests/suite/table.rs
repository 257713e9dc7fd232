//! What holds for every channel.

use std::collections::BTreeSet;

use innkeeper_sandbox::Options;
use serde_json::Value;

use crate::{
    bench::{Bench, ids},
    vendors::{ALL, Seen},
};

/// The ids of the truth.
fn true_ids(truth: &Value) -> Seen {
    Seen {
        listings: ids(&truth["listings"], "/channel-listing-id"),
        reservations: ids(&truth["reservations"], "/channel-reservation-id"),
    }
}

fn sorted(seen: &Seen) -> Seen {
    let mut seen = seen.clone();
    seen.listings.sort();
    seen.reservations.sort();
    seen
}

#[test]
fn no_channel_is_left_out() {
    let bench = Bench::new();
    let told = ids(&bench.get("/", &[]).json()["channels"], "");
    let read: Vec<&str> = ALL.iter().map(|vendor| vendor.slug).collect();
    assert_eq!(told, read);
}

#[test]
fn the_vendors_own_paging_leads_to_the_whole_truth() {
    let bench = Bench::unlimited();
    for vendor in ALL {
        for secret in ["good-1x1", "good-7x23"] {
            let seen =
                (vendor.read)(&bench, secret).unwrap_or_else(|status| panic!("{} {status}", vendor.slug));
            let truth = true_ids(&bench.truth(vendor.slug, secret));
            assert!(
                !truth.listings.is_empty() && !truth.reservations.is_empty(),
                "{}",
                vendor.slug
            );
            assert_eq!(sorted(&seen), sorted(&truth), "{} {secret}", vendor.slug);
        }
    }
}

#[test]
fn a_secret_without_a_size_has_the_usual_one() {
    let bench = Bench::with(Options {
        listings: 2,
        reservations: 3,
        limits: false,
        ..Options::default()
    });
    for vendor in ALL {
        let seen = (vendor.read)(&bench, "good").unwrap_or_else(|status| panic!("{} {status}", vendor.slug));
        assert_eq!(
            sorted(&seen),
            sorted(&true_ids(&bench.truth(vendor.slug, "good"))),
            "{}",
            vendor.slug
        );
    }
}

#[test]
fn an_account_may_be_empty() {
    let bench = Bench::unlimited();
    for vendor in ALL {
        let seen = (vendor.read)(&bench, "good-0x0");
        assert_eq!(seen, Ok(Seen::default()), "{}", vendor.slug);
    }
}

#[test]
fn any_other_secret_is_refused_as_the_vendor_refuses_it() {
    let bench = Bench::unlimited();
    for vendor in ALL {
        for secret in [
            "bad",
            "good-",
            "good-2",
            "good-2x",
            "good-x2",
            "good-99999999x1",
            "Good",
            "goody",
        ] {
            let seen = (vendor.read)(&bench, secret);
            assert_eq!(seen, Err(vendor.refusal), "{} {secret}", vendor.slug);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_data_and_another_seed_others() {
    let other = Options {
        seed: 2,
        ..Options::default()
    };
    let (first, second, third) = (Bench::new(), Bench::new(), Bench::with(other));
    for vendor in ALL {
        let truth = first.truth(vendor.slug, "good-3x5");
        assert_eq!(truth, second.truth(vendor.slug, "good-3x5"), "{}", vendor.slug);
        assert_ne!(truth, third.truth(vendor.slug, "good-3x5"), "{}", vendor.slug);
        assert_ne!(truth, first.truth(vendor.slug, "good-3x6"), "{}", vendor.slug);
    }
}

#[test]
fn the_truth_is_plausible() {
    let words = [
        "inquiry",
        "pending",
        "confirmed",
        "checked_in",
        "checked_out",
        "cancelled",
        "declined",
        "expired",
        "no_show",
        "blocked",
        "unknown",
    ];
    let bench = Bench::unlimited();
    for vendor in ALL {
        let truth = bench.truth(vendor.slug, "good-10x60");
        let mut met = BTreeSet::new();
        for row in truth["reservations"].as_array().unwrap() {
            let status = row["status"].as_str().unwrap();
            assert!(words.contains(&status), "{row}");
            met.insert(status);
            assert!(row["check-in"].as_str() < row["check-out"].as_str(), "{row}");
            if let (Some(booked), Some(updated)) = (row["booked-at"].as_str(), row["updated-at"].as_str()) {
                assert!(
                    booked <= updated && updated <= "2026-07-01T00:00:00.000000Z",
                    "{row}"
                );
                assert!(
                    booked.ends_with(".000000Z") && updated.ends_with(".000000Z"),
                    "{row}"
                );
            }
            if let Some(total) = row["total"].as_str() {
                assert!(
                    total.split_once('.').is_some_and(|(_, cents)| cents.len() == 2),
                    "{row}"
                );
            }
        }
        assert!(
            met.len() >= 2 || truth["listings"].as_array().unwrap().len() == 1,
            "{}: {met:?}",
            vendor.slug
        );
    }
}

#[test]
fn a_refusal_in_mid_air_is_the_vendors_own() {
    let bench = Bench::unlimited();
    for vendor in ALL {
        bench.fault(vendor.slug, "unauthorized", 0, None);
        assert_eq!(
            (vendor.read)(&bench, "good-2x2"),
            Err(vendor.refusal),
            "{}",
            vendor.slug
        );
        bench.no_faults();
        bench.fault(vendor.slug, "rate_limited", 0, None);
        assert_eq!(
            (vendor.read)(&bench, "good-2x2"),
            Err(vendor.limited),
            "{}",
            vendor.slug
        );
        bench.no_faults();
        bench.fault(vendor.slug, "outage", 0, None);
        assert_eq!((vendor.read)(&bench, "good-2x2"), Err(503), "{}", vendor.slug);
        bench.no_faults();
        assert!((vendor.read)(&bench, "good-2x2").is_ok(), "{}", vendor.slug);
    }
}

#[test]
fn a_short_page_hides_no_row_from_a_reader_that_goes_on() {
    let bench = Bench::unlimited();
    for vendor in ALL {
        bench.fault(vendor.slug, "short_page", 3, Some(2));
        let seen = (vendor.read)(&bench, "good-7x23").unwrap();
        bench.no_faults();
        let truth = true_ids(&bench.truth(vendor.slug, "good-7x23"));
        assert_eq!(
            sorted(&seen).reservations,
            sorted(&truth).reservations,
            "{}",
            vendor.slug
        );
    }
}

#[test]
fn a_change_shows_in_the_answers_and_in_the_truth() {
    let bench = Bench::unlimited();
    for vendor in ALL {
        let before = bench.truth(vendor.slug, "good-4x6");
        bench.change(vendor.slug, "good-4x6", 1, 4, 0);
        let after = bench.truth(vendor.slug, "good-4x6");
        assert_ne!(before, after, "{}", vendor.slug);
        let seen = (vendor.read)(&bench, "good-4x6").unwrap();
        assert_eq!(sorted(&seen), sorted(&true_ids(&after)), "{}", vendor.slug);
    }
}

#[test]
fn no_log_tells_a_secret() {
    let bench = Bench::unlimited();
    for vendor in ALL {
        (vendor.read)(&bench, "good-1x1").unwrap();
        let requests = bench.requests(vendor.slug);
        assert!(!requests.is_empty(), "{}", vendor.slug);
        for request in requests {
            assert_eq!(request["channel"], vendor.slug);
            assert!(!request.to_string().contains("good-1x1"), "{request}");
            assert!(
                request["credential"]
                    .as_str()
                    .is_some_and(|hash| hash.len() == 16),
                "{request}"
            );
        }
    }
}
