//! `GET /api/v1/users/{id}/credentials/`.

use std::time::Duration;

use innkeeper_domain::{
    access::Permission,
    ports::{Upkeep, Used},
};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(credentials_are_told_whole, users_see_their_own);

fn credentials_are_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, ada) = (app.home(), app.person("ada"));
    let second = home.adds_credential(&ada.id, Permission::Admin);
    app.names().learn(&second, "second");
    let third = home.adds_credential(&ada.id, Permission::View);
    home.removes_credential(&third);
    app.pass(Duration::from_mins(1));
    let used = Used::Credential(home.tenant(), second.parse().expect("an id"));
    app.store()
        .record_uses(&[(used, app.now())])
        .expect("uses are recorded");
    let path = format!("/api/v1/users/{}/credentials", ada.id);
    assert_shows!(ada.get(&path), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": [
        {
          "attributes": {
            "created-at": "2030-06-01T12:00:00.000000Z",
            "credential-type": "partner",
            "email": "ada@example.test",
            "global-permissions": "edit",
            "last-login": null
          },
          "id": "[ada's credential]",
          "type": "credentials"
        },
        {
          "attributes": {
            "created-at": "2030-06-01T12:00:01.000000Z",
            "credential-type": "partner",
            "email": "ada@example.test",
            "global-permissions": "admin",
            "last-login": "2030-06-01T12:01:02.000000Z"
          },
          "id": "[second]",
          "type": "credentials"
        }
      ],
      "links": {
        "first": "https://inn.example/api/v1/users/[ada]/credentials/?page%5Bnumber%5D=1",
        "last": "https://inn.example/api/v1/users/[ada]/credentials/?page%5Bnumber%5D=1",
        "next": null,
        "prev": null
      },
      "meta": {
        "pagination": {
          "count": 2,
          "page": 1,
          "pages": 1
        }
      }
    }
    "#);
    let page = ada.get(&format!("{path}/?page[size]=1&page[number]=2"));
    assert_eq!(page.each("/id"), [second]);
    assert_shows!(page.names.tell(page.at("/links")), @r#"{"first":"https://inn.example/api/v1/users/[ada]/credentials/?page%5Bnumber%5D=1&page%5Bsize%5D=1","last":"https://inn.example/api/v1/users/[ada]/credentials/?page%5Bnumber%5D=2&page%5Bsize%5D=1","next":null,"prev":"https://inn.example/api/v1/users/[ada]/credentials/?page%5Bnumber%5D=1&page%5Bsize%5D=1"}"#);
    assert_eq!(ada.get(&format!("{path}/?page[number]=2")).status, 404);
    assert_eq!(ada.get(&format!("{path}/?filter[email]=x")).status, 400);
}

fn users_see_their_own(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let roy = app.found("Rival").person("roy");
    let (key, _) = ada.with_key(&json!({"scopes": ["user:read"]}));
    let path = |id: &str| format!("/api/v1/users/{id}/credentials/");
    let missing = ada.get(&path(&eve.id)).expect(404).fingerprint();
    for (caller, id) in [
        (&*ada, NOBODY),
        (&ada, "x"),
        (&ada, &roy.id),
        (&key, &eve.id),
        (&app.application(), &roy.id),
        (&app.application(), NOBODY),
    ] {
        assert_eq!(caller.get(&path(id)).fingerprint(), missing, "{id}");
    }
    for caller in [&*eve, &app.application()] {
        assert_eq!(caller.get(&path(&eve.id)).each("/id"), [eve.credential.as_str()]);
    }
}
