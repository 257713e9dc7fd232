//! How long runs wait, how long a claim holds, and which slot comes first.

use std::time::Duration;

use innkeeper_domain::{
    sync::{
        Class, Command, IfRunning, Pause, Pending, RunKind, Slot, Started, WaitReason,
        delay::{self, MOST_FAILURES},
        lease::{LEASE, RENEW_EVERY, STOP_CALLING_AFTER},
    },
    time::Timestamp,
};
use proptest::prelude::*;
use rstest::rstest;

use crate::{
    cast::NOW,
    sync_cast::{
        after, before, held, mine, pending, refresh, running, seconds, slot, started, waiting, waits,
    },
};

/// Up to 4 s, doubled each time, up to five minutes: 13 minutes in all at most, half of that on average.
#[test]
fn waits_after_failed_tries_double_up_to_five_minutes() {
    let most: Vec<u64> = (1..=MOST_FAILURES)
        .map(|failures| (delay::failed_try(failures, u64::MAX) + Duration::from_micros(1)).as_secs())
        .collect();
    assert_eq!(most, [4, 8, 16, 32, 64, 128, 256, 300]);
    assert_eq!(most.iter().sum::<u64>(), 808);
    assert_eq!(delay::failed_try(u32::MAX, u64::MAX).as_secs(), 299);
    assert_eq!(delay::failed_try(MOST_FAILURES, 0), Duration::ZERO);
    assert_eq!(delay::failed_try(1, 1 << 63), seconds(2));
}

/// The time that a channel states, without and with the most of randomness.
#[rstest]
#[case::no_time(Some(0), 1_000, 1_000)]
#[case::under_a_second(Some(500), 1_000, 1_000)]
#[case::a_minute(Some(60_000), 60_000, 66_000)]
#[case::a_day(Some(86_400_000), 86_400_000, 86_400_000)]
#[case::ten_days(Some(864_000_000), 86_400_000, 86_400_000)]
#[case::unsaid(None, 30_000, 60_000)]
fn waits_for_rate_limits_are_a_second_to_a_day(
    #[case] stated: Option<u64>,
    #[case] least: u128,
    #[case] most: u128,
) {
    let wait = |random| delay::rate_limit(stated.map(Duration::from_millis), random);
    assert_eq!(wait(0).as_millis(), least);
    assert_eq!(
        (wait(u64::MAX) + Duration::from_micros(1)).as_millis().max(least),
        most
    );
}

#[test]
fn a_lost_worker_is_followed_after_1_to_10_seconds_and_a_lost_process_at_once() {
    assert_eq!(delay::crash(0), seconds(1));
    assert_eq!(delay::crash(u64::MAX) + Duration::from_micros(1), seconds(10));
    assert!(delay::take_over(u64::MAX) < seconds(1));
}

proptest! {
    #[test]
    fn a_stated_rate_limit_is_never_undercut(stated in any::<u64>(), random in any::<u64>()) {
        let stated = Duration::from_micros(stated);
        let wait = delay::rate_limit(Some(stated), random);
        let day = Duration::from_hours(24);
        prop_assert!(wait >= stated.min(day) && wait <= day && wait >= seconds(1));
    }

    #[test]
    fn no_wait_after_a_failure_is_over_five_minutes(failures in any::<u32>(), random in any::<u64>()) {
        prop_assert!(delay::failed_try(failures, random) <= Duration::from_mins(5));
    }

    #[test]
    fn asking_again_never_loses_a_place(asked in 0..100_000_u64, again in 0..100_000_u64) {
        let old = Pending { first_requested_at: before() + seconds(asked), ..pending(RunKind::Refresh) };
        let seen = slot(Some(old), None);
        let replaced = after(&seen, refresh(IfRunning::Refuse), NOW + seconds(asked + again));
        prop_assert_eq!(replaced.rank(), seen.rank());
    }
}

/// A worker that stops calling in time never calls with a lease that others may have taken for passed.
#[test]
fn a_worker_has_three_chances_to_renew_before_it_stops_and_stops_before_its_lease_passes() {
    assert_eq!((LEASE, RENEW_EVERY * 3), (seconds(60), STOP_CALLING_AFTER));
    assert!(STOP_CALLING_AFTER < LEASE);
}

