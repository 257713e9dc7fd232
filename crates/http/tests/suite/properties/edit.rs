//! `GET` and `PUT /api/v1/properties/:id`.

use std::time::Duration;

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Answer, NOBODY, Person, TestApp, assert_shows};

on_each_backend!(
    a_change_is_told_whole,
    absent_is_unchanged_and_null_clears,
    nothing_else_can_be_changed,
    a_change_stands_under_its_name,
    a_change_is_judged_step_by_step,
    who_may_see_the_property_reads_it,
);

fn changes(person: &Person<'_>, inn: &str, fields: &Value) -> Answer {
    person.put(&format!("/api/v1/properties/{inn}"), &json!({"property": fields}))
}

fn a_change_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    app.pass(Duration::from_mins(1));
    let change = json!({
        "title": "Ocean Inn", "currency": "PTE", "timezone": "Atlantic/Azores", "country": "PT",
        "email": "desk@inn.example"
    });
    let refused = changes(&ada, &inn, &change);
    assert_eq!(
        refused.refusal(),
        "422 currency: is invalid",
        "escudos are no more"
    );
    let change = json!({
        "title": "Ocean Inn", "currency": "USD", "timezone": "Atlantic/Azores", "country": "PT",
        "email": "desk@inn.example"
    });
    let answer = changes(&ada, &inn, &change);
    assert_shows!(answer, @r#"
    200
    content-type: application/json
    {
      "data": {
        "attributes": {
          "country": "PT",
          "currency": "USD",
          "email": "desk@inn.example",
          "id": "[Sea Inn]",
          "timezone": "Atlantic/Azores",
          "title": "Ocean Inn"
        },
        "id": "[Sea Inn]",
        "meta": {
          "created_at": "2030-06-01T12:00:00.000000Z",
          "updated_at": "2030-06-01T12:01:01.000000Z"
        },
        "type": "property"
      }
    }
    "#);
    assert_eq!(ada.get(&format!("/api/v1/properties/{inn}/")).body, answer.body);
    assert_eq!(app.count("audit_records WHERE action = 'property.updated'"), 1);
}

