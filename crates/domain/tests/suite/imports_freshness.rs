//! What a run reads, what it may skip, and from when on changes are asked for: nothing that changed is ever lost.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFault, HealthState, ReservationStatus, Stream},
    sync::{Outcome, RunKind},
    usecases::{Left, schedule_run},
};

use crate::{
    cast::NOW,
    remote::{Script, listing, reservation},
    stage::{Stage, later},
};

#[test]
fn a_refresh_skips_what_was_imported_recently_and_finds_what_is_new() {
    for per_listing in [false, true] {
        let stage = Stage::furnished(|script| script.per_listing = per_listing);
        stage.work_at(later(0));
        stage.refresh(60);
        let end = stage.work_at(NOW + Duration::from_mins(30));
        assert_eq!(end.left, Left::Ended(Outcome::Succeeded));
        let counts = stage.world.state().runs[1].counts;
        assert_eq!(
            (counts.listings_skipped, counts.listings_done, counts.reservations),
            (3, 0, 0)
        );

        stage.remote.script(|script| {
            script.listings.push(listing("d"));
            script.reservations.push(reservation("5", "d"));
        });
        stage.refresh(60);
        stage.work_at(NOW + Duration::from_mins(40));
        let (listings, reservations) = stage.stored();
        assert_eq!(
            (listings.len(), reservations.len()),
            (4, 5),
            "per listing: {per_listing}"
        );

        stage.refresh(0);
        stage.work_at(NOW + Duration::from_mins(50));
        let counts = stage.world.state().runs[3].counts;
        assert_eq!(
            (counts.listings_skipped, counts.listings_done, counts.reservations),
            (0, 4, 5)
        );
    }
}

#[test]
fn the_next_run_asks_for_changes_only_and_unchanged_rows_are_not_written() {
    let stage = Stage::furnished(|script| {
        script.incremental = true;
        for row in &mut script.reservations {
            row.updated_at = Some(NOW - Duration::from_hours(1));
        }
    });
    stage.work_at(later(1));
    let written = stage.world.state().reservations.clone();
    stage.remote.script(|script| {
        script.reservations[1].status = ReservationStatus::Cancelled;
        script.reservations[1].updated_at = Some(later(2));
    });
    schedule_run(&stage.world.store, stage.key(), stage.world.fresh(), later(7)).unwrap();
    stage.work_at(later(7));
    let kept = stage.world.state();
    assert_eq!(kept.runs[1].kind, RunKind::Scheduled);
    assert_eq!(kept.runs[1].counts.reservations, 1, "one changed since");
    let changed: Vec<_> = kept
        .reservations
        .iter()
        .filter(|row| !written.contains(row))
        .collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].record.status, ReservationStatus::Cancelled);
    let asked = stage
        .remote
        .script(|script| script.asked.last().cloned())
        .unwrap();
    assert_eq!((asked.stream, asked.since), (Stream::Reservations, Some(NOW)));
}

#[test]
fn a_listing_goes_off_when_two_complete_runs_missed_it_and_on_when_it_is_back() {
    let stage = Stage::furnished(|_| {});
    stage.work_at(later(1));
    let run = |hours| {
        schedule_run(&stage.world.store, stage.key(), stage.world.fresh(), later(hours)).unwrap();
        stage.work_at(later(hours));
        stage
            .world
            .state()
            .account(stage.account)
            .unwrap()
            .listings
            .enabled
    };
    let gone = stage.remote.script(|script| script.listings.remove(1));
    assert_eq!(run(7), 3, "once is a slip");
    assert_eq!(run(13), 2, "twice is gone");
    assert_eq!(run(19), 2);
    stage.remote.script(|script| script.listings.push(gone));
    assert_eq!(run(25), 3, "and back");
}

#[test]
fn many_listings_missing_at_once_are_not_believed() {
    let stage = Stage::new(Script {
        listings: (0..10).map(|n| listing(&n.to_string())).collect(),
        ..Script::default()
    });
    stage.work_at(later(1));
    stage.remote.script(|script| script.listings.truncate(6));
    for hours in [7, 13, 19] {
        schedule_run(&stage.world.store, stage.key(), stage.world.fresh(), later(hours)).unwrap();
        stage.work_at(later(hours));
        let kept = stage.world.state();
        let account = kept.account(stage.account).unwrap();
        assert_eq!(account.listings.enabled, 10);
        assert_eq!(account.health.state, HealthState::Degraded);
    }
}

#[test]
fn a_record_that_is_not_understood_makes_a_success_partial_and_keeps_the_cursor_back() {
    let stage = Stage::furnished(|script| {
        script.incremental = true;
        // Two pages of listings, then one of reservations.
        script.garbled_pages = [0, 0, 1].into();
    });
    let end = stage.work_at(later(1));
    assert_eq!(end.left, Left::Ended(Outcome::PartiallySucceeded));
    assert!(
        stage.world.state().cursors.is_empty(),
        "or the record would not be asked for again"
    );
}

