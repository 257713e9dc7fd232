//! `PUT /api/v1/property_users/:id`: what is refused.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{NOBODY, Person, TestApp, assert_shows};

on_each_backend!(
    wrong_fields_are_told_at_once,
    a_property_keeps_an_owner_who_can_act,
    nobody_rises_above_themself,
    owners_are_out_of_reach_for_users,
    visibility_comes_before_policy_and_policy_before_fields,
);

fn wrong_fields_are_told_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    let before = ada.reads(&place).body;
    let table = [
        json!({"role": null}),
        json!({"role": ""}),
        json!({"role": " "}),
        json!({"role": ["owner"]}),
        json!({"role": "Owner"}),
        json!({"role": "owner "}),
        json!({"role": "admin"}),
        json!({"role": 1}),
        json!({"role": {"name": "owner"}}),
        json!({"overrides": []}),
        json!({"overrides": "none"}),
        json!({"overrides": {"users.fly": true, "x.y": false}}),
        json!({"overrides": {"reports.read": null}}),
        json!({"role": "Owner", "overrides": {"users.fly": true}}),
        json!({"role": "owner", "overrides": {"users.invite": false}}),
    ];
    let told = table.map(|fields| format!("{fields} -> {}", ada.updates(&place, &fields).refusal()));
    assert_shows!(told.join("\n"), @r#"
    {"role":null} -> 422 role: can't be blank
    {"role":""} -> 422 role: can't be blank
    {"role":" "} -> 422 role: can't be blank
    {"role":["owner"]} -> 422 role: is invalid
    {"role":"Owner"} -> 422 role: is invalid
    {"role":"owner "} -> 422 role: is invalid
    {"role":"admin"} -> 422 role: is invalid
    {"role":1} -> 422 role: is invalid
    {"role":{"name":"owner"}} -> 422 role: is invalid
    {"overrides":[]} -> 422 overrides: is invalid
    {"overrides":"none"} -> 422 overrides: is invalid
    {"overrides":{"users.fly":true,"x.y":false}} -> 422 overrides: unknown policy: users.fly, unknown policy: x.y
    {"overrides":{"reports.read":null}} -> 422 overrides: is invalid
    {"overrides":{"users.fly":true},"role":"Owner"} -> 422 overrides: unknown policy: users.fly; role: is invalid
    {"overrides":{"users.invite":false},"role":"owner"} -> 422 overrides: is invalid
    "#);
    for body in [json!([]), json!("owner"), json!(1)] {
        let path = format!("/api/v1/property_users/{place}");
        let answer = ada.put(&path, &json!({"property_user": body}));
        assert_eq!(answer.refusal(), "400 the entity in the body is not an object");
    }
    assert_eq!(ada.reads(&place).body, before);
}

fn a_property_keeps_an_owner_who_can_act(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let first = ada.finds(&ada, &inn);
    let demotion = json!({"role": "user"});
    assert_shows!(ada.updates(&first, &demotion), @r#"
    400
    content-type: application/json
    {
      "errors": {
        "code": "bad_request",
        "details": "Property must keep at least one owner",
        "title": "Bad Request"
      }
    }
    "#);
    // An invited owner does not count until they have come, nor does a disabled one.
    let second = ada.invites("new@example.test", "owner", &inn).expect(201).id();
    let told = || app.application().updates(&first, &demotion).refusal();
    let kept = "400 Property must keep at least one owner";
    assert_eq!(told(), kept);
    let third = app.puts(&bob, &inn, "owner");
    app.home().disables(&bob.id);
    assert_eq!(told(), kept);
    // They may be demoted themselves, though.
    ada.updates(&second, &demotion).expect(200);
    ada.updates(&third, &demotion).expect(200);
    ada.updates(&third, &json!({"role": "owner"})).expect(200);
    app.home().enables(&bob.id);
    // With another owner who can act, even oneself may go down.
    ada.updates(&first, &demotion).expect(200);
    assert_eq!(
        ada.updates(&first, &json!({"role": "owner"})).refusal(),
        "403 forbidden"
    );
    let last = app.application().updates(&third, &demotion);
    assert_eq!(last.refusal(), kept);
    // Overrides cannot take it away either.
    let core = json!({"overrides": {"users.update": false}});
    assert_eq!(bob.updates(&third, &core).refusal(), "422 overrides: is invalid");
}

/// Somebody on the property with overrides, and their place.
fn member<'a>(app: &'a TestApp, name: &str, inn: &str, overrides: &Value) -> (Person<'a>, String) {
    let person = app.person(name);
    let answer = app
        .application()
        .invites_with(&person.email, "user", inn, overrides);
    (person, answer.expect(201).id())
}

