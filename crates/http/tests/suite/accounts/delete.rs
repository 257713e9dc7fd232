//! `DELETE /api/v1/users/{id}/accounts/{account}/`: at once, whatever is under way.

use std::time::Duration;

use innkeeper_domain::{accounts::Records, sync::Outcome, usecases::Left};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, assert_shows, listing, reservation};

on_each_backend!(
    a_deleted_account_is_gone,
    a_queued_run_is_cancelled,
    a_running_run_stores_nothing_more,
    a_waiting_run_does_not_come_back,
    a_run_that_ended_first_stays_a_success,
    a_refresh_and_a_deletion_have_an_order,
    the_credentials_are_destroyed,
    a_deleted_user_takes_their_accounts_along,
);

fn a_deleted_account_is_gone(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    let run = ada.shows(&account, "runs/").each("/id").remove(0);
    assert_shows!(ada.disconnects(&account), @"204");
    let missing = ada.shows("nothing", "").expect(404).fingerprint();
    for answer in [
        ada.disconnects(&account),
        ada.shows(&account, ""),
        ada.refreshes(&account, ""),
        ada.refreshes(&account, "?if_running=queue"),
        ada.shows(&account, "listings/"),
        ada.shows(&account, "reservations/"),
        ada.shows(&account, "runs/"),
        ada.shows(&account, &format!("runs/{run}/")),
    ] {
        assert_eq!(answer.fingerprint(), missing);
    }
    let list = ada.get(&format!("/api/v1/users/{}/accounts/", ada.id));
    assert_eq!(list.items().len(), 0);
    assert_eq!(app.count("sync_slots"), 0);
}

/// The states of the account's runs, once it is back.
fn states_after_all(app: &TestApp, ada: &crate::harness::Person<'_>, account: &str) -> Vec<String> {
    app.pass(Duration::from_secs(1));
    assert_eq!(ada.connects(1), account);
    ada.shows(account, "runs/").each("/attributes/state")
}

fn a_queued_run_is_cancelled(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    ada.disconnects(&account).expect(204);
    assert!(app.tries_to_take(&account).is_none());
    assert_eq!(states_after_all(&app, &ada, &account), ["queued", "cancelled"]);
}

fn a_running_run_stores_nothing_more(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let mut worker = app.takes(&account);
    worker.stores(Records::Listings(vec![listing(1)]), true);
    ada.refreshes(&account, "?if_running=queue").expect(202);
    ada.disconnects(&account).expect(204);
    let rows =
        || ["listings", "reservations", "sync_checkpoints", "sync_items"].map(|table| app.count(table));
    let before = rows();
    assert!(!worker.tries_to_store(Records::Listings(vec![listing(2)]), Vec::new(), false));
    assert!(!worker.tries_to_store(Records::Reservations(vec![reservation(1, 1)]), Vec::new(), false));
    assert_eq!(worker.finishes(Outcome::Succeeded), Left::Lost);
    assert_eq!(rows(), before);
    assert_eq!(before, [1, 0, 0, 0], "the page before stays");
    assert_eq!(
        states_after_all(&app, &ada, &account),
        ["queued", "cancelled", "cancelled"]
    );
    // The worker of the life before does not reach into the next one either.
    assert!(!worker.tries_to_store(Records::Listings(vec![listing(2)]), Vec::new(), false));
    assert_eq!(ada.shows(&account, "listings/").items().len(), 1);
}

fn a_waiting_run_does_not_come_back(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.takes(&account).is_told_to_wait(Duration::from_secs(30));
    ada.disconnects(&account).expect(204);
    app.pass(Duration::from_mins(1));
    assert!(!app.wakes(&account));
    assert!(app.tries_to_take(&account).is_none());
    assert_eq!(states_after_all(&app, &ada, &account), ["queued", "cancelled"]);
}

fn a_run_that_ended_first_stays_a_success(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    assert_eq!(
        worker.finishes(Outcome::Succeeded),
        Left::Ended(Outcome::Succeeded)
    );
    ada.disconnects(&account).expect(204);
    assert_eq!(states_after_all(&app, &ada, &account), ["queued", "succeeded"]);
    let shown = ada.shows(&account, "");
    assert_eq!(shown.text("/data/attributes/sync-status/state"), "queued");
    assert!(
        shown
            .at("/data/attributes/sync-status/last-successful-sync-at")
            .is_string()
    );
}

fn a_refresh_and_a_deletion_have_an_order(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    let refresh = ada.refreshes(&account, "").expect(202).text("/meta/run-id");
    ada.disconnects(&account).expect(204);
    ada.refreshes(&account, "").expect(404);
    assert_eq!(ada.connects(1), account);
    let run = ada.shows(&account, &format!("runs/{refresh}/"));
    assert_eq!(run.text("/data/attributes/state"), "cancelled");
    assert_eq!(app.count("sync_runs"), 3, "nothing was queued for what was gone");
}

fn the_credentials_are_destroyed(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    assert_eq!(app.count("account_credentials"), 1);
    ada.disconnects(&account).expect(204);
    assert_eq!(app.count("account_credentials"), 0);
}

fn a_deleted_user_takes_their_accounts_along(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let accounts = [1, 2].map(|number| ada.connects(number));
    let others = bob.connects(1);
    let mut worker = app.takes(&accounts[0]);
    let application = app.application();
    application
        .delete(&format!("/api/v1/users/{}/", ada.id))
        .expect(204);
    for account in &accounts {
        assert_eq!(application.get(&ada.path_of(account, "")).status, 404);
        assert!(app.tries_to_take(account).is_none());
    }
    assert!(!worker.tries_to_store(Records::Listings(vec![listing(1)]), Vec::new(), false));
    assert_eq!(app.count("sync_slots"), 1);
    assert_eq!(app.count("account_credentials"), 1);
    assert_eq!(app.count("sync_runs WHERE state = 'cancelled'"), 2);
    assert_eq!(bob.shows(&others, "").status, 200);
}
