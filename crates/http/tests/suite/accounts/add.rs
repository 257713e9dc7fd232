//! `POST /api/v1/users/{id}/accounts/`: adding, adding again, and bringing back.

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault},
    sync::{Outcome, Pause},
};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Answer, TestApp, assert_shows};

on_each_backend!(
    an_added_account_is_told_whole,
    an_account_is_called_as_its_owner_wants,
    a_live_account_is_not_added_again,
    an_account_whose_credentials_died_gets_new_ones,
    new_credentials_for_a_started_run_are_read_behind_it,
    a_run_that_waits_goes_on_with_the_new_credentials,
    a_deleted_account_comes_back_with_what_it_held,
    accounts_of_other_people_and_channels_are_others,
);

fn an_added_account_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let answer = ada.adds_account(
        &ada.id,
        &json!({
            "channel": "hostaway",
            "credentials": {"client_id": "61148", "client_secret": "a good secret", "email": "ada@inn.example"},
        }),
    );
    app.names().learn(&answer.id(), "account");
    assert_shows!(answer, @r#"
    201
    content-type: application/vnd.api+json
    location: https://inn.example/api/v1/users/[ada]/accounts/[account]/
    {
      "data": {
        "attributes": {
          "channel": "hostaway",
          "channel-display-id": "Account 61148",
          "channel-id": "61148",
          "email": "ada@inn.example",
          "health": {
            "action": null,
            "code": null,
            "expires-at": null,
            "next-check-at": null,
            "since": "2030-06-01T12:00:00.000000Z",
            "state": "healthy",
            "user-text": null
          },
          "is-pms": true,
          "label": "Hostaway",
          "nb-enabled-listings": 0,
          "nb-listings": 0,
          "sync-detail": {
            "data-as-of": null,
            "follow-up-run-id": null,
            "history-ready-at": null,
            "kind": "initial_import",
            "last-failure": null,
            "last-run-result": null,
            "listings": null,
            "listings-ready-at": null,
            "nb-reservations": null,
            "next-attempt-at": null,
            "phase": null,
            "recent-ready-at": null,
            "run-id": "[run]",
            "waiting-reason": null
          },
          "sync-status": {
            "last-successful-sync-at": null,
            "state": "queued"
          },
          "user-id": "[ada]",
          "valid": true
        },
        "id": "[account]",
        "type": "accounts"
      }
    }
    "#);
    assert_eq!(ada.shows(&answer.id(), "").body, answer.body);
    let asked = app.channels().asked();
    assert_eq!(asked, 1, "the channel is asked once");
    let counts = ["accounts", "sync_slots", "sync_runs"].map(|table| app.count(table));
    assert_eq!(counts, [1, 1, 1]);
}

fn an_account_is_called_as_its_owner_wants(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let told = [
        (1, json!(null)),
        (2, json!("By the sea")),
        (3, json!("  trimmed  ")),
        (4, json!("é".repeat(100))),
        (5, json!("é".repeat(101))),
        (6, json!("")),
        (7, json!(7)),
        (8, json!("two\nlines")),
    ]
    .map(|(number, label)| {
        let credentials = json!({"client_id": number, "client_secret": "x"});
        let answer = ada.adds_account(
            &ada.id,
            &json!({"channel": "hostaway", "credentials": credentials, "label": label}),
        );
        if answer.status == 201 {
            answer
                .text("/data/attributes/label")
                .replace(&"é".repeat(100), "100 times é")
        } else {
            answer.refusal()
        }
    });
    assert_shows!(told.join("\n"), @"
    Hostaway
    By the sea
    trimmed
    100 times é
    400 /data/attributes/label max_length
    400 /data/attributes/label blank
    400 /data/attributes/label invalid
    400 /data/attributes/label invalid
    ");
}

fn a_live_account_is_not_added_again(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let before = ada.shows(&account, "").body;
    assert_shows!(ada.adds(1, "another good secret"), @r#"
    422
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "already_connected",
          "detail": "This account of the channel is connected already, and works.",
          "meta": {
            "account-id": "[account 1]",
            "channel": "hostaway",
            "code": "already_connected"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        }
      ],
      "meta": {
        "account-id": "[account 1]",
        "channel": "hostaway",
        "code": "already_connected"
      }
    }
    "#);
    assert_eq!(ada.shows(&account, "").body, before);
    assert_eq!(app.count("sync_runs"), 1);
    // What only passes by itself is no reason to add it again.
    app.imports(&account, 1, 1);
    ada.refreshes(&account, "").expect(202);
    app.takes(&account)
        .finishes(Outcome::Failed(ChannelFault::Unavailable));
    let shown = ada.shows(&account, "");
    assert_eq!(shown.text("/data/attributes/health/state"), "channel_down");
    assert_eq!(shown.at("/data/attributes/valid"), json!(true));
    assert_eq!(ada.adds(1, "x").refusal(), "422 already_connected");
}

/// The health of an account, and whether its credentials work.
fn health(answer: &Answer) -> (Value, String) {
    (
        answer.at("/data/attributes/valid"),
        answer.text("/data/attributes/health/state"),
    )
}

