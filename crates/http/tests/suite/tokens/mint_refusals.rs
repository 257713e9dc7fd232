//! `POST /o/token/`: requests that are refused, as RFC 6749 has it.

use base64::{Engine, engine::general_purpose::STANDARD};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Answer, Company, NOBODY, Request, TestApp, assert_shows};

on_each_backend!(
    a_client_that_is_not_known_gets_one_answer,
    requests_that_are_none,
    other_grants_are_not_supported,
    scopes_that_are_not_granted,
    a_secret_in_the_query_is_not_read,
    bodies_that_are_no_forms,
);

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

fn token(app: &TestApp) -> Request<'_> {
    app.request("POST", "/o/token/")
}

fn shows<'a>(company: &'a Company<'_>) -> [(&'a str, &'a str); 2] {
    [
        ("client_id", &company.client.id),
        ("client_secret", &company.client.secret),
    ]
}

fn a_client_that_is_not_known_gets_one_answer(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, rival) = (app.home(), app.found("Rival"));
    let (id, secret) = (home.client.id.as_str(), home.client.secret.as_str());
    let old = home.application("user:read", false);
    let stale = old.client.secret.clone();
    old.with_new_secret();
    let access_token = home.caller().token;
    let mut guess = secret.to_owned();
    guess.pop();
    guess.push('0');
    let form = |id: &str, secret: &str| {
        token(&app)
            .form(&[GRANT, ("client_id", id), ("client_secret", secret)])
            .send()
    };
    let basic = |header: String| token(&app).header("Authorization", header).form(&[GRANT]).send();
    let encoded = |text: &str| STANDARD.encode(text);
    let answers: Vec<(&str, Answer)> = vec![
        ("nothing", token(&app).form(&[GRANT]).send()),
        ("no secret", token(&app).form(&[GRANT, ("client_id", id)]).send()),
        (
            "no id",
            token(&app).form(&[GRANT, ("client_secret", secret)]).send(),
        ),
        ("empty", form("", "")),
        ("unknown id", form(NOBODY, secret)),
        ("ill-formed id", form("me", secret)),
        ("wrong secret", form(id, &guess)),
        ("stale secret", form(&old.client.id, &stale)),
        ("another's secret", form(id, &rival.client.secret)),
        ("another secret of the tenant", form(id, &old.client.secret)),
        ("an access token as secret", form(id, &access_token)),
        ("no base64", basic("Basic !!!".to_owned())),
        ("no colon", basic(format!("Basic {}", encoded("me")))),
        (
            "wrong pair",
            basic(format!("Basic {}", encoded(&format!("{id}:x")))),
        ),
        ("a bearer", basic(format!("Bearer {access_token}"))),
        (
            "not UTF-8",
            basic(format!("Basic {}", STANDARD.encode(b"\xff:\xff"))),
        ),
        (
            "two headers",
            token(&app)
                .header(
                    "Authorization",
                    format!("Basic {}", encoded(&format!("{id}:{secret}"))),
                )
                .header(
                    "Authorization",
                    format!("Basic {}", encoded(&format!("{id}:{secret}"))),
                )
                .form(&[GRANT])
                .send(),
        ),
    ];
    assert_shows!(answers[0].1, @r#"
    401
    content-type: application/json
    www-authenticate: Basic realm="api"
    cache-control: no-store
    {
      "error": "invalid_client",
      "error_description": "The client could not be authenticated."
    }
    "#);
    let expected = answers[0].1.fingerprint();
    for (case, answer) in answers {
        assert_eq!(answer.fingerprint(), expected, "{case}");
    }
    assert_eq!(app.count("access_tokens"), 1);
}

