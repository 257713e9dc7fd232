//! Totals of long lists: exact up to 100,000, and no more than that is counted.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, assert_shows};

on_each_backend!(totals_are_capped);

/// Brings the tenant up to so many users, all of them on the property.
fn fill(app: &TestApp, inn: &str, users: u32) {
    let tenant = app.home().tenant().to_string();
    let missing = users - 1;
    let (id, ids, numbers, truth) = match app.database().backend() {
        Backend::Sqlite => (
            "CAST(format('%016d', n) AS BLOB)",
            [&tenant, inn].map(|id| format!("x'{}'", id.replace('-', ""))),
            format!(
                "(WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {missing}) \
                 SELECT n FROM numbers)"
            ),
            "1",
        ),
        Backend::Postgres => (
            "lpad(n::text, 32, '0')::uuid",
            [&tenant, inn].map(|id| format!("'{id}'::uuid")),
            format!("(SELECT n FROM generate_series(1, {missing}) AS n)"),
            "true",
        ),
    };
    let [tenant, inn] = ids;
    app.database().execute(&format!(
        "INSERT INTO users (tenant_id, id, email, email_key, first_name, last_name, locale, state, created_at, \
         updated_at, onboarded_at) SELECT {tenant}, {id}, 'p' || n || '@example.test', 'p' || n || '@example.test', 'P', 'P', \
         'en', 'active', n, n, n FROM {numbers} AS numbers; \
         INSERT INTO property_users (tenant_id, id, property_id, user_id, role, sees_property, sees_users, \
         invited_at, updated_at) SELECT {tenant}, id, {inn}, id, 'user', {truth}, {truth}, created_at, created_at \
         FROM users WHERE tenant_id = {tenant} AND first_name = 'P'"
    ));
}

fn totals_are_capped(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let told = || {
        let users = app
            .application()
            .get("/api/v1/users/?page[size]=100&page[number]=1000");
        let places = ada.lists("pagination[limit]=1000&pagination[page]=100");
        assert_eq!([users.items().len(), places.items().len()], [100, 1_000]);
        format!(
            "{}\n{}\n{}",
            users.at("/meta"),
            users.at("/links/next"),
            places.at("/meta")
        )
    };
    fill(&app, &inn, 100_000);
    assert_shows!(told(), @r#"
    {"pagination":{"count":100000,"page":1000,"pages":1000}}
    null
    {"limit":1000,"order_by":"invited_at","order_direction":"asc","page":100,"total":100000}
    "#);
    ada.invites("last@example.test", "user", &inn).expect(400);
    app.person("one-too-many").opens("Hill House");
    let places = app.application().lists("pagination[limit]=1");
    assert_shows!(places.at("/meta"), @r#"{"limit":1,"order_by":"invited_at","order_direction":"asc","page":1,"total":100000,"total_capped":true}"#);
    let users = app.application().get("/api/v1/users/?page[size]=100");
    assert_shows!(format!("{}\n{:#}", users.at("/meta"), users.at("/links")), @r#"
    {"pagination":{"count":100000,"page":1,"pages":1000},"total_capped":true}
    {
      "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=100",
      "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1000&page%5Bsize%5D=100",
      "next": "https://inn.example/api/v1/users/?page%5Bnumber%5D=2&page%5Bsize%5D=100",
      "prev": null
    }
    "#);
    // A page that starts beyond is refused.
    let application = app.application();
    for (path, expected) in [
        (
            "/api/v1/users/?page[size]=100&page[number]=1001",
            "400 page[number] invalid",
        ),
        (
            "/api/v1/users/?page[size]=1&page[number]=100001",
            "400 page[number] invalid",
        ),
        (
            "/api/v1/property_users?pagination[limit]=1000&pagination[page]=101",
            "422 pagination[page]: is invalid",
        ),
    ] {
        assert_eq!(application.get(path).refusal(), expected, "{path}");
    }
    let last = application.get("/api/v1/users/?page[size]=1&page[number]=100000");
    assert_eq!(last.expect(200).items().len(), 1);
}
