//! Simulated channels as a process beside the server.

use std::{collections::BTreeMap, time::Duration};

use innkeeper_test_support::{ChildProcess, eventually};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::{Place, client};

const PATIENCE: Duration = Duration::from_secs(30);

/// What an account holds, by the channel's ids, without what is ours.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Holdings {
    pub(crate) listings: BTreeMap<String, Value>,
    pub(crate) reservations: BTreeMap<String, Value>,
}

impl Holdings {
    /// Asserts that both are the same, and shows the first difference.
    #[track_caller]
    pub(crate) fn assert_is(&self, truth: &Self) {
        for (ours, theirs, what) in [
            (&self.listings, &truth.listings, "listings"),
            (&self.reservations, &truth.reservations, "reservations"),
        ] {
            assert_eq!(ours.len(), theirs.len(), "the number of {what}");
            for (key, record) in theirs {
                assert_eq!(ours.get(key), Some(record), "{what} {key}");
            }
        }
    }
}

/// A running `innkeeper sandbox`.
pub(crate) struct Sandbox {
    _process: ChildProcess,
    pub(crate) url: String,
    client: Client,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        let place = Place::bare();
        let mut command = place.command(["sandbox", "--listen", "127.0.0.1:0"]);
        let process = ChildProcess::spawn(&mut command);
        let line = process.wait_for_line("url: ", PATIENCE);
        Self {
            url: line.trim_start_matches("url: ").to_owned(),
            _process: process,
            client: client(),
        }
    }

    /// What a perfect import of an account holds.
    pub(crate) fn truth(&self, channel: &str, secret: &str) -> Holdings {
        let path = format!("truth?channel={channel}&secret={secret}");
        let truth = told(self.client.get(self.control(&path)));
        let by_key = |name: &str, key: &str| {
            let all = truth[name].as_array().unwrap().iter();
            all.map(|record| (record[key].as_str().unwrap().to_owned(), record.clone()))
                .collect()
        };
        Holdings {
            listings: by_key("listings", "channel-listing-id"),
            reservations: by_key("reservations", "channel-reservation-id"),
        }
    }

    /// From now on so many requests meet a fault; `None` is all.
    pub(crate) fn fault(&self, channel: &str, fault: &str, after: u64, times: Option<u64>) {
        let body = json!({"channel": channel, "fault": fault, "after": after, "times": times});
        told(self.client.post(self.control("faults")).json(&body));
    }

    /// All faults off.
    pub(crate) fn mend(&self) {
        told(self.client.delete(self.control("faults")));
    }

    /// The account goes on living at the channel.
    pub(crate) fn change(&self, channel: &str, secret: &str) {
        let body = json!({"channel": channel, "secret": secret, "listings": 1, "reservations": 20});
        told(self.client.post(self.control("change")).json(&body));
    }

    /// What the channel was asked, oldest first.
    pub(crate) fn requests(&self, channel: &str) -> Vec<Value> {
        let asked = told(
            self.client
                .get(self.control(&format!("requests?channel={channel}"))),
        );
        asked.as_array().unwrap().clone()
    }

    /// Waits until the channel has been asked more often than that.
    pub(crate) fn asked_more_than(&self, channel: &str, count: usize, within: Duration) -> usize {
        let what = format!("more than {count} requests to {channel}");
        eventually(within, &what, || {
            let asked = self.requests(channel).len();
            (asked > count).then_some(asked)
        })
    }

    fn control(&self, path: &str) -> String {
        format!("{}/_sandbox/{path}", self.url)
    }
}

fn told(request: RequestBuilder) -> Value {
    let answer = request.send().unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let text = answer.text().unwrap();
    serde_json::from_str(&text).unwrap_or(Value::Null)
}
