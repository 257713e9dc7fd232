//! Imports that fail: what becomes of the run, and how the account fares afterwards.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, HealthState},
    sync::{Outcome, WaitReason},
    time::Timestamp,
    usecases::{ImportEnd, Left, wake_slot},
};

use crate::stage::{Stage, later};

#[test]
fn what_the_channel_fails_with_decides_how_a_run_goes_on() {
    use ChannelFault as F;
    let ended = |fault| Left::Ended(Outcome::Failed(fault));
    let table = [
        // the fault, what the check then says, what becomes of the run, the health
        (
            F::InvalidCredentials,
            Some(F::InvalidCredentials),
            Some(ended(F::InvalidCredentials)),
            HealthState::NeedsReauth,
        ),
        (F::InvalidCredentials, None, None, HealthState::Healthy),
        (
            F::AuthorizationRevoked,
            Some(F::AuthorizationRevoked),
            Some(ended(F::AuthorizationRevoked)),
            HealthState::NeedsReauth,
        ),
        (
            F::UserActionRequired,
            Some(F::UserActionRequired),
            Some(ended(F::UserActionRequired)),
            HealthState::ActionRequired,
        ),
        (
            F::InvalidCredentials,
            Some(F::Unavailable),
            None,
            HealthState::ChannelDown,
        ),
        (
            F::InsufficientPermissions,
            None,
            Some(ended(F::InsufficientPermissions)),
            HealthState::ActionRequired,
        ),
        (
            F::Unsupported,
            None,
            Some(ended(F::Unsupported)),
            HealthState::Degraded,
        ),
        (F::Unavailable, None, None, HealthState::ChannelDown),
        (F::BadResponse, None, None, HealthState::Healthy),
        (F::Internal, None, None, HealthState::Healthy),
    ];
    for (fault, refusal, becomes, health) in table {
        let stage = Stage::furnished(|script| script.failures.push_back(Some(fault.into())));
        let refusal = refusal.map(ChannelFailure::from);
        stage.remote.script(|script| script.refusal = refusal);
        let end = stage.work_at(later(1));
        match becomes {
            Some(left) => assert_eq!(end.left, left, "{fault:?}"),
            None => assert!(
                matches!(end.left, Left::Waiting(WaitReason::Backoff, _)),
                "{fault:?}: {end:?}"
            ),
        }
        let kept = stage.world.state();
        assert_eq!(
            kept.account(stage.account).unwrap().health.state,
            health,
            "{fault:?}"
        );
    }
}

#[test]
fn a_rate_limit_waits_as_long_as_the_channel_says_and_uses_no_attempt() {
    let wait = Duration::from_mins(5);
    let stage = Stage::furnished(|script| {
        script.failures.push_back(Some(ChannelFailure {
            fault: ChannelFault::RateLimited,
            retry_after: Some(wait),
        }));
    });
    let end = stage.work_at(later(1));
    let Left::Waiting(WaitReason::Rate, until) = end.left else {
        panic!("{end:?}")
    };
    assert!(
        until >= later(1) + wait && until <= later(1) + wait.mul_f32(1.11),
        "{until}"
    );
    let kept = stage.world.state();
    assert_eq!(
        kept.account(stage.account).unwrap().health.state,
        HealthState::RateLimited
    );
    assert!(stage.take(later(1) + Duration::from_mins(4)).is_none());
    let writes = stage.world.state().writes;
    assert!(wake_slot(&stage.world.store, stage.key(), 1, until).unwrap());
    // The slot is the same, but a store that keeps computed columns beside it must compute them again.
    assert_eq!(stage.world.state().writes, writes + 1);
    assert_eq!(stage.take(until).unwrap().started.attempt, 1);
}

#[test]
fn one_bad_listing_does_not_keep_the_others_from_being_imported() {
    for fault in [
        ChannelFault::InsufficientPermissions,
        ChannelFault::Unsupported,
        ChannelFault::InvalidCredentials,
    ] {
        let stage = Stage::furnished(|script| {
            script.per_listing = true;
            // Two pages of listings, then the first listing's reservations.
            script.failures = [None, None, Some(fault.into())].into();
        });
        let end = stage.work_at(later(1));
        assert_eq!(end.left, Left::Ended(Outcome::PartiallySucceeded), "{fault:?}");
        let kept = stage.world.state();
        let counts = kept.runs[0].counts;
        assert_eq!(
            (counts.listings_done, counts.listings_failed),
            (2, 1),
            "{fault:?}"
        );
        assert!(
            (2..4).contains(&counts.reservations),
            "all but those of one listing"
        );
        assert_eq!(
            kept.account(stage.account).unwrap().health.state,
            HealthState::Degraded
        );
    }
}