fn nobody_rises_above_themself(backend: Backend) {
    let app = TestApp::start(backend);
    let inn = app.person("ada").opens("Sea Inn");
    let denied = json!({"users.update": true, "reports.read": false});
    let (bob, place) = member(&app, "bob", &inn, &denied);
    let (_, colleague) = member(&app, "cleo", &inn, &json!({"reports.read": false}));
    let table = [
        (&place, json!({"role": "owner"}), 403),
        (
            &place,
            json!({"overrides": {"users.update": true, "users.invite": true, "reports.read": false}}),
            403,
        ),
        // By lifting a deny.
        (&place, json!({"overrides": {"users.update": true}}), 403),
        (&place, json!({"overrides": null}), 403),
        (&colleague, json!({"role": "owner"}), 403),
        (&colleague, json!({"overrides": null}), 403),
        (
            &colleague,
            json!({"overrides": {"reservations.export": true, "reports.read": false}}),
            403,
        ),
        // What they have, they may give; what they see, they may take away, from themselves too.
        (
            &colleague,
            json!({"overrides": {"users.update": true, "reports.read": false}}),
            200,
        ),
        (
            &colleague,
            json!({"overrides": {"rates.read": false, "reports.read": false}}),
            200,
        ),
        (&place, json!({"overrides": {"reports.read": false}}), 200),
        // And have lost the right by that.
        (&place, denied, 403),
    ];
    for (place, fields, expected) in table {
        let answer = bob.updates(place, &fields);
        assert_eq!(answer.status, expected, "{fields}: {answer}");
    }
}

fn owners_are_out_of_reach_for_users(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let rights = json!({"users.update": true, "users.withdraw": true, "users.invite": true});
    let (bob, _) = member(&app, "bob", &inn, &rights);
    let owner = ada.finds(&ada, &inn);
    for fields in [
        json!({"role": "user"}),
        json!({"overrides": {"reports.read": false}}),
        json!({}),
    ] {
        assert_eq!(
            bob.updates(&owner, &fields).refusal(),
            "403 forbidden",
            "{fields}"
        );
    }
    assert_eq!(bob.withdraws(&owner).refusal(), "403 forbidden");
}

fn visibility_comes_before_policy_and_policy_before_fields(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let (bob, place) = member(&app, "bob", &inn, &json!({}));
    let (blind, own) = member(
        &app,
        "blind",
        &inn,
        &json!({"property.read": false, "users.update": true}),
    );
    let eve = app.person("eve");
    let reader = app
        .home()
        .mints(&[("user_id", &ada.id), ("scope", "property:read")]);
    let wrong = json!({"role": "Owner"});
    let told = [
        ("no token", &app.stranger(), &place),
        ("no scope", &reader, &place),
        ("not visible", &eve, &place),
        ("without sight", &blind, &own),
        ("unknown", &ada, &NOBODY.to_owned()),
        ("ill-formed", &ada, &"1".to_owned()),
        ("no policy", &bob, &place),
        ("wrong fields", &ada, &place),
    ]
    .map(|(case, caller, id)| format!("{case} -> {}", caller.updates(id, &wrong).refusal()));
    assert_shows!(told.join("\n"), @"
    no token -> 401 unauthorized
    no scope -> 403 forbidden
    not visible -> 404 resource_not_found
    without sight -> 404 resource_not_found
    unknown -> 404 resource_not_found
    ill-formed -> 404 resource_not_found
    no policy -> 403 forbidden
    wrong fields -> 422 role: is invalid
    ");
}
