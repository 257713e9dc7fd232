//! A key reaches no further than the token that made it.

use std::time::Duration;

use innkeeper_domain::access::Permission;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    no_more_scope,
    no_longer_life,
    no_other_subject,
    no_more_properties,
    a_limited_key_makes_and_revokes_nothing,
);

fn no_more_scope(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let (key, _) = ada.with_key(&json!({"scopes": ["user:write", "property:read"]}));
    let narrow = app
        .home()
        .mints(&[("user_id", &ada.id), ("scope", "user:write property:read")]);
    let application = app.home().mints(&[("scope", "user:write property:read")]);
    for caller in [&key, &narrow, &application] {
        let makes = |scopes: &[&str]| caller.makes_key(&json!({"scopes": scopes, "user-id": ada.id}));
        makes(&["property:read"]).expect(201);
        makes(&["user:write", "property:read"]).expect(201);
        for scopes in [&["user:read"][..], &["property:read", "property:write"]] {
            assert_shows!(makes(scopes), @r#"
            403
            content-type: application/vnd.api+json
            {
              "errors": [
                {
                  "code": "permission_denied",
                  "detail": "You do not have permission to perform this action.",
                  "status": "403",
                  "title": "Forbidden"
                }
              ]
            }
            "#);
        }
    }
}

fn no_longer_life(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let at = |days: u64| (app.now() + Duration::from_hours(24 * days)).to_string();
    let (ten, _) = ada.with_key(&json!({"scopes": ["user:write"], "expires-at": at(10)}));
    let (free, _) = ada.with_key(&json!({"scopes": ["user:write"]}));
    for (key, expires_at, expected) in [
        (&ten, json!(at(9)), 201),
        (&ten, json!(at(10)), 201),
        (&ten, json!(at(11)), 403),
        (&ten, json!(null), 403),
        (&free, json!(null), 201),
        (&free, json!(at(5_000)), 201),
        // A token of an hour may make keys of any life: it is made anew whenever it is needed.
        (&ada, json!(null), 201),
    ] {
        let answer = key.makes_key(&json!({"scopes": ["user:write"], "expires-at": expires_at}));
        assert_eq!(answer.status, expected, "{expires_at}: {answer}");
    }
    let absent = ten.makes_key(&json!({"scopes": ["user:write"]}));
    assert_eq!(absent.refusal(), "403 permission_denied");
}

fn no_other_subject(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let second = app.home().adds_credential(&ada.id, Permission::Admin);
    let (key, _) = ada.with_key(&json!({"scopes": ["user:write"]}));
    for caller in [&*ada, &key] {
        let other = caller.makes_key(&json!({"user-id": eve.id, "scopes": ["user:write"]}));
        assert_eq!(other.refusal(), "400 /data/attributes/user-id invalid");
        // Another login of the same person may reach further on account routes.
        let login = caller.makes_key(&json!({"credential-id": second, "scopes": ["user:write"]}));
        assert_eq!(login.refusal(), "403 permission_denied");
        let own = caller.makes_key(&json!({"scopes": ["user:write"]})).expect(201);
        assert_eq!(own.text("/data/attributes/credential-id"), ada.credential);
    }
}

fn no_more_properties(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    app.puts(&bob, &sea, "user");
    let sightless = json!({"property.read": false});
    ada.invites_with(&bob.email, "user", &hill, &sightless)
        .expect(201);
    let refused = "400 /data/attributes/property-ids invalid";
    let limited_to = |properties: &[&String]| {
        let attributes = json!({"scopes": ["property:read"], "property-ids": properties, "user-id": bob.id});
        [&*bob, &app.application()].map(|caller| caller.makes_key(&attributes).refusal())
    };
    assert_eq!(limited_to(&[&sea]), ["201 ", "201 "]);
    assert_eq!(limited_to(&[&hill]), [refused, refused]);
    assert_eq!(limited_to(&[&sea, &hill]), [refused, refused]);
}

fn a_limited_key_makes_and_revokes_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let scopes = ["user:read", "user:write", "property:read", "property:write"];
    let (limited, own) = ada.with_key(&json!({"scopes": scopes, "property-ids": [inn]}));
    let (_, other) = ada.with_key(&json!({"scopes": scopes}));
    let same = json!({"scopes": ["property:read"], "property-ids": [inn]});
    assert_eq!(limited.makes_key(&same).refusal(), "403 permission_denied");
    for key in [&own, &other] {
        let answer = limited.delete(&format!("/api/v1/api_keys/{key}/"));
        assert_eq!(answer.refusal(), "403 permission_denied");
    }
    assert_eq!(app.count("api_keys WHERE revoked_at IS NULL"), 2);
    // Within its limit it does what its owner may.
    limited.invites("bob@example.test", "owner", &inn).expect(201);
}
