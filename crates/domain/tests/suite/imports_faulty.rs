//! Records that are not understood: each is told, and none keeps the others back for ever.

use innkeeper_domain::{
    accounts::{ChannelFault, HealthState},
    imports::{Counts, FailedItem},
    sync::Outcome,
    time::Timestamp,
    usecases::Left,
};

use crate::{
    cast::NOW,
    remote::{Script, listing},
    stage::{Stage, later},
};

const PARTLY: Left = Left::Ended(Outcome::PartiallySucceeded);

fn cursor(stage: &Stage) -> Option<Timestamp> {
    stage.world.state().cursors.first().map(|(_, _, at)| *at)
}

fn enabled(stage: &Stage) -> u32 {
    let kept = stage.world.state();
    kept.account(stage.account).unwrap().listings.enabled
}

fn counts(stage: &Stage) -> Counts {
    stage.world.state().runs.last().unwrap().counts
}

/// What was noted of the last run.
fn noted(stage: &Stage) -> Vec<FailedItem> {
    let kept = stage.world.state();
    let last = kept.runs.last().unwrap().id;
    let of_run = kept.noted.iter().filter(|(run, _)| *run == last);
    of_run.map(|(_, item)| item.clone()).collect()
}

fn unknown(id: Option<&str>) -> FailedItem {
    FailedItem {
        listing: None,
        channel_listing_id: id.map(str::to_owned),
        fault: ChannelFault::BadResponse,
    }
}

#[test]
fn a_listing_that_is_never_understood_is_told_and_keeps_nothing_else_back() {
    let stage = Stage::furnished(|script| {
        script.incremental = true;
        script.broken = vec!["b"];
        script.now = Some(later(1));
        for row in &mut script.reservations {
            row.updated_at = Some(NOW);
        }
    });
    assert_eq!(stage.work_at(later(1)).left, PARTLY);
    assert_eq!(noted(&stage), [unknown(Some("b"))]);
    let done = counts(&stage);
    assert_eq!(
        (done.listings, done.listings_done, done.listings_failed),
        (3, 2, 1)
    );
    assert_eq!(
        stage.stored(),
        (
            ["a", "c"].map(str::to_owned).into(),
            ["1", "2", "3", "4"].map(str::to_owned).into()
        )
    );
    assert_eq!(
        cursor(&stage),
        Some(later(1)),
        "no reservation is read again for its sake"
    );

    stage
        .remote
        .script(|script| script.listings.retain(|row| row.channel_listing_id != "c"));
    stage.scheduled_at(later(7));
    stage.scheduled_at(later(13));
    assert_eq!(enabled(&stage), 1, "what is gone goes off all the same");
    assert_eq!(stage.health(), HealthState::Degraded);

    stage.remote.script(|script| script.broken.clear());
    let end = stage.scheduled_at(later(19));
    assert_eq!(end.left, Left::Ended(Outcome::Succeeded));
    let kept = stage.world.state();
    let of_b = |row: &&innkeeper_domain::imports::StoredReservation| {
        row.record.channel_listing_id.as_deref() == Some("b")
    };
    assert!(
        kept.reservations.iter().find(of_b).unwrap().listing.is_some(),
        "once it is understood it is tied to what was read before"
    );
}

#[test]
fn a_known_listing_that_is_not_understood_any_more_is_not_missing() {
    for per_listing in [false, true] {
        let stage = Stage::furnished(|script| script.per_listing = per_listing);
        stage.work_at(later(1));
        let synced = |stage: &Stage| {
            let kept = stage.world.state();
            let row = kept
                .listings
                .iter()
                .find(|(row, _)| row.record.channel_listing_id == "b");
            row.unwrap().0.synced_at
        };
        let before = synced(&stage);
        stage.remote.script(|script| script.broken = vec!["b"]);
        for hours in [7, 13, 19] {
            assert_eq!(stage.scheduled_at(later(hours)).left, PARTLY);
            let done = counts(&stage);
            assert_eq!(
                (done.listings, done.listings_done, done.listings_failed),
                (3, 2, 1),
                "per listing: {per_listing}"
            );
            assert_eq!(noted(&stage), [], "it has an item");
            assert_eq!(enabled(&stage), 3);
        }
        assert_eq!(synced(&stage), before, "it does not look fresher than it is");
    }
}

#[test]
fn a_record_without_an_id_may_be_what_is_missing() {
    for (missing, nameless, left) in [(1, 1, 10), (2, 2, 10), (2, 1, 8), (3, 0, 7)] {
        let stage = Stage::new(Script {
            listings: (0..10).map(|n| listing(&n.to_string())).collect(),
            ..Script::default()
        });
        stage.work_at(later(1));
        stage
            .remote
            .script(|script| script.listings.truncate(10 - missing));
        for hours in [7, 13, 19] {
            stage
                .remote
                .script(|script| script.garbled_pages = [nameless].into());
            stage.scheduled_at(later(hours));
            assert_eq!(noted(&stage), vec![unknown(None); nameless]);
        }
        assert_eq!(
            enabled(&stage),
            left,
            "{missing} missing, {nameless} without an id"
        );
    }
}

#[test]
fn a_reservation_that_is_never_understood_is_asked_for_once_more_and_then_given_up() {
    let stage = Stage::furnished(|script| {
        script.incremental = true;
        script.broken = vec!["2"];
        script.now = Some(later(1));
        for row in &mut script.reservations {
            row.updated_at = Some(NOW);
        }
    });
    assert_eq!((stage.work_at(later(1)).left, cursor(&stage)), (PARTLY, None));
    assert_eq!(stage.scheduled_at(later(7)).left, PARTLY);
    assert_eq!(cursor(&stage), Some(later(7)), "twice is enough");
    assert_eq!(
        stage.scheduled_at(later(13)).left,
        Left::Ended(Outcome::Succeeded)
    );
    assert_eq!(cursor(&stage), Some(later(13)));

    stage.remote.script(|script| {
        script.broken = vec!["3"];
        script.reservations[2].updated_at = Some(later(14));
    });
    for (hours, since, then) in [(19, 13, 13), (25, 13, 25), (31, 25, 31)] {
        stage.scheduled_at(later(hours));
        let asked = stage.remote.script(|script| script.asked.last().cloned());
        assert_eq!(asked.unwrap().since, Some(later(since)), "at {hours}");
        assert_eq!(cursor(&stage), Some(later(then)), "after {hours}");
    }
}
