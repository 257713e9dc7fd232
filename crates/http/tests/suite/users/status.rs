//! The status of a user, by the enabled listings of their accounts.

use innkeeper_domain::{accounts::Records, sync::Outcome};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Person, TestApp, listing};

on_each_backend!(
    a_user_is_new_then_active_then_inactive,
    each_user_of_a_list_has_their_own_status,
);

fn status(app: &TestApp, person: &Person<'_>) -> String {
    let shown = app.application().get(&format!("/api/v1/users/{}/", person.id));
    shown.text("/data/attributes/status")
}

/// Imports these listings, by number and whether they are enabled.
fn imports(app: &TestApp, account: &str, listings: &[(usize, bool)]) {
    let mut worker = app.takes(account);
    let records = listings.iter().map(|(number, enabled)| {
        let mut record = listing(*number);
        record.enabled = *enabled;
        record
    });
    worker.stores(Records::Listings(records.collect()), false);
    if !worker.is_over() {
        worker.stores(Records::Reservations(Vec::new()), false);
    }
    worker.finishes(Outcome::Succeeded);
}

fn a_user_is_new_then_active_then_inactive(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    assert_eq!(status(&app, &ada), "new");
    let [one, two] = [1, 2].map(|number| ada.connects(number));
    assert_eq!(status(&app, &ada), "new", "nothing is imported yet");
    imports(&app, &one, &[(1, false)]);
    assert_eq!(status(&app, &ada), "new", "none was ever enabled");
    imports(&app, &two, &[(1, true), (2, false)]);
    assert_eq!(status(&app, &ada), "active");
    ada.refreshes(&two, "?recent_sync_threshold_minutes=0")
        .expect(202);
    imports(&app, &two, &[(1, false), (2, false)]);
    assert_eq!(status(&app, &ada), "inactive");
    ada.refreshes(&one, "?recent_sync_threshold_minutes=0")
        .expect(202);
    imports(&app, &one, &[(1, true)]);
    assert_eq!(status(&app, &ada), "active");
    // Whoever has deleted the account had listings, and has none now.
    ada.disconnects(&one).expect(204);
    assert_eq!(status(&app, &ada), "inactive");
}

fn each_user_of_a_list_has_their_own_status(backend: Backend) {
    let app = TestApp::start(backend);
    let people = ["ada", "bob", "cleo"].map(|name| app.person(name));
    let [ada, bob, _] = &people;
    let accounts = [ada, bob].map(|person| person.connects(1));
    imports(&app, &accounts[0], &[(1, true)]);
    imports(&app, &accounts[1], &[(1, true)]);
    bob.disconnects(&accounts[1]).expect(204);
    let list = app.application().get("/api/v1/users/?sort=created-at");
    let mut told: Vec<(String, String)> = list
        .each("/attributes/email")
        .into_iter()
        .zip(list.each("/attributes/status"))
        .collect();
    told.sort();
    let expected = [("ada", "active"), ("bob", "inactive"), ("cleo", "new")]
        .map(|(name, status)| (format!("{name}@example.test"), status.to_owned()));
    assert_eq!(told, expected);
    for person in &people {
        let shown = list
            .items()
            .into_iter()
            .find(|item| item["id"] == person.id.as_str());
        assert_eq!(
            shown.expect("everybody is listed")["attributes"]["status"],
            status(&app, person)
        );
        assert_eq!(
            person.get("/api/v1/users/").each("/attributes/status"),
            [status(&app, person)]
        );
    }
}
