//! A person with accounts, over HTTP.

use std::{collections::BTreeMap, time::Duration};

use innkeeper_test_support::eventually;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use super::{Holdings, Place, Server};

/// Longer than any import of the tests takes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A person with accounts, and a token of an application that may do everything.
pub(crate) struct Owner {
    pub(crate) user: String,
    token: String,
}

impl Owner {
    pub(crate) fn new(place: &Place, server: &Server) -> Self {
        let tenant = place.line("tenant create --name acme --json").json();
        let user = "user create --tenant acme --email ana@example.com --first-name Ana --last-name Lima";
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", tenant["client_id"].as_str().unwrap()),
            ("client_secret", tenant["client_secret"].as_str().unwrap()),
        ];
        let token: Value = server
            .post("/o/token/")
            .form(&form)
            .send()
            .unwrap()
            .json()
            .unwrap();
        Self {
            user: place.line(user).value("user_id"),
            token: token["access_token"].as_str().unwrap().to_owned(),
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/users/{}/accounts/{rest}", self.user)
    }

    /// The status and body of an answer.
    pub(crate) fn get(&self, server: &Server, rest: &str) -> (u16, Value) {
        answer(
            server
                .get(&self.path(rest))
                .bearer_auth(&self.token)
                .send()
                .unwrap(),
        )
    }

    /// Tries to add an account.
    pub(crate) fn try_to_add(&self, server: &Server, channel: &str, credentials: &Value) -> (u16, Value) {
        let attributes = json!({"channel": channel, "credentials": credentials});
        let body = json!({"data": {"type": "accounts", "attributes": attributes}});
        let request = server.post(&self.path("")).bearer_auth(&self.token).json(&body);
        answer(request.send().unwrap())
    }

    /// Adds an account of hostaway; its id.
    pub(crate) fn add(&self, server: &Server, number: &str, secret: &str) -> String {
        let credentials = json!({"account_id": number, "api_key": secret});
        let (status, body) = self.try_to_add(server, "hostaway", &credentials);
        assert_eq!(status, 201, "{body}");
        body["data"]["id"].as_str().unwrap().to_owned()
    }

    /// Asks for a refresh of everything.
    pub(crate) fn refresh(&self, server: &Server, account: &str) -> (u16, Value) {
        let path = self.path(&format!("{account}/refresh/?recent_sync_threshold_minutes=0"));
        answer(server.post(&path).bearer_auth(&self.token).send().unwrap())
    }

    pub(crate) fn delete(&self, server: &Server, account: &str) -> u16 {
        let request = server.delete(&self.path(&format!("{account}/")));
        request.bearer_auth(&self.token).send().unwrap().status().as_u16()
    }

    /// The attributes of an account.
    pub(crate) fn account(&self, server: &Server, account: &str) -> Value {
        let (status, body) = self.get(server, &format!("{account}/"));
        assert_eq!(status, 200, "{body}");
        body["data"]["attributes"].clone()
    }

    /// Waits until an account is as it should be.
    pub(crate) fn wait(
        &self,
        server: &Server,
        account: &str,
        what: &str,
        is_so: impl Fn(&Value) -> bool,
    ) -> Value {
        eventually(PATIENCE, what, || {
            Some(self.account(server, account)).filter(&is_so)
        })
    }

    /// Waits until nothing is left to import.
    pub(crate) fn wait_until_completed(&self, server: &Server, account: &str) -> Value {
        self.wait(server, account, "a completed import", |account| {
            account["sync-status"]["state"] == "completed"
        })
    }

    /// The attributes of the runs of an account, newest first.
    pub(crate) fn runs(&self, server: &Server, account: &str) -> Vec<Value> {
        let (status, body) = self.get(server, &format!("{account}/runs/"));
        assert_eq!(status, 200, "{body}");
        let runs = body["data"].as_array().unwrap().iter();
        runs.map(|run| run["attributes"].clone()).collect()
    }

    /// All that was imported, in the terms of the channel.
    pub(crate) fn holdings(&self, server: &Server, account: &str) -> Holdings {
        let mut keys = BTreeMap::new();
        let mut holdings = Holdings::default();
        for item in self.all(server, account, "listings") {
            let mut listing = item["attributes"].clone();
            let key = listing["channel-listing-id"].as_str().unwrap().to_owned();
            listing.as_object_mut().unwrap().remove("synced-at");
            keys.insert(item["id"].as_str().unwrap().to_owned(), key.clone());
            assert!(
                holdings.listings.insert(key, listing).is_none(),
                "a listing twice"
            );
        }
        for item in self.all(server, account, "reservations") {
            let mut reservation = item["attributes"].clone();
            let key = reservation["channel-reservation-id"].as_str().unwrap().to_owned();
            let attributes = reservation.as_object_mut().unwrap();
            let listing = attributes.remove("listing-id").unwrap();
            let listing = listing.as_str().map(|id| keys[id].clone());
            attributes.insert("channel-listing-id".to_owned(), json!(listing));
            assert!(
                holdings.reservations.insert(key, reservation).is_none(),
                "a reservation twice"
            );
        }
        holdings
    }

    fn all(&self, server: &Server, account: &str, what: &str) -> Vec<Value> {
        let mut all = Vec::new();
        for page in 1.. {
            let path = format!("{account}/{what}/?page[size]=100&page[number]={page}");
            let (status, body) = self.get(server, &path);
            assert_eq!(status, 200, "{body}");
            all.extend(body["data"].as_array().unwrap().iter().cloned());
            if body["links"]["next"].is_null() {
                break;
            }
        }
        all
    }
}

fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}