fn absent_is_unchanged_and_null_clears(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    app.pass(Duration::from_mins(1));
    let told = [
        json!({}),
        json!({"timezone": "Europe/Lisbon"}),
        json!({"country": "PT", "email": "desk@inn.example"}),
        json!({"title": "Sea Inn"}),
        json!({"timezone": null, "country": null, "email": null}),
        json!({"title": null}),
        json!({"currency": ""}),
        json!({"title": "", "currency": "eur", "country": "Portugal"}),
    ]
    .map(|fields| {
        let answer = changes(&ada, &inn, &fields);
        if answer.status == 200 {
            format!("{fields} -> {}", answer.names.tell(answer.at("/data/attributes")))
        } else {
            format!("{fields} -> {}", answer.refusal())
        }
    });
    assert_shows!(told.join("\n"), @r#"
    {} -> {"country":null,"currency":"EUR","email":null,"id":"[Sea Inn]","timezone":null,"title":"Sea Inn"}
    {"timezone":"Europe/Lisbon"} -> {"country":null,"currency":"EUR","email":null,"id":"[Sea Inn]","timezone":"Europe/Lisbon","title":"Sea Inn"}
    {"country":"PT","email":"desk@inn.example"} -> {"country":"PT","currency":"EUR","email":"desk@inn.example","id":"[Sea Inn]","timezone":"Europe/Lisbon","title":"Sea Inn"}
    {"title":"Sea Inn"} -> {"country":"PT","currency":"EUR","email":"desk@inn.example","id":"[Sea Inn]","timezone":"Europe/Lisbon","title":"Sea Inn"}
    {"country":null,"email":null,"timezone":null} -> {"country":null,"currency":"EUR","email":null,"id":"[Sea Inn]","timezone":null,"title":"Sea Inn"}
    {"title":null} -> 422 title: can't be blank
    {"currency":""} -> 422 currency: can't be blank
    {"country":"Portugal","currency":"eur","title":""} -> 422 country: is invalid; currency: is invalid; title: can't be blank
    "#);
    assert_eq!(app.count("audit_records WHERE action = 'property.updated'"), 3);
    let unchanged = ada.opens("Hill House");
    let before = ada.get(&format!("/api/v1/properties/{unchanged}")).body;
    assert_eq!(
        changes(&ada, &unchanged, &json!({"title": "Hill House"})).body,
        before
    );
}

fn nothing_else_can_be_changed(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let before = ada.get(&format!("/api/v1/properties/{inn}")).body;
    let change = json!({
        "id": NOBODY, "owner_id": eve.id, "tenant_id": NOBODY, "created_at": "2001-01-01T00:00:00Z",
        "updated_at": "2001-01-01T00:00:00Z", "deleted_at": "2001-01-01T00:00:00Z", "users": [eve.id],
        "attributes": {"title": "Eve's"}, "version": 9
    });
    assert_eq!(changes(&ada, &inn, &change).expect(200).body, before);
    assert_eq!(ada.get(&format!("/api/v1/properties/{inn}")).body, before);
    assert_eq!(eve.get(&format!("/api/v1/properties/{inn}")).status, 404);
}

fn a_change_stands_under_its_name(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let path = format!("/api/v1/properties/{}", ada.opens("Sea Inn"));
    for body in [
        json!({}),
        json!({"title": "Ocean Inn"}),
        json!({"property": null}),
    ] {
        let told = ada.put(&path, &body).refusal();
        assert_eq!(told, "422 property: can't be blank", "{body}");
    }
}

fn a_change_is_judged_step_by_step(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, cleo, eve] = ["ada", "bob", "cleo", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    app.puts(&bob, &inn, "user");
    let may = json!({"property.update": true});
    ada.invites_with(&cleo.email, "user", &inn, &may).expect(201);
    let reader = app
        .home()
        .mints(&[("user_id", &ada.id), ("scope", "property:read")]);
    let path = format!("/api/v1/properties/{inn}");
    let wrong = json!({"property": {"title": ""}});
    let told = [
        ("no token", app.stranger().put(&path, &wrong)),
        ("no scope", reader.put(&path, &wrong)),
        ("not visible", eve.put(&path, &wrong)),
        (
            "unknown",
            ada.put(&format!("/api/v1/properties/{NOBODY}"), &wrong),
        ),
        ("ill-formed", ada.put("/api/v1/properties/inn", &wrong)),
        ("no policy", bob.put(&path, &wrong)),
        ("wrong fields", cleo.put(&path, &wrong)),
        ("good", cleo.put(&path, &json!({"property": {"title": "Cleo's"}}))),
    ]
    .map(|(case, answer)| format!("{case} -> {}", answer.refusal()));
    assert_shows!(told.join("\n"), @"
    no token -> 401 unauthorized
    no scope -> 403 forbidden
    not visible -> 404 resource_not_found
    unknown -> 404 resource_not_found
    ill-formed -> 404 resource_not_found
    no policy -> 403 forbidden
    wrong fields -> 422 title: can't be blank
    good -> 200
    ");
}

fn who_may_see_the_property_reads_it(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, blind] = ["ada", "bob", "blind"].map(|name| app.person(name));
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    app.puts(&bob, &sea, "user");
    let sightless = json!({"property.read": false, "property.update": true});
    ada.invites_with(&blind.email, "user", &sea, &sightless)
        .expect(201);
    let (limited, _) = ada.with_key(&json!({"scopes": ["property:read"], "property-ids": [hill]}));
    let path = format!("/api/v1/properties/{sea}");
    assert_shows!(bob.get(&path), @r#"
    200
    content-type: application/json
    {
      "data": {
        "attributes": {
          "country": null,
          "currency": "EUR",
          "email": null,
          "id": "[Sea Inn]",
          "timezone": null,
          "title": "Sea Inn"
        },
        "id": "[Sea Inn]",
        "meta": {
          "created_at": "2030-06-01T12:00:00.000000Z",
          "updated_at": "2030-06-01T12:00:00.000000Z"
        },
        "type": "property"
      }
    }
    "#);
    assert_eq!(app.application().get(&path).body, bob.get(&path).body);
    let missing = bob
        .get(&format!("/api/v1/properties/{hill}"))
        .expect(404)
        .fingerprint();
    assert_eq!(blind.get(&path).fingerprint(), missing);
    assert_eq!(limited.get(&path).fingerprint(), missing);
    assert_eq!(bob.get("/api/v1/properties/x").fingerprint(), missing);
}
