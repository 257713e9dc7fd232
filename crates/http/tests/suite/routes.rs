//! Every served route once: a route without a row here fails a test.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Caller, NOBODY, Request, TestApp, assert_shows};

on_each_backend!(no_route_answers_without_a_token);

/// A route, and what it asks of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// Empty where any token will do.
    pub(crate) scope: &'static str,
    pub(crate) applications_only: bool,
}

impl Row {
    /// The path with this id in every place that takes one.
    pub(crate) fn target(self, id: &str) -> String {
        ["{id}", "{user_id}", "{account_id}", "{run_id}", "{slug}"]
            .into_iter()
            .fold(self.path.to_owned(), |path, place| path.replace(place, id))
    }

    /// Whether a body is looked at.
    pub(crate) fn takes_body(self) -> bool {
        let ignores = ["/refresh", "/resend"].iter().any(|end| self.path.ends_with(end));
        (self.method == "POST" || self.method == "PUT") && !ignores
    }
}

const fn row(method: &'static str, path: &'static str, scope: &'static str) -> Row {
    Row {
        method,
        path,
        scope,
        applications_only: false,
    }
}

const fn for_applications(row: Row) -> Row {
    Row {
        applications_only: true,
        ..row
    }
}

/// Every route that takes a token.
pub(crate) const ROUTES: [Row; 33] = [
    row("GET", "/api/v1/property_users", "property:read"),
    row("POST", "/api/v1/property_users", "property:write"),
    row("GET", "/api/v1/property_users/history", "property:read"),
    row("GET", "/api/v1/audit_records", "property:read"),
    row("GET", "/api/v1/property_users/{id}", "property:read"),
    row("PUT", "/api/v1/property_users/{id}", "property:write"),
    row("DELETE", "/api/v1/property_users/{id}", "property:write"),
    row("GET", "/api/v1/property_users/{id}/onboarding", "property:read"),
    row(
        "POST",
        "/api/v1/property_users/{id}/onboarding/resend",
        "property:write",
    ),
    row("GET", "/api/v1/properties", "property:read"),
    row("POST", "/api/v1/properties", "property:write"),
    row("GET", "/api/v1/properties/{id}", "property:read"),
    row("PUT", "/api/v1/properties/{id}", "property:write"),
    row("DELETE", "/api/v1/properties/{id}", "property:write"),
    row("GET", "/api/v1/users", "user:read"),
    for_applications(row("POST", "/api/v1/users", "user:write")),
    row("GET", "/api/v1/users/{user_id}", "user:read"),
    for_applications(row("DELETE", "/api/v1/users/{user_id}", "user:write")),
    row("GET", "/api/v1/users/{user_id}/credentials", "user:read"),
    row("GET", "/api/v1/api_keys", "user:read"),
    row("POST", "/api/v1/api_keys", "user:write"),
    row("DELETE", "/api/v1/api_keys/{id}", "user:write"),
    row("GET", "/api/v1/users/{user_id}/accounts", "user:read"),
    row("POST", "/api/v1/users/{user_id}/accounts", "user:write"),
    row(
        "GET",
        "/api/v1/users/{user_id}/accounts/{account_id}",
        "user:read",
    ),
    row(
        "DELETE",
        "/api/v1/users/{user_id}/accounts/{account_id}",
        "user:write",
    ),
    row(
        "POST",
        "/api/v1/users/{user_id}/accounts/{account_id}/refresh",
        "user:write",
    ),
    row(
        "GET",
        "/api/v1/users/{user_id}/accounts/{account_id}/listings",
        "listings:read",
    ),
    row(
        "GET",
        "/api/v1/users/{user_id}/accounts/{account_id}/reservations",
        "reservations:read",
    ),
    row(
        "GET",
        "/api/v1/users/{user_id}/accounts/{account_id}/runs",
        "user:read",
    ),
    row(
        "GET",
        "/api/v1/users/{user_id}/accounts/{account_id}/runs/{run_id}",
        "user:read",
    ),
    row("GET", "/api/v1/channels", ""),
    row("GET", "/api/v1/channels/{slug}", ""),
];

