//! `POST /api/v1/confirm_invite`.

use std::time::Duration;

use innkeeper_domain::{effects::MessageKind, onboarding::Password};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::{confirmation, invited};
use crate::harness::{TestApp, assert_shows};

const MICROSECOND: Duration = Duration::from_micros(1);
const HOURS_72: Duration = Duration::from_hours(72);
/// A microsecond less.
const JUST_UNDER: Duration = Duration::from_micros(72 * 3_600_000_000 - 1);

on_each_backend!(
    an_invited_person_comes_in_and_sees_exactly_their_property,
    a_link_works_once,
    c_37_a_link_is_over_at_the_instant_of_its_end,
    every_wrong_field_is_told_at_once,
    a_password_that_is_easy_to_guess_is_refused,
    c_35_a_resend_ends_the_link_of_the_first_mail,
    c_39b_a_withdrawal_ends_the_link,
    d_46_a_link_is_not_for_somebody_who_is_signed_in_as_another,
    an_owner_counts_from_then_on,
);

fn an_invited_person_comes_in_and_sees_exactly_their_property(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, inn, place, token) = invited(&app, "user");
    ada.opens("Hill House");
    assert_eq!(ada.reads(&place).text("/data/meta/status"), "invited");
    assert_shows!(app.confirms(&token), @r#"
    200
    content-type: application/json
    cache-control: no-store
    {
      "meta": {
        "message": "Success"
      }
    }
    "#);
    let seen = ada.reads(&place);
    assert_eq!(seen.text("/data/meta/status"), "active");
    assert_eq!(seen.text("/data/relationships/user/data/name"), "Zoe Lind");

    let zoe = app.session("zoe@example.test", super::PASSWORD);
    let houses = zoe.get("/api/v1/properties").expect(200);
    assert_eq!(houses.each("/id"), [inn]);
    assert_eq!(zoe.lists("").each("/attributes/role"), ["owner", "user"]);
    let user = seen.text("/data/attributes/user_id");
    let me = zoe.get(&format!("/api/v1/users/{user}/")).expect(200);
    assert_eq!(me.text("/data/attributes/first-name"), "Zoe");
    assert_eq!(me.text("/data/attributes/last-name"), "Lind");
    let logins = zoe.get(&format!("/api/v1/users/{user}/credentials/")).expect(200);
    assert_eq!(logins.each("/attributes/credential-type"), ["password"]);
    assert_eq!(logins.each("/attributes/global-permissions"), ["view"]);
    assert_eq!(app.count("audit_records WHERE action = 'user.onboarded'"), 1);
    assert_eq!(
        app.count("outgoing_messages WHERE state = 'pending' AND sealed IS NOT NULL"),
        0
    );
    assert_eq!(
        app.count("passwords WHERE hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'"),
        1
    );
}