#[test]
fn dead_credentials_are_asked_about_before_anything_is_fetched() {
    let refused = ChannelFailure::from(ChannelFault::InvalidCredentials);
    let stage = Stage::furnished(|script| script.failures.push_back(Some(refused)));
    stage.remote.script(|script| script.refusal = Some(refused));
    stage.work_at(later(1));
    let asked = stage.asked();
    stage.refresh(0);
    let end = stage.work_at(later(2));
    assert_eq!(
        end.left,
        Left::Ended(Outcome::Failed(ChannelFault::InvalidCredentials))
    );
    assert_eq!(stage.asked(), asked, "the check was enough");
    stage.remote.script(|script| script.refusal = None);
    stage.refresh(0);
    assert_eq!(stage.work_at(later(3)).left, Left::Ended(Outcome::Succeeded));
    let kept = stage.world.state();
    assert_eq!(
        kept.account(stage.account).unwrap().health.state,
        HealthState::Healthy
    );
}

/// Works on the run until it has ended, however often it waits.
fn to_the_end(stage: &Stage, mut now: Timestamp) -> ImportEnd {
    for _ in 0..20 {
        let end = stage.work_at(now);
        let Left::Waiting(_, until) = end.left else {
            return end;
        };
        now = now.max(until);
        wake_slot(&stage.world.store, stage.key(), 1, now).unwrap();
    }
    panic!("the run goes on for ever")
}

#[test]
fn what_passes_by_itself_does_not_cover_up_that_new_credentials_are_needed() {
    for passing in [ChannelFault::Unavailable, ChannelFault::BadResponse] {
        let refused = ChannelFailure::from(ChannelFault::InvalidCredentials);
        let stage = Stage::furnished(|script| script.failures.push_back(Some(refused)));
        stage.remote.script(|script| script.refusal = Some(refused));
        stage.work_at(later(1));
        assert_eq!(stage.health(), HealthState::NeedsReauth);
        stage
            .remote
            .script(|script| script.refusal = Some(passing.into()));
        stage.refresh(0);
        let end = to_the_end(&stage, later(2));
        assert!(matches!(end.left, Left::Ended(Outcome::Failed(_))), "{end:?}");
        // Else adding the account again with good credentials would be refused.
        assert_eq!(stage.health(), HealthState::NeedsReauth, "{passing:?}");
    }
}

/// What is shown while the run goes on: it may go on for hours.
#[test]
fn a_page_that_comes_in_ends_what_it_proves_over() {
    let limited = ChannelFailure {
        fault: ChannelFault::RateLimited,
        retry_after: Some(Duration::from_mins(5)),
    };
    let table = [
        (limited, HealthState::RateLimited, HealthState::Healthy),
        (
            ChannelFault::Unavailable.into(),
            HealthState::ChannelDown,
            HealthState::Healthy,
        ),
    ];
    for (failure, shown, then) in table {
        let stage = Stage::furnished(|script| {
            script.failures = [Some(failure), None, Some(ChannelFault::BadResponse.into())].into();
        });
        stage.work_at(later(1));
        assert_eq!(stage.health(), shown);
        wake_slot(&stage.world.store, stage.key(), 1, later(2)).unwrap();
        let end = stage.work_at(later(2));
        assert!(
            matches!(end.left, Left::Waiting(WaitReason::Backoff, _)),
            "{end:?}"
        );
        assert_eq!(stage.health(), then);
    }
}

#[test]
fn an_account_that_was_degraded_before_a_wait_is_so_after_it() {
    let stage = Stage::furnished(|script| script.garbled = 1);
    stage.work_at(later(1));
    assert_eq!(stage.health(), HealthState::Degraded);
    stage.remote.script(|script| {
        let (down, unclear) = (ChannelFault::Unavailable, ChannelFault::BadResponse);
        script.failures = [Some(down.into()), None, Some(unclear.into())].into();
    });
    stage.refresh(0);
    stage.work_at(later(2));
    assert_eq!(stage.health(), HealthState::ChannelDown);
    wake_slot(&stage.world.store, stage.key(), 1, later(3)).unwrap();
    stage.work_at(later(3));
    assert_eq!(stage.health(), HealthState::Degraded);
}

#[test]
fn a_run_that_skips_everything_proves_nothing() {
    // Two pages of listings, then one of reservations with something that is not understood.
    let stage = Stage::furnished(|script| script.garbled_pages = [0, 0, 1].into());
    stage.work_at(later(0));
    assert_eq!(stage.health(), HealthState::Degraded);
    stage.refresh(60);
    let end = stage.work_at(later(0) + Duration::from_mins(30));
    assert_eq!(end.left, Left::Ended(Outcome::Succeeded));
    assert_eq!(stage.health(), HealthState::Degraded);
    stage.refresh(0);
    stage.work_at(later(2));
    assert_eq!(stage.health(), HealthState::Healthy);
}
