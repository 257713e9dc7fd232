//! Each route speaks its own dialect, whatever the client asks for: no error of one ever stands on a route of another.
//! That it does is checked for every answer of this suite; here the clients do their best.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{NOBODY, TestApp};

on_each_backend!(no_client_talks_a_route_into_another_dialect);

const KINDS: [&str; 6] = [
    "application/json",
    "application/vnd.api+json",
    "application/x-www-form-urlencoded",
    "text/html",
    "application/problem+json",
    "*/*",
];

fn no_client_talks_a_route_into_another_dialect(backend: Backend) {
    let app = TestApp::start(backend);
    let long = "x".repeat(70_000);
    let mut clients = 0_u32;
    for route in innkeeper_http::routes() {
        let path = ["{id}", "{user_id}", "{account_id}", "{run_id}", "{token}"]
            .into_iter()
            .fold(route.path.replace("{slug}", "nothing"), |path, place| {
                path.replace(place, NOBODY)
            });
        // No token, no such method, no such body, and too much of it.
        for (method, body) in [
            (route.method.as_str(), "{"),
            ("PATCH", "{"),
            ("PATCH", long.as_str()),
            (route.method.as_str(), long.as_str()),
        ] {
            let mut answers = KINDS.map(|kind| {
                // Each a client of its own, so that none is slowed down.
                clients += 1;
                let [_, high, middle, low] = clients.to_be_bytes();
                let request = app.request(method, &path).header("Accept", kind);
                let request = request.header("X-Forwarded-For", format!("10.{high}.{middle}.{low}"));
                request.header("Content-Type", "text/nonsense").bytes(body).send()
            });
            // The figures differ from one answer to the next.
            if route.path == "/metrics" {
                for answer in &mut answers {
                    answer.body.clear();
                    answer.headers.retain(|(name, _)| name != "content-length");
                }
            }
            for (answer, kind) in answers.iter().zip(KINDS) {
                assert_eq!(
                    answer.fingerprint(),
                    answers[0].fingerprint(),
                    "{method} {} as {kind}",
                    route.path
                );
            }
        }
    }
}
