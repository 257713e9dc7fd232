//! The other side: the simulated channel, as the story uses its controls.

use std::time::Duration;

use innkeeper_sandbox::{Options, Running};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value as Json, json};
use url::Url;

use crate::{cli::Failure, one_line::with_causes};

/// The channel of the story.
pub(super) const CHANNEL: &str = "hostaway";
/// A key that the simulated channel takes for an account of 12 listings with 40 reservations each.
pub(super) const KEY: &str = "good-12x40";

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// The simulated channels, beside the server.
#[derive(Debug)]
pub(super) struct ChannelSide {
    running: Running,
    client: Client,
}

/// What the channel has: the numbers of listings and reservations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holdings {
    pub(super) listings: u64,
    pub(super) reservations: u64,
}

impl ChannelSide {
    /// Starts them.
    pub(super) fn start() -> Result<Self, Failure> {
        let client = Client::builder().no_proxy().timeout(PATIENCE).build();
        Ok(Self {
            running: Running::start(Options::default())?,
            client: client.map_err(|error| Failure::Refused(with_causes(&error)))?,
        })
    }

    /// Where they are.
    pub(super) fn url(&self) -> Result<Url, Failure> {
        Url::parse(&self.running.url()).map_err(|error| Failure::Refused(error.to_string()))
    }

    /// What it has now.
    pub(super) fn holdings(&self) -> Result<Holdings, String> {
        let path = format!("truth?channel={CHANNEL}&secret={KEY}");
        let truth = ask(self.client.get(self.control(&path)))?;
        let count = |name: &str| {
            let all = truth.get(name).and_then(Json::as_array).map_or(0, Vec::len);
            u64::try_from(all).unwrap_or(u64::MAX)
        };
        Ok(Holdings {
            listings: count("listings"),
            reservations: count("reservations"),
        })
    }

    /// A listing and some bookings come in.
    pub(super) fn goes_on(&self) -> Result<(), String> {
        let change = json!({"channel": CHANNEL, "secret": KEY, "listings": 1, "reservations": 6});
        ask(self.client.post(self.control("change")).json(&change)).map(drop)
    }

    /// From now on it is too busy to answer.
    pub(super) fn is_busy(&self) -> Result<(), String> {
        let fault = json!({"channel": CHANNEL, "fault": "rate_limited", "after": 0, "times": null});
        ask(self.client.post(self.control("faults")).json(&fault)).map(drop)
    }

    /// It has time again.
    pub(super) fn has_time(&self) -> Result<(), String> {
        ask(self.client.delete(self.control("faults"))).map(drop)
    }

    /// How many requests it has had.
    pub(super) fn requests(&self) -> Result<usize, String> {
        let asked = ask(self
            .client
            .get(self.control(&format!("requests?channel={CHANNEL}"))))?;
        Ok(asked.as_array().map_or(0, Vec::len))
    }

    fn control(&self, path: &str) -> String {
        format!("{}/_sandbox/{path}", self.running.url())
    }
}

fn ask(request: RequestBuilder) -> Result<Json, String> {
    let answer = request
        .send()
        .and_then(reqwest::blocking::Response::error_for_status);
    let text = answer.and_then(reqwest::blocking::Response::text);
    let text = text.map_err(|error| with_causes(&error))?;
    if text.is_empty() {
        return Ok(Json::Null);
    }
    serde_json::from_str(&text).map_err(|error| error.to_string())
}
