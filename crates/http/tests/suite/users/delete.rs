//! `DELETE /api/v1/users/{id}/`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_deleted_user_is_gone,
    the_only_owner_of_a_property_stays,
    users_delete_nobody,
    an_address_is_free_again,
);

fn a_deleted_user_is_gone(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "owner");
    let (key, key_id) = bob.with_key(&json!({"scopes": ["user:read", "property:read"]}));
    let application = app.application();
    let path = format!("/api/v1/users/{}/", bob.id);
    assert_shows!(application.delete(&path), @"204");
    for caller in [&*bob, &key] {
        assert_eq!(caller.get("/api/v1/users/").status, 401);
        assert_eq!(caller.lists("").status, 401);
    }
    for answer in [
        application.delete(&path),
        application.get(&path),
        application.get(&format!("{path}credentials/")),
        application.reads(&place),
    ] {
        assert_eq!(answer.status, 404, "{answer}");
    }
    assert_eq!(application.get("/api/v1/users/").each("/id"), [ada.id.as_str()]);
    assert_eq!(ada.lists("").each("/attributes/user_id"), [ada.id.as_str()]);
    let keys = application.get("/api/v1/api_keys/");
    assert_eq!(keys.each("/id"), [key_id]);
    assert_eq!(keys.each("/attributes/state"), ["revoked"]);
    assert_eq!(app.count("access_tokens WHERE user_id IS NOT NULL"), 1, "Ada's");
    assert_eq!(
        app.count("users WHERE email IS NOT NULL OR first_name IS NOT NULL"),
        1
    );
    assert_eq!(
        app.count("credentials WHERE removed_at IS NULL OR email IS NOT NULL"),
        1
    );
    assert_eq!(app.count("outgoing_messages WHERE state = 'pending'"), 0);
}

fn the_only_owner_of_a_property_stays(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, off] = ["ada", "bob", "off"].map(|name| app.person(name));
    let [sea, hill, shared] = ["Sea Inn", "Hill House", "Shared"].map(|title| ada.opens(title));
    app.puts(&bob, &shared, "owner");
    ada.invites("new@example.test", "owner", &sea).expect(201);
    app.puts(&off, &hill, "owner");
    app.home().disables(&off.id);
    let application = app.application();
    let path = format!("/api/v1/users/{}/", ada.id);
    let mut answer = application.delete(&path);
    // In whatever order the properties are named.
    let named = answer.at("/errors/0/meta/property-ids");
    let mut named: Vec<&str> = named
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|id| id.as_str())
        .collect();
    named.sort_unstable();
    let mut expected = [sea.as_str(), hill.as_str()];
    expected.sort_unstable();
    assert_eq!(named, expected);
    let mut document = answer.json();
    document["errors"][0]["meta"]["property-ids"] = json!([sea, hill]);
    answer.body = document.to_string();
    assert_shows!(answer, @r#"
    409
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "conflict",
          "detail": "The user is the only owner of properties; give them another owner first.",
          "meta": {
            "property-ids": [
              "[Sea Inn]",
              "[Hill House]"
            ]
          },
          "status": "409",
          "title": "Conflict"
        }
      ]
    }
    "#);
    assert_eq!(ada.get(&path).status, 200, "nothing was changed");
    app.puts(&bob, &sea, "owner");
    app.home().enables(&off.id);
    application.delete(&path).expect(204);
}

fn users_delete_nobody(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let (key, _) = ada.with_key(&json!({"scopes": ["user:write"]}));
    let path = |id: &str| format!("/api/v1/users/{id}/");
    assert_shows!(ada.delete(&path(&ada.id)), @r#"
    403
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "permission_denied",
          "detail": "You do not have permission to perform this action.",
          "status": "403",
          "title": "Forbidden"
        }
      ]
    }
    "#);
    let refused = ada.delete(&path(&ada.id)).fingerprint();
    for caller in [&*ada, &key] {
        for id in [&ada.id, &eve.id, NOBODY, "x"] {
            assert_eq!(caller.delete(&path(id)).fingerprint(), refused, "{id}");
        }
    }
    let missing = app.application().delete(&path(NOBODY)).fingerprint();
    assert!(missing.starts_with("404"));
    let theirs = app.found("Rival").person("roy");
    for id in [&theirs.id, "x"] {
        assert_eq!(app.application().delete(&path(id)).fingerprint(), missing, "{id}");
    }
}

fn an_address_is_free_again(backend: Backend) {
    let app = TestApp::start(backend);
    let bob = app.person("bob");
    app.application()
        .delete(&format!("/api/v1/users/{}/", bob.id))
        .expect(204);
    let again = app.person("bob");
    assert_ne!(again.id, bob.id);
    assert_eq!(bob.get("/api/v1/users/").status, 401);
    assert_eq!(again.get("/api/v1/users/").status, 200);
}
