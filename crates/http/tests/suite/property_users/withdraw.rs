//! `DELETE /api/v1/property_users/:id`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::places;
use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_withdrawn_person_is_gone,
    nobody_withdraws_themself,
    the_last_owner_stays,
    a_withdrawal_is_judged_step_by_step,
    an_invited_person_loses_their_link_with_their_last_place,
);

fn a_withdrawn_person_is_gone(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    assert_shows!(ada.withdraws(&place), @r#"
    200
    content-type: application/json
    {
      "meta": {
        "message": "Success"
      }
    }
    "#);
    assert_shows!(ada.withdraws(&place), @r#"
    404
    content-type: application/json
    {
      "errors": {
        "code": "resource_not_found",
        "title": "Resource Not Found"
      }
    }
    "#);
    for answer in [
        ada.reads(&place),
        ada.updates(&place, &json!({"role": "owner"})),
        bob.withdraws(&place),
    ] {
        assert_eq!(answer.refusal(), "404 resource_not_found");
    }
    assert_eq!(bob.get(&format!("/api/v1/properties/{inn}")).status, 404);
    assert_eq!(places(&bob.lists("")), "");
    assert_eq!(
        app.count("property_users WHERE withdrawn_at IS NOT NULL"),
        1,
        "history is kept"
    );
    assert_eq!(app.count("outgoing_messages WHERE state = 'cancelled'"), 1);
    assert_eq!(
        app.count("audit_records WHERE action = 'property_user.withdrawn'"),
        1
    );
}

fn nobody_withdraws_themself(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let [first, second] = [ada.finds(&ada, &inn), app.puts(&bob, &inn, "user")];
    let key = |person: &crate::harness::Person<'_>| {
        app.application()
            .makes_key(&json!({"user-id": person.id, "scopes": ["property:write"]}))
            .expect(201)
            .text("/data/attributes/key")
    };
    assert_shows!(ada.withdraws(&first), @r#"
    400
    content-type: application/json
    {
      "errors": {
        "code": "bad_request",
        "details": "User can not withdraw themself",
        "title": "Bad Request"
      }
    }
    "#);
    let [ada_by_key, bob_by_key] =
        [&ada, &bob].map(|person| crate::harness::Caller::with(&app, &key(person)));
    for (caller, place) in [(&*bob, &second), (&ada_by_key, &first), (&bob_by_key, &second)] {
        assert_eq!(
            caller.withdraws(place).refusal(),
            "400 User can not withdraw themself"
        );
    }
    // Not by another owner's absence: with a second owner it is the same.
    ada.updates(&second, &json!({"role": "owner"})).expect(200);
    assert_eq!(
        bob.withdraws(&second).refusal(),
        "400 User can not withdraw themself"
    );
    bob.withdraws(&first).expect(200);
}

fn the_last_owner_stays(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let first = ada.finds(&ada, &inn);
    assert_shows!(app.application().withdraws(&first), @r#"
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
    ada.invites("new@example.test", "owner", &inn).expect(201);
    assert_eq!(
        app.application().withdraws(&first).status,
        400,
        "an invited owner does not count"
    );
    app.puts(&bob, &inn, "owner");
    app.application().withdraws(&first).expect(200);
}

fn a_withdrawal_is_judged_step_by_step(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, eve, blind] = ["ada", "bob", "eve", "blind"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let [owner, place] = [ada.finds(&ada, &inn), app.puts(&bob, &inn, "user")];
    let sightless = json!({"property.read": false, "users.withdraw": true});
    let hidden = ada
        .invites_with(&blind.email, "user", &inn, &sightless)
        .expect(201)
        .id();
    let helper = app.person("helper");
    ada.invites_with(&helper.email, "user", &inn, &json!({"users.withdraw": true}))
        .expect(201);
    let reader = app
        .home()
        .mints(&[("user_id", &ada.id), ("scope", "property:read")]);
    let unknown = NOBODY.to_owned();
    let told = [
        ("no token", &app.stranger(), &owner),
        ("no scope, oneself", &reader, &owner),
        ("unknown", &*ada, &unknown),
        ("not visible", &eve, &place),
        ("without sight, oneself", &blind, &hidden),
        ("oneself, without the policy", &bob, &place),
        ("without the policy", &bob, &hidden),
        ("above oneself, the last owner", &helper, &owner),
        ("the last owner, oneself", &ada, &owner),
        ("the last owner", &app.application(), &owner),
        ("below oneself", &helper, &place),
    ]
    .map(|(case, caller, id)| format!("{case} -> {}", caller.withdraws(id).refusal()));
    assert_shows!(told.join("\n"), @"
    no token -> 401 unauthorized
    no scope, oneself -> 403 forbidden
    unknown -> 404 resource_not_found
    not visible -> 404 resource_not_found
    without sight, oneself -> 404 resource_not_found
    oneself, without the policy -> 400 User can not withdraw themself
    without the policy -> 403 forbidden
    above oneself, the last owner -> 403 forbidden
    the last owner, oneself -> 400 User can not withdraw themself
    the last owner -> 400 Property must keep at least one owner
    below oneself -> 200
    ");
}

fn an_invited_person_loses_their_link_with_their_last_place(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    let places = [&sea, &hill].map(|inn| ada.invites("bob@example.test", "user", inn).expect(201).id());
    let open = || app.count("onboarding_tokens WHERE state = 'open'");
    ada.withdraws(&places[0]).expect(200);
    assert_eq!(open(), 2);
    ada.withdraws(&places[1]).expect(200);
    assert_eq!(open(), 0);
    assert_eq!(app.count("outgoing_messages WHERE state = 'pending'"), 0);
    assert_eq!(app.count("users WHERE state = 'invited'"), 1, "the person stays");
}
