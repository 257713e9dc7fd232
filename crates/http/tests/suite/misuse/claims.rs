//! Who somebody is comes from their token, and what a request is about from its path and body: never from a header, a
//! cookie or a parameter that claims it.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    harness::{Person, TestApp, all_scopes},
    routes::{ROUTES, Row},
};

on_each_backend!(
    no_header_says_who_or_what_it_is_about,
    no_header_makes_a_post_another_method,
    no_route_takes_a_token_from_a_cookie_or_the_url,
);

const HEADERS: [&str; 13] = [
    "X-Tenant-Id",
    "X-Tenant",
    "X-Organization-Id",
    "X-User-Id",
    "X-User",
    "X-Forwarded-User",
    "X-Remote-User",
    "X-Impersonate-User",
    "X-Property-Id",
    "X-Account-Id",
    "X-Credential-Id",
    "X-Client-Id",
    "X-Role",
];

/// What of Ada's there is to name.
fn target(row: Row, ada: &Person<'_>, ids: &[(&str, String)]) -> String {
    let path = row.path.replace("{user_id}", &ada.id);
    ids.iter().fold(path, |path, (place, id)| path.replace(place, id))
}

fn no_header_says_who_or_what_it_is_about(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let account = ada.connects(1);
    let ids = [("{account_id}", account), ("{id}", inn.clone())];
    let scope = all_scopes();
    let claims = [
        ("user_id", ada.id.as_str()),
        ("tenant_id", &ada.id),
        ("property_id", &inn),
        ("credential_id", &ada.credential),
        ("scope", &scope),
        ("role", "owner"),
        ("admin", "true"),
    ];
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(claims)
        .finish();
    // Her token lacks most scopes; his has all, and speaks for somebody else.
    let narrow = app
        .home()
        .mints(&[("scope", "listings:read"), ("user_id", &ada.id)]);
    for row in ROUTES.into_iter().filter(|row| row.method != "POST") {
        let path = target(row, &ada, &ids);
        for caller in [&*eve, &narrow, &app.stranger()] {
            let plain = caller.request(row.method, &path).json_text("{}").send();
            let with_headers = HEADERS.into_iter().fold(
                caller.request(row.method, &path).json_text("{}"),
                |request, header| {
                    let claim = match header {
                        "X-Property-Id" => &inn,
                        "X-Credential-Id" => &ada.credential,
                        "X-Role" => "owner",
                        _ => &ada.id,
                    };
                    request.header(header, claim)
                },
            );
            let claimed = with_headers
                .header("X-Scope", &scope)
                .header("X-Original-URL", &path)
                .header("X-Rewrite-URL", "/api/v1/channels")
                .header("X-Forwarded-For", "127.0.0.1")
                .send();
            assert_eq!(claimed.fingerprint(), plain.fingerprint(), "{row:?}");
            let asked = caller.request(row.method, &format!("{path}?{query}"));
            let asked = asked.json_text("{}").send();
            assert_eq!(asked.status, plain.status, "{row:?}: {asked}");
        }
    }
    assert_eq!(app.count("properties WHERE deleted_at IS NULL"), 1);
}

fn no_header_makes_a_post_another_method(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let place = ada.finds(&ada, &inn);
    let paths = [
        format!("/api/v1/properties/{inn}"),
        format!("/api/v1/property_users/{place}"),
        format!("/api/v1/users/{}", ada.id),
    ];
    for path in paths {
        for header in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
            for method in ["DELETE", "PUT", "GET"] {
                let answer = ada.request("POST", &path).header(header, method);
                let answer = answer.json_text("{}").send();
                assert_eq!(answer.status, 405, "{path} {header}: {method}: {answer}");
            }
        }
        for method in ["HEAD", "OPTIONS"] {
            let answer = ada.request(method, &path).send();
            assert_eq!(
                (answer.status, answer.header("allow").is_some()),
                (405, true),
                "{method} {path}"
            );
        }
    }
    ada.get(&format!("/api/v1/properties/{inn}")).expect(200);
}

fn no_route_takes_a_token_from_a_cookie_or_the_url(backend: Backend) {
    let app = TestApp::start(backend);
    let token = app.application().token;
    for row in ROUTES {
        let path = row.target("x");
        let plain = app.request(row.method, &path).json_text("{}").send();
        assert_eq!(plain.status, 401, "{row:?}");
        let cookies = format!("access_token={token}; session={token}; Authorization=Bearer%20{token}");
        let query = format!("access_token={token}&token={token}&api_key={token}&user-api-key={token}");
        for request in [
            app.request(row.method, &path).header("Cookie", &cookies),
            app.request(row.method, &format!("{path}?{query}")),
        ] {
            let (cost, answer) = app.cost_of(|| request.json_text("{}").send());
            assert_eq!(answer.fingerprint(), plain.fingerprint(), "{row:?}");
            assert_eq!(cost, 0, "nothing is looked up: {row:?}");
        }
    }
}
