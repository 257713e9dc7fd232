//! `POST /api/v1/property_users`: fields that are wrong.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Map, Value, json};

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    all_wrong_fields_are_told_at_once,
    each_field_says_what_is_wrong_with_it,
    an_owner_keeps_the_core_policies,
    a_disabled_person_is_not_invited,
    bodies_that_are_no_invitation,
);

fn all_wrong_fields_are_told_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    assert_shows!(ada.invites_as(&json!({})), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "property_id": [
            "can't be blank"
          ],
          "role": [
            "can't be blank"
          ],
          "user_email": [
            "can't be blank"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
    let wrong = json!({
        "property_id": inn, "user_email": "nobody", "role": "Owner",
        "overrides": {"users.fly": true, "users.read": true, "a.b": false}
    });
    assert_shows!(ada.invites_as(&wrong), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "overrides": [
            "unknown policy: a.b",
            "unknown policy: users.fly"
          ],
          "role": [
            "is invalid"
          ],
          "user_email": [
            "has invalid format"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
    assert_eq!(app.count("users"), 1);
}

/// A field, and what it must not hold.
fn wrong_fields(inn: &str) -> Vec<(&'static str, Value)> {
    let long = format!("{}@example.test", "x".repeat(65));
    let longer = format!("x@{}.test", "y.".repeat(125));
    let many: Map<String, Value> = (0..129).map(|n| (format!("a{n}"), json!(true))).collect();
    let key = "k".repeat(65);
    vec![
        ("property_id", json!(null)),
        ("property_id", json!("")),
        ("property_id", json!(7)),
        ("property_id", json!([inn])),
        ("property_id", json!({"id": inn})),
        ("property_id", json!("sea-inn")),
        ("property_id", json!(inn.replace('-', ""))),
        ("property_id", json!(format!("{inn} "))),
        ("user_email", json!(null)),
        ("user_email", json!("  ")),
        ("user_email", json!(["bob@example.test"])),
        ("user_email", json!({"email": "bob@example.test"})),
        ("user_email", json!(true)),
        ("user_email", json!("bob")),
        ("user_email", json!("bob@example")),
        ("user_email", json!("bob@@example.test")),
        ("user_email", json!("bob@example.test, eve@example.test")),
        ("user_email", json!("bob@example.test\nBcc: eve@example.test")),
        ("user_email", json!("Bob <bob@example.test>")),
        ("user_email", json!("mailto:bob@example.test")),
        ("user_email", json!("böb@example.test")),
        ("user_email", json!("bob@ex ample.test")),
        ("user_email", json!(long)),
        ("user_email", json!(longer)),
        ("role", json!(null)),
        ("role", json!("")),
        ("role", json!(" owner")),
        ("role", json!("Owner")),
        ("role", json!("admin")),
        ("role", json!("owner,user")),
        ("role", json!(["owner"])),
        ("role", json!(1)),
        ("role", json!({"role": "owner"})),
        ("overrides", json!([])),
        ("overrides", json!("users.read")),
        ("overrides", json!(true)),
        ("overrides", json!({"users.read": null})),
        ("overrides", json!({"users.read": "true"})),
        ("overrides", json!({"users.read": 1})),
        ("overrides", json!({"users.read": {"allow": true}})),
        ("overrides", json!({"users.fly": true})),
        ("overrides", json!({"Users.Read": true})),
        ("overrides", json!({"": true})),
        ("overrides", json!({"*": true})),
        ("overrides", json!({key: true})),
        ("overrides", json!(many)),
    ]
}

fn each_field_says_what_is_wrong_with_it(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let good = json!({"property_id": inn, "user_email": "bob@example.test", "role": "user"});
    let told = wrong_fields(&inn).into_iter().map(|(field, value)| {
        let mut fields = good.clone();
        fields[field] = value.clone();
        let shown = value.to_string().replace(&inn, "ID");
        let shown: String = shown
            .replace(&inn.replace('-', ""), "HEX")
            .chars()
            .take(60)
            .collect();
        format!("{field} {shown} -> {}", ada.invites_as(&fields).refusal())
    });
    assert_shows!(told.collect::<Vec<_>>().join("\n"), @r#"
    property_id null -> 422 property_id: can't be blank
    property_id "" -> 422 property_id: can't be blank
    property_id 7 -> 422 property_id: is invalid
    property_id ["ID"] -> 422 property_id: is invalid
    property_id {"id":"ID"} -> 422 property_id: is invalid
    property_id "sea-inn" -> 422 property_id: is invalid
    property_id "HEX" -> 422 property_id: is invalid
    property_id "ID " -> 422 property_id: is invalid
    user_email null -> 422 user_email: can't be blank
    user_email "  " -> 422 user_email: can't be blank
    user_email ["bob@example.test"] -> 422 user_email: is invalid
    user_email {"email":"bob@example.test"} -> 422 user_email: is invalid
    user_email true -> 422 user_email: is invalid
    user_email "bob" -> 422 user_email: has invalid format
    user_email "bob@example" -> 422 user_email: has invalid format
    user_email "bob@@example.test" -> 422 user_email: has invalid format
    user_email "bob@example.test, eve@example.test" -> 422 user_email: has invalid format
    user_email "bob@example.test\nBcc: eve@example.test" -> 422 user_email: has invalid format
    user_email "Bob <bob@example.test>" -> 422 user_email: has invalid format
    user_email "mailto:bob@example.test" -> 422 user_email: has invalid format
    user_email "böb@example.test" -> 422 user_email: has invalid format
    user_email "bob@ex ample.test" -> 422 user_email: has invalid format
    user_email "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx -> 422 user_email: has invalid format
    user_email "x@y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y.y -> 422 user_email: has invalid format
    role null -> 422 role: can't be blank
    role "" -> 422 role: can't be blank
    role " owner" -> 422 role: is invalid
    role "Owner" -> 422 role: is invalid
    role "admin" -> 422 role: is invalid
    role "owner,user" -> 422 role: is invalid
    role ["owner"] -> 422 role: is invalid
    role 1 -> 422 role: is invalid
    role {"role":"owner"} -> 422 role: is invalid
    overrides [] -> 422 overrides: is invalid
    overrides "users.read" -> 422 overrides: is invalid
    overrides true -> 422 overrides: is invalid
    overrides {"users.read":null} -> 422 overrides: is invalid
    overrides {"users.read":"true"} -> 422 overrides: is invalid
    overrides {"users.read":1} -> 422 overrides: is invalid
    overrides {"users.read":{"allow":true}} -> 422 overrides: is invalid
    overrides {"users.fly":true} -> 422 overrides: unknown policy: users.fly
    overrides {"Users.Read":true} -> 422 overrides: is invalid
    overrides {"":true} -> 422 overrides: is invalid
    overrides {"*":true} -> 422 overrides: is invalid
    overrides {"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk -> 422 overrides: is invalid
    overrides {"a0":true,"a1":true,"a10":true,"a100":true,"a101":true,"a10 -> 422 overrides: is invalid
    "#);
    assert_eq!(app.count("property_users"), 1);
    assert_eq!(app.count("outgoing_messages"), 0);
}

fn an_owner_keeps_the_core_policies(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let denied = |role: &str, policy: &str| {
        let answer = ada.invites_with(
            &format!("{policy}@example.test"),
            role,
            &inn,
            &json!({policy: false}),
        );
        answer.refusal()
    };
    for policy in [
        "property.read",
        "users.read",
        "users.invite",
        "users.update",
        "users.withdraw",
    ] {
        assert_eq!(denied("owner", policy), "422 overrides: is invalid", "{policy}");
        assert_eq!(denied("user", policy), "201 ", "{policy}");
    }
    for policy in [
        "property.update",
        "property.delete",
        "reservations.export",
        "reports.read",
    ] {
        assert_eq!(denied("owner", policy), "201 ", "{policy}");
    }
}

fn a_disabled_person_is_not_invited(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    app.puts(&bob, &sea, "user");
    app.home().disables(&bob.id);
    assert_shows!(ada.invites(&bob.email, "user", &hill), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "user_email": [
            "is invalid"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
    // That they have a place already changes nothing about it.
    let again = ada.invites(&bob.email, "user", &sea);
    assert_eq!(again.refusal(), "422 user_email: is invalid");
    assert_eq!(
        ada.reads(&ada.finds(&bob, &sea)).text("/data/meta/status"),
        "disabled"
    );
    app.home().enables(&bob.id);
    ada.invites(&bob.email, "user", &hill).expect(201);
}

fn bodies_that_are_no_invitation(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let table = [
        "",
        "null",
        "[]",
        "\"invite\"",
        "7",
        "{",
        "{}",
        r#"{"invite": null}"#,
        r#"{"invite": []}"#,
        r#"{"invite": "me"}"#,
        r#"{"property_user": {"role": "owner"}}"#,
        r#"{"invite": {}, "invite": {}}"#,
        r#"{"invite": {"role": "user", "role": "owner"}}"#,
    ];
    let told = table.map(|body| {
        let answer = ada
            .request("POST", "/api/v1/property_users")
            .json_text(body)
            .send();
        format!("{body} -> {}", answer.refusal())
    });
    assert_shows!(told.join("\n"), @r#"
     -> 400 the body is not valid JSON
    null -> 400 the body is not a JSON object
    [] -> 400 the body is not a JSON object
    "invite" -> 400 the body is not a JSON object
    7 -> 400 the body is not a JSON object
    { -> 400 the body is not valid JSON
    {} -> 422 property_id: can't be blank; role: can't be blank; user_email: can't be blank
    {"invite": null} -> 422 property_id: can't be blank; role: can't be blank; user_email: can't be blank
    {"invite": []} -> 400 the entity in the body is not an object
    {"invite": "me"} -> 400 the entity in the body is not an object
    {"property_user": {"role": "owner"}} -> 422 property_id: can't be blank; role: can't be blank; user_email: can't be blank
    {"invite": {}, "invite": {}} -> 400 a key stands twice in one object
    {"invite": {"role": "user", "role": "owner"}} -> 400 a key stands twice in one object
    "#);
}
