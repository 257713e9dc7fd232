//! `POST /api/v1/properties`.

use innkeeper_domain::access::Permission;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_user_owns_what_they_create,
    an_application_names_the_owner,
    the_owner_must_be_able_to_act,
    any_token_with_the_scope_may_create_but_a_limited_key,
    all_wrong_fields_are_told_at_once,
    each_field_says_what_is_wrong_with_it,
);

fn a_user_owns_what_they_create(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let answer = ada.creates_property(&json!({
        "title": "  Sea Inn ", "currency": "EUR", "timezone": "Europe/Lisbon", "country": "PT",
        "email": "desk@Inn.Example",
        // Of no meaning for a user, and neither applied nor refused.
        "owner_id": eve.id, "id": eve.id, "tenant_id": eve.id, "created_at": 0, "deleted_at": null
    }));
    assert_shows!(answer, @r#"
    201
    content-type: application/json
    {
      "data": {
        "attributes": {
          "country": "PT",
          "currency": "EUR",
          "email": "desk@Inn.Example",
          "id": "[property]",
          "timezone": "Europe/Lisbon",
          "title": "Sea Inn"
        },
        "id": "[property]",
        "meta": {
          "created_at": "2030-06-01T12:00:00.000000Z",
          "updated_at": "2030-06-01T12:00:00.000000Z"
        },
        "type": "property"
      }
    }
    "#);
    let inn = answer.id();
    assert_ne!(inn, eve.id);
    let odd = json!({"title": "Odd", "currency": "EUR", "owner_id": 7});
    ada.creates_property(&odd).expect(201);
    let owners = ada.lists(&format!("filter[property_id]={inn}"));
    assert_eq!(owners.each("/attributes/user_id"), [ada.id.as_str()]);
    assert_eq!(owners.each("/attributes/role"), ["owner"]);
    assert_eq!(app.count("audit_records WHERE action = 'property.created'"), 2);
    assert_eq!(
        app.count("outgoing_messages"),
        0,
        "nobody is written to about their own doing"
    );
}

fn an_application_names_the_owner(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let application = app.application();
    let fields = json!({"title": "Sea Inn", "currency": "EUR", "owner_id": ada.id});
    let inn = application.creates_property(&fields).expect(201).id();
    let owners = application.lists(&format!("filter[property_id]={inn}"));
    assert_eq!(owners.each("/attributes/user_id"), [ada.id.as_str()]);
    assert_shows!(application.creates_property(&json!({"title": "Sea Inn", "currency": "EUR"})), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "owner_id": [
            "can't be blank"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
    for (owner, expected) in [
        (json!(null), "422 owner_id: can't be blank"),
        (json!(""), "422 owner_id: can't be blank"),
        (json!("ada"), "422 owner_id: is invalid"),
        (json!(7), "422 owner_id: is invalid"),
    ] {
        let fields = json!({"title": "Sea Inn", "currency": "EUR", "owner_id": owner});
        assert_eq!(
            application.creates_property(&fields).refusal(),
            expected,
            "{owner}"
        );
    }
    assert_eq!(app.count("properties"), 1);
}

fn the_owner_must_be_able_to_act(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, off, gone] = ["ada", "off", "gone"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let invited = ada.invites("new@example.test", "user", &inn).expect(201);
    let invited = invited.text("/data/attributes/user_id");
    app.home().disables(&off.id);
    let application = app.application();
    application
        .delete(&format!("/api/v1/users/{}/", gone.id))
        .expect(204);
    let foreigner = app.found("Rival").person("roy");
    let told = [&invited, &off.id, &gone.id, &foreigner.id, NOBODY].map(|owner| {
        let fields = json!({"title": "Hill House", "currency": "EUR", "owner_id": owner});
        application.creates_property(&fields).fingerprint()
    });
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
    assert!(told[0].contains(r#""owner_id":["is invalid"]"#), "{}", told[0]);
    assert_eq!(app.count("properties"), 1);
}

fn any_token_with_the_scope_may_create_but_a_limited_key(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let (free, _) = ada.with_key(&json!({"scopes": ["property:write"]}));
    let (limited, _) = ada.with_key(&json!({"scopes": ["property:write"], "property-ids": [inn]}));
    let fields = json!({"title": "Hill House", "currency": "EUR"});
    free.creates_property(&fields).expect(201);
    assert_eq!(limited.creates_property(&fields).refusal(), "403 forbidden");
    // Before anything is read of the body.
    assert_eq!(
        limited.creates_property(&json!("no object")).refusal(),
        "403 forbidden"
    );
    // The global permission is none of a property's business.
    app.home().permits(&ada.id, Permission::None);
    ada.creates_property(&fields).expect(201);
}

fn all_wrong_fields_are_told_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    assert_shows!(ada.creates_property(&json!({})), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "currency": [
            "can't be blank"
          ],
          "title": [
            "can't be blank"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
    let wrong = json!({"title": "", "currency": "eur", "timezone": "Lisbon", "country": "PRT", "email": "x"});
    assert_shows!(app.application().creates_property(&wrong), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "country": [
            "is invalid"
          ],
          "currency": [
            "is invalid"
          ],
          "email": [
            "has invalid format"
          ],
          "owner_id": [
            "can't be blank"
          ],
          "timezone": [
            "is invalid"
          ],
          "title": [
            "can't be blank"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
}

fn each_field_says_what_is_wrong_with_it(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let (fits, long) = ("é".repeat(255), "é".repeat(256));
    let table = [
        ("title", json!(fits)),
        ("title", json!(long)),
        ("title", json!(" ")),
        ("title", json!(["Sea Inn"])),
        ("title", json!("Sea\nInn")),
        ("title", json!("Sea \u{202e}nnI")),
        ("currency", json!("EURO")),
        ("currency", json!("XXY")),
        ("currency", json!("eur")),
        ("currency", json!(978)),
        ("currency", json!(null)),
        ("timezone", json!(null)),
        ("timezone", json!("")),
        ("timezone", json!("UTC")),
        ("timezone", json!("Europe/Nowhere")),
        ("timezone", json!("../etc/passwd")),
        ("country", json!(null)),
        ("country", json!("PT")),
        ("country", json!("pt")),
        ("country", json!("ZZ")),
        ("email", json!(null)),
        ("email", json!("")),
        ("email", json!("desk")),
        ("email", json!({"to": "desk@inn.example"})),
    ];
    let told = table.map(|(field, value)| {
        let mut fields = json!({"title": "Sea Inn", "currency": "EUR"});
        fields[field] = value.clone();
        let shown: String = value
            .to_string()
            .replace('\u{202e}', "RLO")
            .chars()
            .take(30)
            .collect();
        format!("{field} {shown} -> {}", ada.creates_property(&fields).refusal())
    });
    assert_shows!(told.join("\n"), @r#"
    title "ééééééééééééééééééééééééééééé -> 201 
    title "ééééééééééééééééééééééééééééé -> 422 title: should be at most 255 character(s)
    title " " -> 422 title: can't be blank
    title ["Sea Inn"] -> 422 title: is invalid
    title "Sea\nInn" -> 422 title: has invalid format
    title "Sea RLOnnI" -> 422 title: has invalid format
    currency "EURO" -> 422 currency: is invalid
    currency "XXY" -> 422 currency: is invalid
    currency "eur" -> 422 currency: is invalid
    currency 978 -> 422 currency: is invalid
    currency null -> 422 currency: can't be blank
    timezone null -> 201 
    timezone "" -> 422 timezone: can't be blank
    timezone "UTC" -> 201 
    timezone "Europe/Nowhere" -> 422 timezone: is invalid
    timezone "../etc/passwd" -> 422 timezone: is invalid
    country null -> 201 
    country "PT" -> 201 
    country "pt" -> 422 country: is invalid
    country "ZZ" -> 422 country: is invalid
    email null -> 201 
    email "" -> 422 email: can't be blank
    email "desk" -> 422 email: has invalid format
    email {"to":"desk@inn.example"} -> 422 email: is invalid
    "#);
}
