//! `/healthz`, `/readyz` and `/metrics`.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, assert_shows};

on_each_backend!(probes_answer_without_a_token, readiness_follows_the_schema);

fn probes_answer_without_a_token(backend: Backend) {
    let app = TestApp::start(backend);
    assert_shows!(app.stranger().get("/healthz"), @r#"
    200
    content-type: application/json
    {
      "status": "ok"
    }
    "#);
    assert_shows!(app.stranger().get("/readyz"), @r#"
    200
    content-type: application/json
    {
      "status": "ready"
    }
    "#);
    assert_shows!(app.stranger().get("/metrics"), @"
    200
    content-type: text/plain; version=0.0.4
    up 1
    ");
    for path in ["/healthz", "/healthz/", "/readyz", "/metrics"] {
        let answer = app.stranger().request("HEAD", path).send().expect(200);
        assert_eq!(answer.body, "", "{path}");
    }
    // A token, even a wrong one, is none of their business.
    let wrong = app.request("GET", "/healthz").bearer("wrong").send();
    assert_eq!(wrong.status, 200);
}

fn readiness_follows_the_schema(backend: Backend) {
    let app = TestApp::start(backend);
    let database = app.database();
    database.execute("ALTER TABLE __diesel_schema_migrations RENAME TO elsewhere");
    assert_shows!(app.stranger().get("/readyz"), @r#"
    503
    content-type: application/json
    retry-after: 1
    {
      "reason": "the schema is not current",
      "status": "not ready"
    }
    "#);
    assert_eq!(app.stranger().get("/healthz").status, 200);
    database.execute("ALTER TABLE elsewhere RENAME TO __diesel_schema_migrations");
    assert_eq!(app.stranger().get("/readyz").status, 200);
}
