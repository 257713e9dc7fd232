//! How long tokens count, and what ends them.

use std::time::Duration;

use innkeeper_domain::{
    access::Permission,
    ids::{CredentialId, TenantId},
    ports::Used,
};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    a_token_is_over_at_the_end_of_its_hour,
    a_key_is_over_at_its_end,
    a_token_stays_with_its_credential,
    scopes_taken_from_an_application_are_taken_from_its_tokens,
    uses_are_noted_and_not_written,
);

fn a_token_is_over_at_the_end_of_its_hour(backend: Backend) {
    let app = TestApp::start(backend);
    let token = app.home().caller();
    app.pass(Duration::from_micros(3_600_000_000 - 1));
    assert_eq!(token.get("/api/v1/users/").status, 200);
    app.pass(Duration::from_micros(1));
    assert_shows!(token.get("/api/v1/users/"), @r#"
    401
    content-type: application/vnd.api+json
    www-authenticate: Bearer realm="api", error="invalid_token"
    {
      "errors": [
        {
          "code": "authentication_failed",
          "detail": "The token is not valid.",
          "status": "401",
          "title": "Unauthorized"
        }
      ]
    }
    "#);
    assert_eq!(token.get("/api/v1/properties").status, 401);
}

fn a_key_is_over_at_its_end(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let end = (app.now() + Duration::from_mins(10)).to_string();
    let (key, id) = ada.with_key(&json!({"scopes": ["property:read", "user:read"], "expires-at": end}));
    let state = || {
        let keys = ada.get("/api/v1/api_keys/").items();
        let found = keys.into_iter().find(|key| key["id"] == id);
        found.expect("it is listed")["attributes"]["state"].clone()
    };
    app.pass(Duration::from_micros(600_000_000 - 1));
    assert_eq!(key.lists("").status, 200);
    assert_eq!(state(), "active");
    app.pass(Duration::from_micros(1));
    assert_eq!(key.lists("").status, 401);
    assert_eq!(state(), "expired");
}

fn a_token_stays_with_its_credential(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, ada) = (app.home(), app.person("ada"));
    let second = home.adds_credential(&ada.id, Permission::Admin);
    let by_second = home.mints(&[("user_id", &ada.id), ("credential_id", &second)]);
    home.removes_credential(&ada.credential);
    // The other becoming the primary one does not move a token.
    assert_eq!(ada.get("/api/v1/users/").status, 401);
    assert_eq!(by_second.get("/api/v1/users/").status, 200);
}

fn scopes_taken_from_an_application_are_taken_from_its_tokens(backend: Backend) {
    let app = TestApp::start(backend);
    let other = app.home().application("user:read property:read", false);
    let token = other.caller();
    let statuses = || ["/api/v1/users/", "/api/v1/properties"].map(|path| token.get(path).status);
    assert_eq!(statuses(), [200, 200]);
    other.is_changed(Some("user:read"), None);
    assert_eq!(statuses(), [200, 403]);
    // Scopes given later are not those that the token was minted with.
    other.is_changed(Some("user:read property:read user:write"), None);
    assert_eq!(statuses(), [200, 200]);
    assert_eq!(token.creates_user(&json!({})).status, 403);
}

fn uses_are_noted_and_not_written(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let (key, id) = ada.with_key(&json!({"scopes": ["property:read"]}));
    app.used();
    app.pass(Duration::from_secs(5));
    key.lists("").expect(200);
    let tenant: TenantId = app.home().tenant();
    let credential: CredentialId = ada.credential.parse().expect("an id");
    let mut expected = [
        (Used::ApiKey(tenant, id.parse().expect("an id")), app.now()),
        (Used::Credential(tenant, credential), app.now()),
    ];
    let mut used = app.used();
    used.sort_by_key(|(used, _)| format!("{used:?}"));
    expected.sort_by_key(|(used, _)| format!("{used:?}"));
    assert_eq!(used, expected);
    assert_eq!(
        app.count("api_keys WHERE last_used_at IS NOT NULL"),
        0,
        "not on the request's path"
    );
    // A mint is a log-in too; a refused key is no use.
    app.home().mints(&[("user_id", &ada.id)]);
    assert_eq!(app.used(), [(Used::Credential(tenant, credential), app.now())]);
    let mut wrong = key.token.clone();
    wrong.pop();
    app.request("GET", "/api/v1/properties")
        .bearer(&wrong)
        .send()
        .expect(401);
    assert_eq!(app.used(), []);
}
