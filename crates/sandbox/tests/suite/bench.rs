//! A sandbox of a test's own, and a client of it.

use std::{
    collections::BTreeMap,
    io::Read,
    thread,
    time::{Duration, Instant},
};

use innkeeper_sandbox::{Options, Running};
use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running sandbox.
pub(crate) struct Bench {
    running: Running,
    pub(crate) client: Client,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The document of a 200, else the status.
    pub(crate) fn ok(&self) -> Result<Value, u16> {
        if self.status == 200 {
            Ok(self.json())
        } else {
            Err(self.status)
        }
    }
}

impl Bench {
    /// A sandbox with everything as documented.
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    /// A sandbox that counts no requests.
    pub(crate) fn unlimited() -> Self {
        Self::with(Options {
            limits: false,
            ..Options::default()
        })
    }

    pub(crate) fn with(options: Options) -> Self {
        // Not needed for plain HTTP, but a client that was built with TLS is not made without.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().user_agent("sandbox-tests").build().unwrap();
        Self {
            running: Running::start(options).unwrap(),
            client,
        }
    }

    pub(crate) fn url(&self) -> String {
        self.running.url()
    }

    /// A request; an error when the answer does not arrive whole.
    pub(crate) fn attempt(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &str,
    ) -> Result<Reply, String> {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url())
        };
        let mut request = self
            .client
            .request(Method::from_bytes(method.as_bytes()).unwrap(), url)
            .body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut response = request.send().map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        let mut body = String::new();
        response
            .read_to_string(&mut body)
            .map_err(|error| error.to_string())?;
        Ok(Reply {
            status,
            headers,
            body,
        })
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, String)], body: &str) -> Reply {
        self.attempt(method, path, headers, body).unwrap()
    }

    pub(crate) fn get(&self, path: &str, headers: &[(&str, String)]) -> Reply {
        self.ask("GET", path, headers, "")
    }

    pub(crate) fn form(&self, path: &str, headers: &[(&str, String)], body: &str) -> Reply {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        self.ask("POST", path, &headers, body)
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, String)], body: &Value) -> Reply {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/json".to_owned()));
        self.ask("POST", path, &headers, &body.to_string())
    }

    /// What a perfect import would hold.
    pub(crate) fn truth(&self, slug: &str, secret: &str) -> Value {
        let reply = self.get(&format!("/_sandbox/truth?channel={slug}&secret={secret}"), &[]);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    /// A fault from request number `after` on, `times` times.
    pub(crate) fn fault(&self, slug: &str, fault: &str, after: u32, times: Option<u32>) {
        let body = json!({"channel": slug, "fault": fault, "after": after, "times": times});
        assert_eq!(self.post("/_sandbox/faults", &[], &body).status, 204);
    }

    pub(crate) fn no_faults(&self) {
        assert_eq!(self.ask("DELETE", "/_sandbox/faults", &[], "").status, 204);
    }

    pub(crate) fn requests(&self, slug: &str) -> Vec<Value> {
        let reply = self.get(&format!("/_sandbox/requests?channel={slug}"), &[]);
        reply.json().as_array().unwrap().clone()
    }

    pub(crate) fn change(
        &self,
        slug: &str,
        secret: &str,
        listings: u32,
        reservations: u32,
        removed: u32,
    ) -> Value {
        let body = json!({"channel": slug, "secret": secret, "listings": listings, "reservations": reservations,
            "removed": removed});
        let reply = self.post("/_sandbox/change", &[], &body);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }
}

/// Asks again until the answer is there.
pub(crate) fn until<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "it did not come in {PATIENCE:?}");
        thread::park_timeout(Duration::from_millis(50));
    }
}

/// The values at a pointer of each row, as text, in their order.
pub(crate) fn ids(rows: &Value, pointer: &str) -> Vec<String> {
    let rows = rows.as_array().unwrap_or_else(|| panic!("not a list: {rows}"));
    rows.iter().map(|row| text(row, pointer)).collect()
}

/// One value as text.
pub(crate) fn text(row: &Value, pointer: &str) -> String {
    match row.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => panic!("no {pointer} in {row}"),
    }
}
