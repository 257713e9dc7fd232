//! `POST /o/token/`: tokens that are minted.

use base64::{Engine, engine::general_purpose::STANDARD};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Answer, Company, TestApp, assert_shows};

on_each_backend!(
    a_token_is_told_whole,
    a_client_shows_itself_in_the_body_or_as_basic,
    scopes_are_those_asked_for_or_all,
    a_rotated_secret_replaces_the_old_one,
);

fn a_token_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    assert_shows!(app.home().asks(&[]), @r#"
    200
    content-type: application/json
    cache-control: no-store
    {
      "access_token": "[innt_...]",
      "expires_in": 3600,
      "scope": "user:read user:write listings:read reservations:read property:read property:write",
      "token_type": "Bearer"
    }
    "#);
    let ada = app.person("ada");
    assert_shows!(app.home().asks(&[("user_id", &ada.id), ("scope", "user:read property:read")]), @r#"
    200
    content-type: application/json
    cache-control: no-store
    {
      "access_token": "[innt_...]",
      "credential_id": "[ada's credential]",
      "expires_in": 3600,
      "scope": "user:read property:read",
      "token_type": "Bearer",
      "user_id": "[ada]"
    }
    "#);
    let answer = app.home().asks(&[]);
    assert_eq!(answer.header("pragma"), Some("no-cache"));
    // Every token is another, and none is stored.
    assert_ne!(
        answer.text("/access_token"),
        app.home().asks(&[]).text("/access_token")
    );
    assert!(answer.text("/access_token").starts_with("innt_"));
}

fn by_basic(app: &TestApp, id: &str, secret: &str, form: &[(&str, &str)]) -> Answer {
    let credentials = STANDARD.encode(format!("{id}:{secret}"));
    app.request("POST", "/o/token/")
        .header("Authorization", format!("Basic {credentials}"))
        .form(form)
        .send()
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn a_client_shows_itself_in_the_body_or_as_basic(backend: Backend) {
    let app = TestApp::start(backend);
    let Company { client, .. } = app.home();
    let (id, secret) = (client.id.as_str(), client.secret.as_str());
    by_basic(&app, id, secret, &[GRANT]).expect(200);
    by_basic(&app, id, secret, &[GRANT, ("client_id", id)]).expect(200);
    // Both parts are form-encoded before they are joined.
    by_basic(&app, &id.replace('-', "%2D"), secret, &[GRANT]).expect(200);
    let twice = by_basic(
        &app,
        id,
        secret,
        &[GRANT, ("client_id", id), ("client_secret", secret)],
    );
    assert_eq!(twice.refusal(), "400 invalid_request");
    let mixed = by_basic(&app, id, secret, &[GRANT, ("client_id", "other")]);
    assert_eq!(mixed.refusal(), "400 invalid_request");
    for path in ["/o/token", "/o/token/", "/o/token/?utm_source=x"] {
        let form = [
            GRANT,
            ("client_id", id),
            ("client_secret", secret),
            ("nonsense", "x"),
        ];
        app.request("POST", path).form(&form).send().expect(200);
    }
    let upper = id.to_uppercase();
    let form = [GRANT, ("client_id", &upper), ("client_secret", secret)];
    app.request("POST", "/o/token/").form(&form).send().expect(200);
}

fn scopes_are_those_asked_for_or_all(backend: Backend) {
    let app = TestApp::start(backend);
    let all = "user:read user:write listings:read reservations:read property:read property:write";
    let few = app.home().application("property:read user:read", false);
    for (company, asked, expected) in [
        (&app.home(), None, all),
        (&few, None, "user:read property:read"),
        (&few, Some("property:read"), "property:read"),
        (&few, Some("property:read property:read"), "property:read"),
        (
            &few,
            Some(" property:read  user:read "),
            "user:read property:read",
        ),
    ] {
        let fields: Vec<(&str, &str)> = asked.map(|asked| ("scope", asked)).into_iter().collect();
        let answer = company.asks(&fields).expect(200);
        assert_eq!(answer.text("/scope"), expected, "{asked:?}");
    }
}

fn a_rotated_secret_replaces_the_old_one(backend: Backend) {
    let app = TestApp::start(backend);
    let old = app.home();
    let token = old.caller();
    let new = old.with_new_secret();
    assert_eq!(old.asks(&[]).refusal(), "401 invalid_client");
    new.asks(&[]).expect(200);
    assert_eq!(token.get("/api/v1/users/").status, 200, "tokens live on");
}
