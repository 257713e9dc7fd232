//! Whoever tries too often is slowed down, and nobody else is (C-39c, D-25).

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::{PASSWORD, confirmation, invited};
use crate::harness::TestApp;

on_each_backend!(
    c_39c_a_thousand_wrong_links_lock_nobody_out,
    a_thousand_wrong_passwords_lock_nobody_out,
    asking_for_links_is_limited_too,
);

const ATTACKER: &str = "203.0.113.9";
const HOME: &str = "198.51.100.7";

fn c_39c_a_thousand_wrong_links_lock_nobody_out(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    // Another secret with the right ids: the checksum is wrong too, which is found without the store.
    let mut refused = 0;
    let mut last = None;
    let cost = app.store().statements();
    for n in 0..1_000 {
        let wrong = format!("{}{n:010}", token.get(..67).expect("a token is long"));
        let answer = app.from(ATTACKER, "confirm_invite", &confirmation(&wrong));
        match answer.status {
            422 => {}
            429 => refused += 1,
            other => panic!("{other}: {answer}"),
        }
        last = Some(answer);
    }
    assert!(refused > 800, "{refused}");
    let last = last.expect("there was one");
    assert_eq!(last.refusal(), "429 http_too_many_requests");
    let wait: u64 = last
        .header("retry-after")
        .expect("it is told")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait));
    assert_eq!(app.store().statements(), cost, "nothing was read for them");
    app.from(HOME, "confirm_invite", &confirmation(&token))
        .expect(200);
}

fn a_thousand_wrong_passwords_lock_nobody_out(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    app.from(HOME, "confirm_invite", &confirmation(&token))
        .expect(200);
    let mut answers = [0, 0];
    for n in 0..1_000 {
        let fields = json!({"email": "zoe@example.test", "password": format!("guess {n}")});
        match app.from(ATTACKER, "sign_in", &fields).status {
            401 => answers[0] += 1,
            429 => answers[1] += 1,
            other => panic!("{other}"),
        }
    }
    assert!(answers[0] < 60 && answers[1] > 900, "{answers:?}");
    let fields = json!({"email": "zoe@example.test", "password": PASSWORD});
    assert_eq!(
        app.from(ATTACKER, "sign_in", &fields).status,
        429,
        "not even with the right one"
    );
    app.from(HOME, "sign_in", &fields).expect(200);
    // The attacker may still come in as somebody else, for a while.
    let other = json!({"email": "other@example.test", "password": PASSWORD});
    assert!([401, 429].contains(&app.from(ATTACKER, "sign_in", &other).status));
}

fn asking_for_links_is_limited_too(backend: Backend) {
    let app = TestApp::start(backend);
    let fields = json!({"email": "zoe@example.test"});
    let passed = (0..30)
        .filter(|_| app.from(ATTACKER, "request_restore_password", &fields).status == 200)
        .count();
    assert!((10..15).contains(&passed), "{passed}");
    assert_eq!(
        app.count("link_requests"),
        u64::try_from(passed).expect("a small number")
    );
    app.from(HOME, "request_restore_password", &fields).expect(200);
}
