//! Pages of other origins.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Answer, TestApp};

on_each_backend!(
    no_origin_is_allowed_unless_listed,
    listed_origins_are_allowed_without_cookies
);

fn preflight(app: &TestApp, origin: &str) -> Answer {
    app.request("OPTIONS", "/api/v1/properties")
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header(
            "Access-Control-Request-Headers",
            "authorization, user-api-key, content-type, x-request-id",
        )
        .send()
}

fn allows(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.iter().map(|(name, _)| name.as_str());
    names
        .filter(|name| name.starts_with("access-control-allow"))
        .collect()
}

fn no_origin_is_allowed_unless_listed(backend: Backend) {
    let app = TestApp::start(backend);
    let answer = preflight(&app, "https://page.example");
    assert_eq!(allows(&answer), Vec::<&str>::new(), "{answer:?}");
    let token = app.application().token;
    for origin in ["https://page.example", "null", "https://inn.example"] {
        let request = app.request("GET", "/api/v1/properties").header("Origin", origin);
        let answer = request.bearer(&token).send().expect(200);
        assert_eq!(allows(&answer), Vec::<&str>::new(), "{answer:?}");
    }
}

fn listed_origins_are_allowed_without_cookies(backend: Backend) {
    let app = TestApp::start_with(backend, |setup| {
        setup.cors_origins = vec!["https://page.example".to_owned()];
    });
    let answer = preflight(&app, "https://page.example").expect(200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://page.example")
    );
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let allowed = answer
        .header("access-control-allow-headers")
        .unwrap_or_default()
        .to_lowercase();
    let mut allowed: Vec<&str> = allowed.split(',').map(str::trim).collect();
    allowed.sort_unstable();
    assert_eq!(
        allowed,
        ["authorization", "content-type", "user-api-key", "x-request-id"]
    );
    let token = app.application().token;
    let request = app
        .request("GET", "/api/v1/properties")
        .header("Origin", "https://page.example");
    let answer = request.bearer(&token).send().expect(200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://page.example")
    );
    for origin in [
        "https://evil.example",
        "https://page.example.evil.example",
        "http://page.example",
        "null",
    ] {
        assert_eq!(
            preflight(&app, origin).header("access-control-allow-origin"),
            None,
            "{origin}"
        );
        let request = app.request("GET", "/api/v1/properties").header("Origin", origin);
        let answer = request.bearer(&token).send();
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
    }
    // A refused preflight is told in the dialect of its path, as everything is.
    assert_eq!(preflight(&app, "https://evil.example").refusal(), "403 forbidden");
    for (header, value) in [
        ("Access-Control-Request-Method", "PATCH"),
        ("Access-Control-Request-Headers", "x-evil"),
    ] {
        let request = app
            .request("OPTIONS", "/api/v1/users/")
            .header("Origin", "https://page.example");
        let request = match header {
            "Access-Control-Request-Method" => request,
            _ => request.header("Access-Control-Request-Method", "GET"),
        };
        assert_eq!(
            request.header(header, value).send().refusal(),
            "403 permission_denied",
            "{header}"
        );
    }
}
