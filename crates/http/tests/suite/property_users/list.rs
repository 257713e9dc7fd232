//! `GET /api/v1/property_users`: what it shows, and to whom.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::places;
use crate::harness::{Person, TestApp, all_scopes, assert_shows};

on_each_backend!(
    a_list_is_told_whole,
    everybody_sees_their_own_part,
    who_may_not_see_colleagues_sees_an_empty_list,
    a_limited_key_lists_its_properties,
    withdrawn_people_are_not_listed,
);

struct Cast<'a> {
    ada: Person<'a>,
    bob: Person<'a>,
    sea: String,
    hill: String,
}

/// Ada owns two properties, on each of which somebody works; Dan has his own.
fn cast(app: &TestApp) -> Cast<'_> {
    let [ada, bob, cleo, dan] = ["ada", "bob", "cleo", "dan"].map(|name| app.person(name));
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    app.puts(&bob, &sea, "user");
    app.puts(&cleo, &hill, "user");
    dan.opens("Dan's Den");
    Cast { ada, bob, sea, hill }
}

fn a_list_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let Cast { ada, sea, .. } = cast(&app);
    assert_shows!(ada.lists(&format!("filter[property_id]={sea}")), @r#"
    200
    content-type: application/json
    {
      "data": [
        {
          "attributes": {
            "id": "[property_user]",
            "overrides": null,
            "property_id": "[Sea Inn]",
            "role": "owner",
            "user_id": "[ada]"
          },
          "id": "[property_user]",
          "meta": {
            "invited_at": "2030-06-01T12:00:00.000000Z",
            "invited_by": null,
            "status": "active",
            "updated_at": "2030-06-01T12:00:00.000000Z"
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
                  "email": "ada@example.test",
                  "id": "[ada]",
                  "name": "Ada Tester"
                },
                "email": "ada@example.test",
                "id": "[ada]",
                "name": "Ada Tester",
                "type": "user"
              }
            }
          },
          "type": "property_user"
        },
        {
          "attributes": {
            "id": "[property_user 2]",
            "overrides": null,
            "property_id": "[Sea Inn]",
            "role": "user",
            "user_id": "[bob]"
          },
          "id": "[property_user 2]",
          "meta": {
            "invited_at": "2030-06-01T12:00:02.000000Z",
            "invited_by": null,
            "status": "active",
            "updated_at": "2030-06-01T12:00:02.000000Z"
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
      ],
      "meta": {
        "limit": 200,
        "order_by": "invited_at",
        "order_direction": "asc",
        "page": 1,
        "total": 2
      }
    }
    "#);
}

fn everybody_sees_their_own_part(backend: Backend) {
    let app = TestApp::start(backend);
    let Cast { ada, bob, .. } = cast(&app);
    let eve = app.person("eve");
    let rival = app.found("Rival");
    for (who, caller, expected) in [
        (
            "ada",
            &*ada,
            "Sea Inn: ada owner, Hill House: ada owner, Sea Inn: bob user, Hill House: cleo user",
        ),
        ("bob", &bob, "Sea Inn: ada owner, Sea Inn: bob user"),
        ("eve", &eve, ""),
        (
            "the application",
            &app.application(),
            "Sea Inn: ada owner, Hill House: ada owner, Sea Inn: bob user, Hill House: cleo user, \
             Dan's Den: dan owner",
        ),
        ("another tenant", &rival.caller(), ""),
    ] {
        let mut found: Vec<String> = places(&caller.lists("")).split(", ").map(str::to_owned).collect();
        let mut expected: Vec<String> = expected.split(", ").map(str::to_owned).collect();
        // Ids made at the same instant have no order that a test could know.
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{who}");
    }
}

fn who_may_not_see_colleagues_sees_an_empty_list(backend: Backend) {
    let app = TestApp::start(backend);
    let Cast { ada, sea, .. } = cast(&app);
    for (name, policy) in [("fay", "users.read"), ("gus", "property.read")] {
        let person = app.person(name);
        ada.invites_with(&person.email, "user", &sea, &json!({policy: false}))
            .expect(201);
        for query in [String::new(), format!("filter[property_id]={sea}")] {
            assert_shows!(person.lists(&query), @r#"
            200
            content-type: application/json
            {
              "data": [],
              "meta": {
                "limit": 200,
                "order_by": "invited_at",
                "order_direction": "asc",
                "page": 1,
                "total": 0
              }
            }
            "#);
        }
    }
}

fn a_limited_key_lists_its_properties(backend: Backend) {
    let app = TestApp::start(backend);
    let Cast { ada, sea, hill, .. } = cast(&app);
    let scopes: Vec<String> = all_scopes().split(' ').map(str::to_owned).collect();
    let (key, _) = ada.with_key(&json!({"scopes": scopes, "property-ids": [sea]}));
    assert_eq!(places(&key.lists("")), "Sea Inn: ada owner, Sea Inn: bob user");
    assert_eq!(places(&key.lists(&format!("filter[property_id]={hill}"))), "");
}

fn withdrawn_people_are_not_listed(backend: Backend) {
    let app = TestApp::start(backend);
    let Cast { ada, bob, sea, .. } = cast(&app);
    let query = format!("filter[property_id]={sea}");
    ada.withdraws(&ada.finds(&bob, &sea)).expect(200);
    assert_eq!(places(&ada.lists(&query)), "Sea Inn: ada owner");
    assert_eq!(places(&bob.lists(&query)), "");
}
