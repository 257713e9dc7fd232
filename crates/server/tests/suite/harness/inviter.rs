//! Somebody who invites people over HTTP, and what became of the mails.

use innkeeper_test_support::{Backend, eventually, smtp::SmtpServer};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::{PATIENCE, Place, Server, client};

/// A migrated place whose mails go to a server, and are tried again soon.
pub(crate) fn mailing(backend: Backend, smtp: &SmtpServer) -> Place {
    Place::migrated(backend)
        .with("INNKEEPER_MAIL__TRANSPORT", &smtp.url())
        .with("INNKEEPER_MAIL__FROM", "Innkeeper <inn@example.org>")
        .with("INNKEEPER_MAIL__RETRY_AFTER", "1s")
}

/// A property, and a token of an application that may invite to it.
pub(crate) struct Inviter {
    property: String,
    token: String,
}

impl Inviter {
    pub(crate) fn new(place: &Place, server: &Server) -> Self {
        let application = place.line("application create --json").json();
        place
            .line("user create --email owner@example.org --first-name Ona --last-name Lima")
            .succeeded();
        let create = "property create --title Seaside --currency EUR --owner owner@example.org";
        let property = place.line(create).value("property_id");
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", application["client_id"].as_str().unwrap()),
            ("client_secret", application["client_secret"].as_str().unwrap()),
        ];
        let answer = server.post("/o/token/").form(&form).send().unwrap();
        let token: Value = answer.json().unwrap();
        Self {
            property,
            token: token["access_token"].as_str().unwrap().to_owned(),
        }
    }

    /// A request that invites somebody.
    pub(crate) fn request(&self, client: &Client, url: &str, email: &str) -> RequestBuilder {
        let body = json!({"invite": {"property_id": self.property, "user_email": email, "role": "user"}});
        let request = client.post(format!("{url}/api/v1/property_users"));
        request.bearer_auth(&self.token).json(&body)
    }

    /// Invites somebody new.
    #[track_caller]
    pub(crate) fn invite(&self, server: &Server, email: &str) {
        let answer = self.request(&client(), &server.url, email).send().unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().unwrap());
        assert_eq!(status, 201, "{text}");
    }
}

/// The messages in a state, as the operator sees them.
pub(crate) fn messages(place: &Place, state: &str) -> Vec<Value> {
    let list = format!("mail list --state {state} --limit 1000 --json");
    let listed = place.line(&list).json();
    listed["messages"].as_array().unwrap().clone()
}

/// Waits until so many messages are in a state.
pub(crate) fn wait_for_messages(place: &Place, state: &str, count: usize) -> Vec<Value> {
    let what = format!("{count} messages that are {state}");
    eventually(PATIENCE, &what, || {
        Some(messages(place, state)).filter(|found| found.len() == count)
    })
}