/// A page extends a lease of which under two thirds are left; nothing moves a lease beyond the deadline.
#[rstest]
#[case::just_claimed(0, 21_600, 60, 60)]
#[case::two_thirds_left(20, 21_600, 60, 80)]
#[case::under_two_thirds(21, 21_600, 81, 81)]
#[case::near_the_deadline(50, 70, 70, 70)]
#[case::deadline_before_the_lease(30, 60, 60, 60)]
fn pages_and_renewals_extend_the_lease(
    #[case] passed: u64,
    #[case] deadline: u64,
    #[case] by_page: u64,
    #[case] by_renewal: u64,
) {
    let taken = Started {
        deadline: NOW + seconds(deadline),
        ..running().started.unwrap()
    };
    let until = |command| {
        let after = after(&slot(None, Some(taken)), command, NOW + seconds(passed));
        let lease_until = after.started.unwrap().claim().unwrap().lease_until;
        assert_eq!(after.wake_at(NOW), Some(lease_until));
        lease_until.since(NOW).as_secs()
    };
    let claim = mine();
    assert_eq!(until(Command::Fence { claim }), by_page);
    assert_eq!(until(Command::Renew { claim }), by_renewal);
}

#[rstest]
#[case::idle(slot(None, None), false, None)]
#[case::pending(slot(Some(pending(RunKind::Refresh)), None), true, None)]
#[case::running(running(), false, Some(NOW + seconds(60)))]
#[case::follow_up_behind_a_running_run(slot(Some(pending(RunKind::Refresh)), running().started), false, Some(NOW + seconds(60)))]
#[case::waiting(waiting(WaitReason::Rate, NOW + seconds(7)), false, Some(NOW + seconds(7)))]
#[case::waited(waiting(WaitReason::Rate, NOW), true, Some(before() + Duration::from_hours(6)))]
#[case::waiting_beyond_its_time(waiting(WaitReason::Backoff, NOW + Duration::from_hours(9)), false, Some(before() + Duration::from_hours(6)))]
fn a_slot_is_ready_or_says_when_to_look_again(
    #[case] seen: Slot,
    #[case] ready: bool,
    #[case] wake_at: Option<Timestamp>,
) {
    assert_eq!((seen.ready(NOW), seen.wake_at(NOW)), (ready, wake_at));
}

/// A channel that asks to wait has a day, whatever the run's own deadline; the day counts from its first refusal.
#[test]
fn waits_for_rate_limits_move_the_deadline_on_and_end_after_a_day() {
    let park = Command::Park {
        claim: mine(),
        pause: Pause::RateLimited {
            until: Some(NOW + Duration::from_hours(20)),
        },
        random: 0,
    };
    let first = after(&running(), park, NOW);
    let run = first.started.unwrap();
    let day = Duration::from_hours(24);
    assert_eq!(run.deadline, before() + Duration::from_hours(26));
    assert_eq!(first.wake_at(NOW), Some(NOW + Duration::from_hours(20)));
    let longer = Started {
        rate_limited_since: Some(NOW - Duration::from_hours(10)),
        ..run
    };
    assert_eq!(
        slot(None, Some(longer)).wake_at(NOW),
        Some(NOW - Duration::from_hours(10) + day)
    );
}

fn rank(slot: &Slot) -> i64 {
    let lead = before().as_micros() - slot.rank().unwrap().as_micros();
    lead / 3_600_000_000
}

/// How many hours before its wish a run ranks, and as what. What waits behind a run hurries it along.
#[rstest]
#[case::refresh(slot(Some(pending(RunKind::Refresh)), None), Class::Refresh, 6)]
#[case::initial_import(slot(Some(pending(RunKind::InitialImport)), None), Class::InitialImport, 3)]
#[case::scheduled(slot(Some(pending(RunKind::Scheduled)), None), Class::Scheduled, 0)]
#[case::raised(slot(Some(Pending { raised: true, ..pending(RunKind::InitialImport) }), None), Class::Refresh, 6)]
#[case::waiting(waiting(WaitReason::Yield, NOW), Class::Scheduled, 0)]
#[case::raised_and_started(slot(None, Some(Started { raised: true, ..started(RunKind::InitialImport, held()) })), Class::Refresh, 6)]
#[case::hurried(
    slot(
        Some(pending(RunKind::Refresh)),
        Some(started(RunKind::Scheduled, waits(WaitReason::Yield, NOW)))
    ),
    Class::Refresh,
    6
)]
fn refreshes_rank_six_hours_ahead_and_initial_imports_three(
    #[case] seen: Slot,
    #[case] class: Class,
    #[case] hours: i64,
) {
    assert_eq!((seen.class(), rank(&seen)), (Some(class), hours));
}

/// I18: what waited longer than the credit goes before the newest refresh.
#[test]
fn nothing_waits_behind_refreshes_for_longer_than_their_credit() {
    let old = slot(Some(pending(RunKind::Scheduled)), None);
    let newer = |hours| {
        let asked = before() + Duration::from_hours(hours);
        let refresh = Pending {
            first_requested_at: asked,
            ..pending(RunKind::Refresh)
        };
        slot(Some(refresh), None).rank()
    };
    assert!(newer(5) < old.rank() && old.rank() < newer(7));
}
