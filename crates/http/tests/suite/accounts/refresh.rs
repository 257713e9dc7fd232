//! `POST /api/v1/users/{id}/accounts/{account}/refresh/`: every state that a refresh can meet, and both ways to ask.

use std::time::Duration;

use innkeeper_domain::{
    accounts::ChannelFault,
    ports::{PickOrder, RunQueue, SlotKey},
    sync::Outcome,
    usecases::schedule_run,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Answer, Person, TestApp, assert_shows};

on_each_backend!(
    nothing_to_do_is_something_to_do_now,
    a_pending_refresh_is_replaced,
    a_pending_scheduled_run_is_replaced,
    a_pending_initial_import_absorbs_it,
    an_import_that_absorbed_a_refresh_ranks_as_one,
    a_started_run_is_not_disturbed,
    behind_a_started_run_there_is_one_follow_up,
    an_end_with_a_follow_up_is_no_completion,
    dead_credentials_keep_nobody_from_asking,
);

const QUEUE: &str = "?if_running=queue";

/// An account that was imported, with nothing under way.
fn imported(app: &TestApp, ada: &Person<'_>, number: u32) -> String {
    let account = ada.connects(number);
    app.imports(&account, 1, 1);
    account
}

fn disposition(answer: &Answer) -> String {
    answer.text("/meta/disposition")
}

fn state(ada: &Person<'_>, account: &str) -> String {
    ada.shows(account, "").text("/data/attributes/sync-status/state")
}

/// What the runs of an account came to, the newest first.
fn runs(ada: &Person<'_>, account: &str) -> String {
    let runs = ada.shows(account, "runs/");
    let causes = runs.each("/attributes/cause");
    let states = runs.each("/attributes/state");
    let told = causes
        .iter()
        .zip(states)
        .map(|(cause, state)| format!("{cause} {state}"));
    told.collect::<Vec<_>>().join(", ")
}

