//! Refreshes that meet a run which waits, and when to ask again.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFault, Records},
    sync::{Outcome, Pause},
    usecases::Left,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Answer, TestApp, assert_shows, listing, reservation};

on_each_backend!(
    a_run_that_waits_says_why_and_until_when,
    a_run_that_runs_says_what_it_reads,
    a_refresh_behind_a_failed_try_wakes_it,
    a_refresh_behind_a_rate_limit_does_not,
    a_lost_worker_is_a_wait_like_others,
    a_run_that_loses_worker_after_worker_is_given_up,
);

/// What a refused refresh is told.
fn told(answer: &Answer) -> String {
    let meta = answer.at("/errors/0/meta");
    let after = answer.header("retry-after").unwrap_or_default();
    format!(
        "{} after {after}: {} {}",
        answer.refusal(),
        meta["phase"],
        meta["waiting-reason"]
    )
}

fn a_run_that_waits_says_why_and_until_when(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.takes(&account).is_told_to_wait(Duration::from_secs(100));
    let mut lines = vec![told(&ada.refreshes(&account, ""))];
    app.pass(Duration::from_mins(1));
    lines.push(told(&ada.refreshes(&account, "")));
    app.pass(Duration::from_secs(42));
    lines.push(told(&ada.refreshes(&account, "")));
    app.pass(Duration::from_secs(10));
    // The wait is over, and no worker has come yet.
    lines.push(told(&ada.refreshes(&account, "")));
    app.wakes(&account);
    app.takes(&account).is_told_to_wait(Duration::from_hours(2));
    lines.push(told(&ada.refreshes(&account, "")));
    assert_shows!(lines.join("\n"), @r#"
    409 refresh_in_progress after 104: "listings" "rate_limited"
    409 refresh_in_progress after 43: "listings" "rate_limited"
    409 refresh_in_progress after 5: "listings" "rate_limited"
    409 refresh_in_progress after 5: "listings" "rate_limited"
    409 refresh_in_progress after 300: "listings" "rate_limited"
    "#);
}

fn a_run_that_runs_says_what_it_reads(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let mut lines = Vec::new();
    let mut worker = app.takes(&account);
    lines.push(told(&ada.refreshes(&account, "")));
    worker.stores(Records::Listings(vec![listing(1)]), false);
    lines.push(told(&ada.refreshes(&account, "")));
    worker.stores(Records::Reservations(vec![reservation(1, 1)]), false);
    lines.push(told(&ada.refreshes(&account, "")));
    worker.finishes(Outcome::Succeeded);
    app.pass(Duration::from_mins(2));
    ada.refreshes(&account, "?recent_sync_threshold_minutes=1")
        .expect(202);
    let mut worker = app.takes(&account);
    worker.stores(Records::Listings(vec![listing(1)]), false);
    lines.push(told(&ada.refreshes(&account, "")));
    worker.parks(Pause::Yield);
    lines.push(told(&ada.refreshes(&account, "")));
    assert_shows!(lines.join("\n"), @r#"
    409 refresh_in_progress after 5: "listings" null
    409 refresh_in_progress after 5: "history" null
    409 refresh_in_progress after 5: "history" null
    409 refresh_in_progress after 5: "recent_reservations" null
    409 refresh_in_progress after 5: "recent_reservations" "yield"
    "#);
}

fn a_refresh_behind_a_failed_try_wakes_it(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    let left = worker.parks(Pause::Failed(ChannelFault::Unavailable));
    assert!(
        matches!(left, Left::Waiting(_, until) if until > app.now()),
        "{left:?}"
    );
    assert!(app.tries_to_take(&account).is_none(), "it waits");
    let answer = ada.refreshes(&account, "?if_running=queue").expect(202);
    assert_eq!(answer.text("/meta/disposition"), "queued_behind");
    assert_eq!(
        app.takes(&account).run(),
        worker.run(),
        "the one in front goes on at once"
    );
}

fn a_refresh_behind_a_rate_limit_does_not(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    worker.is_told_to_wait(Duration::from_mins(2));
    let answer = ada.refreshes(&account, "?if_running=queue").expect(202);
    assert_eq!(answer.text("/meta/disposition"), "queued_behind");
    assert!(
        app.tries_to_take(&account).is_none(),
        "the channel's wait is kept"
    );
    app.pass(Duration::from_mins(3));
    app.wakes(&account);
    assert_eq!(app.takes(&account).run(), worker.run());
}

fn a_lost_worker_is_a_wait_like_others(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let mut lost = app.takes(&account);
    lost.stores(Records::Listings(vec![listing(1)]), true);
    app.pass(Duration::from_secs(61));
    assert!(app.wakes(&account), "the lease has passed");
    assert_shows!(told(&ada.refreshes(&account, "")), @r#"409 refresh_in_progress after 5: "listings" "crash""#);
    app.pass(Duration::from_secs(10));
    app.wakes(&account);
    let mut again = app.takes(&account);
    assert_eq!(again.run(), lost.run());
    // Whoever was lost comes back, and changes nothing.
    let pages = || Records::Listings(vec![listing(2)]);
    assert!(!lost.tries_to_store(pages(), Vec::new(), false));
    assert_eq!(lost.finishes(Outcome::Succeeded), Left::Lost);
    assert_eq!(ada.shows(&account, "listings/").items().len(), 1);
    again.stores(pages(), false);
    assert_eq!(ada.shows(&account, "listings/").items().len(), 2);
    let run = ada.shows(&account, &format!("runs/{}/", again.run()));
    assert_eq!(run.at("/data/attributes/rescues"), 1);
    assert_eq!(run.at("/data/attributes/attempts"), 2);
}

fn a_run_that_loses_worker_after_worker_is_given_up(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let run = app.takes(&account).run();
    let mut lines = Vec::new();
    for _ in 0..6 {
        app.pass(Duration::from_secs(61));
        assert!(app.wakes(&account), "the lease has passed");
        let shown = ada.shows(&account, &format!("runs/{run}/"));
        let told = shown.at("/data/attributes");
        lines.push(format!(
            "{} {} after {} tries, {} lost: {}",
            told["state"], told["waiting-reason"], told["attempts"], told["rescues"], told["failure"]["code"]
        ));
        app.pass(Duration::from_secs(10));
        app.wakes(&account);
        if let Some(worker) = app.tries_to_take(&account) {
            assert_eq!(worker.run(), run);
        }
    }
    assert_shows!(lines.join("\n"), @r#"
    "waiting" "crash" after 1 tries, 1 lost: null
    "waiting" "crash" after 2 tries, 2 lost: null
    "waiting" "crash" after 3 tries, 3 lost: null
    "waiting" "crash" after 4 tries, 4 lost: null
    "waiting" "crash" after 5 tries, 5 lost: null
    "failed" null after 6 tries, 6 lost: "crashed"
    "#);
    let shown = ada.shows(&account, "").at("/data/attributes");
    assert_eq!(shown["sync-status"]["state"], "unknown");
    assert_eq!(shown["sync-detail"]["last-failure"]["code"], "crashed");
    assert_eq!(
        (&shown["valid"], &shown["health"]["state"]),
        (&true.into(), &"degraded".into())
    );
    // Whoever asks again is not refused for that.
    let answer = ada.refreshes(&account, "").expect(202);
    assert_eq!(answer.text("/meta/disposition"), "queued");
}
