//! `DELETE /api/v1/properties/:id`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    an_owner_alone_deletes_their_property,
    others_stand_in_the_way_unless_forced,
    a_deletion_is_judged_step_by_step,
    what_is_deleted_is_gone_for_everybody,
);

fn an_owner_alone_deletes_their_property(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let path = format!("/api/v1/properties/{inn}");
    assert_shows!(ada.delete(&path), @r#"
    200
    content-type: application/json
    {
      "meta": {
        "message": "Success"
      }
    }
    "#);
    assert_eq!(ada.delete(&path).refusal(), "404 resource_not_found");
    assert_eq!(ada.get(&path).refusal(), "404 resource_not_found");
    assert_eq!(ada.lists("").items().len(), 0);
    assert_eq!(app.count("audit_records WHERE action = 'property.deleted'"), 1);
}

fn others_stand_in_the_way_unless_forced(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    app.puts(&bob, &inn, "user");
    let path = format!("/api/v1/properties/{inn}");
    assert_shows!(ada.delete(&path), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "property": [
            "has user(s)"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
    for query in ["?force=false", "?force="] {
        let answer = ada.delete(&format!("{path}{query}"));
        assert_eq!(answer.status, 422, "{query}: {answer}");
    }
    assert_eq!(
        ada.delete(&format!("{path}?force=yes")).refusal(),
        "422 force: is invalid"
    );
    // For an application, the owner is another.
    let alone = ada.opens("Hill House");
    let application = app.application();
    let answer = application.delete(&format!("/api/v1/properties/{alone}"));
    assert_eq!(answer.refusal(), "422 property: has user(s)");
    application
        .delete(&format!("/api/v1/properties/{alone}/?force=true"))
        .expect(200);
    ada.delete(&format!("{path}?force=true")).expect(200);
    assert_eq!(app.count("property_users WHERE withdrawn_at IS NULL"), 0);
}

fn a_deletion_is_judged_step_by_step(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, cleo, eve] = ["ada", "bob", "cleo", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    app.puts(&bob, &inn, "user");
    let may = json!({"property.delete": true});
    ada.invites_with(&cleo.email, "user", &inn, &may).expect(201);
    let reader = app
        .home()
        .mints(&[("user_id", &ada.id), ("scope", "property:read")]);
    let told = [
        ("no token", &app.stranger(), inn.as_str()),
        ("no scope", &reader, &inn),
        ("not visible", &eve, &inn),
        ("unknown", &ada, NOBODY),
        ("ill-formed", &ada, "inn"),
        ("no policy", &bob, &inn),
        ("others are on it", &cleo, &inn),
    ]
    .map(|(case, caller, id)| {
        let answer = caller.delete(&format!("/api/v1/properties/{id}"));
        format!("{case} -> {}", answer.refusal())
    });
    assert_shows!(told.join("\n"), @"
    no token -> 401 unauthorized
    no scope -> 403 forbidden
    not visible -> 404 resource_not_found
    unknown -> 404 resource_not_found
    ill-formed -> 404 resource_not_found
    no policy -> 403 forbidden
    others are on it -> 422 property: has user(s)
    ");
    // Nobody ends the place of somebody above them.
    let forced = cleo.delete(&format!("/api/v1/properties/{inn}?force=true"));
    assert_eq!(forced.refusal(), "403 forbidden");
}

fn what_is_deleted_is_gone_for_everybody(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    let invited = ada.invites("new@example.test", "user", &inn).expect(201).id();
    let (key, _) = bob.with_key(&json!({"scopes": ["property:read"], "property-ids": [inn]}));
    ada.delete(&format!("/api/v1/properties/{inn}?force=true"))
        .expect(200);
    for caller in [&*ada, &bob, &app.application()] {
        assert_eq!(caller.get(&format!("/api/v1/properties/{inn}")).status, 404);
        assert_eq!(caller.reads(&place).status, 404);
        assert_eq!(caller.reads(&invited).status, 404);
        assert_eq!(caller.lists("").items().len(), 0);
        assert_eq!(
            caller.invites("p@example.test", "user", &inn).refusal(),
            "403 forbidden"
        );
    }
    assert_eq!(key.lists("").status, 401, "the limit of the key became empty");
    assert_eq!(app.count("outgoing_messages WHERE state = 'pending'"), 0);
    assert_eq!(app.count("onboarding_tokens WHERE state = 'open'"), 0);
}
