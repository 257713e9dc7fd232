//! `POST /api/v1/property_users`: nobody gives what they do not have.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Person, TestApp};

on_each_backend!(
    roles_and_overrides_stay_below_the_inviter,
    an_application_invites_anybody_to_anything,
    a_key_and_a_token_invite_alike,
);

/// Somebody on the property with overrides.
fn member<'a>(app: &'a TestApp, name: &str, inn: &str, role: &str, overrides: &Value) -> Person<'a> {
    let person = app.person(name);
    app.application()
        .invites_with(&person.email, role, inn, overrides)
        .expect(201);
    person
}

fn roles_and_overrides_stay_below_the_inviter(backend: Backend) {
    let app = TestApp::start(backend);
    let inn = app.person("ada").opens("Sea Inn");
    let plain = member(&app, "plain", &inn, "user", &json!({}));
    let inviter = member(&app, "inviter", &inn, "user", &json!({"users.invite": true}));
    let poor = json!({"users.invite": true, "reports.read": false});
    let poor = member(&app, "poor", &inn, "user", &poor);
    let rich = json!({"users.invite": true, "users.update": true, "property.update": true});
    let rich = member(&app, "rich", &inn, "user", &rich);
    let owner = member(&app, "owner", &inn, "owner", &json!({}));
    let limited = member(&app, "limited", &inn, "owner", &json!({"property.delete": false}));
    let table = [
        (&plain, "user", json!({}), 403),
        (&inviter, "user", json!({}), 201),
        (&inviter, "owner", json!({}), 403),
        // What they have themselves, they may give on.
        (&inviter, "user", json!({"users.invite": true}), 201),
        (&inviter, "user", json!({"reports.read": true}), 201),
        (&inviter, "user", json!({"reports.read": false}), 201),
        (&inviter, "user", json!({"users.update": true}), 403),
        (&inviter, "user", json!({"reservations.export": true}), 403),
        // The role alone would give more than they have.
        (&poor, "user", json!({}), 403),
        (&poor, "user", json!({"reports.read": true}), 403),
        (&poor, "user", json!({"reports.read": false}), 201),
        // What lies dormant without sight of the property would be theirs with it.
        (&poor, "user", json!({"property.read": false}), 403),
        (
            &poor,
            "user",
            json!({"property.read": false, "reports.read": false}),
            201,
        ),
        (
            &rich,
            "user",
            json!({"property.update": true, "users.update": true}),
            201,
        ),
        (&rich, "user", json!({"property.delete": true}), 403),
        (&rich, "owner", json!({}), 403),
        (&owner, "owner", json!({}), 201),
        (&owner, "user", json!({"property.delete": true}), 201),
        (&limited, "owner", json!({}), 403),
        (&limited, "owner", json!({"property.delete": false}), 201),
        (&limited, "user", json!({"property.delete": true}), 403),
    ];
    for (place, (who, role, overrides, expected)) in table.into_iter().enumerate() {
        let email = format!("p{place}@example.test");
        let answer = who.invites_with(&email, role, &inn, &overrides);
        assert_eq!(
            answer.status, expected,
            "{} {role} {overrides}: {answer}",
            who.email
        );
        if expected == 403 {
            assert_eq!(
                app.count(&format!("users WHERE email = '{email}'")),
                0,
                "nothing was kept"
            );
        }
    }
}

fn an_application_invites_anybody_to_anything(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let application = app.application();
    let inn = application.opens_for(&ada.id, "Sea Inn");
    let answer = application
        .invites_with(
            "bob@example.test",
            "owner",
            &inn,
            &json!({"property.delete": false}),
        )
        .expect(201);
    assert_eq!(
        answer.at("/data/meta/invited_by"),
        Value::Null,
        "it was no person"
    );
}

fn a_key_and_a_token_invite_alike(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    let (key, _) = ada.with_key(&json!({"scopes": ["property:write"], "property-ids": [sea]}));
    let answer = key.invites("bob@example.test", "owner", &sea).expect(201);
    assert_eq!(answer.text("/data/meta/invited_by"), ada.id);
    assert_eq!(
        key.invites("bob@example.test", "owner", &hill).refusal(),
        "403 forbidden"
    );
}
