//! `GET /api/v1/property_users/:id/onboarding` and `POST .../onboarding/resend`.

use std::time::Duration;

use innkeeper_domain::effects::MessageKind;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::invited;
use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    an_inviter_sees_how_far_it_got,
    a_link_is_sent_again_to_whoever_waits,
    c_16_an_owner_is_sent_a_link_by_an_owner,
    who_may_not_see_or_send_is_told_like_elsewhere,
    d_43_mails_that_are_sent_again_are_limited,
);

fn an_inviter_sees_how_far_it_got(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place, token) = invited(&app, "user");
    assert_shows!(ada.onboarding(&place), @r#"
    200
    content-type: application/json
    {
      "data": {
        "attributes": {
          "attempts": 0,
          "delivery": "queued",
          "expires_at": "2030-06-04T12:00:01.000000Z",
          "fault": null,
          "onboarded_at": null,
          "sent_at": null,
          "state": "pending"
        },
        "id": "[onboarding]",
        "type": "onboarding"
      }
    }
    "#);
    app.database().execute(
        "UPDATE outgoing_messages SET state = 'failed', next_attempt_at = NULL, sealed = NULL, attempts = 15,
            fault = 'unreachable', settled_at = created_at",
    );
    let failed = ada.onboarding(&place);
    let [state, delivery, fault] =
        ["state", "delivery", "fault"].map(|name| failed.text(&format!("/data/attributes/{name}")));
    assert_eq!([state, delivery, fault], ["pending", "failed", "unreachable"]);
    app.database()
        .execute("UPDATE outgoing_messages SET state = 'sent', fault = NULL");
    let sent = ada.onboarding(&place);
    assert!(sent.at("/data/attributes/sent_at").is_string(), "{sent}");
    app.pass(Duration::from_hours(72));
    let ada = app.application();
    assert_eq!(ada.onboarding(&place).text("/data/attributes/state"), "expired");
    // They look again when the person has come in by a later link.
    ada.resends(&place).expect(200);
    assert_ne!(
        token,
        app.mailed("zoe@example.test", MessageKind::InvitationResent)
    );
    app.confirms(&app.mailed("zoe@example.test", MessageKind::InvitationResent))
        .expect(200);
    let done = ada.onboarding(&place);
    assert_eq!(done.text("/data/attributes/state"), "done");
    assert!(done.at("/data/attributes/onboarded_at").is_string());
    assert!(done.at("/data/attributes/expires_at").is_null());
}

fn a_link_is_sent_again_to_whoever_waits(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, place, _) = invited(&app, "user");
    app.pass(Duration::from_hours(100));
    let ada = app.application();
    let (cost, answer) = app.cost_of(|| ada.resends(&place));
    assert_shows!(format!("{cost} statements: {answer}"), @r#"
    10 statements: 200
    content-type: application/json
    {
      "data": {
        "attributes": {
          "attempts": 0,
          "delivery": "queued",
          "expires_at": "2030-06-08T16:00:01.000000Z",
          "fault": null,
          "onboarded_at": null,
          "sent_at": null,
          "state": "pending"
        },
        "id": "[onboarding]",
        "type": "onboarding"
      }
    }
    "#);
    assert_eq!(app.count("onboarding_tokens WHERE settled_at IS NULL"), 1);
    assert_eq!(
        app.count("outgoing_messages WHERE state = 'pending' AND kind = 'invitation'"),
        0
    );
    assert_eq!(
        app.count("audit_records WHERE action = 'property_user.invitation_resent'"),
        1
    );
    app.confirms(&app.mailed("zoe@example.test", MessageKind::InvitationResent))
        .expect(200);
    assert_eq!(ada.resends(&place).refusal(), "400 User already on-boarded");
    let user = ada.reads(&place).text("/data/attributes/user_id");
    app.home().disables(&user);
    assert_eq!(ada.resends(&place).refusal(), "400 User is disabled");
    assert_eq!(ada.onboarding(&place).text("/data/attributes/state"), "disabled");
}

fn c_16_an_owner_is_sent_a_link_by_an_owner(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, inn, place, _) = invited(&app, "owner");
    let bob = app.person("bob");
    ada.invites_with(&bob.email, "user", &inn, &json!({"users.invite": true}))
        .expect(201);
    assert_eq!(bob.resends(&place).refusal(), "403 forbidden");
    bob.onboarding(&place).expect(200);
    ada.resends(&place).expect(200);
    app.application().resends(&place).expect(200);
}

fn who_may_not_see_or_send_is_told_like_elsewhere(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, inn, place, _) = invited(&app, "user");
    let [bob, cleo, dan] = ["bob", "cleo", "dan"].map(|name| app.person(name));
    app.puts(&bob, &inn, "user");
    ada.invites_with(&cleo.email, "user", &inn, &json!({"users.read": false}))
        .expect(201);
    let told = |caller: &crate::harness::Caller<'_>| {
        format!(
            "{} {}",
            caller.onboarding(&place).status,
            caller.resends(&place).status
        )
    };
    assert_eq!(told(&bob), "200 403");
    assert_eq!(told(&cleo), "403 403");
    assert_eq!(told(&dan), "404 404");
    assert_eq!(told(&app.found("Other").caller()), "404 404");
    let narrow = app.home().mints(&[("scope", "property:read")]);
    assert_eq!(told(&narrow), "200 403");
    assert_eq!(told(&app.home().mints(&[("scope", "property:write")])), "403 200");
    for id in [NOBODY, "nonsense", &inn] {
        assert_eq!(
            ada.onboarding(id).fingerprint(),
            dan.onboarding(&place).fingerprint()
        );
        assert_eq!(ada.resends(id).fingerprint(), dan.resends(&place).fingerprint());
    }
}

fn d_43_mails_that_are_sent_again_are_limited(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place, _) = invited(&app, "user");
    for _ in 0..2 {
        ada.resends(&place).expect(200);
    }
    let last = app.mailed("zoe@example.test", MessageKind::InvitationResent);
    assert_shows!(ada.resends(&place), @r#"
    429
    content-type: application/json
    retry-after: 3600
    {
      "errors": {
        "code": "http_too_many_requests",
        "title": "Too Many Requests"
      }
    }
    "#);
    assert_eq!(app.application().resends(&place).status, 429);
    // Whoever asks for themself gets no more, either; and the last link is as good as it was.
    let fields = json!({"email": "zoe@example.test"});
    app.posts("request_restore_password", &fields).expect(200);
    assert_eq!(app.answers_requests(), 0);
    app.confirms(&last).expect(200);
}
