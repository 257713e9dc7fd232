//! Bodies that are nearly good: every value of each good one, replaced by each of many that nobody expects there.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Caller, TestApp};

on_each_backend!(no_value_in_a_body_breaks_a_write);

/// As text, since some of it no library would write.
const VALUES: [&str; 14] = [
    "null",
    "true",
    "-1",
    "1e400",
    "123456789012345678901234567890",
    "\"\"",
    "\" \"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\u202ea\\u001b[31m\\r\\nX: y\"",
    "\"'; DROP TABLE users;--\"",
    "[]",
    "{}",
    "[[{\"a\":[null]}]]",
];

/// The places of a document, as JSON pointers, with what lies beneath.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                places(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (place, value) in items.iter().enumerate() {
                places(value, &format!("{at}/{place}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The document as text, with another text at one place.
fn with(document: &Value, place: &str, other: &str) -> String {
    let mut document = document.clone();
    let mark = "the place of what is replaced";
    *document.pointer_mut(place).expect("a place of it") = mark.into();
    document.to_string().replace(&format!("\"{mark}\""), other)
}

fn tries(caller: &Caller<'_>, method: &str, path: &str, document: &Value) {
    let mut found = Vec::new();
    places(document, "", &mut found);
    for place in found {
        for value in VALUES {
            let body = with(document, &place, value);
            let answer = caller.request(method, path).json_text(&body).send();
            assert!(
                (200..300).contains(&answer.status) || [400, 403, 409, 422].contains(&answer.status),
                "{method} {path} {body}: {answer}"
            );
        }
        // A very long text is read as far as bodies may be long.
        let long = with(document, &place, &format!("\"{}\"", "x".repeat(60_000)));
        let answer = caller.request(method, path).json_text(&long).send();
        assert!(
            answer.status < 500,
            "{method} {path} with a long {place}: {answer}"
        );
    }
}

fn no_value_in_a_body_breaks_a_write(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    let application = app.application();
    let overrides = json!({"reports.read": false});
    let invite = json!({"invite": {
        "property_id": inn, "user_email": bob.email, "role": "user", "overrides": overrides
    }});
    tries(&ada, "POST", "/api/v1/property_users", &invite);
    let change = json!({"property_user": {"role": "user", "overrides": overrides}});
    tries(&ada, "PUT", &format!("/api/v1/property_users/{place}"), &change);
    let house = json!({"property": {
        "title": "Hut", "currency": "EUR", "timezone": "Europe/Lisbon", "country": "PT",
        "email": "desk@inn.example", "owner_id": ada.id
    }});
    tries(&application, "POST", "/api/v1/properties", &house);
    tries(&ada, "PUT", &format!("/api/v1/properties/{inn}"), &house);
    let document = |kind: &str, attributes: Value| json!({"data": {"type": kind, "attributes": attributes}});
    let person = json!({
        "first-name": "New", "last-name": "Person", "email": bob.email, "locale": "en"
    });
    tries(&application, "POST", "/api/v1/users/", &document("users", person));
    let key = json!({
        "user-id": ada.id, "credential-id": ada.credential, "scopes": ["user:read"], "property-ids": [inn],
        "expires-at": "2031-01-01T00:00:00Z"
    });
    tries(
        &application,
        "POST",
        "/api/v1/api_keys/",
        &document("api-keys", key),
    );
    let account = json!({
        "channel": "hostaway", "credentials": {"client_id": 1, "client_secret": "x"}, "label": "Mine"
    });
    let path = format!("/api/v1/users/{}/accounts/", ada.id);
    tries(&ada, "POST", &path, &document("accounts", account));
    // What was taken can be shown.
    ada.reads(&place).expect(200);
    for path in [
        "/api/v1/properties",
        "/api/v1/property_users",
        "/api/v1/users/",
        "/api/v1/api_keys/",
        "/api/v1/audit_records",
        &path,
    ] {
        application.get(path).expect(200);
    }
}