fn an_account_whose_credentials_died_gets_new_ones(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    for (number, fault, state) in [
        (1, ChannelFault::InvalidCredentials, "needs_reauth"),
        (2, ChannelFault::AuthorizationRevoked, "needs_reauth"),
        (3, ChannelFault::UserActionRequired, "action_required"),
    ] {
        let account = ada.connects(number);
        app.imports(&account, 2, 3);
        ada.refreshes(&account, "").expect(202);
        app.takes(&account).finishes(Outcome::Failed(fault));
        assert_eq!(health(&ada.shows(&account, "")), (json!(false), state.to_owned()));
        // Other bad ones change nothing.
        app.channels().refuse("still wrong", ChannelFailure::from(fault));
        assert_eq!(
            ada.adds(number, "still wrong").refusal(),
            format!("422 {}", fault.as_str())
        );
        assert_eq!(health(&ada.shows(&account, "")).0, json!(false));
        let listings = ada.shows(&account, "listings/").body;
        let mended = ada.adds(number, "a new secret").expect(201);
        assert_eq!(mended.id(), account);
        assert_eq!(health(&mended), (json!(true), "healthy".to_owned()));
        assert_eq!(mended.text("/data/attributes/sync-status/state"), "queued");
        assert_eq!(mended.text("/data/attributes/sync-detail/kind"), "refresh");
        assert_eq!(mended.at("/data/attributes/nb-listings"), json!(2));
        assert_eq!(ada.shows(&account, "listings/").body, listings);
        assert_eq!(
            mended.header("location"),
            Some(format!("https://inn.example{}", ada.path_of(&account, "")).as_str())
        );
        app.imports(&account, 2, 3);
        assert_eq!(ada.adds(number, "x").refusal(), "422 already_connected");
    }
    assert_eq!(app.count("accounts"), 3);
}

/// A person finds the credentials dead while a run is under way with them.
fn new_credentials_for_a_started_run_are_read_behind_it(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.takes(&account)
        .finishes(Outcome::Failed(ChannelFault::InvalidCredentials));
    ada.refreshes(&account, "").expect(202);
    let worker = app.takes(&account);
    let mended = ada.adds(1, "a new secret").expect(201);
    assert_eq!(mended.text("/data/attributes/sync-status/state"), "in_progress");
    assert_eq!(mended.text("/data/attributes/sync-detail/run-id"), worker.run());
    let behind = mended.text("/data/attributes/sync-detail/follow-up-run-id");
    worker.finishes(Outcome::Succeeded);
    assert_eq!(app.takes(&account).run(), behind);
}

fn a_run_that_waits_goes_on_with_the_new_credentials(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.takes(&account)
        .finishes(Outcome::Failed(ChannelFault::InvalidCredentials));
    ada.refreshes(&account, "").expect(202);
    let worker = app.takes(&account);
    worker.parks(Pause::Failed(ChannelFault::Unavailable));
    let mended = ada.adds(1, "a new secret").expect(201);
    assert_eq!(mended.id(), account);
    assert_eq!(mended.text("/data/attributes/sync-detail/run-id"), worker.run());
    let again = app.takes(&account);
    assert_eq!(again.run(), worker.run(), "it does not sit out the failed try");
    assert_eq!(again.credential("client_secret"), "a new secret");
    assert_ne!(worker.credential("client_secret"), "a new secret");
}

fn a_deleted_account_comes_back_with_what_it_held(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 2, 3);
    let [listings, reservations] = ["listings/", "reservations/"].map(|beneath| ada.shows(&account, beneath));
    ada.disconnects(&account).expect(204);
    let back = ada.adds(1, "a good secret").expect(201);
    assert_eq!(back.id(), account);
    let attributes = back.at("/data/attributes");
    assert_eq!(attributes["sync-status"]["state"], "queued");
    assert_eq!(attributes["sync-detail"]["kind"], "initial_import");
    assert_eq!(attributes["nb-listings"], 2);
    assert_eq!(ada.shows(&account, "listings/").body, listings.body);
    assert_eq!(ada.shows(&account, "reservations/").body, reservations.body);
    let runs = ada.shows(&account, "runs/");
    assert_eq!(runs.each("/attributes/state"), ["queued", "succeeded"]);
    app.imports(&account, 2, 3);
    // What came again is the same: nothing stands twice.
    assert_eq!(ada.shows(&account, "listings/").each("/id"), listings.each("/id"));
    assert_eq!(
        ada.shows(&account, "reservations/").each("/id"),
        reservations.each("/id")
    );
}

fn accounts_of_other_people_and_channels_are_others(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let by_other_channel = ada.adds_account(
        &ada.id,
        &json!({"channel": "guesty", "credentials": {"account": 1, "key": "01890000-0000-7000-8000-000000000001"}}),
    );
    let ids = [
        ada.connects(1),
        bob.connects(1),
        ada.connects(2),
        by_other_channel.expect(201).id(),
    ];
    for id in &ids {
        assert_eq!(ids.iter().filter(|other| *other == id).count(), 1);
    }
    assert_eq!(app.count("accounts"), 4);
}
