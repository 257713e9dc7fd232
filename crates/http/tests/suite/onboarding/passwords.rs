//! `POST /api/v1/request_restore_password` and `POST /api/v1/restore_password`.

use innkeeper_domain::effects::MessageKind;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::{ANOTHER, PASSWORD, invited};
use crate::harness::{Caller, TestApp, assert_shows};

on_each_backend!(
    asking_is_answered_alike_whoever_it_is_for,
    a_new_password_ends_sessions_and_no_key,
    links_are_for_one_purpose,
    whoever_has_not_come_in_gets_their_invitation_again,
    a_person_without_a_password_gets_one,
);

fn asks(app: &TestApp, email: &str) -> crate::harness::Answer {
    app.posts("request_restore_password", &json!({"email": email}))
}

fn asking_is_answered_alike_whoever_it_is_for(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, _) = invited(&app, "user");
    let gone = app.person("gone");
    app.home().disables(&gone.id);
    let before = app.count("outgoing_messages");
    let mut told = Vec::new();
    for email in [
        "ada@example.test",
        "zoe@example.test",
        "gone@example.test",
        "nobody@example.test",
    ] {
        let (cost, answer) = app.cost_of(|| asks(&app, email));
        told.push(format!("{cost} {}", answer.fingerprint()));
    }
    assert!(
        told[0].contains(r#"{"meta":{"message":"Success"}}"#),
        "{}",
        told[0]
    );
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
    assert_eq!(
        app.count("outgoing_messages"),
        before,
        "nothing happens while they wait"
    );
    assert_eq!(app.answers_requests(), 2);
    assert_eq!(app.count("link_requests"), 0);
    let wrong = [json!({}), json!({"email": "zoe"}), json!({"email": 1})];
    let told = wrong.map(|fields| app.posts("request_restore_password", &fields).refusal());
    assert_shows!(told.join("\n"), @"
    422 email: can't be blank
    422 email: has invalid format
    422 email: is invalid
    ");
}

fn a_new_password_ends_sessions_and_no_key(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    app.confirms(&token).expect(200);
    let sessions = [1, 2].map(|_| app.session("zoe@example.test", PASSWORD));
    let key = sessions[0]
        .makes_key(&json!({"scopes": ["property:read"]}))
        .expect(201)
        .text("/data/attributes/key");
    let key = Caller::with(&app, &key);
    asks(&app, "zoe@example.test").expect(200);
    assert_eq!(app.answers_requests(), 1);
    let reset = app.mailed("zoe@example.test", MessageKind::PasswordReset);
    assert_shows!(app.restores(&reset, ANOTHER), @r#"
    200
    content-type: application/json
    cache-control: no-store
    {
      "meta": {
        "message": "Success"
      }
    }
    "#);
    for session in &sessions {
        assert_eq!(session.get("/api/v1/properties").refusal(), "401 unauthorized");
    }
    key.get("/api/v1/properties").expect(200);
    assert_eq!(
        app.signs_in("zoe@example.test", PASSWORD).refusal(),
        "401 unauthorized"
    );
    app.session("zoe@example.test", ANOTHER)
        .get("/api/v1/properties")
        .expect(200);
    assert_eq!(
        app.restores(&reset, PASSWORD).refusal(),
        "422 token: is invalid or has expired"
    );
    assert_eq!(
        app.count("audit_records WHERE action = 'user.password_changed'"),
        1
    );
}

fn links_are_for_one_purpose(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, invitation) = invited(&app, "user");
    assert_eq!(
        app.restores(&invitation, PASSWORD).refusal(),
        "422 token: is invalid or has expired"
    );
    app.confirms(&invitation).expect(200);
    asks(&app, "zoe@example.test");
    app.answers_requests();
    let reset = app.mailed("zoe@example.test", MessageKind::PasswordReset);
    assert_eq!(
        app.confirms(&reset).refusal(),
        "422 token: is invalid or has expired"
    );
    app.restores(&reset, ANOTHER).expect(200);
}

fn whoever_has_not_come_in_gets_their_invitation_again(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, first) = invited(&app, "user");
    asks(&app, "zoe@example.test");
    assert_eq!(app.answers_requests(), 1);
    let again = app.mailed("zoe@example.test", MessageKind::InvitationResent);
    assert_eq!(
        app.confirms(&first).refusal(),
        "422 token: is invalid or has expired"
    );
    app.confirms(&again).expect(200);
}

fn a_person_without_a_password_gets_one(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    assert_eq!(app.signs_in(&ada.email, PASSWORD).refusal(), "401 unauthorized");
    asks(&app, &ada.email);
    app.answers_requests();
    let reset = app.mailed(&ada.email, MessageKind::PasswordReset);
    app.restores(&reset, PASSWORD).expect(200);
    app.session(&ada.email, PASSWORD)
        .get("/api/v1/properties")
        .expect(200);
    let logins = ada.get(&format!("/api/v1/users/{}/credentials/", ada.id));
    let mut kinds = logins.each("/attributes/credential-type");
    kinds.sort();
    assert_eq!(kinds, ["partner", "password"]);
}
