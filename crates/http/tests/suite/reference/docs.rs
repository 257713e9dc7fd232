//! The page of the reference, and its files.

use innkeeper_domain::ports::ChannelGateway;
use innkeeper_test_support::{Backend, ReferencePage, browser::Setup, on_each_backend};
use serde_json::json;

use crate::harness::{Channels, TestApp, assert_shows};

on_each_backend!(
    the_page_is_served_under_a_policy,
    its_files_are_sent_once,
    other_files_are_not_there,
    an_invitation_is_tried_out_in_a_browser,
);

const PAGE: &str = "/api/v1/docs/";

fn the_page_is_served_under_a_policy(backend: Backend) {
    let app = TestApp::start(backend);
    let (cost, page) = app.cost_of(|| app.request("GET", PAGE).send());
    assert_eq!(cost, 0);
    assert_shows!(page, @r#"
    200
    content-type: text/html; charset=utf-8
    cache-control: no-cache
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Innkeeper: API reference</title>
    <link rel="icon" type="image/png" href="/api/v1/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/api/v1/docs/swagger-ui.css">
    <link rel="stylesheet" href="/api/v1/docs/reference.css">
    <script src="/api/v1/docs/swagger-ui-bundle.js" defer></script>
    <script src="/api/v1/docs/reference.js" defer></script>
    </head>
    <body>
    <noscript>This page needs JavaScript. The document that it shows does not: <a href="/api/v1/schema/">read it as JSON</a>.</noscript>
    <main id="reference" data-schema="/api/v1/schema/" data-scopes="user:read user:write listings:read reservations:read property:read property:write"></main>
    </body>
    </html>
    "#);
    for (header, value) in [
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(page.header(header), Some(value));
    }
    let without_slash = app.request("GET", PAGE.trim_end_matches('/')).send();
    assert_eq!(without_slash.fingerprint(), page.fingerprint());
}

#[test]
fn requests_and_tokens_are_asked_for_beneath_the_public_url() {
    for (public_url, server, token) in [
        ("https://inn.example", "/", "/o/token/"),
        ("https://example.com/inn", "/inn", "/inn/o/token/"),
        (
            "https://example.com/stays/inn/",
            "/stays/inn",
            "/stays/inn/o/token/",
        ),
    ] {
        let document = innkeeper_http::document(Channels::default().channels(), public_url);
        let document = serde_json::to_value(document).expect("a document is JSON");
        let flow = &document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"];
        assert_eq!(document["servers"], json!([{"url": server}]));
        assert_eq!(flow["tokenUrl"], token);
    }
}

fn its_files_are_sent_once(backend: Backend) {
    let app = TestApp::start(backend);
    for (name, media_type) in [
        ("swagger-ui-bundle.js", "text/javascript; charset=utf-8"),
        ("swagger-ui.css", "text/css; charset=utf-8"),
        ("reference.js", "text/javascript; charset=utf-8"),
        ("reference.css", "text/css; charset=utf-8"),
    ] {
        let path = format!("{PAGE}{name}");
        let first = app.request("GET", &path).send().expect(200);
        assert!(!first.body.is_empty());
        let headers =
            ["content-type", "cache-control", "x-content-type-options"].map(|name| first.header(name));
        assert_eq!(
            headers,
            [Some(media_type), Some("no-cache"), Some("nosniff")],
            "{name}"
        );
        let tag = first.header("etag").expect("a tag");
        for known in [tag, &format!("\"another\", W/{tag}"), "*"] {
            let again = app.request("GET", &path).header("If-None-Match", known).send();
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{name} {known}");
            let headers = ["etag", "cache-control"].map(|name| again.header(name));
            assert_eq!(headers, [Some(tag), Some("no-cache")], "{name}");
        }
        for unknown in ["\"another\"", "nonsense", ""] {
            let again = app.request("GET", &path).header("If-None-Match", unknown).send();
            assert_eq!(again.fingerprint(), first.fingerprint(), "{name} {unknown}");
        }
    }
}

fn other_files_are_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let absent = app.request("GET", &format!("{PAGE}absent.js")).send();
    assert_shows!(absent, @r#"
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
    // Some of these are parts of Swagger UI that the page has no use for.
    for name in [
        "index.html",
        "swagger-initializer.js",
        "oauth2-redirect.html",
        "SWAGGER-UI.css",
        "..%2Fdocs%2Fswagger-ui.css",
        "..%2f..%2fCargo.toml",
        "swagger-ui.css/more",
    ] {
        let answer = app.request("GET", &format!("{PAGE}{name}")).send();
        assert_eq!(answer.fingerprint(), absent.fingerprint(), "{name}");
    }
}

fn an_invitation_is_tried_out_in_a_browser(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let page = ReferencePage::open(&format!("http://{}", app.address()), Setup::default());
    let browser = page.browser();
    assert_eq!(browser.title(), "Innkeeper: API reference");
    assert_eq!(browser.script("return document.documentElement.lang"), "en");
    browser.screenshot(&format!("reference-{backend}-1-open"));

    page.authorize(&ada.token);
    let body = json!({"invite": {"property_id": inn, "user_email": "zoe@example.test", "role": "user"}});
    let (status, invited) = page.tries("inviteUser", &[], Some(&body));
    assert_eq!(status, "201", "{invited}");
    page.picture("inviteUser", &format!("reference-{backend}-2-invited"));
    let id = invited["data"]["id"].as_str().expect("an id");
    let stored = ada.get(&format!("/api/v1/property_users/{id}")).expect(200);
    assert_eq!(stored.json(), invited);
    page.assert_nothing_is_amiss();

    // The page that is opened anew knows no token.
    page.open_again();
    page.authorize_as(&app.home().client.id, &app.home().client.secret);
    let (status, users) = page.tries("listUsers", &[], None);
    assert_eq!(status, "200", "{users}");
    let emails = users["data"].as_array().into_iter().flatten();
    let mut emails: Vec<&str> = emails
        .filter_map(|user| user["attributes"]["email"].as_str())
        .collect();
    emails.sort_unstable();
    assert_eq!(emails, ["ada@example.test", "zoe@example.test"]);
    page.picture("listUsers", &format!("reference-{backend}-3-users"));
    page.assert_nothing_is_amiss();

    // What would go elsewhere is kept in, and noticed.
    let leak = "return fetch('https://elsewhere.example/').then(() => 'sent', () => 'kept in')";
    assert_eq!(browser.script(leak), "kept in");
    let complaints = page.complaints().join("\n");
    assert!(complaints.contains("https://elsewhere.example/"), "{complaints}");
}
