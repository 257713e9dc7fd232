//! The wall between tenants: every route with ids of the other side, in every place that takes one.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::{
    harness::{Caller, TestApp},
    routes::ROUTES,
};

on_each_backend!(
    nothing_crosses_the_wall,
    addresses_are_known_on_their_own_side_only
);

fn nothing_crosses_the_wall(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, rival) = (app.home(), app.found("Rival"));
    let [ada, roy] = [home.person("ada"), rival.person("roy")];
    let inn = ada.opens("Sea Inn");
    roy.opens("Theirs");
    let place = ada.finds(&ada, &inn);
    let (_, key) = ada.with_key(&json!({"scopes": ["user:read"]}));
    let mail = ada.invites("new@example.test", "user", &inn).expect(201).id();
    let state = || {
        let tables = [
            "users",
            "credentials",
            "properties",
            "property_users",
            "api_keys",
            "audit_records",
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
            for id in [&ada.id, &inn, &place, &key, &mail, &ada.credential] {
                let path = row.path.replace("{id}", id);
                let bodies = [
                    json!({"invite": {"property_id": inn, "user_email": "ada@example.test", "role": "owner"}}),
                    json!({"property_user": {"role": "owner"}}),
                    json!({"property": {"title": "x", "currency": "EUR", "owner_id": ada.id}}),
                    json!({"data": {"type": "api-keys", "attributes": {
                        "user-id": ada.id, "scopes": ["user:read"], "property-ids": [inn]
                    }}}),
                ];
                for body in bodies {
                    let answer = caller.request(row.method, &path).json(&body).send();
                    // Lists show their own side; a user of theirs may of course open a property.
                    for ours in [
                        &ada.id,
                        &inn,
                        &place,
                        &key,
                        &ada.credential,
                        &"ada@example.test".to_owned(),
                    ] {
                        assert!(!answer.body.contains(ours.as_str()), "{row:?} {id}: {answer}");
                    }
                    assert!(answer.status < 500, "{row:?} {id}: {answer}");
                    if row.path.contains("{id}") {
                        let refused = if row.applications_only {
                            vec![403, 404]
                        } else {
                            vec![404]
                        };
                        assert!(refused.contains(&answer.status), "{row:?} {id}: {answer}");
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
