//! `GET /api/v1/users/{id}/accounts/{account}/`: what an account shows while it is imported.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFault, FaultyRecord, Records},
    sync::{Outcome, Pause},
};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::Value;

use crate::harness::{Answer, TestApp, assert_shows, listing, reservation};

on_each_backend!(
    an_import_is_shown_from_its_beginning_to_its_end,
    a_refresh_shows_what_it_reads_and_what_it_skips,
    waits_are_shown_with_their_reason_and_their_end,
    a_failed_run_is_shown_with_what_to_do,
    health_says_what_the_matter_is,
    listings_are_counted_as_they_come_and_go,
);

/// What an account shows of its imports, without what is unknown.
fn status(answer: &Answer) -> String {
    let attributes = answer.at("/data/attributes");
    let known = |value: &Value| -> Value {
        let entries = value.as_object().expect("an object").iter();
        entries
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    format!(
        "{} {}",
        known(&attributes["sync-status"]),
        answer.names.tell(known(&attributes["sync-detail"]))
    )
}

fn an_import_is_shown_from_its_beginning_to_its_end(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let mut told = Vec::new();
    let mut look = |when: &str| {
        let shown = ada.shows(&account, "").expect(200);
        told.push(format!("{when}: {}", status(&shown)));
        app.pass(Duration::from_secs(10));
    };
    look("queued");
    let mut worker = app.takes(&account);
    look("taken");
    worker.stores(Records::Listings(vec![listing(1), listing(2)]), true);
    look("one page of listings");
    worker.stores(Records::Listings(vec![listing(3)]), false);
    look("all listings");
    worker.stores(
        Records::Reservations(vec![reservation(1, 1), reservation(2, 1)]),
        true,
    );
    look("some reservations");
    worker.stores(Records::Reservations(vec![reservation(3, 1)]), false);
    look("all reservations");
    worker.finishes(Outcome::Succeeded);
    look("ended");
    assert_shows!(told.join("\n"), @r#"
    queued: {"state":"queued"} {"kind":"initial_import","run-id":"[run]"}
    taken: {"state":"in_progress"} {"kind":"initial_import","listings":{"done":0,"failed":0,"skipped":0,"total":null},"nb-reservations":0,"phase":"listings","run-id":"[run]"}
    one page of listings: {"state":"in_progress"} {"kind":"initial_import","listings":{"done":0,"failed":0,"skipped":0,"total":null},"nb-reservations":0,"phase":"listings","run-id":"[run]"}
    all listings: {"state":"in_progress"} {"kind":"initial_import","listings":{"done":0,"failed":0,"skipped":0,"total":3},"listings-ready-at":"2030-06-01T12:00:31.000000Z","nb-reservations":0,"phase":"history","run-id":"[run]"}
    some reservations: {"state":"in_progress"} {"kind":"initial_import","listings":{"done":0,"failed":0,"skipped":0,"total":3},"listings-ready-at":"2030-06-01T12:00:31.000000Z","nb-reservations":2,"phase":"history","run-id":"[run]"}
    all reservations: {"state":"in_progress"} {"kind":"initial_import","listings":{"done":3,"failed":0,"skipped":0,"total":3},"listings-ready-at":"2030-06-01T12:00:31.000000Z","nb-reservations":3,"phase":"history","run-id":"[run]"}
    ended: {"last-successful-sync-at":"2030-06-01T12:01:01.000000Z","state":"completed"} {"data-as-of":"2030-06-01T12:00:11.000000Z","history-ready-at":"2030-06-01T12:01:01.000000Z","last-run-result":"succeeded","listings-ready-at":"2030-06-01T12:00:31.000000Z","recent-ready-at":"2030-06-01T12:01:01.000000Z"}
    "#);
}

fn a_refresh_shows_what_it_reads_and_what_it_skips(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 2, 1);
    let mut told = Vec::new();
    app.pass(Duration::from_mins(2));
    ada.refreshes(&account, "?recent_sync_threshold_minutes=1")
        .expect(202);
    let mut worker = app.takes(&account);
    worker.stores(Records::Listings(vec![listing(1), listing(2)]), false);
    told.push(status(&ada.shows(&account, "")));
    worker.stores(Records::Reservations(vec![reservation(1, 1)]), false);
    worker.finishes(Outcome::Succeeded);
    app.pass(Duration::from_secs(20));
    ada.refreshes(&account, "?recent_sync_threshold_minutes=1")
        .expect(202);
    let mut worker = app.takes(&account);
    worker.stores(Records::Listings(vec![listing(1), listing(2)]), false);
    assert!(worker.is_over(), "both are fresh");
    told.push(status(&ada.shows(&account, "")));
    worker.finishes(Outcome::Succeeded);
    ada.refreshes(&account, "?recent_sync_threshold_minutes=0")
        .expect(202);
    let mut worker = app.takes(&account);
    worker.stores(Records::Listings(vec![listing(1), listing(2)]), false);
    assert!(!worker.is_over(), "nothing is skipped");
    told.push(status(&ada.shows(&account, "")));
    assert_shows!(told.join("\n"), @r#"
    {"last-successful-sync-at":"2030-06-01T12:00:01.000000Z","state":"in_progress"} {"data-as-of":"2030-06-01T12:00:01.000000Z","history-ready-at":"2030-06-01T12:00:01.000000Z","kind":"refresh","last-run-result":"succeeded","listings":{"done":0,"failed":0,"skipped":0,"total":2},"listings-ready-at":"2030-06-01T12:00:01.000000Z","nb-reservations":0,"phase":"recent_reservations","recent-ready-at":"2030-06-01T12:00:01.000000Z","run-id":"[run]"}
    {"last-successful-sync-at":"2030-06-01T12:02:02.000000Z","state":"in_progress"} {"data-as-of":"2030-06-01T12:02:02.000000Z","history-ready-at":"2030-06-01T12:00:01.000000Z","kind":"refresh","last-run-result":"succeeded","listings":{"done":0,"failed":0,"skipped":2,"total":2},"listings-ready-at":"2030-06-01T12:00:01.000000Z","nb-reservations":0,"phase":"recent_reservations","recent-ready-at":"2030-06-01T12:00:01.000000Z","run-id":"[run]"}
    {"last-successful-sync-at":"2030-06-01T12:02:23.000000Z","state":"in_progress"} {"data-as-of":"2030-06-01T12:02:23.000000Z","history-ready-at":"2030-06-01T12:00:01.000000Z","kind":"refresh","last-run-result":"succeeded","listings":{"done":0,"failed":0,"skipped":0,"total":2},"listings-ready-at":"2030-06-01T12:00:01.000000Z","nb-reservations":0,"phase":"history","recent-ready-at":"2030-06-01T12:00:01.000000Z","run-id":"[run]"}
    "#);
}

fn waits_are_shown_with_their_reason_and_their_end(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let pauses = [
        (
            1,
            "told to wait",
            Pause::RateLimited {
                until: Some(app.now() + Duration::from_mins(5)),
            },
        ),
        (
            2,
            "told to wait, not how long",
            Pause::RateLimited { until: None },
        ),
        (3, "out of order", Pause::Failed(ChannelFault::Unavailable)),
        (4, "not understood", Pause::Failed(ChannelFault::BadResponse)),
        (5, "given back", Pause::Yield),
    ];
    let told = pauses.map(|(number, case, pause)| {
        let account = ada.connects(number);
        app.takes(&account).parks(pause);
        let shown = ada.shows(&account, "");
        let [state, reason] = ["sync-status/state", "sync-detail/waiting-reason"]
            .map(|place| shown.text(&format!("/data/attributes/{place}")));
        let next = shown.at("/data/attributes/sync-detail/next-attempt-at");
        let health = &shown.at("/data/attributes/health");
        format!(
            "{case}: {state}, {reason} until {next}; {}, next check {}",
            health["state"], health["next-check-at"]
        )
    });
    assert_shows!(told.join("\n"), @r#"
    told to wait: in_progress, rate_limited until "2030-06-01T12:05:14.949999Z"; "rate_limited", next check "2030-06-01T12:05:14.949999Z"
    told to wait, not how long: in_progress, rate_limited until "2030-06-01T12:00:46.999999Z"; "healthy", next check null
    out of order: in_progress, backoff until "2030-06-01T12:00:04.999999Z"; "channel_down", next check "2030-06-01T12:00:04.999999Z"
    not understood: in_progress, backoff until "2030-06-01T12:00:05.999999Z"; "healthy", next check null
    given back: in_progress, yield until null; "healthy", next check null
    "#);
    // A worker that is lost.
    let account = ada.connects(9);
    app.takes(&account);
    app.pass(Duration::from_secs(61));
    assert!(app.wakes(&account));
    let shown = ada.shows(&account, "");
    assert_eq!(shown.text("/data/attributes/sync-detail/waiting-reason"), "crash");
    assert_eq!(shown.text("/data/attributes/sync-status/state"), "in_progress");
}

fn a_failed_run_is_shown_with_what_to_do(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.takes(&account)
        .finishes(Outcome::Failed(ChannelFault::AuthorizationRevoked));
    assert_shows!(ada.shows(&account, ""), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": {
        "attributes": {
          "channel": "hostaway",
          "channel-display-id": "Account 1",
          "channel-id": "1",
          "email": null,
          "health": {
            "action": "Add the account again with credentials that work; everything imported stays.",
            "code": "authorization_revoked",
            "expires-at": null,
            "next-check-at": null,
            "since": "2030-06-01T12:00:01.000000Z",
            "state": "needs_reauth",
            "user-text": "The permission to read this account has ended."
          },
          "is-pms": true,
          "label": "Hostaway",
          "nb-enabled-listings": 0,
          "nb-listings": 0,
          "sync-detail": {
            "data-as-of": null,
            "follow-up-run-id": null,
            "history-ready-at": null,
            "kind": null,
            "last-failure": {
              "action": "Add the account again with credentials that work; everything imported stays.",
              "at": "2030-06-01T12:00:01.000000Z",
              "code": "authorization_revoked",
              "title": "The permission to read this account has ended."
            },
            "last-run-result": "failed",
            "listings": null,
            "listings-ready-at": null,
            "nb-reservations": null,
            "next-attempt-at": null,
            "phase": null,
            "recent-ready-at": null,
            "run-id": null,
            "waiting-reason": null
          },
          "sync-status": {
            "last-successful-sync-at": null,
            "state": "unknown"
          },
          "user-id": "[ada]",
          "valid": false
        },
        "id": "[account 1]",
        "type": "accounts"
      }
    }
    "#);
}

fn health_says_what_the_matter_is(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    let told = ChannelFault::ALL.map(|fault| {
        ada.refreshes(&account, "").expect(202);
        app.takes(&account).finishes(Outcome::Failed(fault));
        let shown = ada.shows(&account, "");
        let health = shown.at("/data/attributes/health");
        let valid = shown.at("/data/attributes/valid");
        let line = format!(
            "{}: {} {} valid {valid}",
            fault.as_str(),
            health["state"],
            health["code"]
        );
        // What was imported is shown whatever the matter is, and a success mends everything.
        assert_eq!(shown.text("/data/attributes/sync-status/state"), "completed");
        assert_eq!(ada.shows(&account, "listings/").items().len(), 1);
        ada.refreshes(&account, "?recent_sync_threshold_minutes=0")
            .expect(202);
        app.imports(&account, 1, 1);
        assert_eq!(
            ada.shows(&account, "").text("/data/attributes/health/state"),
            "healthy"
        );
        line
    });
    assert_shows!(told.join("\n"), @r#"
    invalid_credentials: "needs_reauth" "invalid_credentials" valid false
    authorization_revoked: "needs_reauth" "authorization_revoked" valid false
    user_action_required: "action_required" "user_action_required" valid false
    insufficient_permissions: "action_required" "insufficient_permissions" valid false
    connected_elsewhere: "action_required" "connected_elsewhere" valid false
    code_already_used: "needs_reauth" "code_already_used" valid false
    channel_rate_limited: "rate_limited" "channel_rate_limited" valid true
    channel_unavailable: "channel_down" "channel_unavailable" valid true
    channel_bad_response: "degraded" "channel_bad_response" valid true
    unsupported: "degraded" "unsupported" valid true
    internal: "healthy" null valid true
    crashed: "degraded" "crashed" valid true
    "#);
    ada.refreshes(&account, "?recent_sync_threshold_minutes=0")
        .expect(202);
    let mut worker = app.takes(&account);
    let faulty = FaultyRecord {
        channel_id: None,
        field: "title".to_owned(),
    };
    worker.tries_to_store(Records::Listings(vec![listing(1)]), vec![faulty], false);
    worker.stores(Records::Reservations(Vec::new()), false);
    worker.finishes(Outcome::PartiallySucceeded);
    let shown = ada.shows(&account, "");
    assert_eq!(shown.text("/data/attributes/health/state"), "degraded");
    assert_eq!(
        shown.text("/data/attributes/sync-detail/last-run-result"),
        "partially_succeeded"
    );
}

fn listings_are_counted_as_they_come_and_go(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let counts = || {
        let shown = ada.shows(&account, "");
        ["nb-listings", "nb-enabled-listings"].map(|name| shown.at(&format!("/data/attributes/{name}")))
    };
    assert_eq!(counts(), [0, 0]);
    let mut worker = app.takes(&account);
    worker.stores(Records::Listings(vec![listing(1), listing(2)]), true);
    assert_eq!(counts(), [2, 2], "at once");
    let mut off = listing(3);
    off.enabled = false;
    worker.stores(Records::Listings(vec![off]), false);
    assert_eq!(counts(), [3, 2]);
    worker.stores(Records::Reservations(Vec::new()), false);
    worker.finishes(Outcome::Succeeded);
    ada.refreshes(&account, "?recent_sync_threshold_minutes=0")
        .expect(202);
    let mut worker = app.takes(&account);
    let mut off = listing(1);
    off.enabled = false;
    worker.stores(Records::Listings(vec![off, listing(2), listing(3)]), false);
    assert_eq!(counts(), [3, 2]);
}
