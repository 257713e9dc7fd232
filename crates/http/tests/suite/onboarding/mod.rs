//! Coming in: links, passwords, sessions, and what inviters see of it.

mod confirm;
mod pages;
mod passwords;
mod progress;
mod secrecy;
mod sign_in;
mod throttles;
mod told_alike;

use innkeeper_domain::effects::MessageKind;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, TestApp};

/// A password that is hard to guess.
const PASSWORD: &str = "seven quiet otters";
const ANOTHER: &str = "a ladder in the fog";

impl TestApp {
    /// As whatever client is named.
    fn from(&self, client: &str, path: &str, fields: &Value) -> Answer {
        let mut fields = fields.clone();
        let by_address = path == "sign_in" || path == "request_restore_password";
        if by_address && fields.get("tenant").is_none() {
            // There is another one, `default`.
            fields["tenant"] = "Home".into();
        }
        let request = self.request("POST", &format!("/api/v1/{path}"));
        request
            .header("X-Forwarded-For", client)
            .json(&json!({"user": fields}))
            .send()
    }

    fn posts(&self, path: &str, fields: &Value) -> Answer {
        self.from("192.0.2.1", path, fields)
    }

    fn confirms(&self, token: &str) -> Answer {
        self.posts("confirm_invite", &confirmation(token))
    }

    fn restores(&self, token: &str, password: &str) -> Answer {
        let fields = json!({"token": token, "password": password, "password_confirmation": password});
        self.posts("restore_password", &fields)
    }

    fn signs_in(&self, email: &str, password: &str) -> Answer {
        self.posts("sign_in", &json!({"email": email, "password": password}))
    }

    /// The bearer of a new session.
    fn session(&self, email: &str, password: &str) -> Caller<'_> {
        let answer = self.signs_in(email, password).expect(200);
        Caller::with(self, &answer.text("/data/attributes/token"))
    }
}

/// Everything that on-boarding takes.
fn confirmation(token: &str) -> Value {
    json!({
        "token": token,
        "name": "Zoe Lind",
        "password": PASSWORD,
        "password_confirmation": PASSWORD,
    })
}

/// Ada's house, to which `zoe@example.test` is invited: the house, the place and the secret of the link.
fn invited<'a>(app: &'a TestApp, role: &str) -> (crate::harness::Person<'a>, String, String, String) {
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let place = ada.invites("zoe@example.test", role, &inn).expect(201).id();
    let token = app.mailed("zoe@example.test", MessageKind::Invitation);
    (ada, inn, place, token)
}
