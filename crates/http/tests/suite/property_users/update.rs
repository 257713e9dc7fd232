//! `PUT /api/v1/property_users/:id`: what is changed.

use std::time::Duration;

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Person, TestApp, assert_shows};

on_each_backend!(
    a_change_is_told_whole,
    absent_is_unchanged_and_null_is_none,
    overrides_are_replaced_as_a_whole,
    a_change_of_nothing_leaves_no_trace,
    only_role_and_overrides_can_be_changed,
    a_change_stands_under_its_name,
    a_change_counts_from_the_next_request_on,
);

/// Ada owns Sea Inn, where Bob works without seeing reports.
fn cast(app: &TestApp) -> (Person<'_>, Person<'_>, String) {
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = ada.invites_with(&bob.email, "user", &inn, &json!({"reports.read": false}));
    let place = place.expect(201).id();
    app.pass(Duration::from_mins(1));
    (ada, bob, place)
}

fn a_change_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place) = cast(&app);
    let change = json!({"role": "owner", "overrides": {"property.delete": false}});
    let answer = ada.updates(&place, &change);
    assert_shows!(answer, @r#"
    200
    content-type: application/json
    {
      "data": {
        "attributes": {
          "id": "[property_user]",
          "overrides": {
            "property.delete": false
          },
          "property_id": "[Sea Inn]",
          "role": "owner",
          "user_id": "[bob]"
        },
        "id": "[property_user]",
        "meta": {
          "invited_at": "2030-06-01T12:00:01.000000Z",
          "invited_by": "[ada]",
          "status": "active",
          "updated_at": "2030-06-01T12:01:01.000000Z"
        },
        "relationships": {
          "property": {
            "data": {
              "id": "[Sea Inn]",
              "type": "property"
            }
          },
          "user": {
            "data": {
              "attributes": {
                "email": "bob@example.test",
                "id": "[bob]",
                "name": "Bob Tester"
              },
              "email": "bob@example.test",
              "id": "[bob]",
              "name": "Bob Tester",
              "type": "user"
            }
          }
        },
        "type": "property_user"
      }
    }
    "#);
    assert_eq!(ada.reads(&place).body, answer.body);
    assert_eq!(
        app.count("audit_records WHERE action = 'property_user.updated'"),
        1
    );
}

fn absent_is_unchanged_and_null_is_none(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place) = cast(&app);
    let shown = |fields: Value| {
        let answer = ada.updates(&place, &fields).expect(200);
        let told = |key: &str| answer.at(&format!("/data/attributes/{key}"));
        format!("{fields} -> {} {}", told("role"), told("overrides"))
    };
    let told = [
        json!({}),
        json!({"role": "owner"}),
        json!({"overrides": {"property.delete": false}}),
        json!({"overrides": null}),
        json!({"overrides": {"reports.read": false}}),
        json!({"overrides": {}}),
        json!({"role": "user", "overrides": {"users.invite": true}}),
        json!({"role": "user"}),
    ]
    .map(shown);
    assert_shows!(told.join("\n"), @r#"
    {} -> "user" {"reports.read":false}
    {"role":"owner"} -> "owner" {"reports.read":false}
    {"overrides":{"property.delete":false}} -> "owner" {"property.delete":false}
    {"overrides":null} -> "owner" null
    {"overrides":{"reports.read":false}} -> "owner" {"reports.read":false}
    {"overrides":{}} -> "owner" null
    {"overrides":{"users.invite":true},"role":"user"} -> "user" {"users.invite":true}
    {"role":"user"} -> "user" {"users.invite":true}
    "#);
}

fn overrides_are_replaced_as_a_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place) = cast(&app);
    let answer = ada.updates(&place, &json!({"overrides": {"users.invite": true}}));
    assert_eq!(
        answer.expect(200).at("/data/attributes/overrides"),
        json!({"users.invite": true})
    );
}

fn a_change_of_nothing_leaves_no_trace(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place) = cast(&app);
    let before = ada.reads(&place).body;
    let path = format!("/api/v1/property_users/{place}");
    for body in [
        json!({"property_user": {}}),
        json!({"property_user": {"role": "user"}}),
        json!({"property_user": {"overrides": {"reports.read": false}}}),
    ] {
        assert_eq!(ada.put(&path, &body).expect(200).body, before, "{body}");
    }
    assert_eq!(
        app.count("audit_records WHERE action = 'property_user.updated'"),
        0
    );
}

fn only_role_and_overrides_can_be_changed(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, place) = cast(&app);
    let hill = ada.opens("Hill House");
    let before = ada.reads(&place).json();
    let change = json!({
        "overrides": null,
        "id": ada.finds(&ada, &hill), "user_id": ada.id, "property_id": hill, "user_email": "eve@example.test",
        "email": "eve@example.test", "name": "Eve", "status": "active", "state": "active", "origin": "group",
        "invited_at": "2001-01-01T00:00:00Z", "updated_at": "2001-01-01T00:00:00Z", "created_at": 0,
        "invited_by": null, "withdrawn_at": null, "is_admin": true, "version": 7, "tenant_id": hill,
        "policies": ["users.invite"], "sees_property": true, "attributes": {"role": "owner"},
        "meta": {"status": "active"}, "relationships": {"user": {"data": {"id": ada.id}}}
    });
    let after = ada.updates(&place, &change).expect(200).json();
    let mut expected = before;
    expected["data"]["attributes"]["overrides"] = Value::Null;
    expected["data"]["meta"]["updated_at"] = app.now().to_string().into();
    assert_eq!(after, expected);
    assert_eq!(ada.reads(&place).json(), expected);
}

fn a_change_counts_from_the_next_request_on(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, bob, place) = cast(&app);
    let inn = ada.reads(&place).text("/data/attributes/property_id");
    let told =
        |who: &Person<'_>, name: &str| who.invites(&format!("{name}@example.test"), "user", &inn).status;
    assert_eq!(told(&bob, "p1"), 403);
    ada.updates(&place, &json!({"overrides": {"users.invite": true}}))
        .expect(200);
    assert_eq!(told(&bob, "p1"), 201);
    ada.updates(
        &place,
        &json!({"overrides": {"users.invite": true, "property.read": false}}),
    )
    .expect(200);
    assert_eq!(told(&bob, "p2"), 403);
    assert_eq!(bob.reads(&place).status, 404);
    ada.updates(&place, &json!({"role": "owner", "overrides": null}))
        .expect(200);
    assert_eq!(told(&bob, "p2"), 201);
}

fn a_change_stands_under_its_name(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, bob, place) = cast(&app);
    let path = format!("/api/v1/property_users/{place}");
    for body in [
        json!({}),
        json!({"role": "owner"}),
        json!({"propertyUser": {"role": "owner"}}),
        json!({"property_user": null}),
    ] {
        let told = ada.put(&path, &body).refusal();
        assert_eq!(told, "422 property_user: can't be blank", "{body}");
        assert_eq!(bob.put(&path, &body).status, 403, "{body}");
    }
}
