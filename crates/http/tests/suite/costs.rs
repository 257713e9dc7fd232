//! How many statements a request costs, and that lists cost the same however long they are.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{Answer, Caller, TestApp, assert_shows};

on_each_backend!(
    reads_cost_few_statements,
    writes_cost_few_statements,
    lists_cost_the_same_at_any_length,
    an_invitation_costs_no_more_on_a_full_property,
);

/// What a request costs, in one line.
fn told(app: &TestApp, what: &str, request: &dyn Fn() -> Answer) -> String {
    let (cost, answer) = app.cost_of(request);
    format!("{what}: {cost} ({})", answer.status)
}

/// A token is one statement, and so is one thing; a list is at most two.
fn reads_cost_few_statements(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    let home = app.home();
    let (application, other) = (app.application(), home.mints(&[("scope", "listings:read")]));
    let (key, _) = ada.with_key(&json!({"scopes": ["property:read"]}));
    let user = format!("/api/v1/users/{}/", ada.id);
    let costs = [
        told(&app, "no token", &|| app.stranger().get("/api/v1/properties")),
        told(&app, "a token without the scope", &|| {
            other.get("/api/v1/properties")
        }),
        told(&app, "mint for the application", &|| home.asks(&[])),
        told(&app, "mint for a user", &|| home.asks(&[("user_id", &ada.id)])),
        told(&app, "get a property user", &|| bob.reads(&place)),
        told(&app, "list property users", &|| ada.lists("")),
        told(&app, "list property users with a key", &|| key.lists("")),
        told(&app, "get a property", &|| {
            ada.get(&format!("/api/v1/properties/{inn}"))
        }),
        told(&app, "list properties", &|| ada.get("/api/v1/properties")),
        told(&app, "get a user", &|| ada.get(&user)),
        told(&app, "list users", &|| application.get("/api/v1/users/")),
        told(&app, "list credentials", &|| {
            ada.get(&format!("{user}credentials/"))
        }),
        told(&app, "list keys", &|| ada.get("/api/v1/api_keys/")),
    ];
    assert_shows!(costs.join("\n"), @"
    no token: 0 (401)
    a token without the scope: 1 (403)
    mint for the application: 2 (200)
    mint for a user: 4 (200)
    get a property user: 2 (200)
    list property users: 2 (200)
    list property users with a key: 2 (200)
    get a property: 2 (200)
    list properties: 2 (200)
    get a user: 2 (200)
    list users: 2 (200)
    list credentials: 3 (200)
    list keys: 2 (200)
    ");
}

/// An invitation is at most ten statements by an application, and eleven by a user, whose mails are counted.
fn writes_cost_few_statements(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, cleo] = ["ada", "bob", "cleo"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    let application = app.application();
    let invites = |caller: &Caller<'_>, email: &str| caller.invites(email, "user", &inn);
    let user = json!({"first-name": "X", "last-name": "Y", "email": "x@example.test"});
    let costs = [
        told(&app, "an application invites somebody unknown", &|| {
            invites(&application, "p1@example.test")
        }),
        told(&app, "a user invites somebody unknown", &|| {
            invites(&ada, "p2@example.test")
        }),
        told(&app, "a user invites somebody known", &|| {
            invites(&ada, &cleo.email)
        }),
        told(&app, "a user invites somebody again", &|| {
            invites(&ada, &cleo.email)
        }),
        told(&app, "change a role", &|| {
            ada.updates(&place, &json!({"role": "owner"}))
        }),
        told(&app, "change nothing", &|| ada.updates(&place, &json!({}))),
        told(&app, "withdraw", &|| ada.withdraws(&place)),
        told(&app, "withdraw again", &|| ada.withdraws(&place)),
        told(&app, "create a property", &|| {
            ada.creates_property(&json!({"title": "x", "currency": "EUR"}))
        }),
        told(&app, "create a user", &|| application.creates_user(&user)),
        told(&app, "make a key", &|| {
            ada.makes_key(&json!({"scopes": ["user:read"]}))
        }),
    ];
    assert_shows!(costs.join("\n"), @"
    an application invites somebody unknown: 9 (201)
    a user invites somebody unknown: 11 (201)
    a user invites somebody known: 9 (201)
    a user invites somebody again: 5 (400)
    change a role: 10 (200)
    change nothing: 8 (200)
    withdraw: 12 (200)
    withdraw again: 2 (404)
    create a property: 5 (201)
    create a user: 5 (201)
    make a key: 5 (201)
    ");
}

fn lists_cost_the_same_at_any_length(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let application = app.application();
    let lists = |size: u32| {
        let user = &ada.id;
        [
            application
                .clone()
                .get_cost(&app, &format!("/api/v1/property_users?pagination[limit]={size}")),
            ada.get_cost(&app, &format!("/api/v1/property_users?pagination[limit]={size}")),
            ada.get_cost(&app, &format!("/api/v1/properties?pagination[limit]={size}")),
            application.get_cost(&app, &format!("/api/v1/users/?page[size]={size}")),
            application.get_cost(&app, &format!("/api/v1/api_keys/?page[size]={size}")),
            ada.get_cost(
                &app,
                &format!("/api/v1/users/{user}/credentials/?page[size]={size}"),
            ),
        ]
    };
    ada.with_key(&json!({"scopes": ["user:read"]}));
    let few = [lists(200), lists(1)];
    for place in 0..150 {
        application
            .invites(&format!("p{place}@example.test"), "user", &inn)
            .expect(201);
    }
    for place in 0..30 {
        ada.with_key(&json!({"scopes": ["user:read"]}));
        ada.opens(&format!("House {place}"));
    }
    assert_eq!(application.lists("").items().len(), 181);
    let many = [lists(200), lists(1)];
    // The token, the list, and where a page does not give it away, the total; for credentials, the user as well.
    assert_eq!(few, [[2, 2, 2, 2, 2, 3], [3, 3, 3, 3, 3, 4]]);
    // There are more users than fit on the longest page.
    assert_eq!(many, [[2, 2, 2, 3, 2, 3], [3, 3, 3, 3, 3, 4]]);
}

impl Caller<'_> {
    fn get_cost(&self, app: &TestApp, target: &str) -> u64 {
        let (cost, answer) = app.cost_of(|| self.get(target));
        assert_eq!(answer.status, 200, "{answer}");
        cost
    }
}

fn an_invitation_costs_no_more_on_a_full_property(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let application = app.application();
    let cost = |name: String| {
        let (cost, answer) =
            app.cost_of(|| application.invites(&format!("{name}@example.test"), "user", &inn));
        assert_eq!(answer.status, 201, "{answer}");
        cost
    };
    let first = cost("first".to_owned());
    for place in 0..120 {
        cost(format!("p{place}"));
    }
    assert_eq!(cost("last".to_owned()), first);
}
