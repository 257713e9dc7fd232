//! Which scope each route takes: every route with every scope, alone.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::{
    harness::{Caller, TestApp},
    routes::{ROUTES, at},
};

on_each_backend!(
    each_route_takes_one_scope,
    the_scope_is_asked_for_before_anything_else
);

const SCOPES: [&str; 6] = [
    "user:read",
    "user:write",
    "listings:read",
    "reservations:read",
    "property:read",
    "property:write",
];

fn each_route_takes_one_scope(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    for scope in SCOPES {
        let token = app.home().mints(&[("scope", scope)]);
        let for_ada = app.home().mints(&[("scope", scope), ("user_id", &ada.id)]);
        let key = app
            .application()
            .makes_key(&json!({"user-id": ada.id, "scopes": [scope]}))
            .expect(201);
        let key = Caller::with(&app, &key.text("/data/attributes/key"));
        for route in ROUTES {
            for (who, caller) in [("application", &token), ("user", &for_ada), ("key", &key)] {
                let answer = at(caller, route).send();
                let passed = answer.status != 403;
                // Two routes are for applications alone.
                let fits = route.scope == scope || route.scope.is_empty();
                let expected = fits && (who == "application" || !route.applications_only);
                assert_eq!(passed, expected, "{who} with {scope}: {route:?}: {answer}");
            }
        }
    }
}

fn the_scope_is_asked_for_before_anything_else(backend: Backend) {
    let app = TestApp::start(backend);
    let token = app.home().mints(&[("scope", "listings:read")]);
    for route in ROUTES
        .into_iter()
        .filter(|route| !["listings:read", ""].contains(&route.scope))
    {
        let request = at(&token, route).header("Content-Type", "text/nonsense");
        let (cost, answer) = app.cost_of(|| request.bytes("{").send());
        assert_eq!((cost, answer.status), (1, 403), "{route:?}: {answer}");
    }
}
