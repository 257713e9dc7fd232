//! `POST /api/v1/property_users`: what is judged first. Each step is proved by a request that is wrong in all later
//! ways too.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Caller, NOBODY, Person, TestApp, assert_shows};

on_each_backend!(
    an_invitation_is_judged_step_by_step,
    three_reasons_for_403_look_alike,
    a_caller_without_rights_learns_nothing_about_addresses,
);

fn invite(property: &str, email: &str, role: &str, overrides: &Value) -> Value {
    json!({"property_id": property, "user_email": email, "role": role, "overrides": overrides})
}

/// Ada owns Sea Inn; Bob works there and may invite.
fn cast(app: &TestApp) -> (Person<'_>, Person<'_>, String) {
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    ada.invites_with(&bob.email, "user", &inn, &json!({"users.invite": true}))
        .expect(201);
    (ada, bob, inn)
}

fn an_invitation_is_judged_step_by_step(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, bob, inn) = cast(&app);
    let den = app.person("dan").opens("Den");
    let [off, in_already] = ["off", "in"].map(|name| app.person(name));
    app.puts(&off, &inn, "user");
    app.puts(&in_already, &inn, "user");
    app.home().disables(&off.id);
    fill(&app, &ada, &inn, 200);

    let reader = app
        .home()
        .mints(&[("user_id", &bob.id), ("scope", "property:read")]);
    let nothing = json!({});
    let unknown = json!({"users.fly": true});
    let core = json!({"users.read": false});
    let steps: [(&str, &Caller<'_>, Value); 9] = [
        ("no token", &app.stranger(), json!("no object")),
        ("no scope", &reader, json!("no object")),
        ("no object", &bob, json!("no object")),
        ("no property", &bob, invite("den", "nobody", "Owner", &unknown)),
        ("not visible", &bob, invite(&den, "nobody", "Owner", &unknown)),
        ("wrong fields", &bob, invite(&inn, "nobody", "owner", &core)),
        (
            "above the inviter",
            &bob,
            invite(&inn, &off.email, "owner", &nothing),
        ),
        (
            "disabled, in already, full",
            &bob,
            invite(&inn, &off.email, "user", &nothing),
        ),
        (
            "in already, full",
            &bob,
            invite(&inn, &in_already.email, "user", &nothing),
        ),
    ];
    let mut told: Vec<String> = steps
        .map(|(step, caller, fields)| format!("{step} -> {}", caller.invites_as(&fields).refusal()))
        .into();
    let full = bob.invites_as(&invite(&inn, "new@example.test", "user", &nothing));
    told.push(format!("full -> {}", full.refusal()));
    assert_shows!(told.join("\n"), @"
    no token -> 401 unauthorized
    no scope -> 403 forbidden
    no object -> 400 the entity in the body is not an object
    no property -> 422 overrides: unknown policy: users.fly; property_id: is invalid; role: is invalid; user_email: has invalid format
    not visible -> 403 forbidden
    wrong fields -> 422 user_email: has invalid format
    above the inviter -> 403 forbidden
    disabled, in already, full -> 422 user_email: is invalid
    in already, full -> 400 User already invited
    full -> 400 Property has reached its limit of users
    ");
    // A core policy denied to an owner is told before the ceiling.
    let both = bob.invites_as(&invite(&inn, "new@example.test", "owner", &core));
    assert_eq!(both.refusal(), "422 overrides: is invalid");
}

/// Brings the property up to so many live places.
fn fill(app: &TestApp, ada: &Person<'_>, inn: &str, places: usize) {
    let inside = ada.lists(&format!("filter[property_id]={inn}")).items().len();
    for place in inside..places {
        let answer = app
            .application()
            .invites(&format!("p{place}@example.test"), "user", inn);
        answer.expect(201);
    }
}

fn three_reasons_for_403_look_alike(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, bob, inn) = cast(&app);
    let [eve, fay] = ["eve", "fay"].map(|name| app.person(name));
    app.puts(&eve, &inn, "user");
    app.puts(&fay, &inn, "user");
    let blind = json!({"property.read": false, "users.invite": true});
    let gus = app.person("gus");
    app.application()
        .invites_with(&gus.email, "user", &inn, &blind)
        .expect(201);
    let den = app.person("dan").opens("Den");
    let theirs = app.found("Rival").person("roy").opens("Theirs");
    let told = [
        (&*bob, NOBODY),
        (&bob, &den),
        (&bob, &theirs),
        (&eve, &inn),
        (&gus, &inn),
        (&app.application(), &theirs),
        (&app.application(), NOBODY),
    ]
    .map(|(caller, property)| caller.invites("new@example.test", "user", property).fingerprint());
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
    assert_shows!(bob.invites("new@example.test", "user", NOBODY), @r#"
    403
    content-type: application/json
    {
      "errors": {
        "code": "forbidden",
        "title": "Forbidden"
      }
    }
    "#);
}

fn a_caller_without_rights_learns_nothing_about_addresses(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, inn) = cast(&app);
    let [eve, known] = ["eve", "known"].map(|name| app.person(name));
    app.puts(&eve, &inn, "user");
    let emails = [
        "new@example.test",
        &known.email,
        &ada.email,
        &eve.email,
        "malformed",
        "",
    ];
    let told = emails.map(|email| eve.invites(email, "user", &inn).fingerprint());
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
    assert!(told[0].starts_with("403"), "{}", told[0]);
}
