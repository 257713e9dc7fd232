//! Every route that changes anything leaves a record: a new one without a row here fails.

use std::time::Duration;

use actix_web::http::Method;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, Person, TestApp};

on_each_backend!(
    every_route_that_changes_something_leaves_its_records,
    what_changes_nothing_leaves_none,
);

/// Routes that change something and are on no record, with the reason. The list may only become shorter.
const EXEMPT: [(&str, &str, &str); 3] = [
    (
        "POST",
        "/o/token",
        "a token reaches no further than its application and user already do",
    ),
    (
        "POST",
        "/api/v1/request_restore_password",
        "whoever asks has not said who they are, and nothing is changed yet: the new password is on record",
    ),
    (
        "POST",
        "/onboarding/{token}/again",
        "the same, asked for on the page",
    ),
];

/// What there is to change.
struct Stage<'a> {
    app: &'a TestApp,
    ada: Person<'a>,
    bob: Person<'a>,
    eve: Person<'a>,
    application: Caller<'a>,
    inn: String,
    place: String,
    account: String,
    key: String,
}

fn stage(app: &TestApp) -> Stage<'_> {
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    let (_, key) = ada.with_key(&json!({"scopes": ["user:read"]}));
    // So that what comes now stands behind all that in the record.
    app.pass(Duration::from_secs(1));
    let application = app.application();
    Stage {
        app,
        ada,
        bob,
        eve,
        application,
        inn,
        place,
        account,
        key,
    }
}

const GUEST: &str = "guest@example.test";
const PASSWORD: &str = "violet-anchor-38-dune";
const ANOTHER: &str = "copper-meadow-71-lark";

type Act = fn(&Stage<'_>) -> Answer;

/// A valid request for each route, and the actions that it must leave, with those of what must be there first.
const ROWS: [(&str, &str, Act, &[&str]); 18] = [
    (
        "POST",
        "/api/v1/property_users",
        |stage| stage.ada.invites("new@example.test", "user", &stage.inn),
        &["user.created", "property_user.invited"],
    ),
    (
        "PUT",
        "/api/v1/property_users/{id}",
        |stage| stage.ada.updates(&stage.place, &json!({"role": "owner"})),
        &["property_user.updated"],
    ),
    (
        "DELETE",
        "/api/v1/property_users/{id}",
        |stage| stage.ada.withdraws(&stage.place),
        &["property_user.withdrawn"],
    ),
    (
        "POST",
        "/api/v1/property_users/{id}/onboarding/resend",
        |stage| {
            let invited = stage
                .ada
                .invites("late@example.test", "user", &stage.inn)
                .expect(201);
            let path = format!("/api/v1/property_users/{}/onboarding/resend", invited.id());
            stage.ada.post(&path, &json!({}))
        },
        &[
            "user.created",
            "property_user.invited",
            "property_user.invitation_resent",
        ],
    ),
    (
        "POST",
        "/api/v1/properties",
        |stage| {
            stage
                .ada
                .creates_property(&json!({"title": "Hut", "currency": "EUR"}))
        },
        &["property.created", "property_user.invited"],
    ),
    (
        "PUT",
        "/api/v1/properties/{id}",
        |stage| {
            let path = format!("/api/v1/properties/{}", stage.inn);
            stage.ada.put(&path, &json!({"property": {"title": "Hill Inn"}}))
        },
        &["property.updated"],
    ),
    (
        "DELETE",
        "/api/v1/properties/{id}",
        |stage| {
            stage
                .ada
                .delete(&format!("/api/v1/properties/{}?force=true", stage.inn))
        },
        &[
            "property.deleted",
            "property_user.withdrawn",
            "property_user.withdrawn",
        ],
    ),
    (
        "POST",
        "/api/v1/users",
        |stage| {
            let user = json!({"first-name": "X", "last-name": "Y", "email": "x@example.test"});
            stage.application.creates_user(&user)
        },
        &["user.created", "credential.added"],
    ),
    (
        "DELETE",
        "/api/v1/users/{user_id}",
        |stage| {
            stage
                .application
                .delete(&format!("/api/v1/users/{}/", stage.bob.id))
        },
        &["property_user.withdrawn", "credential.removed", "user.deleted"],
    ),
    (
        "POST",
        "/api/v1/api_keys",
        |stage| stage.ada.makes_key(&json!({"scopes": ["user:read"]})),
        &["api_key.created"],
    ),
    (
        "DELETE",
        "/api/v1/api_keys/{id}",
        |stage| stage.ada.delete(&format!("/api/v1/api_keys/{}/", stage.key)),
        &["api_key.revoked"],
    ),
    (
        "POST",
        "/api/v1/users/{user_id}/accounts",
        |stage| stage.eve.adds(2, "another good secret"),
        &["account.added"],
    ),
    (
        "POST",
        "/api/v1/users/{user_id}/accounts/{account_id}/refresh",
        |stage| stage.ada.refreshes(&stage.account, ""),
        &["account.refresh_requested"],
    ),
    (
        "DELETE",
        "/api/v1/users/{user_id}/accounts/{account_id}",
        |stage| stage.ada.disconnects(&stage.account),
        &["account.deleted"],
    ),
    (
        "POST",
        "/api/v1/confirm_invite",
        |stage| stage.comes_in().0,
        &[
            "user.created",
            "property_user.invited",
            "user.onboarded",
            "credential.added",
        ],
    ),
    (
        "POST",
        "/onboarding/{token}",
        |stage| {
            let invited = stage.ada.invites(GUEST, "user", &stage.inn).expect(201);
            let token = stage.app.link_to(&invited.text("/data/attributes/user_id"));
            let fields = [
                ("name", "Gus Guest"),
                ("password", PASSWORD),
                ("password_confirmation", PASSWORD),
            ];
            let page = format!("/onboarding/{token}");
            stage.app.request("POST", &page).form(&fields).send()
        },
        &[
            "user.created",
            "property_user.invited",
            "user.onboarded",
            "credential.added",
        ],
    ),
    (
        "POST",
        "/api/v1/sign_in",
        |stage| {
            stage.comes_in();
            stage.signs_in(PASSWORD)
        },
        &[
            "user.created",
            "property_user.invited",
            "user.onboarded",
            "credential.added",
            "user.signed_in",
        ],
    ),
    (
        "POST",
        "/api/v1/restore_password",
        |stage| {
            let (_, guest) = stage.comes_in();
            let token = stage.asks_for_link(&guest);
            let user = json!({"token": token, "password": ANOTHER, "password_confirmation": ANOTHER});
            stage
                .app
                .stranger()
                .post("/api/v1/restore_password", &json!({"user": user}))
        },
        &[
            "user.created",
            "property_user.invited",
            "user.onboarded",
            "credential.added",
            "user.password_changed",
        ],
    ),
];

impl Stage<'_> {
    /// Somebody is invited, follows the link and sets a password.
    fn comes_in(&self) -> (Answer, String) {
        let invited = self.ada.invites(GUEST, "user", &self.inn).expect(201);
        let guest = invited.text("/data/attributes/user_id");
        let token = self.app.link_to(&guest);
        let user = json!({
            "token": token, "name": "Gus Guest", "password": PASSWORD, "password_confirmation": PASSWORD
        });
        let answer = self
            .app
            .stranger()
            .post("/api/v1/confirm_invite", &json!({"user": user}));
        assert_eq!(answer.status, 200, "{answer}");
        (answer, guest)
    }

    fn signs_in(&self, password: &str) -> Answer {
        let user =
            json!({"email": GUEST, "password": password, "tenant": self.app.home().tenant().to_string()});
        self.app
            .stranger()
            .post("/api/v1/sign_in", &json!({"user": user}))
    }

    /// Somebody has forgotten their password; the background work answers them.
    fn asks_for_link(&self, guest: &str) -> String {
        let user = json!({"email": GUEST, "tenant": self.app.home().tenant().to_string()});
        let asked = self
            .app
            .stranger()
            .post("/api/v1/request_restore_password", &json!({"user": user}));
        assert_eq!(asked.status, 200, "{asked}");
        self.app.answers_requests();
        self.app.link_to(guest)
    }
}

