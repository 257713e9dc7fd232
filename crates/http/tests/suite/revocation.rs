//! Everything is judged at each request: what was taken away counts from the next one on.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use innkeeper_domain::access::Permission;
use innkeeper_test_support::{Backend, eventually, on_each_backend};
use serde_json::json;

use crate::harness::{Answer, Caller, TestApp};

on_each_backend!(
    what_is_taken_away_counts_from_the_next_request_on,
    nothing_succeeds_after_a_revoke_was_answered,
    nothing_succeeds_after_a_withdrawal_was_answered,
);

fn what_is_taken_away_counts_from_the_next_request_on(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, [ada, bob]) = (app.home(), ["ada", "bob"].map(|name| app.person(name)));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "owner");
    let second = home.adds_credential(&bob.id, Permission::Edit);
    let by_second = home.mints(&[("user_id", &bob.id), ("credential_id", &second)]);
    let (key, key_id) = bob.with_key(&json!({"scopes": ["property:read", "property:write"]}));
    let path = format!("/api/v1/properties/{inn}");
    let statuses = || [&*bob, &by_second, &key].map(|caller| caller.get(&path).status);
    assert_eq!(statuses(), [200, 200, 200]);
    home.disables(&bob.id);
    assert_eq!(statuses(), [401, 401, 401]);
    home.enables(&bob.id);
    assert_eq!(statuses(), [200, 200, 200]);
    ada.updates(
        &place,
        &json!({"role": "user", "overrides": {"property.read": false}}),
    )
    .expect(200);
    assert_eq!(statuses(), [404, 404, 404]);
    ada.updates(&place, &json!({"overrides": null})).expect(200);
    assert_eq!(statuses(), [200, 200, 200]);
    home.removes_credential(&second);
    assert_eq!(statuses(), [200, 401, 200]);
    bob.delete(&format!("/api/v1/api_keys/{key_id}/")).expect(204);
    assert_eq!(statuses(), [200, 401, 401]);
    ada.withdraws(&place).expect(200);
    assert_eq!(statuses(), [404, 401, 401]);
}

/// How many use a token at the same time.
const THREADS: usize = 100;

/// Uses a token on many threads while `take_away` happens; no request that begins after its answer may succeed.
fn under_load(caller: &Caller<'_>, path: &str, take_away: impl Fn() -> Answer) {
    let taken = AtomicBool::new(false);
    let (before, after) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let patience = Duration::from_secs(30);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while after.load(Ordering::SeqCst) < 2 * THREADS {
                    let is_over = taken.load(Ordering::SeqCst);
                    let answer = caller.get(path);
                    if is_over {
                        after.fetch_add(1, Ordering::SeqCst);
                        assert_ne!(answer.status, 200, "a success after the end");
                    } else if answer.status == 200 {
                        before.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        eventually(patience, "the load to be there", || {
            (before.load(Ordering::SeqCst) >= 2 * THREADS).then_some(())
        });
        // So many at once may keep whoever takes away waiting, too.
        eventually(patience, "what was asked for to happen", || {
            let answer = take_away();
            assert!(answer.status < 300 || answer.status == 503, "{answer}");
            (answer.status < 300).then_some(())
        });
        taken.store(true, Ordering::SeqCst);
    });
}

fn nothing_succeeds_after_a_revoke_was_answered(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let (key, id) = ada.with_key(&json!({"scopes": ["property:read"]}));
    under_load(&key, &format!("/api/v1/properties/{inn}"), || {
        ada.delete(&format!("/api/v1/api_keys/{id}/"))
    });
}

fn nothing_succeeds_after_a_withdrawal_was_answered(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    under_load(&bob, &format!("/api/v1/property_users/{place}"), || {
        ada.withdraws(&place)
    });
}