/// Served without a token.
const OPEN: [(&str, &str); 18] = [
    ("GET", "/api/v1/schema"),
    ("GET", "/api/v1/docs"),
    ("GET", "/api/v1/docs/{file}"),
    ("POST", "/api/v1/confirm_invite"),
    ("POST", "/api/v1/sign_in"),
    ("POST", "/api/v1/request_restore_password"),
    ("POST", "/api/v1/restore_password"),
    ("POST", "/o/token"),
    ("GET", "/onboarding/{token}"),
    ("HEAD", "/onboarding/{token}"),
    ("POST", "/onboarding/{token}"),
    ("POST", "/onboarding/{token}/again"),
    ("GET", "/healthz"),
    ("HEAD", "/healthz"),
    ("GET", "/readyz"),
    ("HEAD", "/readyz"),
    ("GET", "/metrics"),
    ("HEAD", "/metrics"),
];

/// A request for the route about something that is not there.
pub(crate) fn at<'a>(caller: &Caller<'a>, row: Row) -> Request<'a> {
    let request = caller.request(row.method, &row.target(NOBODY));
    if row.method == "GET" || row.method == "DELETE" {
        request
    } else {
        request.bytes("{}")
    }
}

#[test]
fn every_route_has_a_row() {
    let mut served: Vec<(String, &str)> = innkeeper_http::routes()
        .iter()
        .map(|route| (route.method.to_string(), route.path))
        .collect();
    let with_token = ROUTES.iter().map(|row| (row.method.to_owned(), row.path));
    let open = OPEN.iter().map(|(method, path)| ((*method).to_owned(), *path));
    let mut known: Vec<(String, &str)> = with_token.chain(open).collect();
    served.sort();
    known.sort();
    assert_eq!(served, known);
}

fn no_route_answers_without_a_token(backend: Backend) {
    let app = TestApp::start(backend);
    let stranger = app.stranger();
    let told: Vec<String> = ROUTES
        .iter()
        .map(|row| {
            let (cost, answer) = app.cost_of(|| at(&stranger, *row).send());
            assert_eq!(cost, 0);
            let challenge = answer.header("www-authenticate").unwrap_or_default();
            format!("{} {} -> {} {challenge}", row.method, row.path, answer.line())
        })
        .collect();
    assert_shows!(told.join("\n"), @r#"
    GET /api/v1/property_users -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    POST /api/v1/property_users -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    GET /api/v1/property_users/history -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    GET /api/v1/audit_records -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    GET /api/v1/property_users/{id} -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    PUT /api/v1/property_users/{id} -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    DELETE /api/v1/property_users/{id} -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    GET /api/v1/property_users/{id}/onboarding -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    POST /api/v1/property_users/{id}/onboarding/resend -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    GET /api/v1/properties -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    POST /api/v1/properties -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    GET /api/v1/properties/{id} -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    PUT /api/v1/properties/{id} -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    DELETE /api/v1/properties/{id} -> 401 {"errors":{"code":"unauthorized","title":"Unauthorized"}} Bearer realm="api"
    GET /api/v1/users -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    POST /api/v1/users -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/users/{user_id} -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    DELETE /api/v1/users/{user_id} -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/users/{user_id}/credentials -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/api_keys -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    POST /api/v1/api_keys -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    DELETE /api/v1/api_keys/{id} -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/users/{user_id}/accounts -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    POST /api/v1/users/{user_id}/accounts -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/users/{user_id}/accounts/{account_id} -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    DELETE /api/v1/users/{user_id}/accounts/{account_id} -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    POST /api/v1/users/{user_id}/accounts/{account_id}/refresh -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/users/{user_id}/accounts/{account_id}/listings -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/users/{user_id}/accounts/{account_id}/reservations -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/users/{user_id}/accounts/{account_id}/runs -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/users/{user_id}/accounts/{account_id}/runs/{run_id} -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/channels -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    GET /api/v1/channels/{slug} -> 401 {"errors":[{"code":"not_authenticated","detail":"Authentication credentials were not provided.","status":"401","title":"Unauthorized"}]} Bearer realm="api"
    "#);
}