#[test]
fn every_route_that_changes_something_has_a_row_or_a_reason() {
    let changing = innkeeper_http::routes()
        .into_iter()
        .filter(|route| ![Method::GET, Method::HEAD].contains(&route.method));
    let mut served: Vec<(String, &str)> = changing
        .map(|route| (route.method.to_string(), route.path))
        .collect();
    let rows = ROWS
        .iter()
        .map(|(method, path, ..)| ((*method).to_owned(), *path));
    let exempt = EXEMPT
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), *path));
    let mut known: Vec<(String, &str)> = rows.chain(exempt).collect();
    served.sort();
    known.sort();
    assert_eq!(served, known);
    assert!(ROWS.iter().all(|(.., actions)| !actions.is_empty()));
}

/// The actions on record, oldest first.
fn recorded(app: &TestApp) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = app
            .application()
            .get(&format!("/api/v1/audit_records?pagination[limit]=1000{cursor}"))
            .expect(200);
        all.extend(answer.items().iter().map(|record| {
            record["attributes"]["action"]
                .as_str()
                .expect("an action")
                .to_owned()
        }));
        match answer.at("/meta/next_cursor") {
            Value::String(next) => cursor = format!("&pagination[cursor]={next}"),
            _ => break,
        }
    }
    all.reverse();
    all
}

fn every_route_that_changes_something_leaves_its_records(backend: Backend) {
    for (method, path, act, expected) in &ROWS {
        let app = TestApp::start(backend);
        let stage = stage(&app);
        let before = recorded(&app).len();
        let answer = act(&stage);
        assert!((200..400).contains(&answer.status), "{method} {path}: {answer}");
        let mut new = recorded(&app).split_off(before);
        let mut expected = expected.to_vec();
        new.sort();
        expected.sort_unstable();
        assert_eq!(new, expected, "{method} {path}");
    }
}

/// No record tells of what did not happen.
fn what_changes_nothing_leaves_none(backend: Backend) {
    let app = TestApp::start(backend);
    let stage = stage(&app);
    let revokes = || stage.ada.delete(&format!("/api/v1/api_keys/{}/", stage.key));
    revokes().expect(204);
    let before = recorded(&app);
    let inn = format!("/api/v1/properties/{}", stage.inn);
    stage.ada.updates(&stage.place, &json!({})).expect(200);
    stage
        .ada
        .updates(&stage.place, &json!({"role": "user"}))
        .expect(200);
    stage
        .ada
        .put(&inn, &json!({"property": {"title": "Sea Inn"}}))
        .expect(200);
    revokes().expect(204);
    let refused = [
        stage.ada.invites(&stage.bob.email, "user", &stage.inn),
        stage.bob.invites("x@example.test", "user", &stage.inn),
        stage.eve.withdraws(&stage.place),
        stage.ada.withdraws(&stage.ada.finds(&stage.ada, &stage.inn)),
        stage.ada.delete(&inn),
        stage.ada.invites("no address", "user", &stage.inn),
        stage.signs_in("wrong"),
    ];
    for answer in refused {
        assert!((400..500).contains(&answer.status), "{answer}");
    }
    assert_eq!(recorded(&app), before);
}
