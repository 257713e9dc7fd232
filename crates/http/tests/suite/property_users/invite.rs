//! `POST /api/v1/property_users`: who can be invited, and what comes of it.

use std::time::Duration;

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use super::places;
use crate::harness::{Person, TestApp, assert_shows};

on_each_backend!(
    an_unknown_person_becomes_an_invited_user,
    a_known_person_is_added_as_they_are,
    an_invited_person_may_be_invited_elsewhere,
    a_withdrawn_person_comes_back_as_new,
    a_deleted_persons_address_is_unknown,
    ones_own_address_is_no_short_cut,
    nobody_is_invited_twice,
    overrides_are_shown_as_they_were_sent,
    keys_that_no_invitation_has_are_ignored,
);

fn an_unknown_person_becomes_an_invited_user(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let answer = ada.invites("Bob.Jones+inn@Example.TEST", "user", &inn);
    assert_shows!(answer, @r#"
    201
    content-type: application/json
    {
      "data": {
        "attributes": {
          "id": "[property_user]",
          "overrides": null,
          "property_id": "[Sea Inn]",
          "role": "user",
          "user_id": "[user]"
        },
        "id": "[property_user]",
        "meta": {
          "invited_at": "2030-06-01T12:00:01.000000Z",
          "invited_by": "[ada]",
          "status": "invited",
          "updated_at": "2030-06-01T12:00:01.000000Z"
        },
        "relationships": {
          "property": {
            "data": {
              "id": "[Sea Inn]",
              "type": "property"
            }
          },
          "user": {
            "data": {
              "attributes": {
                "email": "Bob.Jones+inn@Example.TEST",
                "id": "[user]",
                "name": "Bob.Jones+inn"
              },
              "email": "Bob.Jones+inn@Example.TEST",
              "id": "[user]",
              "name": "Bob.Jones+inn",
              "type": "user"
            }
          }
        },
        "type": "property_user"
      }
    }
    "#);
    let bob = answer.text("/data/attributes/user_id");
    assert_eq!(app.count("users"), 2);
    assert_eq!(app.count("property_users"), 2);
    assert_eq!(
        app.count("outgoing_messages WHERE kind = 'invitation' AND state = 'pending'"),
        1
    );
    assert_eq!(app.count("onboarding_tokens WHERE state = 'open'"), 1);
    assert_eq!(
        app.count("audit_records WHERE action = 'property_user.invited'"),
        2
    );
    assert_eq!(app.count("audit_records WHERE action = 'user.created'"), 2);
    // Until they have on-boarded, nobody can speak for them.
    assert_shows!(app.home().asks(&[("user_id", &bob)]), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {
      "error": "invalid_scope",
      "error_description": "The user or credential is not available to this application."
    }
    "#);
    // They are there for the application, without a credential.
    let user = app.application().get(&format!("/api/v1/users/{bob}/"));
    assert_shows!(user, @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": {
        "attributes": {
          "created-at": "2030-06-01T12:00:01.000000Z",
          "email": "Bob.Jones+inn@Example.TEST",
          "first-name": "Bob.Jones+inn",
          "last-name": "",
          "locale": "en",
          "status": "new"
        },
        "id": "[user]",
        "type": "users"
      }
    }
    "#);
    let credentials = app
        .application()
        .get(&format!("/api/v1/users/{bob}/credentials/"));
    assert_eq!(credentials.items(), Vec::<Value>::new());
}

fn a_known_person_is_added_as_they_are(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    assert_eq!(places(&bob.lists("")), "");
    app.pass(Duration::from_micros(1_500_001));
    assert_shows!(ada.invites("BOB@EXAMPLE.TEST", "owner", &inn), @r#"
    201
    content-type: application/json
    {
      "data": {
        "attributes": {
          "id": "[property_user]",
          "overrides": null,
          "property_id": "[Sea Inn]",
          "role": "owner",
          "user_id": "[bob]"
        },
        "id": "[property_user]",
        "meta": {
          "invited_at": "2030-06-01T12:00:02.500001Z",
          "invited_by": "[ada]",
          "status": "active",
          "updated_at": "2030-06-01T12:00:02.500001Z"
        },
        "relationships": {
          "property": {
            "data": {
              "id": "[Sea Inn]",
              "type": "property"
            }
          },
          "user": {
            "data": {
              "attributes": {
                "email": "bob@example.test",
                "id": "[bob]",
                "name": "Bob Tester"
              },
              "email": "bob@example.test",
              "id": "[bob]",
              "name": "Bob Tester",
              "type": "user"
            }
          }
        },
        "type": "property_user"
      }
    }
    "#);
    // The grant holds at once.
    assert_eq!(places(&bob.lists("")), "Sea Inn: ada owner, Sea Inn: bob owner");
    assert_eq!(app.count("users"), 2);
    assert_eq!(app.count("outgoing_messages WHERE kind = 'access_added'"), 1);
    assert_eq!(app.count("onboarding_tokens"), 0);
}

fn an_invited_person_may_be_invited_elsewhere(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    let first = ada.invites("bob@example.test", "user", &sea).expect(201);
    let second = ada.invites("bob@example.test", "owner", &hill).expect(201);
    let user = "/data/attributes/user_id";
    assert_eq!(first.text(user), second.text(user));
    assert_ne!(first.id(), second.id());
    assert_eq!(app.count("users"), 2);
    assert_eq!(app.count("outgoing_messages WHERE kind = 'invitation'"), 2);
}

fn a_withdrawn_person_comes_back_as_new(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let first = ada.invites_with(&bob.email, "owner", &inn, &json!({"reports.read": false}));
    let first = first.expect(201).id();
    ada.withdraws(&first).expect(200);
    app.pass(Duration::from_mins(1));
    let again = ada.invites(&bob.email, "user", &inn).expect(201);
    assert_ne!(again.id(), first);
    assert_eq!(again.at("/data/attributes/overrides"), Value::Null);
    assert_eq!(again.text("/data/meta/invited_at"), app.now().to_string());
    ada.reads(&first).expect(404);
    assert_eq!(app.count("property_users"), 3);
}

fn a_deleted_persons_address_is_unknown(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    app.puts(&bob, &inn, "user");
    app.application()
        .delete(&format!("/api/v1/users/{}/", bob.id))
        .expect(204);
    let answer = ada.invites(&bob.email, "user", &inn).expect(201);
    assert_ne!(answer.text("/data/attributes/user_id"), bob.id);
    assert_eq!(answer.text("/data/meta/status"), "invited");
}

fn ones_own_address_is_no_short_cut(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let user_can_invite = json!({"users.invite": true});
    ada.invites_with(&bob.email, "user", &inn, &user_can_invite)
        .expect(201);
    let told = |person: &Person<'_>, role| person.invites(&person.email, role, &inn).refusal();
    assert_eq!(told(&ada, "owner"), "400 User already invited");
    assert_eq!(told(&bob, "user"), "400 User already invited");
    assert_eq!(told(&bob, "owner"), "403 forbidden");
}

fn nobody_is_invited_twice(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    app.puts(&bob, &inn, "user");
    ada.invites("new@example.test", "user", &inn).expect(201);
    let [messages, records] = ["outgoing_messages", "audit_records"].map(|rows| app.count(rows));
    assert_shows!(ada.invites("bob@example.test", "owner", &inn), @r#"
    400
    content-type: application/json
    {
      "errors": {
        "code": "bad_request",
        "details": "User already invited",
        "title": "Bad Request"
      }
    }
    "#);
    for email in ["Bob@Example.Test", " bob@example.test ", "NEW@example.test"] {
        assert_eq!(
            ada.invites(email, "user", &inn).refusal(),
            "400 User already invited",
            "{email}"
        );
    }
    // What the second invitation asked for was not applied.
    assert_eq!(
        ada.reads(&ada.finds(&bob, &inn)).text("/data/attributes/role"),
        "user"
    );
    assert_eq!(app.count("outgoing_messages"), messages);
    assert_eq!(app.count("audit_records"), records);
    // Dots and tags tell people apart.
    ada.invites("b.ob@example.test", "user", &inn).expect(201);
    ada.invites("bob+tag@example.test", "user", &inn).expect(201);
}

fn overrides_are_shown_as_they_were_sent(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    for (place, (sent, shown)) in [
        (Value::Null, Value::Null),
        (json!({}), Value::Null),
        (
            json!({"reports.read": false, "users.invite": true}),
            json!({"reports.read": false, "users.invite": true}),
        ),
        // Of no effect beside the role, and kept all the same.
        (json!({"users.read": true}), json!({"users.read": true})),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = ada.invites_with(&format!("p{place}@example.test"), "user", &inn, &sent);
        assert_eq!(
            answer.expect(201).at("/data/attributes/overrides"),
            shown,
            "{sent}"
        );
    }
    let stored = app.count("property_users WHERE overrides IS NOT NULL");
    assert_eq!(stored, 2, "none has one form");
}

fn keys_that_no_invitation_has_are_ignored(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let answer = ada.post(
        "/api/v1/property_users",
        &json!({
            "invite": {
                "property_id": inn, "user_email": "bob@example.test", "role": "user",
                "id": eve.id, "user_id": eve.id, "invited_by": eve.id, "tenant_id": eve.id, "status": "active",
                "state": "active", "invited_at": "2001-01-01T00:00:00Z", "is_admin": true, "name": "Root",
                "policies": ["users.invite"], "sees_users": true
            },
            "property_user": {"role": "owner"}, "role": "owner", "owner": true
        }),
    );
    assert_eq!(answer.clone().expect(201).text("/data/attributes/role"), "user");
    assert_ne!(answer.text("/data/attributes/user_id"), eve.id);
    assert_ne!(answer.id(), eve.id);
    assert_eq!(answer.text("/data/meta/invited_by"), ada.id);
    assert_eq!(answer.text("/data/meta/status"), "invited");
    assert_eq!(answer.text("/data/meta/invited_at"), app.now().to_string());
    assert_eq!(answer.text("/data/relationships/user/data/name"), "bob");
}
