//! How many statements a request costs, and that lists cost the same however long they are.

use innkeeper_domain::accounts::{ChannelFailure, ChannelFault};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{Answer, Caller, TestApp, assert_shows};

on_each_backend!(
    reads_cost_few_statements,
    writes_cost_few_statements,
    lists_cost_the_same_at_any_length,
    an_invitation_costs_no_more_on_a_full_property,
    accounts_cost_few_statements,
    what_was_imported_costs_the_same_at_any_length,
);

/// What a request costs, in one line.
fn told(app: &TestApp, what: &str, request: &dyn Fn() -> Answer) -> String {
    let (cost, answer) = app.cost_of(request);
    format!("{what}: {cost} ({})", answer.status)
}

/// A token that was not seen lately is one statement. Else one thing is one statement, token and all, and a list at most two.
fn reads_cost_few_statements(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    let home = app.home();
    let (application, other) = (app.application(), home.mints(&[("scope", "listings:read")]));
    let (key, _) = ada.with_key(&json!({"scopes": ["property:read"]}));
    let user = format!("/api/v1/users/{}/", ada.id);
    let first = told(&app, "a token for the first time", &|| bob.reads(&place));
    for seen in [&ada, &application, &key] {
        seen.get("/api/v1/properties").expect(200);
    }
    let costs = [
        first,
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
    a token for the first time: 2 (200)
    no token: 0 (401)
    a token without the scope: 1 (403)
    mint for the application: 2 (200)
    mint for a user: 4 (200)
    get a property user: 1 (200)
    list property users: 1 (200)
    list property users with a key: 1 (200)
    get a property: 1 (200)
    list properties: 1 (200)
    get a user: 2 (200)
    list users: 2 (200)
    list credentials: 2 (200)
    list keys: 2 (200)
    ");
}

/// An invitation is at most eight statements by an application, and ten by a user, whose mails are counted.
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
    an application invites somebody unknown: 8 (201)
    a user invites somebody unknown: 10 (201)
    a user invites somebody known: 8 (201)
    a user invites somebody again: 5 (400)
    change a role: 10 (200)
    change nothing: 8 (200)
    withdraw: 13 (200)
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
    for seen in [&ada, &application] {
        seen.lists("").expect(200);
    }
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
    // Users come with how they stand by their listings, all of a page in one statement.
    assert_eq!(few, [[1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2]]);
    // There are more users than fit on the longest page.
    assert_eq!(many, [[1, 1, 1, 3, 2, 2], [2, 2, 2, 3, 3, 2]]);
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

/// Adding, refreshing and deleting: the channel's answer is waited for with no statement open.
fn accounts_cost_few_statements(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 2, 2);
    let run = ada.shows(&account, "runs/").each("/id").remove(0);
    let list = format!("/api/v1/users/{}/accounts/", ada.id);
    app.channels()
        .refuse("wrong", ChannelFailure::from(ChannelFault::InvalidCredentials));
    let mut costs = vec![
        told(&app, "list accounts", &|| ada.get(&list)),
        told(&app, "get an account", &|| ada.shows(&account, "")),
        told(&app, "list listings", &|| ada.shows(&account, "listings/")),
        told(&app, "list reservations", &|| {
            ada.shows(&account, "reservations/")
        }),
        told(&app, "list runs", &|| ada.shows(&account, "runs/")),
        told(&app, "get a run", &|| {
            ada.shows(&account, &format!("runs/{run}/"))
        }),
        told(&app, "list channels", &|| ada.get("/api/v1/channels/")),
        told(&app, "get a channel", &|| ada.get("/api/v1/channels/hostaway/")),
        told(&app, "add an account", &|| ada.adds(2, "x")),
        told(&app, "add it again", &|| ada.adds(2, "x")),
        told(&app, "add what the channel refuses", &|| ada.adds(3, "wrong")),
        told(&app, "refresh", &|| ada.refreshes(&account, "")),
        told(&app, "refresh again", &|| ada.refreshes(&account, "")),
    ];
    app.takes(&account);
    costs.extend([
        told(&app, "refresh while it runs", &|| ada.refreshes(&account, "")),
        told(&app, "refresh behind it", &|| {
            ada.refreshes(&account, "?if_running=queue")
        }),
        told(&app, "delete", &|| ada.disconnects(&account)),
        told(&app, "delete again", &|| ada.disconnects(&account)),
        told(&app, "add what was deleted", &|| ada.adds(1, "x")),
    ]);
    assert_shows!(costs.join("\n"), @"
    list accounts: 2 (200)
    get an account: 1 (200)
    list listings: 2 (200)
    list reservations: 2 (200)
    list runs: 2 (200)
    get a run: 2 (200)
    list channels: 1 (200)
    get a channel: 1 (200)
    add an account: 10 (201)
    add it again: 6 (422)
    add what the channel refuses: 2 (422)
    refresh: 6 (202)
    refresh again: 7 (202)
    refresh while it runs: 4 (409)
    refresh behind it: 6 (202)
    delete: 14 (204)
    delete again: 4 (404)
    add what was deleted: 12 (201)
    ");
}

fn what_was_imported_costs_the_same_at_any_length(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let list = format!("/api/v1/users/{}/accounts/", ada.id);
    let costs = |account: &str| {
        let lists = ["listings/", "reservations/", "runs/"].map(|beneath| ada.path_of(account, beneath));
        let lists = lists.into_iter().chain([list.clone()]);
        lists
            .map(|path| [100, 1].map(|size| ada.get_cost(&app, &format!("{path}?page[size]={size}"))))
            .collect::<Vec<_>>()
    };
    let account = ada.connects(0);
    app.imports(&account, 2, 1);
    for number in 1..3 {
        ada.connects(number);
    }
    ada.refreshes(&account, "").expect(202);
    ada.get(&list).expect(200);
    let few = costs(&account);
    for _ in 0..30 {
        ada.refreshes(&account, "").expect(202);
    }
    app.imports(&account, 12, 6);
    for number in 3..20 {
        ada.connects(number);
    }
    assert_eq!(ada.get(&list).items().len(), 20);
    assert_eq!(costs(&account), few);
}
