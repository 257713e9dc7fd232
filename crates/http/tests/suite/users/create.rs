//! `POST /api/v1/users/`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_user_is_told_whole,
    an_address_is_taken_once,
    all_wrong_attributes_are_told_at_once,
    each_attribute_says_what_is_wrong_with_it,
    documents_that_are_no_user,
    users_create_nobody,
);

fn bob() -> Value {
    json!({"first-name": "Bob", "last-name": "Jones", "email": "bob@example.test"})
}

fn a_user_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let application = app.application();
    let answer = application.creates_user(&json!({
        "first-name": " Bob ", "last-name": "O'Jones-Ödön", "email": " Bob@Example.TEST ", "locale": "pt",
        "id": NOBODY, "status": "active", "state": "disabled", "created-at": "2001-01-01T00:00:00Z",
        "tenant-id": NOBODY, "global-permissions": "admin", "is-admin": true, "password": "x"
    }));
    assert_shows!(answer, @r#"
    201
    content-type: application/vnd.api+json
    location: https://inn.example/api/v1/users/[id]/
    {
      "data": {
        "attributes": {
          "created-at": "2030-06-01T12:00:00.000000Z",
          "email": "Bob@Example.TEST",
          "first-name": "Bob",
          "last-name": "O'Jones-Ödön",
          "locale": "pt",
          "status": "new"
        },
        "id": "[user]",
        "type": "users"
      }
    }
    "#);
    let id = answer.id();
    assert_ne!(id, NOBODY);
    assert_eq!(
        answer.header("location"),
        Some(format!("https://inn.example/api/v1/users/{id}/").as_str())
    );
    assert_eq!(application.get(&format!("/api/v1/users/{id}/")).body, answer.body);
    // The application vouches for the address: they can act at once.
    let bob = app.home().mints(&[("user_id", &id)]);
    bob.opens("Sea Inn");
    assert_eq!(app.count("outgoing_messages"), 0);
    assert_eq!(app.count("audit_records WHERE action = 'user.created'"), 1);
}

fn an_address_is_taken_once(backend: Backend) {
    let app = TestApp::start(backend);
    let application = app.application();
    application.creates_user(&bob()).expect(201);
    assert_shows!(application.creates_user(&bob()), @r#"
    409
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "conflict",
          "detail": "A user with this email already exists.",
          "source": {
            "pointer": "/data/attributes/email"
          },
          "status": "409",
          "title": "Conflict"
        }
      ]
    }
    "#);
    for email in ["BOB@example.test", " bob@EXAMPLE.test "] {
        let mut other = bob();
        other["email"] = email.into();
        assert_eq!(application.creates_user(&other).status, 409, "{email}");
    }
    // Somebody who was invited has the address too.
    let inn = app.person("ada").opens("Sea Inn");
    application.invites("new@example.test", "user", &inn).expect(201);
    let mut invited = bob();
    invited["email"] = "New@Example.test".into();
    assert_eq!(application.creates_user(&invited).status, 409);
    // Tenants have each their own people.
    app.found("Rival").caller().creates_user(&bob()).expect(201);
    let mut tagged = bob();
    tagged["email"] = "bob+1@example.test".into();
    application.creates_user(&tagged).expect(201);
}

