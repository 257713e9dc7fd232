//! `GET /api/v1/users/{id}/`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(a_user_is_told_whole, users_read_themselves_and_nobody_else);

fn a_user_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let path = format!("/api/v1/users/{}/", ada.id);
    assert_shows!(ada.get(&path), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": {
        "attributes": {
          "created-at": "2030-06-01T12:00:00.000000Z",
          "email": "ada@example.test",
          "first-name": "Ada",
          "last-name": "Tester",
          "locale": "en",
          "status": "new"
        },
        "id": "[ada]",
        "type": "users"
      }
    }
    "#);
    let shown = ada.get(&path).body;
    for way in [
        path.trim_end_matches('/'),
        &path.to_uppercase().replace("/API/V1/USERS", "/api/v1/users"),
    ] {
        assert_eq!(app.application().get(way).body, shown, "{way}");
    }
    // Being switched off changes nothing about who they are.
    app.home().disables(&ada.id);
    assert_eq!(app.application().get(&path).body, shown);
}

fn users_read_themselves_and_nobody_else(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let rival = app.found("Rival");
    let roy = rival.person("roy");
    let (key, _) = ada.with_key(&json!({"scopes": ["user:read"]}));
    let path = |id: &str| format!("/api/v1/users/{id}/");
    assert_shows!(ada.get(&path(&eve.id)), @r#"
    404
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "not_found",
          "detail": "Not found.",
          "status": "404",
          "title": "Not Found"
        }
      ]
    }
    "#);
    let missing = ada.get(&path(&eve.id)).fingerprint();
    for (caller, id) in [
        (&*ada, NOBODY),
        (&ada, "me"),
        (&ada, &roy.id),
        (&key, &eve.id),
        (&app.application(), NOBODY),
        (&app.application(), &roy.id),
        (&rival.caller(), &ada.id),
    ] {
        assert_eq!(caller.get(&path(id)).fingerprint(), missing, "{id}");
    }
    assert_eq!(key.get(&path(&ada.id)).status, 200);
}