fn requests_that_are_none(backend: Backend) {
    let app = TestApp::start(backend);
    let home = app.home();
    let [id, secret] = shows(&home);
    assert_shows!(token(&app).form(&[id, secret]).send(), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {
      "error": "invalid_request",
      "error_description": "The grant_type is missing."
    }
    "#);
    let twice: [&[(&str, &str)]; 6] = [
        &[GRANT, GRANT, id, secret],
        &[GRANT, id, id, secret],
        &[GRANT, id, secret, secret],
        &[GRANT, id, secret, ("scope", "user:read"), ("scope", "user:read")],
        &[GRANT, id, secret, ("user_id", NOBODY), ("user_id", NOBODY)],
        &[
            GRANT,
            id,
            secret,
            ("credential_id", NOBODY),
            ("credential_id", NOBODY),
        ],
    ];
    for form in twice {
        assert_eq!(
            token(&app).form(form).send().refusal(),
            "400 invalid_request",
            "{form:?}"
        );
    }
    let empty = [("grant_type", ""), id, secret];
    assert_eq!(token(&app).form(&empty).send().refusal(), "400 invalid_request");
    // What it does not know may stand twice.
    token(&app)
        .form(&[GRANT, id, secret, ("x", "1"), ("x", "2")])
        .send()
        .expect(200);
}

fn other_grants_are_not_supported(backend: Backend) {
    let app = TestApp::start(backend);
    let home = app.home();
    let [id, secret] = shows(&home);
    for grant in [
        "password",
        "authorization_code",
        "refresh_token",
        "CLIENT_CREDENTIALS",
    ] {
        let form = [("grant_type", grant), id, secret];
        assert_eq!(
            token(&app).form(&form).send().refusal(),
            "400 unsupported_grant_type",
            "{grant}"
        );
    }
}

fn scopes_that_are_not_granted(backend: Backend) {
    let app = TestApp::start(backend);
    let few = app.home().application("user:read property:read", false);
    assert_shows!(few.asks(&[("scope", "")]), @r#"
    400
    content-type: application/json
    cache-control: no-store
    {
      "error": "invalid_scope",
      "error_description": "A requested scope is unknown, or not allowed to this application."
    }
    "#);
    let refused = few.asks(&[("scope", "")]).fingerprint();
    for scope in [
        " ",
        "user:write",
        "user:read user:write",
        "user:read admin",
        "USER:READ",
        "*",
        "user:*",
        "user:read,property:read",
        "user:read\u{a0}property:read",
    ] {
        assert_eq!(few.asks(&[("scope", scope)]).fingerprint(), refused, "{scope:?}");
    }
}

fn a_secret_in_the_query_is_not_read(backend: Backend) {
    let app = TestApp::start(backend);
    let Company { client, .. } = app.home();
    let query = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        client.id, client.secret
    );
    let target = format!("/o/token/?{query}");
    let none = app.request("POST", &target).form(&[]).send();
    assert_eq!(none.refusal(), "400 invalid_request");
    let grant = app.request("POST", &target).form(&[GRANT]).send();
    assert_eq!(grant.refusal(), "401 invalid_client");
    assert_shows!(app.request("GET", &target).send(), @r#"
    405
    content-type: application/json
    allow: POST
    cache-control: no-store
    {
      "error": "invalid_request",
      "error_description": "Tokens are asked for with POST."
    }
    "#);
    let id = ("client_id", client.id.as_str());
    let answer = app.request("POST", &target).form(&[GRANT, id]).send();
    assert_eq!(answer.refusal(), "401 invalid_client");
}

fn bodies_that_are_no_forms(backend: Backend) {
    let app = TestApp::start(backend);
    let json = r#"{"grant_type": "client_credentials"}"#;
    assert_shows!(token(&app).json_text(json).send(), @r#"
    415
    content-type: application/json
    cache-control: no-store
    {
      "error": "invalid_request",
      "error_description": "The body must be application/x-www-form-urlencoded."
    }
    "#);
    let long = token(&app).form(&[("x", &"y".repeat(70_000))]).send();
    assert_shows!(long, @r#"
    413
    content-type: application/json
    cache-control: no-store
    {
      "error": "invalid_request",
      "error_description": "The request body is too large."
    }
    "#);
    let form = "application/x-www-form-urlencoded";
    let odd = token(&app)
        .header("Content-Type", form)
        .bytes(b"\xff\xfe=%ff&&&=")
        .send();
    assert_eq!(odd.refusal(), "400 invalid_request");
    assert_eq!(
        token(&app).header("Content-Type", form).send().refusal(),
        "400 invalid_request"
    );
}