fn all_wrong_attributes_are_told_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let application = app.application();
    assert_shows!(application.creates_user(&json!({})), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "required",
          "detail": "This field is required.",
          "source": {
            "pointer": "/data/attributes/email"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "required",
          "detail": "This field is required.",
          "source": {
            "pointer": "/data/attributes/first-name"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "required",
          "detail": "This field is required.",
          "source": {
            "pointer": "/data/attributes/last-name"
          },
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
    let long = "x".repeat(151);
    let wrong = json!({"first-name": long, "last-name": "", "email": "bob", "locale": "tlh"});
    assert_shows!(application.creates_user(&wrong), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "pointer": "/data/attributes/email"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "max_length",
          "detail": "Ensure this field has no more than 150 characters.",
          "source": {
            "pointer": "/data/attributes/first-name"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "blank",
          "detail": "This field may not be blank.",
          "source": {
            "pointer": "/data/attributes/last-name"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "pointer": "/data/attributes/locale"
          },
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
}

fn each_attribute_says_what_is_wrong_with_it(backend: Backend) {
    let app = TestApp::start(backend);
    let application = app.application();
    let table = [
        ("first-name", json!(null)),
        ("first-name", json!("  ")),
        ("first-name", json!(7)),
        ("first-name", json!(["Bob"])),
        ("first-name", json!("B\u{0}b")),
        ("first-name", json!("B\r\nBcc: x")),
        ("last-name", json!({"en": "Jones"})),
        ("email", json!(null)),
        ("email", json!("")),
        ("email", json!(["bob@example.test"])),
        ("email", json!("bob@example")),
        ("email", json!("bob@example.test\r\nBcc: eve@example.test")),
        ("locale", json!("")),
        ("locale", json!("EN")),
        ("locale", json!(1)),
        ("locale", json!(null)),
    ];
    let told = table.map(|(name, value)| {
        let mut attributes = bob();
        attributes[name] = value.clone();
        format!(
            "{name} {value} -> {}",
            application.creates_user(&attributes).refusal()
        )
    });
    assert_shows!(told.join("\n"), @r#"
    first-name null -> 400 /data/attributes/first-name blank
    first-name "  " -> 400 /data/attributes/first-name blank
    first-name 7 -> 400 /data/attributes/first-name invalid
    first-name ["Bob"] -> 400 /data/attributes/first-name invalid
    first-name "B\u0000b" -> 400 /data/attributes/first-name invalid
    first-name "B\r\nBcc: x" -> 400 /data/attributes/first-name invalid
    last-name {"en":"Jones"} -> 400 /data/attributes/last-name invalid
    email null -> 400 /data/attributes/email blank
    email "" -> 400 /data/attributes/email blank
    email ["bob@example.test"] -> 400 /data/attributes/email invalid
    email "bob@example" -> 400 /data/attributes/email invalid
    email "bob@example.test\r\nBcc: eve@example.test" -> 400 /data/attributes/email invalid
    locale "" -> 400 /data/attributes/locale blank
    locale "EN" -> 400 /data/attributes/locale invalid
    locale 1 -> 400 /data/attributes/locale invalid
    locale null -> 201
    "#);
    // Attribute names are dasherized: this is none.
    let snake = json!({"first_name": "Eve", "last_name": "Jones", "email": "eve@example.test"});
    assert_shows!(application.creates_user(&snake).refusal(), @"400 /data/attributes/first-name required; /data/attributes/last-name required");
}

fn documents_that_are_no_user(backend: Backend) {
    let app = TestApp::start(backend);
    let application = app.application();
    let told = [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        "{".to_owned(),
        "{}".to_owned(),
        json!({"data": "bob"}).to_string(),
        json!({"data": {"attributes": bob()}}).to_string(),
        json!({"data": {"type": "user", "attributes": bob()}}).to_string(),
        json!({"data": {"type": ["users"], "attributes": bob()}}).to_string(),
        json!({"data": {"type": "users"}}).to_string(),
        json!({"data": {"type": "users", "attributes": "bob"}}).to_string(),
        r#"{"data": {"type": "users", "type": "users"}}"#.to_owned(),
    ]
    .map(|body| {
        let answer = application
            .request("POST", "/api/v1/users/")
            .json_text(&body)
            .send();
        format!("{body} -> {}", answer.refusal())
    });
    assert_shows!(told.join("\n"), @r#"
     -> 400 parse_error
    null -> 400 parse_error
    [] -> 400 parse_error
    { -> 400 parse_error
    {} -> 400 /data required
    {"data":"bob"} -> 400 /data invalid
    {"data":{"attributes":{"email":"bob@example.test","first-name":"Bob","last-name":"Jones"}}} -> 400 /data/type required
    {"data":{"attributes":{"email":"bob@example.test","first-name":"Bob","last-name":"Jones"},"type":"user"}} -> 409 /data/type conflict
    {"data":{"attributes":{"email":"bob@example.test","first-name":"Bob","last-name":"Jones"},"type":["users"]}} -> 400 /data/type invalid
    {"data":{"type":"users"}} -> 400 /data/attributes/email required; /data/attributes/first-name required; /data/attributes/last-name required
    {"data":{"attributes":"bob","type":"users"}} -> 400 /data/attributes invalid
    {"data": {"type": "users", "type": "users"}} -> 400 parse_error
    "#);
    assert_shows!(application.request("POST", "/api/v1/users/").json_text("{").send(), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "parse_error",
          "detail": "the body is not valid JSON",
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
    // Both media types are read, with parameters; others are not.
    let body = json!({"data": {"type": "users", "attributes": bob()}}).to_string();
    for (media_type, expected) in [
        ("text/plain", 415),
        ("application/jsonp", 415),
        ("application/vnd.api+json; charset=utf-8", 201),
        ("Application/JSON;charset=utf-8", 409),
    ] {
        let request = application
            .request("POST", "/api/v1/users")
            .header("Content-Type", media_type);
        assert_eq!(request.bytes(&body).send().status, expected, "{media_type}");
    }
}

fn users_create_nobody(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let (key, _) = ada.with_key(&json!({"scopes": ["user:write"]}));
    assert_shows!(ada.creates_user(&bob()), @r#"
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
    // Before anything is read of the document.
    assert_eq!(
        key.creates_user(&json!("nobody")).refusal(),
        "403 permission_denied"
    );
    assert_eq!(app.count("users"), 1);
}
