//! `GET /api/v1/property_users/history`.

use std::time::Duration;

use innkeeper_domain::time::Timestamp;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{Caller, NOBODY, TestApp, assert_shows};

on_each_backend!(
    owners_see_who_had_which_place,
    the_past_stays_when_people_and_properties_go,
    only_owners_and_the_tenant_see_it,
    the_query_is_read_strictly,
);

const PATH: &str = "/api/v1/property_users/history";

fn at(caller: &Caller<'_>, property: &str, instant: Timestamp) -> crate::harness::Answer {
    caller.get(&format!("{PATH}?filter[property_id]={property}&at={instant}"))
}

fn owners_see_who_had_which_place(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    app.pass(Duration::from_secs(1));
    let inn = ada.opens("Sea Inn");
    app.pass(Duration::from_secs(1));
    let place = ada
        .invites_with(&bob.email, "user", &inn, &json!({"reports.read": false}))
        .expect(201)
        .id();
    app.names().learn(&place, "bob's place");
    let together = app.now();
    app.pass(Duration::from_secs(1));
    ada.updates(&place, &json!({"role": "owner", "overrides": null}))
        .expect(200);
    app.pass(Duration::from_secs(1));
    ada.withdraws(&place).expect(200);
    assert_shows!(at(&ada, &inn, together), @r#"
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
            "since": "2030-06-01T12:00:01.000000Z"
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
                "id": "[ada]",
                "type": "user"
              }
            }
          },
          "type": "property_user"
        },
        {
          "attributes": {
            "id": "[bob's place]",
            "overrides": {
              "reports.read": false
            },
            "property_id": "[Sea Inn]",
            "role": "user",
            "user_id": "[bob]"
          },
          "id": "[bob's place]",
          "meta": {
            "since": "2030-06-01T12:00:03.000000Z"
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
                "id": "[bob]",
                "type": "user"
              }
            }
          },
          "type": "property_user"
        }
      ],
      "meta": {
        "at": "2030-06-01T12:00:03.000000Z",
        "property_id": "[Sea Inn]"
      }
    }
    "#);
}

/// It is told from the record alone, so it holds for what is gone, too.
fn the_past_stays_when_people_and_properties_go(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let before = app.now();
    app.pass(Duration::from_secs(1));
    let inn = ada.opens("Sea Inn");
    let alone = app.now();
    app.pass(Duration::from_secs(1));
    let place = app.puts(&bob, &inn, "user");
    ada.updates(&place, &json!({"role": "owner"})).expect(200);
    let both = app.now();
    app.pass(Duration::from_secs(1));
    ada.withdraws(&place).expect(200);
    let roles = |instant| {
        let answer = at(&ada, &inn, instant).expect(200);
        let mut roles = answer.each("/attributes/role");
        roles.sort();
        roles.join(" ")
    };
    assert_eq!(roles(before), "");
    assert_eq!(roles(alone), "owner");
    assert_eq!(roles(both), "owner owner");
    assert_eq!(roles(app.now()), "owner");
    let again = app.puts(&bob, &inn, "user");
    assert_ne!(again, place);
    assert_eq!(roles(app.now()), "owner user");
    app.application()
        .delete(&format!("/api/v1/users/{}/", bob.id))
        .expect(204);
    assert_eq!(roles(app.now()), "owner");
    assert_eq!(
        roles(both),
        "owner owner",
        "a person who is gone was there all the same"
    );
    ada.delete(&format!("/api/v1/properties/{inn}")).expect(200);
    at(&ada, &inn, both).expect(404);
    let application = app.application();
    assert_eq!(at(&application, &inn, both).expect(200).items().len(), 2);
    assert_eq!(at(&application, &inn, app.now()).expect(200).items().len(), 0);
}

fn only_owners_and_the_tenant_see_it(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| app.person(name));
    let (inn, hut) = (ada.opens("Sea Inn"), ada.opens("Hut"));
    app.puts(&bob, &inn, "user");
    let now = app.now();
    at(&ada, &inn, now).expect(200);
    at(&bob, &inn, now).expect(403);
    let hidden = at(&eve, &inn, now).expect(404).fingerprint();
    assert_eq!(at(&eve, NOBODY, now).expect(404).fingerprint(), hidden);
    let (limited, _) = ada.with_key(&json!({"scopes": ["property:read"], "property-ids": [hut]}));
    at(&limited, &hut, now).expect(200);
    at(&limited, &inn, now).expect(404);
    let unscoped = app.home().mints(&[("scope", "property:write")]);
    at(&unscoped, &inn, now).expect(403);
    at(&app.found("Rival").caller(), &inn, now).expect(404);
}

fn the_query_is_read_strictly(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let (now, property) = (app.now(), "filter[property_id]");
    let later = now + Duration::from_micros(1);
    let wrong = [
        (
            String::new(),
            json!({property: ["can't be blank"], "at": ["can't be blank"]}),
        ),
        (format!("at={now}"), json!({property: ["can't be blank"]})),
        (format!("{property}={inn}"), json!({"at": ["can't be blank"]})),
        (
            format!("{property}={inn}&at={later}"),
            json!({"at": ["is invalid"]}),
        ),
        (
            format!("{property}={inn}&at=today"),
            json!({"at": ["is invalid"]}),
        ),
        (
            format!("{property}=1&at=2030"),
            json!({property: ["is invalid"], "at": ["is invalid"]}),
        ),
        (
            format!("{property}={inn}&at={now}&filter[user_id]={NOBODY}"),
            json!({"filter[user_id]": ["is invalid"]}),
        ),
    ];
    for (query, details) in wrong {
        let answer = ada.get(&format!("{PATH}?{query}")).expect(422);
        assert_eq!(answer.at("/errors/details"), details, "{query}");
    }
    ada.get(&format!("{PATH}/?{property}={inn}&at={now}")).expect(200);
    ada.request("DELETE", PATH).send().expect(405);
}