fn a_link_works_once(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    app.confirms(&token).expect(200);
    assert_shows!(app.confirms(&token), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "token": [
            "is invalid or has expired"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
    assert_eq!(app.count("passwords"), 1);
}

fn c_37_a_link_is_over_at_the_instant_of_its_end(backend: Backend) {
    const OVER: &str = "422 token: is invalid or has expired";
    let app = TestApp::start(backend);
    let (_, _, place, first) = invited(&app, "user");
    app.pass(HOURS_72);
    assert_eq!(app.confirms(&first).refusal(), OVER);
    // The next one is looked at just before its end, and at it.
    app.application().resends(&place).expect(200);
    let second = app.mailed("zoe@example.test", MessageKind::InvitationResent);
    app.pass(JUST_UNDER);
    let mut weak = confirmation(&second);
    weak["password"] = "password123".into();
    weak["password_confirmation"] = "password123".into();
    let just_before = app.posts("confirm_invite", &weak).refusal();
    assert!(
        just_before.starts_with("422 password: is too easy"),
        "{just_before}"
    );
    app.pass(MICROSECOND);
    assert_eq!(app.confirms(&second).refusal(), OVER);
    assert_eq!(app.count("users WHERE state = 'invited'"), 1);
}

fn every_wrong_field_is_told_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    let long = "x".repeat(Password::MAX_CHARS + 1);
    let rows = [
        json!({}),
        json!({"token": "", "name": " ", "password": "", "password_confirmation": null}),
        json!({"token": 1, "name": {}, "password": [], "password_confirmation": true}),
        json!({"token": token, "name": "Zoe", "password": "short", "password_confirmation": "short"}),
        json!({"token": token, "name": "Zoe", "password": super::PASSWORD, "password_confirmation": "other"}),
        json!({"token": token, "name": "Zoe", "password": super::PASSWORD}),
        json!({"token": token, "name": "Zoe", "password": long, "password_confirmation": long}),
        json!({"token": token, "name": "Zoe\nLind", "password": super::PASSWORD, "password_confirmation": super::PASSWORD}),
        json!({"token": token, "name": "x".repeat(151), "password": super::PASSWORD, "password_confirmation": super::PASSWORD}),
    ];
    let told: Vec<String> = rows
        .iter()
        .map(|row| app.posts("confirm_invite", row).refusal())
        .collect();
    assert_shows!(told.join("\n"), @"
    422 name: can't be blank; password: can't be blank; password_confirmation: can't be blank; token: can't be blank
    422 name: can't be blank; password: can't be blank; password_confirmation: can't be blank; token: can't be blank
    422 name: is invalid; password: is invalid; password_confirmation: is invalid; token: is invalid
    422 password: should be at least 10 character(s)
    422 password_confirmation: does not match
    422 password_confirmation: can't be blank
    422 password: should be at most 128 character(s)
    422 name: has invalid format
    422 name: should be at most 150 character(s)
    ");
    let not_an_object = app
        .request("POST", "/api/v1/confirm_invite")
        .json_text(r#"{"user": 1}"#)
        .send();
    assert_eq!(
        not_an_object.refusal(),
        "400 the entity in the body is not an object"
    );
    assert_eq!(app.count("users WHERE state = 'invited'"), 1);
    app.confirms(&token).expect(200);
}

fn a_password_that_is_easy_to_guess_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    let told = |password: &str| {
        let mut fields = confirmation(&token);
        fields["password"] = password.into();
        fields["password_confirmation"] = password.into();
        app.posts("confirm_invite", &fields).refusal()
    };
    let rows = [
        "qwertyuiop",
        "password123",
        "zoe@example.test",
        "zoelindzoe",
        "seainnseainn",
    ]
    .map(told);
    assert_shows!(rows.join("\n"), @"
    422 password: is too easy to guess: many people use it
    422 password: is too easy to guess: many people use it
    422 password: is too easy to guess: it is made of your name, your address or the property
    422 password: is too easy to guess: it is made of your name, your address or the property
    422 password: is too easy to guess: it is made of your name, your address or the property
    ");
    app.confirms(&token).expect(200);
}

fn c_35_a_resend_ends_the_link_of_the_first_mail(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place, first) = invited(&app, "user");
    ada.resends(&place).expect(200);
    let second = app.mailed("zoe@example.test", MessageKind::InvitationResent);
    assert_eq!(
        app.confirms(&first).refusal(),
        "422 token: is invalid or has expired"
    );
    app.confirms(&second).expect(200);
}

fn c_39b_a_withdrawal_ends_the_link(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, inn, place, token) = invited(&app, "user");
    ada.withdraws(&place).expect(200);
    assert_eq!(
        app.confirms(&token).refusal(),
        "422 token: is invalid or has expired"
    );
    ada.invites("zoe@example.test", "user", &inn).expect(201);
    let again = app.mailed("zoe@example.test", MessageKind::Invitation);
    app.confirms(&again).expect(200);
}

fn d_46_a_link_is_not_for_somebody_who_is_signed_in_as_another(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, _, token) = invited(&app, "user");
    let as_ada = |bearer: &str| {
        let request = app.request("POST", "/api/v1/confirm_invite").bearer(bearer);
        request.json(&json!({"user": confirmation(&token)})).send()
    };
    assert_eq!(as_ada(&ada.token).refusal(), "403 forbidden");
    assert_eq!(app.count("users WHERE state = 'invited'"), 1);
    // A token that counts for nobody is none.
    as_ada("innt_nonsense").expect(200);
}

fn an_owner_counts_from_then_on(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, inn, _, token) = invited(&app, "owner");
    let own = ada.finds(&ada, &inn);
    let demote = || ada.updates(&own, &json!({"role": "user"}));
    assert_eq!(demote().refusal(), "400 Property must keep at least one owner");
    app.confirms(&token).expect(200);
    demote().expect(200);
}
