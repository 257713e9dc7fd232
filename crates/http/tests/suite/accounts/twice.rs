//! The same thing asked for several times at once.

use std::thread;

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Answer, Person, TestApp};

on_each_backend!(
    equal_adds_at_once_make_one_account,
    equal_repairs_at_once_mend_it_once,
    many_refreshes_at_once_leave_one_pending,
    a_deletion_among_refreshes_leaves_nothing_to_do,
);

const AT_ONCE: usize = 4;

/// The same request of several threads.
fn at_once(request: impl Fn() -> Answer + Sync) -> Vec<Answer> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(&request)).collect();
        let answers = threads
            .into_iter()
            .map(|thread| thread.join().expect("it does not panic"));
        answers.collect()
    })
}

/// Adds that all have their channel's answer before any of them stores anything.
fn adds_at_once(app: &TestApp, ada: &Person<'_>) -> Vec<Answer> {
    let asked = app.channels().asked();
    app.channels().hold();
    thread::scope(|scope| {
        let adds = scope.spawn(|| at_once(|| ada.adds(1, "a good secret")));
        app.channels().wait_for(asked + AT_ONCE);
        app.channels().let_go();
        adds.join().expect("it does not panic")
    })
}

/// One of them added the account, and the others are told which it is.
fn one_added(answers: &[Answer]) -> String {
    let added: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(added.len(), 1, "{answers:#?}");
    let id = added[0].id();
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.refusal(), "422 already_connected");
        assert_eq!(answer.text("/meta/account-id"), id);
    }
    id
}

fn equal_adds_at_once_make_one_account(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = one_added(&adds_at_once(&app, &ada));
    let tables = ["accounts", "account_credentials", "sync_slots", "sync_runs"];
    assert_eq!(tables.map(|table| app.count(table)), [1; 4]);
    // Coming back is an adding like any other.
    ada.disconnects(&account).expect(204);
    assert_eq!(one_added(&adds_at_once(&app, &ada)), account);
    assert_eq!(tables.map(|table| app.count(table)), [1, 1, 1, 2]);
}

fn equal_repairs_at_once_mend_it_once(backend: Backend) {
    use innkeeper_domain::{accounts::ChannelFault, sync::Outcome};
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.takes(&account)
        .finishes(Outcome::Failed(ChannelFault::InvalidCredentials));
    assert_eq!(one_added(&adds_at_once(&app, &ada)), account);
    assert_eq!(app.count("sync_runs"), 2);
}

fn many_refreshes_at_once_leave_one_pending(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    let answers = at_once(|| ada.refreshes(&account, "").expect(202));
    let told = |disposition: &str| {
        answers
            .iter()
            .filter(|answer| answer.text("/meta/disposition") == disposition)
            .count()
    };
    assert_eq!((told("queued"), told("replaced")), (1, AT_ONCE - 1));
    // Each run that was promised is there: one is pending, and each other leads to it.
    let pending = ada
        .shows(&account, "")
        .text("/data/attributes/sync-detail/run-id");
    for answer in &answers {
        let mut run = answer.text("/meta/run-id");
        for _ in 0..AT_ONCE {
            let shown = ada.shows(&account, &format!("runs/{run}/")).expect(200);
            if shown.text("/data/attributes/state") == "queued" {
                break;
            }
            run = shown.text("/data/attributes/superseded-by");
        }
        assert_eq!(run, pending);
    }
    assert_eq!(app.count("sync_runs WHERE state = 'queued'"), 1);
}

fn a_deletion_among_refreshes_leaves_nothing_to_do(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    thread::scope(|scope| {
        let refreshes = scope.spawn(|| at_once(|| ada.refreshes(&account, "")));
        let deletions = at_once(|| ada.disconnects(&account));
        let mut statuses: Vec<u16> = deletions.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 404, 404, 404]);
        for answer in refreshes.join().expect("it does not panic") {
            assert!([202, 404].contains(&answer.status), "{answer}");
        }
    });
    assert_eq!(app.count("sync_slots"), 0);
    assert_eq!(app.count("sync_runs WHERE ended_at IS NULL"), 0);
}
