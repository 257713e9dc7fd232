//! Who may do what with the accounts of a user: scope, subject, key limit and the credential's permission together.

use innkeeper_domain::access::Permission;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{Caller, Person, TestApp, assert_shows};

on_each_backend!(
    each_kind_of_caller_does_what_it_may,
    a_writer_sees_what_it_added,
    a_lowered_permission_counts_at_once,
);

/// What each route answers, in one line.
fn told(app: &TestApp, ada: &Person<'_>, account: &str, caller: &Caller<'_>) -> String {
    let credentials = json!({"client_id": 1, "client_secret": "x"});
    let attributes = json!({"channel": "hostaway", "credentials": credentials});
    let statuses = [
        caller.get(&format!("/api/v1/users/{}/accounts/", ada.id)),
        caller.get(&ada.path_of(account, "")),
        caller.get(&ada.path_of(account, "listings/")),
        caller.get(&ada.path_of(account, "reservations/")),
        caller.get(&ada.path_of(account, "runs/")),
        caller.get("/api/v1/channels/"),
        // Connected already: whoever gets that far may add.
        caller.adds_account(&ada.id, &attributes),
        caller.request("POST", &ada.path_of(account, "refresh/")).send(),
    ]
    .map(|answer| answer.status.to_string());
    // The last, as it is gone then.
    let deleted = caller.delete(&ada.path_of(account, "")).status;
    if deleted == 204 {
        assert_eq!(ada.connects(1), account);
    }
    assert_eq!(app.count("accounts"), 1);
    format!("{} {deleted}", statuses.join(" "))
}

fn each_kind_of_caller_does_what_it_may(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let account = ada.connects(1);
    let home = app.home();
    let all = json!(["user:read", "user:write", "listings:read", "reservations:read"]);
    let (key, _) = ada.with_key(&json!({"scopes": all}));
    let (limited, _) = ada.with_key(&json!({"scopes": all, "property-ids": [inn]}));
    let by = |permission| {
        let credential = home.adds_credential(&ada.id, permission);
        home.mints(&[("user_id", &ada.id), ("credential_id", &credential)])
    };
    let callers: Vec<(&str, Caller<'_>)> = vec![
        ("application", app.application()),
        ("application, user:read", home.mints(&[("scope", "user:read")])),
        ("application, user:write", home.mints(&[("scope", "user:write")])),
        (
            "application, property:read",
            home.mints(&[("scope", "property:read")]),
        ),
        ("none", by(Permission::None)),
        ("view", by(Permission::View)),
        ("edit", by(Permission::Edit)),
        ("admin", by(Permission::Admin)),
        ("key", key),
        ("key of a property", limited),
        ("somebody else", (*eve).clone()),
        ("nobody", app.stranger()),
    ];
    let lines: Vec<String> = callers
        .iter()
        .map(|(who, caller)| format!("{who}: {}", told(&app, &ada, &account, caller)))
        .collect();
    assert_shows!(lines.join("\n"), @"
    application: 200 200 200 200 200 200 422 202 204
    application, user:read: 200 200 403 403 200 200 403 403 403
    application, user:write: 403 403 403 403 403 200 422 202 204
    application, property:read: 403 403 403 403 403 200 403 403 403
    none: 403 403 403 403 403 200 403 403 403
    view: 200 200 200 200 200 200 403 403 403
    edit: 200 200 200 200 200 200 422 202 204
    admin: 200 200 200 200 200 200 422 202 204
    key: 200 200 200 200 200 200 422 202 204
    key of a property: 403 403 403 403 403 200 403 403 403
    somebody else: 404 404 404 404 404 200 404 404 404
    nobody: 401 401 401 401 401 401 401 401 401
    ");
}

fn a_writer_sees_what_it_added(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let writer = app.home().mints(&[("scope", "user:write"), ("user_id", &ada.id)]);
    let credentials = json!({"client_id": 1, "client_secret": "x"});
    let answer = writer.adds_account(
        &ada.id,
        &json!({"channel": "hostaway", "credentials": credentials}),
    );
    assert_eq!(answer.body, ada.shows(&answer.id(), "").body);
    assert_eq!(writer.get(&ada.path_of(&answer.id(), "")).status, 403);
}

fn a_lowered_permission_counts_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.home().permits(&ada.id, Permission::View);
    assert_shows!(ada.refreshes(&account, ""), @r#"
    403
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "permission_denied",
          "detail": "You do not have permission to perform this action.",
          "status": "403",
          "title": "Forbidden"
        }
      ]
    }
    "#);
    assert_eq!(ada.adds(2, "x").status, 403);
    assert_eq!(ada.disconnects(&account).status, 403);
    assert_eq!(ada.shows(&account, "").status, 200);
    assert_eq!(
        app.channels().asked(),
        1,
        "no channel is asked for who may not add"
    );
    app.home().permits(&ada.id, Permission::None);
    assert_eq!(ada.shows(&account, "").status, 403);
}
