//! Requests that meet a worker at the same slot, at the same moment: one of both is first, and the other sees it.

use std::thread;

use innkeeper_domain::{sync::Outcome, usecases::Left};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::TestApp;

on_each_backend!(
    a_refresh_and_a_claim_have_an_order,
    a_deletion_and_an_end_have_an_order,
    a_claim_asked_for_again_is_told_again,
);

/// How often it is tried: who is first is chance.
const ROUNDS: u32 = 6;

fn a_refresh_and_a_claim_have_an_order(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    for number in 0..ROUNDS {
        let account = ada.connects(number);
        app.imports(&account, 1, 1);
        let first = ada.refreshes(&account, "").expect(202).text("/meta/run-id");
        let (taken, answer) = thread::scope(|scope| {
            let taken = scope.spawn(|| app.tries_to_take(&account).map(|worker| worker.run()));
            let answer = ada.refreshes(&account, "");
            (taken.join().expect("it does not panic"), answer)
        });
        if answer.status == 409 {
            assert_eq!(taken.as_deref(), Some(first.as_str()));
            assert_eq!(answer.text("/errors/0/meta/running-run-id"), first);
        } else {
            // The claim came later, or passed on as the slot was held.
            let answer = answer.expect(202);
            assert_eq!(answer.text("/meta/disposition"), "replaced");
            assert_eq!(answer.text("/meta/replaced-run-id"), first);
            let run = answer.text("/meta/run-id");
            let taken = taken.unwrap_or_else(|| app.takes(&account).run());
            assert_eq!(taken, run);
        }
        let live = ada.shows(&account, "runs/").each("/attributes/state");
        assert_eq!(live.iter().filter(|state| *state == "running").count(), 1);
        assert!(!live.iter().any(|state| state == "queued"), "{live:?}");
    }
}

fn a_deletion_and_an_end_have_an_order(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    for number in 0..ROUNDS {
        let account = ada.connects(number);
        let worker = app.takes(&account);
        let left = thread::scope(|scope| {
            let left = scope.spawn(|| worker.finishes(Outcome::Succeeded));
            ada.disconnects(&account).expect(204);
            left.join().expect("it does not panic")
        });
        assert_eq!(ada.connects(number), account);
        let state = ada
            .shows(&account, &format!("runs/{}/", worker.run()))
            .text("/data/attributes/state");
        let shown = ada.shows(&account, "");
        let success = shown.at("/data/attributes/sync-status/last-successful-sync-at");
        match left {
            Left::Ended(outcome) => {
                assert_eq!((outcome, state.as_str()), (Outcome::Succeeded, "succeeded"));
                assert!(success.is_string());
            }
            Left::Lost => {
                assert_eq!(state, "cancelled");
                assert!(success.is_null(), "a cancelled run is no success");
            }
            Left::Waiting(..) => panic!("{left:?}"),
        }
    }
}

/// A worker whose connection broke while it committed asks again, and is told what is so.
fn a_claim_asked_for_again_is_told_again(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    assert_eq!(worker.asks_again(), Some(worker.run()));
    let shown = ada.shows(&account, &format!("runs/{}/", worker.run()));
    assert_eq!(shown.at("/data/attributes/attempts"), 1);
    worker.finishes(Outcome::Succeeded);
    assert_eq!(worker.asks_again(), None);
    assert_eq!(worker.finishes(Outcome::Succeeded), Left::Lost);
    assert_eq!(
        ada.shows(&account, "runs/").each("/attributes/state"),
        ["succeeded"]
    );
}
