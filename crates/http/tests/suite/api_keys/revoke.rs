//! `DELETE /api/v1/api_keys/{id}/`.

use innkeeper_domain::access::Permission;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_revoked_key_is_over_and_stays_listed,
    a_key_may_revoke_itself,
    keys_of_others_are_not_there,
    the_permission_of_the_credential_does_not_matter,
);

fn a_revoked_key_is_over_and_stays_listed(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let (key, id) = ada.with_key(&json!({"scopes": ["property:read"]}));
    key.lists("").expect(200);
    let path = format!("/api/v1/api_keys/{id}/");
    assert_shows!(ada.delete(&path), @"204");
    assert_eq!(key.lists("").status, 401);
    assert_eq!(
        ada.get("/api/v1/api_keys/").each("/attributes/state"),
        ["revoked"]
    );
    // Again changes nothing, and is recorded once.
    ada.delete(&path).expect(204);
    assert_eq!(app.count("audit_records WHERE action = 'api_key.revoked'"), 1);
}

fn a_key_may_revoke_itself(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let (key, id) = ada.with_key(&json!({"scopes": ["user:write", "property:read"]}));
    key.delete(&format!("/api/v1/api_keys/{id}")).expect(204);
    assert_eq!(key.lists("").status, 401);
}

fn keys_of_others_are_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let (_, of_ada) = ada.with_key(&json!({"scopes": ["user:read"]}));
    let rival = app.found("Rival");
    let path = |id: &str| format!("/api/v1/api_keys/{id}/");
    assert_shows!(eve.delete(&path(&of_ada)), @r#"
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
    let missing = eve.delete(&path(&of_ada)).fingerprint();
    for (caller, id) in [
        (&*eve, NOBODY),
        (&eve, "x"),
        (&ada, NOBODY),
        (&rival.caller(), &of_ada),
        (&app.application(), NOBODY),
    ] {
        assert_eq!(caller.delete(&path(id)).fingerprint(), missing, "{id}");
    }
    assert_eq!(app.count("api_keys WHERE revoked_at IS NOT NULL"), 0);
    app.application().delete(&path(&of_ada)).expect(204);
}

fn the_permission_of_the_credential_does_not_matter(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    app.home().permits(&ada.id, Permission::None);
    let (_, id) = ada.with_key(&json!({"scopes": ["user:read"]}));
    ada.delete(&format!("/api/v1/api_keys/{id}/")).expect(204);
}
