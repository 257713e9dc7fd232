//! The rows of what is served without a token: a token is of no use there, and can even be in the way.

use std::time::Duration;

use serde_json::{Value, json};

use super::{operations::Operation, stage::Stage};
use crate::harness::Request;

const PASSWORD: &str = "violet-anchor-38-dune";

/// Each request comes from a client of its own, so that nobody is slowed down for somebody else's attempts.
fn client(serial: u32, step: u8) -> String {
    let [_, high, middle, low] = serial.to_be_bytes();
    assert_eq!(high, 0, "there are not that many");
    format!("10.{step}.{middle}.{low}")
}

/// A path of the public API, with what stands under `user`.
fn user<'a>(stage: &Stage<'a>, path: &str, client: &str, fields: &Value) -> Request<'a> {
    let request = stage.app.request("POST", path).header("X-Forwarded-For", client);
    request.json(&json!({"user": fields}))
}

fn page<'a>(stage: &Stage<'a>, method: &str, path: &str, serial: u32) -> Request<'a> {
    let request = stage.app.request(method, path);
    request.header("X-Forwarded-For", client(serial, 0))
}

/// Somebody who is not among the callers is invited: the secret of their link.
fn invited(stage: &Stage<'_>, serial: u32) -> String {
    // The latest mail is found first.
    stage.app.pass(Duration::from_secs(1));
    let application = stage.app.application();
    let invited = application.invites(&stage.address(serial), "user", &stage.inn);
    stage
        .app
        .link_to(&invited.expect(201).text("/data/attributes/user_id"))
}

fn confirmation(token: &str) -> Value {
    json!({
        "token": token, "name": "Gus Guest", "password": PASSWORD, "password_confirmation": PASSWORD
    })
}

/// Somebody who is not among the callers has forgotten their password: the secret of their link.
fn forgotten(stage: &Stage<'_>, serial: u32) -> String {
    stage.app.pass(Duration::from_secs(1));
    let email = stage.address(serial);
    let person = json!({"first-name": "Gus", "last-name": "Guest", "email": email});
    let guest = stage.app.application().creates_user(&person).expect(201).id();
    let fields = json!({"email": email, "tenant": "Home"});
    let path = "/api/v1/request_restore_password";
    user(stage, path, &client(serial, 1), &fields).send().expect(200);
    stage.app.answers_requests();
    stage.app.link_to(&guest)
}

const fn door(method: &'static str, path: &'static str) -> Operation {
    Operation::new(method, path)
}

pub(super) const DOORS: [Operation; 18] = [
    door("POST", "/o/token").asking(|stage, _| {
        let client = stage.app.home().client;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &client.id),
            ("client_secret", &client.secret),
        ];
        stage.app.request("POST", "/o/token").form(&form)
    }),
    door("POST", "/api/v1/confirm_invite").asking(|stage, serial| {
        let fields = confirmation(&invited(stage, serial));
        user(stage, "/api/v1/confirm_invite", &client(serial, 0), &fields)
    }),
    door("POST", "/api/v1/sign_in").asking(|stage, serial| {
        let fields = confirmation(&invited(stage, serial));
        let confirmed = user(stage, "/api/v1/confirm_invite", &client(serial, 1), &fields);
        confirmed.send().expect(200);
        let fields = json!({"email": stage.address(serial), "password": PASSWORD, "tenant": "Home"});
        user(stage, "/api/v1/sign_in", &client(serial, 0), &fields)
    }),
    door("POST", "/api/v1/request_restore_password").asking(|stage, serial| {
        let fields = json!({"email": stage.ada.email, "tenant": "Home"});
        let path = "/api/v1/request_restore_password";
        user(stage, path, &client(serial, 0), &fields)
    }),
    door("POST", "/api/v1/restore_password").asking(|stage, serial| {
        let token = forgotten(stage, serial);
        let fields = json!({"token": token, "password": PASSWORD, "password_confirmation": PASSWORD});
        user(stage, "/api/v1/restore_password", &client(serial, 0), &fields)
    }),
    door("GET", "/onboarding/{token}")
        .asking(|stage, serial| page(stage, "GET", &format!("/onboarding/{}", stage.link), serial)),
    door("HEAD", "/onboarding/{token}")
        .asking(|stage, serial| page(stage, "HEAD", &format!("/onboarding/{}", stage.link), serial)),
    door("POST", "/onboarding/{token}").asking(|stage, serial| {
        let path = format!("/onboarding/{}", invited(stage, serial));
        let fields = [
            ("name", "Gus Guest"),
            ("password", PASSWORD),
            ("password_confirmation", PASSWORD),
        ];
        page(stage, "POST", &path, serial).form(&fields)
    }),
    door("POST", "/onboarding/{token}/again").asking(|stage, serial| {
        let path = format!("/onboarding/{}/again", invited(stage, serial));
        page(stage, "POST", &path, serial)
    }),
    door("GET", "/api/v1/schema"),
    door("GET", "/api/v1/docs"),
    door("GET", "/api/v1/docs/{file}")
        .asking(|stage, _| stage.app.request("GET", "/api/v1/docs/reference.css")),
    door("GET", "/healthz"),
    door("HEAD", "/healthz"),
    door("GET", "/readyz"),
    door("HEAD", "/readyz"),
    door("GET", "/metrics"),
    door("HEAD", "/metrics"),
];
