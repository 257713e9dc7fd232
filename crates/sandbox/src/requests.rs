//! What the channels were asked.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use chrono::{SecondsFormat, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::secret;

/// Requests that are remembered; older ones are forgotten.
const REMEMBERED: usize = 100_000;
/// Query parameters that carry secrets.
const SECRET_PARAMETERS: [&str; 6] = [
    "token",
    "access_token",
    "api_key",
    "apikey",
    "client_secret",
    "password",
];

/// One request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) channel: &'static str,
    pub(crate) method: String,
    /// With its query, secrets removed.
    pub(crate) path: String,
    /// RFC 3339 with microseconds.
    pub(crate) time: String,
    /// A hash that tells credentials apart.
    pub(crate) credential: Option<String>,
    /// The status of the answer.
    pub(crate) status: u16,
}

/// The latest requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<VecDeque<Entry>>);

impl Requests {
    /// Remembers a request.
    pub(crate) fn note(&self, entry: Entry) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= REMEMBERED {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// The requests to one channel, or to all.
    pub(crate) fn of(&self, channel: Option<&str>) -> Vec<Entry> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries
            .iter()
            .filter(|entry| channel.is_none_or(|channel| channel == entry.channel))
            .cloned()
            .collect()
    }
}

/// The moment now.
pub(crate) fn now() -> String {
    Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// What stands for a credential in the log.
pub(crate) fn fingerprint(credential: &str) -> String {
    Sha256::digest(credential)
        .iter()
        .take(8)
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A path and query without the secrets in them.
pub(crate) fn without_secrets(path: &str, query: &str) -> String {
    let segments: Vec<&str> = path
        .split('/')
        .map(|segment| {
            if secret::looks_secret(segment) {
                "***"
            } else {
                segment
            }
        })
        .collect();
    let path = segments.join("/");
    if query.is_empty() {
        return path;
    }
    let told = form_urlencoded::parse(query.as_bytes()).map(|(name, value)| {
        let hidden =
            secret::looks_secret(&value) || SECRET_PARAMETERS.contains(&name.to_lowercase().as_str());
        if hidden {
            format!("{name}=***")
        } else {
            format!("{name}={value}")
        }
    });
    let told: Vec<String> = told.collect();
    format!("{path}?{}", told.join("&"))
}
