//! Paths: with and without the slash, odd ones, and ones that are not served.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    harness::{NOBODY, TestApp, assert_shows},
    routes::ROUTES,
};

on_each_backend!(
    a_path_works_with_and_without_its_slash,
    unknown_paths_speak_their_dialect,
    odd_paths_reach_no_other_guard,
);

fn a_path_works_with_and_without_its_slash(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    ada.opens("Sea Inn");
    for row in ROUTES {
        let path = row.target(NOBODY);
        for caller in [&*ada, &app.stranger()] {
            let [without, with] = ["", "/"].map(|slash| {
                let request = caller.request(row.method, &format!("{path}{slash}"));
                let is_write = row.method == "POST" || row.method == "PUT";
                let request = if is_write {
                    request.json_text("{}")
                } else {
                    request
                };
                request.send()
            });
            assert_eq!(with.fingerprint(), without.fingerprint(), "{row:?}");
            assert!(!(300..400).contains(&with.status), "{row:?}");
        }
    }
}

fn unknown_paths_speak_their_dialect(backend: Backend) {
    let app = TestApp::start(backend);
    let token = app.application();
    assert_shows!(app.stranger().get("/api/v1/groups"), @r#"
    404
    content-type: application/json
    {
      "errors": {
        "code": "resource_not_found",
        "title": "Resource Not Found"
      }
    }
    "#);
    assert_shows!(app.stranger().get("/"), @r#"
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
    let told = [
        "/api/v1/groups",
        "/api/v1/group_users/1",
        "/api/v1/audit_records/1",
        "/api/v1/confirm_invite/1",
        "/api/v1/sign_in/1",
        "/api/v1/request_restore_password/1",
        "/api/v1/restore_password/1",
        "/api/v1/property_users/1/2",
        "/api/v1/properties/1/2/3/",
        "/api/v1/property_usersX",
        "/api/v1/users/1/2",
        "/api/v1/api_keys/1/2",
        "/api/v1/channels/1/2",
        "/api/v1/users/1/accounts/2/3",
        "/api/v1",
        "/api/v2/property_users",
        "/property_users",
        "/",
        "//",
        "/*",
        "/o",
        "/o/token/x",
        "/index.html",
        "/healthz/x",
    ]
    .map(|path| {
        let [with, without] = [&token, &app.stranger()].map(|caller| caller.get(path));
        assert_eq!(with.fingerprint(), without.fingerprint(), "{path}");
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let other = token.request(method, path).bytes("{").send();
            assert_eq!(other.fingerprint(), with.fingerprint(), "{method} {path}");
        }
        let dialect = with.header("content-type").unwrap_or_default();
        format!("{path} -> {} {dialect}", with.refusal())
    });
    assert_shows!(told.join("\n"), @"
    /api/v1/groups -> 404 resource_not_found application/json
    /api/v1/group_users/1 -> 404 resource_not_found application/json
    /api/v1/audit_records/1 -> 404 resource_not_found application/json
    /api/v1/confirm_invite/1 -> 404 resource_not_found application/json
    /api/v1/sign_in/1 -> 404 resource_not_found application/json
    /api/v1/request_restore_password/1 -> 404 resource_not_found application/json
    /api/v1/restore_password/1 -> 404 resource_not_found application/json
    /api/v1/property_users/1/2 -> 404 resource_not_found application/json
    /api/v1/properties/1/2/3/ -> 404 resource_not_found application/json
    /api/v1/property_usersX -> 404 not_found application/vnd.api+json
    /api/v1/users/1/2 -> 404 not_found application/vnd.api+json
    /api/v1/api_keys/1/2 -> 404 not_found application/vnd.api+json
    /api/v1/channels/1/2 -> 404 not_found application/vnd.api+json
    /api/v1/users/1/accounts/2/3 -> 404 not_found application/vnd.api+json
    /api/v1 -> 404 not_found application/vnd.api+json
    /api/v2/property_users -> 404 not_found application/vnd.api+json
    /property_users -> 404 not_found application/vnd.api+json
    / -> 404 not_found application/vnd.api+json
    // -> 404 not_found application/vnd.api+json
    /* -> 404 not_found application/vnd.api+json
    /o -> 404 not_found application/vnd.api+json
    /o/token/x -> 404 not_found application/vnd.api+json
    /index.html -> 404 not_found application/vnd.api+json
    /healthz/x -> 404 not_found application/vnd.api+json
    ");
}

/// However a path is written, it meets the guard of what it reaches, or reaches nothing.
fn odd_paths_reach_no_other_guard(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let reader = app.home().mints(&[("scope", "user:read")]);
    let id = &ada.id;
    let told = [
        format!("//api//v1//users//{id}"),
        format!("/api/v1/users/{id}//"),
        format!("/api/v1/users/./{id}"),
        format!("/api/v1/properties/../users/{id}"),
        format!("/api/v1/properties/%2e%2e/users/{id}"),
        format!("/api/v1/properties%2F..%2Fusers/{id}"),
        format!("/api/v1/users/{id}%2Fcredentials"),
        format!("/api/v1/users;a=b/{id}"),
        format!("/api/v1/users/{id};a=b"),
        format!("/API/V1/users/{id}"),
        format!("/api/v1/USERS/{id}"),
        format!("/api/v1/%75sers/{id}"),
        format!("/api/v1/users/{id}%20"),
        format!("/api/v1/users/{id}%00"),
        "/api/v1/users/%ff%fe".to_owned(),
        "/api/v1/property_users/%ff%fe".to_owned(),
        "/api/v1/property_users/%".to_owned(),
        "/api/v1/property_users/%zz".to_owned(),
        "/api/v1/users/%C3%A9".to_owned(),
        format!("/api/v1/users/{}", "x".repeat(8_000)),
    ]
    .map(|path| {
        let [open, closed] = [&reader, &app.stranger()].map(|caller| caller.get(&path));
        let shown: String = path.replace(id.as_str(), "ID").chars().take(60).collect();
        format!("{shown} -> {}, without a token {}", open.status, closed.status)
    });
    assert_shows!(told.join("\n"), @"
    //api//v1//users//ID -> 200, without a token 401
    /api/v1/users/ID// -> 200, without a token 401
    /api/v1/users/./ID -> 404, without a token 404
    /api/v1/properties/../users/ID -> 404, without a token 404
    /api/v1/properties/%2e%2e/users/ID -> 404, without a token 404
    /api/v1/properties%2F..%2Fusers/ID -> 404, without a token 404
    /api/v1/users/ID%2Fcredentials -> 404, without a token 401
    /api/v1/users;a=b/ID -> 404, without a token 404
    /api/v1/users/ID;a=b -> 404, without a token 401
    /API/V1/users/ID -> 404, without a token 404
    /api/v1/USERS/ID -> 404, without a token 404
    /api/v1/%75sers/ID -> 200, without a token 401
    /api/v1/users/ID%20 -> 404, without a token 401
    /api/v1/users/ID%00 -> 404, without a token 401
    /api/v1/users/%ff%fe -> 404, without a token 401
    /api/v1/property_users/%ff%fe -> 403, without a token 401
    /api/v1/property_users/% -> 403, without a token 401
    /api/v1/property_users/%zz -> 403, without a token 401
    /api/v1/users/%C3%A9 -> 404, without a token 401
    /api/v1/users/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx -> 404, without a token 401
    ");
}
