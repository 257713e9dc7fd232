//! A running server with channels beside it, and an application that may do everything.

use std::process::Command;

use innkeeper_test_support::Backend;
use serde_json::Value;

use crate::harness::{Place, Sandbox, Server};

/// What a client is given to begin with: an address, an id and a secret.
pub(super) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) server: Server,
    pub(super) place: Place,
    pub(super) client_id: String,
    pub(super) client_secret: String,
}

impl World {
    pub(super) fn start(backend: Backend) -> Self {
        let sandbox = Sandbox::start();
        let place = Place::migrated(backend)
            .with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url)
            // Whoever asks can say which client they are.
            .with("INNKEEPER_HTTP__TRUSTED_PROXIES", "127.0.0.1");
        let server = Server::start(&place, &[]);
        let application = place.line("application create --json").json();
        let text = |name: &str| application[name].as_str().unwrap().to_owned();
        Self {
            sandbox,
            server,
            client_id: text("client_id"),
            client_secret: text("client_secret"),
            place,
        }
    }

    /// Where the reference is served.
    pub(super) fn reference(&self) -> String {
        format!("{}/api/v1/schema/", self.server.url)
    }

    /// The reference.
    pub(super) fn document(&self) -> Value {
        let (status, text) = self.server.answer("/api/v1/schema/");
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Tells a program where the server is, and who it is there.
    pub(super) fn introduce<'c>(&self, program: &'c mut Command) -> &'c mut Command {
        program
            .env("INNKEEPER_URL", &self.server.url)
            .env("INNKEEPER_CLIENT_ID", &self.client_id)
            .env("INNKEEPER_CLIENT_SECRET", &self.client_secret)
    }

    /// A token of the application, for everything.
    pub(super) fn token(&self) -> String {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
        ];
        let answer = self.server.post("/o/token/").form(&form).send().unwrap();
        let token: Value = answer.json().unwrap();
        token["access_token"].as_str().unwrap().to_owned()
    }
}
