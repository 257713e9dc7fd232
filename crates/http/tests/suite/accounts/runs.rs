//! `.../runs/` and `.../runs/{run}/`: what each import did.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFault, FaultyRecord, Records},
    ports::SlotKey,
    sync::Outcome,
    usecases::schedule_run,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, assert_shows, listing, reservation};

on_each_backend!(
    a_run_is_told_whole,
    a_failed_run_says_why,
    every_end_of_a_run_is_on_record,
    everybody_who_asks_is_named,
);

fn a_run_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let mut worker = app.takes(&account);
    app.names().learn(&worker.run(), "import");
    app.pass(Duration::from_secs(5));
    worker.stores(Records::Listings(vec![listing(1), listing(2)]), false);
    let path = format!("runs/{}/", worker.run());
    assert_shows!(ada.shows(&account, &path), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": {
        "attributes": {
          "attempts": 1,
          "cause": "initial_import",
          "ended-at": null,
          "failed-items": [],
          "failure": null,
          "listings": {
            "done": 0,
            "failed": 0,
            "new": 2,
            "skipped": 0,
            "total": 2
          },
          "nb-failed-reservations": 0,
          "nb-reservations": 0,
          "recent-sync-threshold-minutes": null,
          "requested-at": "2030-06-01T12:00:00.000000Z",
          "requester": {
            "id": "[ada]",
            "type": "users"
          },
          "rescues": 0,
          "started-at": "2030-06-01T12:00:01.000000Z",
          "state": "running",
          "superseded-by": null,
          "waiting-reason": null
        },
        "id": "[import]",
        "type": "runs"
      }
    }
    "#);
    worker.stores(Records::Reservations(vec![reservation(1, 1)]), false);
    worker.finishes(Outcome::Succeeded);
    let shown = ada.shows(&account, &path);
    assert_eq!(shown.text("/data/attributes/state"), "succeeded");
    assert_eq!(shown.at("/data/attributes/nb-reservations"), 1);
    assert_eq!(shown.at("/data/attributes/listings/done"), 2);
    // In the list it is the same, but for what only one run tells.
    let mut whole = shown.at("/data");
    whole["attributes"]
        .as_object_mut()
        .expect("an object")
        .remove("failed-items");
    assert_eq!(ada.shows(&account, "runs/").items(), [whole]);
}

fn a_failed_run_says_why(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let mut worker = app.takes(&account);
    let faulty = FaultyRecord {
        channel_id: Some("L9".to_owned()),
        field: "title".to_owned(),
    };
    worker.tries_to_store(Records::Listings(vec![listing(1)]), vec![faulty], false);
    worker.finishes(Outcome::Failed(ChannelFault::AuthorizationRevoked));
    let shown = ada.shows(&account, &format!("runs/{}/", worker.run()));
    let attributes = shown.at("/data/attributes");
    assert_shows!(format!("{:#}\n{:#}\n{:#}", attributes["failure"], attributes["listings"], attributes["failed-items"]), @r#"
    {
      "action": "Add the account again with credentials that work; everything imported stays.",
      "code": "authorization_revoked",
      "title": "The permission to read this account has ended."
    }
    {
      "done": 0,
      "failed": 1,
      "new": 1,
      "skipped": 0,
      "total": 2
    }
    [
      {
        "channel-listing-id": "L9",
        "code": "channel_bad_response",
        "listing-id": null,
        "title": "The channel answered in a form that is not understood."
      }
    ]
    "#);
}

fn every_end_of_a_run_is_on_record(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let second = Duration::from_secs(1);
    let asks = |query: &str| {
        app.pass(second);
        ada.refreshes(&account, query).expect(202);
        app.pass(second);
    };
    app.imports(&account, 1, 2);
    asks("?recent_sync_threshold_minutes=0");
    app.takes(&account).finishes(Outcome::PartiallySucceeded);
    asks("");
    asks("");
    app.takes(&account)
        .finishes(Outcome::Failed(ChannelFault::Unavailable));
    asks("");
    app.takes(&account).is_told_to_wait(Duration::from_secs(20));
    let lines: Vec<String> = ada
        .shows(&account, "runs/")
        .items()
        .iter()
        .map(|run| {
            let told = &run["attributes"];
            format!(
                "{} {} {} from {} to {}, {} {}",
                told["cause"],
                told["recent-sync-threshold-minutes"],
                told["state"],
                told["started-at"],
                told["ended-at"],
                told["waiting-reason"],
                told["failure"]["code"],
            )
        })
        .collect();
    assert_shows!(lines.join("\n"), @r#"
    "refresh" 60 "waiting" from "2030-06-01T12:00:13.000000Z" to null, "rate_limited" null
    "refresh" 60 "failed" from "2030-06-01T12:00:10.000000Z" to "2030-06-01T12:00:10.000000Z", null "channel_unavailable"
    "refresh" 60 "superseded" from null to "2030-06-01T12:00:09.000000Z", null null
    "refresh" 0 "partially_succeeded" from "2030-06-01T12:00:04.000000Z" to "2030-06-01T12:00:04.000000Z", null null
    "initial_import" null "succeeded" from "2030-06-01T12:00:01.000000Z" to "2030-06-01T12:00:01.000000Z", null null
    "#);
}

fn everybody_who_asks_is_named(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    app.names().learn(&app.home().client.id, "the application");
    app.pass(Duration::from_secs(1));
    app.application()
        .request("POST", &ada.path_of(&account, "refresh/"))
        .send()
        .expect(202);
    app.takes(&account).finishes(Outcome::Succeeded);
    app.pass(Duration::from_secs(1));
    let key = SlotKey {
        tenant: app.home().tenant(),
        account: account.parse().expect("an id"),
    };
    schedule_run(app.uow(), key, app.fresh_ids().make(), app.now()).expect("the store works");
    let runs = ada.shows(&account, "runs/");
    let told = runs
        .items()
        .iter()
        .map(|run| run["attributes"]["requester"].clone())
        .collect::<Vec<_>>();
    assert_shows!(runs.names.tell(told.into()), @r#"[null,{"id":"[the application]","type":"applications"},{"id":"[ada]","type":"users"}]"#);
}
