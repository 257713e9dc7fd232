//! `POST /api/v1/sign_in`, and what ends a session.

use std::time::Duration;

use innkeeper_domain::{effects::MessageKind, ports::Used};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::{ANOTHER, PASSWORD, invited};
use crate::harness::{Caller, TestApp, assert_shows};

on_each_backend!(
    a_person_signs_in,
    every_wrong_field_of_a_sign_in_is_told_at_once,
    a_session_lasts_twelve_hours,
    a_session_ends_with_its_credential_and_its_person,
    the_tenant_is_named_where_there_are_several,
    a_session_reaches_as_far_as_its_credential,
);

fn a_person_signs_in(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    app.confirms(&token).expect(200);
    app.used();
    assert_shows!(app.signs_in(" ZOE@Example.Test ", PASSWORD), @r#"
    200
    content-type: application/json
    cache-control: no-store
    {
      "data": {
        "attributes": {
          "token": "[innt_...]"
        },
        "relationships": {
          "user": {
            "data": {
              "attributes": {
                "email": "zoe@example.test",
                "id": "[user]",
                "name": "Zoe Lind"
              },
              "email": "zoe@example.test",
              "id": "[user]",
              "name": "Zoe Lind",
              "type": "user"
            }
          }
        },
        "type": "session"
      }
    }
    "#);
    assert_eq!(app.count("audit_records WHERE action = 'user.signed_in'"), 1);
    let used = app.used();
    assert!(matches!(used[..], [(Used::Credential(..), _)]), "{used:?}");
}

fn every_wrong_field_of_a_sign_in_is_told_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let rows = [
        json!({}),
        json!({"email": "", "password": ""}),
        json!({"email": "zoe", "password": "x", "tenant": 1}),
        json!({"email": 1, "password": 2}),
        json!({"email": "zoe@example.test", "password": "x".repeat(129)}),
    ];
    let told: Vec<String> = rows
        .iter()
        .map(|row| app.posts("sign_in", row).refusal())
        .collect();
    assert_shows!(told.join("\n"), @"
    422 email: can't be blank; password: can't be blank
    422 email: can't be blank; password: can't be blank
    422 email: has invalid format; tenant: is invalid
    422 email: is invalid; password: is invalid
    422 password: should be at most 128 character(s)
    ");
}

fn a_session_lasts_twelve_hours(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    app.confirms(&token).expect(200);
    let zoe = app.session("zoe@example.test", PASSWORD);
    app.pass(Duration::from_hours(12) - Duration::from_micros(1));
    zoe.get("/api/v1/properties").expect(200);
    app.pass(Duration::from_micros(1));
    assert_eq!(zoe.get("/api/v1/properties").refusal(), "401 unauthorized");
}

fn a_session_ends_with_its_credential_and_its_person(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place, token) = invited(&app, "user");
    app.confirms(&token).expect(200);
    let user = ada.reads(&place).text("/data/attributes/user_id");
    let home = app.home();
    let zoe = app.session("zoe@example.test", PASSWORD);
    let reads = |caller: &Caller<'_>| caller.get("/api/v1/properties").status;
    home.disables(&user);
    assert_eq!(reads(&zoe), 401);
    home.enables(&user);
    assert_eq!(reads(&zoe), 200);
    let logins = app
        .application()
        .get(&format!("/api/v1/users/{user}/credentials/"));
    home.removes_credential(&logins.each("/id")[0]);
    assert_eq!(reads(&zoe), 401);
    assert_eq!(
        app.signs_in("zoe@example.test", PASSWORD).refusal(),
        "401 unauthorized"
    );
    assert_eq!(app.count("passwords"), 0);
}

fn the_tenant_is_named_where_there_are_several(backend: Backend) {
    let app = TestApp::start(backend);
    // The same address in two tenants is two people.
    let (_, _, _, token) = invited(&app, "user");
    app.confirms(&token).expect(200);
    let other = app.found("Other");
    let tom = other.person("tom");
    let hut = tom.opens("Hut");
    tom.invites("zoe@example.test", "user", &hut).expect(201);
    let theirs = app.mailed_in(other.tenant(), "zoe@example.test", MessageKind::Invitation);
    let mut fields = super::confirmation(&theirs);
    fields["password"] = ANOTHER.into();
    fields["password_confirmation"] = ANOTHER.into();
    app.posts("confirm_invite", &fields).expect(200);

    let told = |tenant: Option<&str>, password: &str| {
        let fields = json!({"email": "zoe@example.test", "password": password, "tenant": tenant});
        let answer = app.posts("sign_in", &fields);
        if answer.status == 200 {
            let session = Caller::with(&app, &answer.text("/data/attributes/token"));
            let houses = session.get("/api/v1/properties").expect(200);
            return format!("200 {}", houses.each("/attributes/title").join(", "));
        }
        answer.refusal()
    };
    let id = other.tenant().to_string();
    let rows = [
        told(None, PASSWORD),
        told(Some("Home"), PASSWORD),
        told(Some("Other"), ANOTHER),
        told(Some(&id), ANOTHER),
        told(Some("Other"), PASSWORD),
        told(Some("Nobody"), PASSWORD),
        // Not every text can be asked a store for.
        told(Some("Ho\u{0}me"), PASSWORD),
    ];
    assert_shows!(rows.join("\n"), @"
    422 tenant: can't be blank
    200 Sea Inn
    200 Hut
    200 Hut
    401 unauthorized
    401 unauthorized
    401 unauthorized
    ");
    let asked = app.posts(
        "request_restore_password",
        &json!({"email": "zoe@example.test", "tenant": null}),
    );
    assert_eq!(asked.refusal(), "422 tenant: can't be blank");
}

/// A password gives a look at accounts, and no more.
fn a_session_reaches_as_far_as_its_credential(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place, token) = invited(&app, "user");
    app.confirms(&token).expect(200);
    let user = ada.reads(&place).text("/data/attributes/user_id");
    let zoe = app.session("zoe@example.test", PASSWORD);
    let path = format!("/api/v1/users/{user}/accounts/");
    zoe.get(&path).expect(200);
    let body = json!({"data": {"type": "accounts", "attributes": {"channel": "hostaway", "credentials": {"client_id": "1", "client_secret": "x"}}}});
    assert_eq!(zoe.post(&path, &body).refusal(), "403 permission_denied");
}
