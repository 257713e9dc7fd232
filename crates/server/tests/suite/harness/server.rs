//! A running `innkeeper serve`.

use std::time::Duration;

use innkeeper_test_support::ChildProcess;
use reqwest::blocking::{Client, RequestBuilder};

use super::{Place, client};

const PATIENCE: Duration = Duration::from_secs(30);

/// A server on a port of its own.
pub(crate) struct Server {
    pub(crate) process: ChildProcess,
    pub(crate) url: String,
    client: Client,
}

impl Server {
    /// Starts `serve` in the place, with more arguments perhaps, and waits until it answers.
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Self {
        let arguments = ["serve"].into_iter().chain(arguments.iter().copied());
        let mut command = place.command(arguments);
        if !place.sets("INNKEEPER_HTTP__LISTEN") {
            command.env("INNKEEPER_HTTP__LISTEN", "127.0.0.1:0");
        }
        let process = ChildProcess::spawn(&mut command);
        let line = process.wait_for_line("public_url: ", PATIENCE);
        Self {
            url: line.trim_start_matches("public_url: ").to_owned(),
            process,
            client: client(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.url))
    }

    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.client.delete(format!("{}{path}", self.url))
    }

    /// The status and body of an answer.
    pub(crate) fn answer(&self, path: &str) -> (u16, String) {
        let answer = self.get(path).send().expect("the server answers");
        (
            answer.status().as_u16(),
            answer.text().expect("the answer is text"),
        )
    }

    /// The address and port.
    pub(crate) fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Ends it by SIGTERM, which must succeed, and returns all it said.
    pub(crate) fn end(mut self) -> String {
        self.process.terminate();
        let status = self.process.wait(PATIENCE);
        assert!(status.success(), "{status}: {}", self.process.output());
        self.process.output()
    }
}