/// Listings `a` to `c` of a channel that tells changes, read in full an hour after the beginning.
fn read_once(per_listing: bool) -> Stage {
    let stage = Stage::furnished(|script| {
        script.incremental = true;
        script.per_listing = per_listing;
        script.now = Some(later(1));
        for row in &mut script.reservations {
            row.updated_at = Some(NOW);
        }
    });
    assert_eq!(stage.work_at(later(1)).left, Left::Ended(Outcome::Succeeded));
    stage
}

impl Stage {
    /// The channel cancels a reservation of listing `b`.
    fn cancel(&self, at: innkeeper_domain::time::Timestamp) {
        self.remote.script(|script| {
            script.reservations[1].status = ReservationStatus::Cancelled;
            script.reservations[1].updated_at = Some(at);
        });
    }

    fn is_cancelled(&self) -> bool {
        let kept = self.world.state();
        let row = kept
            .reservations
            .iter()
            .find(|row| row.record.channel_reservation_id == "2");
        row.unwrap().record.status == ReservationStatus::Cancelled
    }

    fn refresh_at(&self, minutes: u32, now: innkeeper_domain::time::Timestamp) {
        self.remote.script(|script| script.now = Some(now));
        self.refresh(minutes);
        self.work_at(now);
    }
}

#[test]
fn what_changes_in_a_skipped_listing_is_read_by_the_next_run() {
    for per_listing in [false, true] {
        let stage = read_once(per_listing);
        stage.cancel(later(1) + Duration::from_mins(10));
        // Something else is new, so that this run reads a part.
        stage.remote.script(|script| script.listings.push(listing("d")));
        stage.refresh_at(60, later(1) + Duration::from_mins(30));
        stage.scheduled_at(later(7));
        assert!(stage.is_cancelled(), "per listing: {per_listing}");
    }
}

#[test]
fn the_past_of_a_new_listing_is_read_even_if_the_run_that_found_it_failed() {
    for per_listing in [false, true] {
        let stage = read_once(per_listing);
        stage.remote.script(|script| {
            script.listings.push(listing("d"));
            let mut old = reservation("5", "d");
            old.updated_at = Some(NOW);
            script.reservations.push(old);
            // Two pages of listings; then the worker is to come back, and others are faster.
            script.failures = [None, None, Some(ChannelFault::UserActionRequired.into())].into();
            script.refusal = Some(ChannelFault::UserActionRequired.into());
        });
        let end = stage.scheduled_at(later(7));
        assert!(matches!(end.left, Left::Ended(Outcome::Failed(_))), "{end:?}");
        stage.remote.script(|script| script.refusal = None);
        stage.scheduled_at(later(13));
        assert_eq!(stage.stored().1.len(), 5, "per listing: {per_listing}");
    }
}

#[test]
fn what_changes_in_a_listing_while_it_is_missing_is_read_when_it_is_back() {
    for missed in [1, 2] {
        let stage = read_once(true);
        let gone = stage.remote.script(|script| script.listings.remove(1));
        stage.cancel(later(2));
        for run in 0..missed {
            stage.scheduled_at(later(7 + run));
        }
        stage.remote.script(|script| script.listings.insert(1, gone));
        stage.scheduled_at(later(13));
        assert!(stage.is_cancelled(), "missed {missed} times");
    }
}

#[test]
fn a_reading_that_is_not_believed_keeps_the_cursor_back() {
    let stage = Stage::new(Script {
        listings: (0..10).map(|n| listing(&n.to_string())).collect(),
        incremental: true,
        per_listing: true,
        now: Some(later(1)),
        ..Script::default()
    });
    stage.work_at(later(1));
    let cursors = stage.world.state().cursors.clone();
    stage.remote.script(|script| script.listings.truncate(6));
    stage.scheduled_at(later(7));
    assert_eq!(stage.world.state().cursors, cursors);
}

#[test]
fn a_listing_on_two_pages_hides_no_other() {
    let stage = Stage::new(Script {
        listings: ["a", "b"].map(listing).into(),
        now: Some(NOW),
        ..Script::default()
    });
    stage.work_at(later(0));
    stage.remote.script(|script| {
        script.listings = ["a", "b", "a", "d"].map(listing).into();
        script.reservations = vec![reservation("1", "d")];
    });
    stage.refresh_at(60, NOW + Duration::from_mins(30));
    let counts = stage.world.state().runs[1].counts;
    assert_eq!(
        (counts.listings, counts.listings_skipped, counts.listings_done),
        (3, 2, 1)
    );
    assert_eq!(stage.stored().1, ["1"]);
}

#[test]
fn listings_that_are_all_new_do_not_make_the_loss_of_the_old_ones_credible() {
    let stage = Stage::new(Script {
        listings: (0..4).map(|n| listing(&n.to_string())).collect(),
        ..Script::default()
    });
    stage.work_at(later(1));
    let others = (10..40).map(|n| listing(&n.to_string())).collect();
    stage.remote.script(|script| script.listings = others);
    stage.scheduled_at(later(7));
    assert_eq!(stage.health(), HealthState::Degraded);
}
