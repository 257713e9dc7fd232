//! The worker's side: an import from its first call to its end, over a store in memory and a played channel.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFault, HealthState, Urgency},
    ports::StoreError,
    sync::{Outcome, RunState, WaitReason},
    time::Timestamp,
    usecases::{DeleteAccount, Hold, Left, delete_account, end_unreadable, load_work, take_run, wake_slot},
};

use crate::{
    remote::Calm,
    stage::{Stage, later},
    world::application,
};

const EVERYTHING: ([&str; 3], [&str; 4]) = (["a", "b", "c"], ["1", "2", "3", "4"]);

fn owned((listings, reservations): ([&str; 3], [&str; 4])) -> (Vec<String>, Vec<String>) {
    (
        listings.map(str::to_owned).into(),
        reservations.map(str::to_owned).into(),
    )
}

#[test]
fn an_import_brings_everything_once_and_ties_reservations_to_their_listings() {
    for per_listing in [false, true] {
        let stage = Stage::furnished(|script| script.per_listing = per_listing);
        let end = stage.work_at(later(1));
        assert_eq!(
            end.left,
            Left::Ended(Outcome::Succeeded),
            "per listing: {per_listing}"
        );
        assert_eq!(stage.stored(), owned(EVERYTHING));
        let kept = stage.world.state();
        assert!(kept.reservations.iter().all(|row| row.listing.is_some()));
        assert!(kept.listings.iter().all(|(row, _)| row.synced_at.is_some()));
        let account = kept.account(stage.account).unwrap();
        assert_eq!((account.listings.all, account.listings.enabled), (3, 3));
        assert_eq!(account.imports.past.last_success_at, Some(later(1)));
        let counts = kept.runs[0].counts;
        assert_eq!(
            (counts.listings, counts.listings_done, counts.reservations),
            (3, 3, 4)
        );
        assert!(
            kept.checkpoints.is_empty() && kept.items.is_empty(),
            "progress is folded away"
        );
    }
}

#[test]
fn a_crash_after_any_page_repeats_nothing_that_was_stored() {
    for per_listing in [false, true] {
        let whole = Stage::furnished(|script| script.per_listing = per_listing);
        whole.work_at(later(1));
        for pages in 0..whole.asked() {
            let stage = Stage::furnished(|script| {
                script.per_listing = per_listing;
                script.failures = std::iter::repeat_n(None, pages).collect();
                script.failures.push_back(Some(ChannelFault::Unavailable.into()));
            });
            let end = stage.work_at(later(1));
            assert!(
                matches!(end.left, Left::Waiting(WaitReason::Backoff, _)),
                "{end:?}"
            );
            assert!(wake_slot(&stage.world.store, stage.key(), 1, later(2)).unwrap());
            let end = stage.work_at(later(2));
            assert_eq!(end.left, Left::Ended(Outcome::Succeeded), "after {pages} pages");
            assert_eq!(stage.stored(), owned(EVERYTHING));
            assert_eq!(
                stage.asked(),
                whole.asked() + 1,
                "one call was in vain, none was repeated"
            );
        }
    }
}

#[test]
fn a_worker_whose_claim_is_lost_stores_nothing() {
    let stage = Stage::furnished(|_| {});
    let mine = stage.take(later(1)).unwrap();
    // The lease passes, and somebody else takes the run.
    let late = later(1) + Duration::from_secs(61);
    assert!(wake_slot(&stage.world.store, stage.key(), 1, late).unwrap());
    let theirs = stage.take(late + Duration::from_secs(11)).unwrap();
    assert_ne!(mine.hold.claim, theirs.hold.claim);
    let before = stage.world.state().fingerprint();
    assert_eq!(stage.go_on(mine, &Calm::at(late)).left, Left::Lost);
    assert_eq!(stage.world.state().fingerprint(), before);
    let end = stage.go_on(theirs, &Calm::at(late + Duration::from_secs(12)));
    assert_eq!(end.left, Left::Ended(Outcome::Succeeded));
}

