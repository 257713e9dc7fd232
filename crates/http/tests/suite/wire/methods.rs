//! Methods that a path does not know.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    other_methods_are_told_which_there_are,
    no_header_changes_the_method
);

fn other_methods_are_told_which_there_are(backend: Backend) {
    let app = TestApp::start(backend);
    assert_shows!(app.stranger().request("PATCH", "/api/v1/properties/1").send(), @r#"
    405
    content-type: application/json
    allow: GET, PUT, DELETE
    {
      "errors": {
        "code": "method_not_allowed",
        "title": "Method Not Allowed"
      }
    }
    "#);
    assert_shows!(app.stranger().request("PATCH", "/api/v1/users/").send(), @r#"
    405
    content-type: application/vnd.api+json
    allow: GET, POST
    {
      "errors": [
        {
          "code": "method_not_allowed",
          "detail": "This method is not allowed here.",
          "status": "405",
          "title": "Method Not Allowed"
        }
      ]
    }
    "#);
    let mut paths: Vec<&str> = innkeeper_http::routes().iter().map(|route| route.path).collect();
    paths.sort_unstable();
    paths.dedup();
    let told: Vec<String> = paths
        .into_iter()
        .map(|path| {
            let allowed: Vec<String> = innkeeper_http::routes()
                .iter()
                .filter(|route| route.path == path)
                .map(|route| route.method.to_string())
                .collect();
            let methods = [
                "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PURGE", "get",
            ];
            for method in methods
                .iter()
                .filter(|method| !allowed.contains(&(**method).to_owned()))
            {
                let answer = app.stranger().request(method, path).send();
                assert_eq!(answer.status, 405, "{method} {path}: {answer}");
                assert_eq!(
                    answer.header("allow"),
                    Some(allowed.join(", ").as_str()),
                    "{method} {path}"
                );
            }
            let answer = app.stranger().request("PATCH", path).send();
            format!("{path} -> {} allow: {}", answer.refusal(), allowed.join(", "))
        })
        .collect();
    assert_shows!(told.join("\n"), @"
    /api/v1/api_keys -> 405 method_not_allowed allow: GET, POST
    /api/v1/api_keys/{id} -> 405 method_not_allowed allow: DELETE
    /api/v1/audit_records -> 405 method_not_allowed allow: GET
    /api/v1/channels -> 405 method_not_allowed allow: GET
    /api/v1/channels/{slug} -> 405 method_not_allowed allow: GET
    /api/v1/confirm_invite -> 405 method_not_allowed allow: POST
    /api/v1/docs -> 405 method_not_allowed allow: GET
    /api/v1/docs/{file} -> 405 method_not_allowed allow: GET
    /api/v1/properties -> 405 method_not_allowed allow: GET, POST
    /api/v1/properties/{id} -> 405 method_not_allowed allow: GET, PUT, DELETE
    /api/v1/property_users -> 405 method_not_allowed allow: GET, POST
    /api/v1/property_users/history -> 405 method_not_allowed allow: GET
    /api/v1/property_users/{id} -> 405 method_not_allowed allow: GET, PUT, DELETE
    /api/v1/property_users/{id}/onboarding -> 405 method_not_allowed allow: GET
    /api/v1/property_users/{id}/onboarding/resend -> 405 method_not_allowed allow: POST
    /api/v1/request_restore_password -> 405 method_not_allowed allow: POST
    /api/v1/restore_password -> 405 method_not_allowed allow: POST
    /api/v1/schema -> 405 method_not_allowed allow: GET
    /api/v1/sign_in -> 405 method_not_allowed allow: POST
    /api/v1/users -> 405 method_not_allowed allow: GET, POST
    /api/v1/users/{user_id} -> 405 method_not_allowed allow: GET, DELETE
    /api/v1/users/{user_id}/accounts -> 405 method_not_allowed allow: GET, POST
    /api/v1/users/{user_id}/accounts/{account_id} -> 405 method_not_allowed allow: GET, DELETE
    /api/v1/users/{user_id}/accounts/{account_id}/listings -> 405 method_not_allowed allow: GET
    /api/v1/users/{user_id}/accounts/{account_id}/refresh -> 405 method_not_allowed allow: POST
    /api/v1/users/{user_id}/accounts/{account_id}/reservations -> 405 method_not_allowed allow: GET
    /api/v1/users/{user_id}/accounts/{account_id}/runs -> 405 method_not_allowed allow: GET
    /api/v1/users/{user_id}/accounts/{account_id}/runs/{run_id} -> 405 method_not_allowed allow: GET
    /api/v1/users/{user_id}/credentials -> 405 method_not_allowed allow: GET
    /healthz -> 405 method_not_allowed allow: GET, HEAD
    /metrics -> 405 method_not_allowed allow: GET, HEAD
    /o/token -> 405 invalid_request allow: POST
    /onboarding/{token} -> 405 This cannot be done here allow: GET, HEAD, POST
    /onboarding/{token}/again -> 405 This cannot be done here allow: POST
    /readyz -> 405 method_not_allowed allow: GET, HEAD
    ");
}

fn no_header_changes_the_method(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let path = format!("/api/v1/properties/{inn}");
    for header in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let answer = ada.request("GET", &path).header(header, "DELETE").send();
        assert_eq!(answer.expect(200).id(), inn);
        let answer = ada
            .request("GET", &format!("{path}?_method=DELETE"))
            .form(&[("_method", "DELETE")])
            .send();
        assert_eq!(answer.expect(200).id(), inn);
    }
}
