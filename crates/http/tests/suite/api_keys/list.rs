//! `GET /api/v1/api_keys/`.

use std::time::Duration;

use innkeeper_domain::ports::{Upkeep, Used};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    a_list_is_told_whole,
    users_list_their_own_keys,
    pages_are_the_newest_first
);

fn a_list_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let end = (app.now() + Duration::from_mins(5)).to_string();
    for attributes in [
        json!({"scopes": ["user:read"], "expires-at": end}),
        json!({"scopes": ["property:read", "property:write"], "property-ids": [inn]}),
        json!({"scopes": ["listings:read"]}),
    ] {
        ada.with_key(&attributes);
        app.pass(Duration::from_mins(1));
    }
    let keys = ada.get("/api/v1/api_keys/").each("/id");
    ada.delete(&format!("/api/v1/api_keys/{}/", keys[0])).expect(204);
    let used = Used::ApiKey(app.home().tenant(), keys[1].parse().expect("an id"));
    app.store()
        .record_uses(&[(used, app.now())])
        .expect("uses are recorded");
    app.pass(Duration::from_mins(2));
    assert_shows!(ada.get("/api/v1/api_keys/"), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": [
        {
          "attributes": {
            "created-at": "2030-06-01T12:02:01.000000Z",
            "credential-id": "[ada's credential]",
            "expires-at": null,
            "last-four": "[last four]",
            "last-used-at": null,
            "prefix": "innk_",
            "property-ids": null,
            "scopes": [
              "listings:read"
            ],
            "state": "revoked",
            "user-id": "[ada]"
          },
          "id": "[api-key]",
          "type": "api-keys"
        },
        {
          "attributes": {
            "created-at": "2030-06-01T12:01:01.000000Z",
            "credential-id": "[ada's credential]",
            "expires-at": null,
            "last-four": "[last four]",
            "last-used-at": "2030-06-01T12:03:01.000000Z",
            "prefix": "innk_",
            "property-ids": [
              "[Sea Inn]"
            ],
            "scopes": [
              "property:read",
              "property:write"
            ],
            "state": "active",
            "user-id": "[ada]"
          },
          "id": "[api-key 2]",
          "type": "api-keys"
        },
        {
          "attributes": {
            "created-at": "2030-06-01T12:00:01.000000Z",
            "credential-id": "[ada's credential]",
            "expires-at": "2030-06-01T12:05:01.000000Z",
            "last-four": "[last four]",
            "last-used-at": null,
            "prefix": "innk_",
            "property-ids": null,
            "scopes": [
              "user:read"
            ],
            "state": "expired",
            "user-id": "[ada]"
          },
          "id": "[api-key 3]",
          "type": "api-keys"
        }
      ],
      "links": {
        "first": "https://inn.example/api/v1/api_keys/?page%5Bnumber%5D=1",
        "last": "https://inn.example/api/v1/api_keys/?page%5Bnumber%5D=1",
        "next": null,
        "prev": null
      },
      "meta": {
        "pagination": {
          "count": 3,
          "page": 1,
          "pages": 1
        }
      }
    }
    "#);
}

fn users_list_their_own_keys(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let rival = app.found("Rival");
    let scopes = json!({"scopes": ["user:read"]});
    let (key, of_ada) = ada.with_key(&scopes);
    app.pass(Duration::from_secs(1));
    let (_, of_eve) = eve.with_key(&scopes);
    let (_, of_roy) = rival.person("roy").with_key(&scopes);
    for (who, caller, expected) in [
        ("ada", &*ada, vec![&of_ada]),
        ("her key", &key, vec![&of_ada]),
        ("eve", &eve, vec![&of_eve]),
        ("the application", &app.application(), vec![&of_eve, &of_ada]),
        ("another tenant", &rival.caller(), vec![&of_roy]),
    ] {
        let found = caller.get("/api/v1/api_keys/").expect(200).each("/id");
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{who}");
    }
}

fn pages_are_the_newest_first(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let mut made: Vec<String> = (0..3)
        .map(|_| {
            app.pass(Duration::from_secs(1));
            ada.with_key(&json!({"scopes": ["user:read"]})).1
        })
        .collect();
    made.reverse();
    assert_eq!(ada.get("/api/v1/api_keys/").each("/id"), made);
    let second = ada
        .get("/api/v1/api_keys?page[size]=2&page[number]=2")
        .expect(200);
    assert_eq!(second.each("/id"), made[2..]);
    assert_shows!(second.names.tell(second.at("/links")), @r#"{"first":"https://inn.example/api/v1/api_keys/?page%5Bnumber%5D=1&page%5Bsize%5D=2","last":"https://inn.example/api/v1/api_keys/?page%5Bnumber%5D=2&page%5Bsize%5D=2","next":null,"prev":"https://inn.example/api/v1/api_keys/?page%5Bnumber%5D=1&page%5Bsize%5D=2"}"#);
    let told = [
        "page[number]=3&page[size]=2",
        "filter[state]=active",
        "page[size]=0",
    ]
    .map(|query| {
        format!(
            "{query} -> {}",
            ada.get(&format!("/api/v1/api_keys?{query}")).refusal()
        )
    });
    assert_shows!(told.join("\n"), @"
    page[number]=3&page[size]=2 -> 404 not_found
    filter[state]=active -> 400 filter[state] invalid
    page[size]=0 -> 400 page[size] invalid
    ");
}