fn nothing_to_do_is_something_to_do_now(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = imported(&app, &ada, 1);
    assert_shows!(ada.refreshes(&account, ""), @r#"
    202
    content-type: application/vnd.api+json
    {
      "links": {
        "related": "https://inn.example/api/v1/users/[ada]/accounts/[account 1]/"
      },
      "meta": {
        "disposition": "queued",
        "recent-sync-threshold-minutes": 60,
        "replaced-run-id": null,
        "requested-at": "2030-06-01T12:00:02.000000Z",
        "run-id": "[run]"
      }
    }
    "#);
    assert_eq!(state(&ada, &account), "queued");
    app.imports(&account, 1, 1);
    let answer = ada.refreshes(&account, QUEUE).expect(202);
    assert_eq!(disposition(&answer), "queued");
    let run = answer.text("/meta/run-id");
    assert_eq!(app.takes(&account).run(), run);
}

fn a_pending_refresh_is_replaced(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = imported(&app, &ada, 1);
    let mut before = ada.refreshes(&account, "").expect(202).text("/meta/run-id");
    for query in ["", QUEUE, "?recent_sync_threshold_minutes=7"] {
        let answer = ada.refreshes(&account, query).expect(202);
        assert_eq!(disposition(&answer), "replaced", "{query}");
        assert_eq!(answer.text("/meta/replaced-run-id"), before, "{query}");
        let old = ada.shows(&account, &format!("runs/{before}/"));
        before = answer.text("/meta/run-id");
        assert_eq!(old.text("/data/attributes/state"), "superseded");
        assert_eq!(old.text("/data/attributes/superseded-by"), before);
    }
    assert_shows!(ada.refreshes(&account, ""), @r#"
    202
    content-type: application/vnd.api+json
    {
      "links": {
        "related": "https://inn.example/api/v1/users/[ada]/accounts/[account 1]/"
      },
      "meta": {
        "disposition": "replaced",
        "recent-sync-threshold-minutes": 60,
        "replaced-run-id": "[replaced-run]",
        "requested-at": "2030-06-01T12:00:06.000000Z",
        "run-id": "[run]"
      }
    }
    "#);
    let worker = app.takes(&account);
    let shown = ada.shows(&account, &format!("runs/{}/", worker.run()));
    assert_eq!(
        shown.at("/data/attributes/recent-sync-threshold-minutes"),
        60,
        "of the last one asked for"
    );
    assert_eq!(app.count("sync_slots"), 1);
}

fn a_pending_scheduled_run_is_replaced(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    for (number, query) in [(1, ""), (2, QUEUE)] {
        let account = imported(&app, &ada, number);
        let key = SlotKey {
            tenant: app.home().tenant(),
            account: account.parse().expect("an id"),
        };
        app.pass(Duration::from_secs(1));
        let scheduled = app.fresh_ids().make();
        assert!(schedule_run(app.uow(), key, scheduled, app.now()).expect("the store works"));
        assert_eq!(state(&ada, &account), "queued");
        let answer = ada.refreshes(&account, query).expect(202);
        assert_eq!(disposition(&answer), "replaced");
        assert_eq!(answer.text("/meta/replaced-run-id"), scheduled.to_string());
        app.imports(&account, 1, 1);
        assert_eq!(
            runs(&ada, &account),
            "refresh succeeded, scheduled superseded, initial_import succeeded"
        );
    }
}

fn a_pending_initial_import_absorbs_it(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let import = ada
        .shows(&account, "")
        .text("/data/attributes/sync-detail/run-id");
    for query in ["", QUEUE, "?recent_sync_threshold_minutes=0"] {
        let answer = ada.refreshes(&account, query).expect(202);
        assert_eq!(disposition(&answer), "merged", "{query}");
        assert_eq!(answer.text("/meta/run-id"), import, "{query}");
        assert!(answer.at("/meta/replaced-run-id").is_null(), "{query}");
    }
    assert_eq!(runs(&ada, &account), "initial_import queued");
    assert_eq!(app.takes(&account).run(), import);
}

/// Whoever asked is waiting, so that the import goes before those that nobody asked for again.
fn an_import_that_absorbed_a_refresh_ranks_as_one(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let [_, second, third] = [1, 2, 3].map(|number| {
        app.pass(Duration::from_secs(1));
        ada.connects(number)
    });
    let first_in_line = || {
        let ready = app.store().ready(PickOrder::PeopleFirst, &[], 1);
        ready.expect("the store works")[0].account.to_string()
    };
    for account in [&third, &second] {
        let answer = ada.refreshes(account, "").expect(202);
        assert_eq!(disposition(&answer), "merged");
        assert_eq!(first_in_line(), *account, "the older of those who were asked for");
    }
}

fn a_started_run_is_not_disturbed(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    app.names().learn(&worker.run(), "running");
    assert_shows!(ada.refreshes(&account, ""), @r#"
    409
    content-type: application/vnd.api+json
    retry-after: 5
    {
      "errors": [
        {
          "code": "refresh_in_progress",
          "detail": "An import of this account is in progress.",
          "meta": {
            "phase": "listings",
            "running-run-id": "[running]",
            "waiting-reason": null
          },
          "status": "409",
          "title": "Conflict"
        }
      ]
    }
    "#);
    let before = ada.shows(&account, "").body;
    assert_eq!(
        ada.refreshes(&account, "?recent_sync_threshold_minutes=0").status,
        409
    );
    assert_eq!(ada.shows(&account, "").body, before);
    assert_eq!(runs(&ada, &account), "initial_import running");
    worker.finishes(Outcome::Succeeded);
    assert_eq!(disposition(&ada.refreshes(&account, "").expect(202)), "queued");
}

fn behind_a_started_run_there_is_one_follow_up(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    app.names().learn(&worker.run(), "running");
    assert_shows!(ada.refreshes(&account, QUEUE), @r#"
    202
    content-type: application/vnd.api+json
    {
      "links": {
        "related": "https://inn.example/api/v1/users/[ada]/accounts/[account 1]/"
      },
      "meta": {
        "disposition": "queued_behind",
        "recent-sync-threshold-minutes": 60,
        "replaced-run-id": null,
        "requested-at": "2030-06-01T12:00:02.000000Z",
        "run-id": "[run]"
      }
    }
    "#);
    let first = ada
        .shows(&account, "")
        .text("/data/attributes/sync-detail/follow-up-run-id");
    // The follow-up has not started, so whoever asks again replaces it, whichever way they ask.
    let second = ada.refreshes(&account, QUEUE).expect(202);
    assert_eq!(disposition(&second), "replaced");
    assert_eq!(second.text("/meta/replaced-run-id"), first);
    let third = ada.refreshes(&account, "").expect(202);
    assert_eq!(disposition(&third), "replaced");
    assert_eq!(third.text("/meta/replaced-run-id"), second.text("/meta/run-id"));
    assert_eq!(
        runs(&ada, &account),
        "refresh queued, refresh superseded, refresh superseded, initial_import running"
    );
    let shown = ada.shows(&account, "");
    assert_eq!(shown.text("/data/attributes/sync-detail/run-id"), worker.run());
    assert!(app.tries_to_take(&account).is_none(), "one run at a time");
    worker.finishes(Outcome::Succeeded);
    assert_eq!(app.takes(&account).run(), third.text("/meta/run-id"));
}

fn an_end_with_a_follow_up_is_no_completion(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    ada.refreshes(&account, QUEUE).expect(202);
    let mut states = vec![state(&ada, &account)];
    worker.finishes(Outcome::Succeeded);
    states.push(state(&ada, &account));
    let worker = app.takes(&account);
    states.push(state(&ada, &account));
    worker.finishes(Outcome::Succeeded);
    states.push(state(&ada, &account));
    assert_eq!(states, ["in_progress", "queued", "in_progress", "completed"]);
}

fn dead_credentials_keep_nobody_from_asking(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    assert_eq!(state(&ada, &account), "queued");
    for fault in [ChannelFault::InvalidCredentials, ChannelFault::Unavailable] {
        app.takes(&account).finishes(Outcome::Failed(fault));
        assert_eq!(state(&ada, &account), "unknown", "nothing has ever succeeded");
        assert_eq!(disposition(&ada.refreshes(&account, "").expect(202)), "queued");
    }
}
