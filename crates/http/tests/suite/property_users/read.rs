//! `GET /api/v1/property_users/:id`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, all_scopes, assert_shows};

on_each_backend!(
    one_is_told_whole,
    colleagues_are_seen_with_the_policy_only,
    what_is_not_visible_is_not_there,
);

fn one_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = ada.invites_with(&bob.email, "user", &inn, &json!({"reports.read": false}));
    let place = place.expect(201).id();
    assert_shows!(bob.reads(&place), @r#"
    200
    content-type: application/json
    {
      "data": {
        "attributes": {
          "id": "[property_user]",
          "overrides": {
            "reports.read": false
          },
          "property_id": "[Sea Inn]",
          "role": "user",
          "user_id": "[bob]"
        },
        "id": "[property_user]",
        "meta": {
          "invited_at": "2030-06-01T12:00:01.000000Z",
          "invited_by": "[ada]",
          "status": "active",
          "updated_at": "2030-06-01T12:00:01.000000Z"
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
    for way in [
        format!("{place}/"),
        place.to_uppercase(),
        format!("{place}?x=[1]"),
    ] {
        assert_eq!(ada.reads(&way).body, bob.reads(&place).body, "{way}");
    }
}

fn colleagues_are_seen_with_the_policy_only(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let own = ada.invites_with(&bob.email, "user", &inn, &json!({"users.read": false}));
    let own = own.expect(201).id();
    let other = app.puts(&eve, &inn, "user");
    // Their own place is a property user like any other.
    assert_shows!(bob.reads(&own), @r#"
    403
    content-type: application/json
    {
      "errors": {
        "code": "forbidden",
        "title": "Forbidden"
      }
    }
    "#);
    assert_eq!(bob.reads(&other).fingerprint(), bob.reads(&own).fingerprint());
    eve.reads(&own).expect(200);
}

fn what_is_not_visible_is_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, eve, blind] = ["ada", "bob", "eve", "blind"].map(|name| app.person(name));
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    let place = app.puts(&bob, &sea, "user");
    let own = ada.invites_with(&blind.email, "user", &sea, &json!({"property.read": false}));
    let own = own.expect(201).id();
    let scopes: Vec<String> = all_scopes().split(' ').map(str::to_owned).collect();
    let (limited, _) = ada.with_key(&json!({"scopes": scopes, "property-ids": [hill]}));
    assert_shows!(eve.reads(&place), @r#"
    404
    content-type: application/json
    {
      "errors": {
        "code": "resource_not_found",
        "title": "Resource Not Found"
      }
    }
    "#);
    let missing = eve.reads(&place).fingerprint();
    for (caller, id) in [
        (&*ada, NOBODY),
        (&ada, "x"),
        (&blind, &own),
        (&limited, &place),
        (&app.found("Rival").caller(), &place),
    ] {
        assert_eq!(caller.reads(id).fingerprint(), missing, "{id}");
    }
}