#[test]
fn nothing_is_imported_once_the_account_is_deleted() {
    let stage = Stage::furnished(|_| {});
    let work = stage.take(later(1)).unwrap();
    let command = DeleteAccount {
        context: stage.world.context(&application()),
        user: stage.user,
        account: stage.account,
    };
    delete_account(&stage.world.store, &command).unwrap();
    assert_eq!(stage.go_on(work, &Calm::at(later(1))).left, Left::Lost);
    let kept = stage.world.state();
    assert!(kept.listings.is_empty() && kept.reservations.is_empty());
    assert_eq!(kept.runs[0].state, RunState::Cancelled);
}

#[test]
fn a_worker_that_stops_hands_its_run_back_without_an_attempt() {
    let stage = Stage::furnished(|_| {});
    let work = stage.take(later(1)).unwrap();
    let stopping = Calm {
        stopping: true,
        ..Calm::at(later(1))
    };
    let end = stage.go_on(work, &stopping);
    assert!(matches!(end.left, Left::Waiting(WaitReason::Yield, _)), "{end:?}");
    wake_slot(&stage.world.store, stage.key(), 1, later(1)).unwrap();
    assert_eq!(stage.take(later(1)).unwrap().started.attempt, 1);
}

#[test]
fn a_worker_without_time_calls_nobody() {
    let stage = Stage::furnished(|_| {});
    let work = stage.take(later(1)).unwrap();
    let late = Calm {
        time_left: None,
        ..Calm::at(later(1))
    };
    assert_eq!(stage.go_on(work, &late).left, Left::Lost);
    assert_eq!(stage.asked(), 0);
}

/// Else the run would sit out its lease again and again, until it counts as one that kills its workers.
#[test]
fn a_run_without_readable_credentials_ends_and_says_so() {
    let stage = Stage::furnished(|_| {});
    stage.world.store.set(|state| state.account_credentials.clear());
    let (claim, worker) = (stage.world.fresh(), stage.world.fresh());
    let started = take_run(&stage.world.store, stage.key(), (claim, worker), later(1))
        .unwrap()
        .unwrap();
    let hold = Hold {
        key: stage.key(),
        run: started.run,
        claim,
    };
    let refused = load_work(&stage.world.store, hold, started).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused:?}");
    let left = end_unreadable(&stage.world.store, hold, later(1)).unwrap();
    assert_eq!(left, Left::Ended(Outcome::Failed(ChannelFault::Internal)));
    assert_eq!(stage.health(), HealthState::Unreadable);
    let again = end_unreadable(&stage.world.store, hold, later(1)).unwrap();
    assert_eq!(again, Left::Lost);
}

#[test]
fn a_channel_that_leads_in_a_circle_is_not_followed() {
    let stage = Stage::furnished(|script| script.stuck = true);
    let end = stage.work_at(later(1));
    assert!(
        matches!(end.left, Left::Waiting(WaitReason::Backoff, _)),
        "{end:?}"
    );
    assert_eq!(
        end.failure.map(|failure| failure.fault),
        Some(ChannelFault::BadResponse)
    );
}

#[test]
fn nothing_looks_fresher_than_it_is_where_the_callers_clock_is_ahead() {
    let stage = Stage::furnished(|script| {
        script.now = Some(later(9));
        script.incremental = true;
    });
    stage.work_at(later(1));
    let kept = stage.world.state();
    let latest = |at: Option<Timestamp>| at.is_some_and(|at| at <= later(1));
    assert!(
        kept.listings
            .iter()
            .all(|(row, _)| latest(row.synced_at) && latest(Some(row.seen_at)))
    );
    assert!(kept.cursors.iter().all(|(_, _, at)| latest(Some(*at))));
}

#[test]
fn an_initial_import_that_somebody_waits_for_takes_from_what_is_kept_for_people() {
    for (is_raised, urgency) in [(false, Urgency::Background), (true, Urgency::Person)] {
        let stage = Stage::furnished(|_| {});
        if is_raised {
            stage.refresh(60);
        }
        stage.work_at(later(1));
        let asked = stage.remote.script(|script| script.asked.clone());
        assert!(
            asked.iter().all(|request| request.urgency == urgency),
            "raised: {is_raised}"
        );
    }
}
