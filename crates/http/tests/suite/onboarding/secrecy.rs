//! Passwords, sessions and links stand in no table and in no log line.

use std::time::Duration;

use innkeeper_domain::effects::MessageKind;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::{ANOTHER, PASSWORD, confirmation, invited};
use crate::{
    harness::{TestApp, logs},
    secrets::dump,
};

on_each_backend!(nothing_that_opens_a_door_is_stored_or_logged);

fn nothing_that_opens_a_door_is_stored_or_logged(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, link) = invited(&app, "user");
    let wrong = "a wrong guess at it";
    app.confirms(&link).expect(200);
    app.confirms(&link).expect(422);
    let session = app.session("zoe@example.test", PASSWORD);
    app.signs_in("zoe@example.test", wrong).expect(401);
    let mut mistyped = confirmation(&link);
    mistyped["password_confirmation"] = wrong.into();
    app.posts("confirm_invite", &mistyped).expect(422);
    app.posts("request_restore_password", &json!({"email": "zoe@example.test"}))
        .expect(200);
    assert_eq!(app.answers_requests(), 1);
    let reset = app.mailed("zoe@example.test", MessageKind::PasswordReset);
    app.restores(&reset, ANOTHER).expect(200);
    // The clock of mails stands still otherwise.
    app.pass(Duration::from_secs(1));
    // While a mail waits, its link is there sealed.
    app.posts("request_restore_password", &json!({"email": "zoe@example.test"}))
        .expect(200);
    app.answers_requests();
    let waiting = app.mailed("zoe@example.test", MessageKind::PasswordReset);
    assert_ne!(waiting, reset);

    let (stored, log) = (dump(&app), logs().text());
    assert!(
        stored.contains("$argon2id$v=19$"),
        "the dump holds what is stored"
    );
    assert!(log.contains("request answered"), "the log was captured");
    let secrets = [link, session.token.clone(), reset, waiting];
    let parts = secrets.iter().flat_map(|secret| {
        let random = secret.get(49..71).expect("a secret has its form");
        [secret.as_str(), random]
    });
    for part in parts.chain([PASSWORD, ANOTHER, wrong]) {
        assert!(!stored.contains(part), "{part} is stored");
        assert!(!log.contains(part), "{part} is logged");
    }
}
