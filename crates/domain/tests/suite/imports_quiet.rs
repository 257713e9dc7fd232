//! Reading again what is known: it is compared, but hardly written.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFault, ReservationStatus},
    sync::Outcome,
    time::Timestamp,
    usecases::{Left, wake_slot},
};

use crate::{
    cast::NOW,
    remote::{Script, listing, reservation},
    stage::Stage,
};

/// How many pages of two the reservations of these tests fill.
const PAGES: u32 = 100;

fn later(hours: u64) -> Timestamp {
    NOW + Duration::from_hours(hours)
}

/// An account whose two hundred reservations are imported.
fn imported() -> Stage {
    let reservations = (0..2 * PAGES).map(|n| reservation(&n.to_string(), "a"));
    let stage = Stage::new(Script {
        listings: vec![listing("a")],
        reservations: reservations.collect(),
        ..Script::default()
    });
    stage.work_at(later(1));
    assert_eq!(stage.world.state().reservations.len(), 200);
    stage
}

fn writes(stage: &Stage) -> u64 {
    stage.world.state().writes
}

#[test]
fn what_is_known_is_written_now_and_then_only() {
    let stage = imported();
    let before = writes(&stage);
    let end = stage.scheduled_at(later(7));
    assert_eq!(end.left, Left::Ended(Outcome::Succeeded));
    let counts = stage.world.state().runs[1].counts;
    assert_eq!((counts.reservations, counts.listings_done), (200, 1));
    // Fence and checkpoint for one page in seventeen, and some for the beginning and the end.
    let written = writes(&stage) - before;
    assert!(written < u64::from(PAGES) / 2, "{written} writes");
}

#[test]
fn a_change_in_the_middle_of_what_is_known_is_stored() {
    for changed in [3, 4, 77, 198, 199] {
        let stage = imported();
        stage.remote.script(|script| {
            script.reservations[changed].status = ReservationStatus::Cancelled;
        });
        stage.scheduled_at(later(7));
        let kept = stage.world.state();
        let cancelled: Vec<_> = kept
            .reservations
            .iter()
            .filter(|row| row.record.status == ReservationStatus::Cancelled)
            .map(|row| row.record.channel_reservation_id.clone())
            .collect();
        assert_eq!(cancelled, [changed.to_string()]);
        assert_eq!(kept.runs[1].counts.reservations, 200);
    }
}

#[test]
fn a_failure_in_the_middle_of_what_is_known_costs_some_pages_and_no_count() {
    for page in [5_usize, 20, 50] {
        let stage = imported();
        stage.remote.script(|script| {
            script.failures = std::iter::repeat_n(None, page).collect();
            script.failures.push_back(Some(ChannelFault::Unavailable.into()));
        });
        stage.scheduled_at(later(7));
        assert!(wake_slot(&stage.world.store, stage.key(), 1, later(8)).unwrap());
        let end = stage.work_at(later(8));
        assert_eq!(end.left, Left::Ended(Outcome::Succeeded), "after {page} pages");
        assert_eq!(
            stage.world.state().runs[1].counts.reservations,
            200,
            "after {page} pages"
        );
    }
}
