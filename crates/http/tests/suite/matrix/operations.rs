//! The rows: what is asked, as a good request of somebody who may.

use serde_json::{Value, json};

use super::stage::Stage;
use crate::harness::Request;

/// Makes the request, still without a token. It may make first what the request needs; the number is another each time.
type Ask = for<'a> fn(&Stage<'a>, u32) -> Request<'a>;

/// One served method of one path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    ask: Option<Ask>,
    /// Of a list: what of the stage it shows to those who may see it.
    pub(super) shows: Option<for<'s> fn(&'s Stage<'_>) -> &'s str>,
    /// Whether a success leaves too little for the next caller.
    pub(super) spoils: bool,
}

impl Operation {
    pub(super) const fn new(method: &'static str, path: &'static str) -> Self {
        Self {
            method,
            path,
            ask: None,
            shows: None,
            spoils: false,
        }
    }

    pub(super) const fn asking(self, ask: Ask) -> Self {
        Self {
            ask: Some(ask),
            ..self
        }
    }

    const fn showing(self, shows: for<'s> fn(&'s Stage<'_>) -> &'s str) -> Self {
        Self {
            shows: Some(shows),
            ..self
        }
    }

    const fn spoiling(self) -> Self {
        Self { spoils: true, ..self }
    }

    /// Whether a success holds a secret: one for the caller, that of the page's own link, or an example.
    pub(super) fn hands_out_secrets(&self) -> bool {
        let to_post = ["/o/token", "/api/v1/sign_in", "/api/v1/api_keys"];
        let is_page = self.path.starts_with("/onboarding/");
        is_page || self.path == "/api/v1/schema" || (self.method == "POST" && to_post.contains(&self.path))
    }

    pub(super) fn request<'a>(&self, stage: &Stage<'a>, serial: u32) -> Request<'a> {
        match self.ask {
            Some(ask) => ask(stage, serial),
            None => stage.request(self.method, self.path),
        }
    }
}

const fn get(path: &'static str) -> Operation {
    Operation::new("GET", path)
}

const fn post(path: &'static str, ask: Ask) -> Operation {
    Operation::new("POST", path).asking(ask)
}

const fn delete(path: &'static str) -> Operation {
    Operation::new("DELETE", path).spoiling()
}

pub(super) const PROPERTY_USERS: [Operation; 9] = [
    get("/api/v1/property_users").showing(|stage| &stage.place),
    post("/api/v1/property_users", |stage, serial| {
        let invite = json!({
            "property_id": stage.inn, "user_email": stage.address(serial), "role": "user"
        });
        stage.sends("POST", "/api/v1/property_users", &json!({"invite": invite}))
    }),
    get("/api/v1/property_users/history").asking(|stage, _| {
        let at = stage.app.now();
        let query = format!("filter[property_id]={}&at={at}", stage.inn);
        stage.request("GET", &format!("/api/v1/property_users/history?{query}"))
    }),
    get("/api/v1/audit_records").showing(|stage| &stage.inn),
    get("/api/v1/property_users/{id}"),
    Operation::new("PUT", "/api/v1/property_users/{id}").asking(|stage, serial| {
        // Another change each time.
        let policy = match serial % 4 {
            0 => "reports",
            1 => "messages",
            2 => "rates",
            _ => "channels",
        };
        let change = json!({"overrides": {format!("{policy}.read"): false}});
        stage.sends(
            "PUT",
            "/api/v1/property_users/{id}",
            &json!({"property_user": change}),
        )
    }),
    delete("/api/v1/property_users/{id}"),
    get("/api/v1/property_users/{id}/onboarding"),
    Operation::new("POST", "/api/v1/property_users/{id}/onboarding/resend"),
];

pub(super) const PROPERTIES: [Operation; 5] = [
    get("/api/v1/properties").showing(|stage| &stage.inn),
    post("/api/v1/properties", |stage, serial| {
        // People become the owner themselves, whomever they name.
        let property = json!({
            "title": format!("House {serial}"), "currency": "EUR", "owner_id": stage.ada.id
        });
        stage.sends("POST", "/api/v1/properties", &json!({"property": property}))
    }),
    get("/api/v1/properties/{id}"),
    Operation::new("PUT", "/api/v1/properties/{id}").asking(|stage, serial| {
        let property = json!({"title": format!("Sea Inn {serial}")});
        stage.sends("PUT", "/api/v1/properties/{id}", &json!({"property": property}))
    }),
    // Others are on it, who do not stand in the way then.
    delete("/api/v1/properties/{id}")
        .asking(|stage, _| stage.request("DELETE", "/api/v1/properties/{id}?force=true")),
];

fn document(kind: &str, attributes: &Value) -> Value {
    json!({"data": {"type": kind, "attributes": attributes}})
}

pub(super) const USERS: [Operation; 8] = [
    get("/api/v1/users").showing(|stage| &stage.ada.id),
    post("/api/v1/users", |stage, serial| {
        let user = json!({"first-name": "New", "last-name": "Person", "email": stage.address(serial)});
        stage.sends("POST", "/api/v1/users", &document("users", &user))
    }),
    get("/api/v1/users/{user_id}"),
    delete("/api/v1/users/{user_id}").asking(|stage, _| {
        // No property may be left without an owner, so another one stands beside her.
        let application = stage.app.application();
        application.updates(&stage.place, &json!({"role": "owner"}));
        application.invites(&stage.kim, "owner", &stage.hill);
        stage.request("DELETE", "/api/v1/users/{user_id}")
    }),
    get("/api/v1/users/{user_id}/credentials"),
    get("/api/v1/api_keys").showing(|stage| &stage.key),
    post("/api/v1/api_keys", |stage, _| {
        let key = json!({"user-id": stage.ada.id, "scopes": ["listings:read"]});
        stage.sends("POST", "/api/v1/api_keys", &document("api-keys", &key))
    }),
    delete("/api/v1/api_keys/{id}"),
];

pub(super) const ACCOUNTS: [Operation; 11] = [
    get("/api/v1/users/{user_id}/accounts").showing(|stage| &stage.account),
    post("/api/v1/users/{user_id}/accounts", |stage, serial| {
        let credentials = json!({"client_id": 1_000 + serial, "client_secret": "a good secret"});
        let account = json!({"channel": "hostaway", "credentials": credentials});
        stage.sends(
            "POST",
            "/api/v1/users/{user_id}/accounts",
            &document("accounts", &account),
        )
    }),
    get("/api/v1/users/{user_id}/accounts/{account_id}"),
    delete("/api/v1/users/{user_id}/accounts/{account_id}"),
    Operation::new("POST", "/api/v1/users/{user_id}/accounts/{account_id}/refresh"),
    get("/api/v1/users/{user_id}/accounts/{account_id}/listings"),
    get("/api/v1/users/{user_id}/accounts/{account_id}/reservations"),
    get("/api/v1/users/{user_id}/accounts/{account_id}/runs"),
    get("/api/v1/users/{user_id}/accounts/{account_id}/runs/{run_id}"),
    get("/api/v1/channels"),
    get("/api/v1/channels/{slug}"),
];
