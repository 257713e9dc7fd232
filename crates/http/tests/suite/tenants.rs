//! The wall between tenants: every route with ids of the other side, in every place that takes one.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::{
    harness::{Caller, TestApp},
    routes::{ROUTES, Row},
};

on_each_backend!(
    nothing_crosses_the_wall,
    addresses_are_known_on_their_own_side_only
);

/// Documents that name things of the tenant: one for each kind that is written.
fn documents(inn: &str, ada: &str) -> [Value; 5] {
    [
        json!({"invite": {"property_id": inn, "user_email": "ada@example.test", "role": "owner"}}),
        json!({"property_user": {"role": "owner"}}),
        json!({"property": {"title": "x", "currency": "EUR", "owner_id": ada}}),
        json!({"data": {"type": "api-keys", "attributes": {
            "user-id": ada, "scopes": ["user:read"], "property-ids": [inn]
        }}}),
        json!({"data": {"type": "accounts", "attributes": {
            "channel": "hostaway", "credentials": {"client_id": 1, "client_secret": "x"}
        }}}),
    ]
}

/// How somebody of another tenant is refused.
fn refused(row: Row, body: &Value) -> &'static [u16] {
    let adds_account = row.method == "POST" && row.path.ends_with("/accounts");
    if row.applications_only {
        &[403, 404]
    } else if adds_account && body["data"]["type"] != "accounts" {
        // What is no account is told so, whoever's it would be.
        &[400, 409]
    } else {
        &[404]
    }
}

fn nothing_crosses_the_wall(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, rival) = (app.home(), app.found("Rival"));
    let [ada, roy] = [home.person("ada"), rival.person("roy")];
    let inn = ada.opens("Sea Inn");
    roy.opens("Theirs");
    let place = ada.finds(&ada, &inn);
    let (_, key) = ada.with_key(&json!({"scopes": ["user:read"]}));
    let mail = ada.invites("new@example.test", "user", &inn).expect(201).id();
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    let run = ada.shows(&account, "runs/").each("/id").remove(0);
    let asked = app.channels().asked();
    let ours = [
        &ada.id,
        &inn,
        &place,
        &key,
        &mail,
        &ada.credential,
        &account,
        &run,
    ];
    let state = || {
        let tables = [
            "users",
            "credentials",
            "properties",
            "property_users",
            "api_keys",
            "audit_records",
            "accounts",
            "sync_slots",
            "sync_runs",
        ];
        let tenant = home.tenant().to_string().replace('-', "");
        let is_ours = match backend {
            Backend::Sqlite => format!("lower(hex(tenant_id)) = '{tenant}'"),
            Backend::Postgres => format!("replace(tenant_id::text, '-', '') = '{tenant}'"),
        };
        let counts = tables.map(|table| app.count(&format!("{table} WHERE {is_ours}")));
        let shown = [
            ada.lists(""),
            ada.get("/api/v1/properties"),
            app.application().get("/api/v1/users/"),
            ada.shows(&account, ""),
        ];
        (
            counts,
            shown.map(|answer| answer.body),
            app.application().get("/api/v1/api_keys/").body,
        )
    };
    let before = state();
    let theirs: [Caller<'_>; 2] = [rival.caller(), (*roy).clone()];
    for caller in &theirs {
        for row in ROUTES {
            let mut paths: Vec<String> = ours.iter().map(|id| row.target(id)).collect();
            // The whole path as it is on our side.
            let whole = [("{id}", &ada.id), ("{account}", &account), ("{run}", &run)];
            paths.push(
                whole
                    .into_iter()
                    .fold(row.path.to_owned(), |path, (place, id)| path.replace(place, id)),
            );
            for path in paths {
                for body in documents(&inn, &ada.id) {
                    let answer = caller.request(row.method, &path).json(&body).send();
                    // Lists show their own side; a user of theirs may of course open a property.
                    for ours in ours.into_iter().chain([&ada.email]) {
                        assert!(!answer.body.contains(ours.as_str()), "{row:?} {path}: {answer}");
                    }
                    assert!(answer.status < 500, "{row:?} {path}: {answer}");
                    if row.path.contains("{id}") {
                        assert!(
                            refused(row, &body).contains(&answer.status),
                            "{row:?} {path}: {answer}"
                        );
                    }
                    if row.method == "GET" {
                        break;
                    }
                }
            }
        }
        for query in [
            format!("/api/v1/property_users?filter[property_id]={inn}"),
            format!("/api/v1/property_users?filter[user_id]={}", ada.id),
            format!("/api/v1/properties?filter[id]={inn}"),
            "/api/v1/properties?filter[title]=Sea%20Inn".to_owned(),
            "/api/v1/users/?filter[email]=ada@example.test".to_owned(),
        ] {
            assert_eq!(caller.get(&query).expect(200).items().len(), 0, "{query}");
        }
    }
    assert_eq!(state(), before);
    assert_eq!(app.channels().asked(), asked);
}

fn addresses_are_known_on_their_own_side_only(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, rival) = (app.home(), app.found("Rival"));
    let [ada, other] = [home.person("ada"), rival.person("ada")];
    assert_ne!(ada.id, other.id);
    let inn = other.opens("Theirs");
    home.person("bob");
    // Bob is nobody over there, and becomes a person of their own.
    let bob = other.invites("bob@example.test", "user", &inn).expect(201);
    assert_eq!(bob.text("/data/meta/status"), "invited");
    assert_eq!(bob.text("/data/relationships/user/data/name"), "bob");
    assert_eq!(ada.lists("").items().len(), 0);
    // A secret of one side is nothing on the other.
    let crossed = app
        .request("POST", "/o/token")
        .form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &home.client.id),
            ("client_secret", &rival.client.secret),
        ])
        .send();
    assert_eq!(crossed.refusal(), "401 invalid_client");
}
