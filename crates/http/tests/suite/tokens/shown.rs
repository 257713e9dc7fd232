//! How a token may be shown, and how not.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_token_is_taken_from_either_header,
    who_shows_none_and_who_shows_a_wrong_one,
    tokens_in_urls_and_cookies_are_none,
    what_is_stored_is_no_token,
    a_wrong_checksum_costs_nothing,
);

fn a_token_is_taken_from_either_header(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let (key, _) = ada.with_key(&json!({"scopes": ["property:read"]}));
    let get = || app.request("GET", "/api/v1/properties");
    let (token, key) = (ada.token.as_str(), key.token.as_str());
    let one = format!("Bearer {token}");
    for (case, request, expected) in [
        ("a token", get().bearer(token), 200),
        ("a key", get().bearer(key), 200),
        ("a key as key", get().header("user-api-key", key), 200),
        ("a token as key", get().header("User-Api-Key", token), 200),
        (
            "small letters",
            get().header("authorization", format!("bearer {token}")),
            200,
        ),
        (
            "spaces",
            get().header("Authorization", format!("  Bearer   {token}  ")),
            200,
        ),
        (
            "the same in both",
            get().bearer(key).header("user-api-key", key),
            200,
        ),
        (
            "different ones",
            get().bearer(token).header("user-api-key", key),
            401,
        ),
        (
            "a good and a bad one",
            get().bearer(token).header("user-api-key", "x"),
            401,
        ),
        (
            "the same twice",
            get().header("Authorization", &one).header("Authorization", &one),
            401,
        ),
        (
            "a key twice",
            get().header("user-api-key", key).header("user-api-key", key),
            401,
        ),
        ("no scheme", get().header("Authorization", token), 401),
        (
            "another scheme",
            get().header("Authorization", format!("Basic {token}")),
            401,
        ),
        ("a scheme alone", get().header("Authorization", "Bearer"), 401),
        ("nothing", get().header("Authorization", ""), 401),
        ("an empty key", get().header("user-api-key", ""), 401),
        (
            "two in one",
            get().header("Authorization", format!("{one}, {one}")),
            401,
        ),
        ("no text", get().header("Authorization", b"Bearer \xff\xfe"), 401),
        ("another header", get().header("X-Api-Key", key), 401),
    ] {
        let answer = request.send();
        assert_eq!(answer.status, expected, "{case}: {answer}");
    }
}

fn who_shows_none_and_who_shows_a_wrong_one(backend: Backend) {
    let app = TestApp::start(backend);
    let wrong = |path: &str| app.request("GET", path).bearer("innt_x").send();
    assert_shows!(app.stranger().get("/api/v1/properties"), @r#"
    401
    content-type: application/json
    www-authenticate: Bearer realm="api"
    {
      "errors": {
        "code": "unauthorized",
        "title": "Unauthorized"
      }
    }
    "#);
    assert_shows!(wrong("/api/v1/properties"), @r#"
    401
    content-type: application/json
    www-authenticate: Bearer realm="api", error="invalid_token"
    {
      "errors": {
        "code": "unauthorized",
        "title": "Unauthorized"
      }
    }
    "#);
    assert_shows!(app.stranger().get("/api/v1/users/"), @r#"
    401
    content-type: application/vnd.api+json
    www-authenticate: Bearer realm="api"
    {
      "errors": [
        {
          "code": "not_authenticated",
          "detail": "Authentication credentials were not provided.",
          "status": "401",
          "title": "Unauthorized"
        }
      ]
    }
    "#);
    assert_shows!(wrong("/api/v1/users/"), @r#"
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
}

fn tokens_in_urls_and_cookies_are_none(backend: Backend) {
    let app = TestApp::start(backend);
    let token = app.application().token;
    for path in ["/api/v1/properties", "/api/v1/users/"] {
        for name in [
            "access_token",
            "token",
            "user-api-key",
            "user_api_key",
            "api_key",
            "key",
        ] {
            let answer = app.request("GET", &format!("{path}?{name}={token}")).send();
            assert_eq!(answer.status, 401, "{path} {name}");
        }
        for cookie in [
            "access_token",
            "token",
            "session",
            "user-api-key",
            "Authorization",
        ] {
            let request = app
                .request("GET", path)
                .header("Cookie", format!("{cookie}={token}"));
            assert_eq!(request.send().status, 401, "{path} {cookie}");
        }
        let answer = app.request("GET", path).form(&[("access_token", &token)]).send();
        assert_eq!(answer.status, 401, "{path}");
    }
}

fn what_is_stored_is_no_token(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let (key, id) = ada.with_key(&json!({"scopes": ["property:read"]}));
    let (hex, text) = match backend {
        Backend::Sqlite => ("hex(secret_hash)", "hex(id)"),
        Backend::Postgres => ("encode(secret_hash, 'hex')", "replace(id::text, '-', '')"),
    };
    let bare = id.replace('-', "");
    let sql = format!("SELECT lower({hex}) FROM api_keys WHERE lower({text}) = '{bare}'");
    let hash = app.database().scalar(&sql);
    assert_eq!(hash.len(), 64);
    let tail = |count: usize| {
        key.token
            .get(key.token.len() - count..)
            .expect("ASCII")
            .to_owned()
    };
    for (case, shown) in [
        ("the hash", hash.clone()),
        ("the hash with the prefix", format!("innk_{hash}")),
        (
            "the hash in the place of the secret",
            format!("innk_{}{}", hash, tail(8)),
        ),
        ("the id", id.clone()),
        ("nobody", NOBODY.to_owned()),
        ("the last four", tail(4)),
    ] {
        let answer = app.request("GET", "/api/v1/properties").bearer(&shown).send();
        assert_eq!(answer.status, 401, "{case}");
    }
}

fn a_wrong_checksum_costs_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let home = app.home();
    let token = home.caller().token;
    let last = if token.ends_with('0') { '1' } else { '0' };
    let changed = |place: usize| {
        let mut text: Vec<char> = token.chars().collect();
        text[place] = if text[place] == 'a' { 'b' } else { 'a' };
        text.into_iter().collect::<String>()
    };
    let mut wrong_end = token.clone();
    wrong_end.pop();
    wrong_end.push(last);
    for shown in [
        wrong_end,
        changed(6),
        changed(40),
        changed(60),
        format!("{token}0"),
        token.replace("innt_", "innk_"),
        token.to_lowercase(),
        "x".repeat(8_000),
        home.client.secret.clone(),
    ] {
        let (cost, answer) = app.cost_of(|| app.request("GET", "/api/v1/users/").bearer(&shown).send());
        assert_eq!((cost, answer.status), (0, 401), "{shown}");
    }
    // A whole token that nobody issued costs one look.
    let forged = innkeeper_domain::tokens::Secret::issue(
        innkeeper_domain::tokens::SecretKind::AccessToken,
        home.tenant(),
        app.fresh_ids()
            .make::<innkeeper_domain::ids::kinds::AccessToken>(),
        &innkeeper_domain::tokens::SecretBits::new([1; 16]),
    );
    let (cost, answer) = app.cost_of(|| {
        app.request("GET", "/api/v1/users/")
            .bearer(forged.reveal())
            .send()
    });
    assert_eq!((cost, answer.status), (1, 401));
}
