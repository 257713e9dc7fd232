//! HTTP/1.1 by hand, so that a test can send what no client library would.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use super::{answer::Answer, app::TestApp, checks, reference};

/// The longest that a test waits for an answer. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request to be sent.
#[derive(Clone, Debug)]
#[must_use]
pub(crate) struct Request<'a> {
    app: &'a TestApp,
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Option<Vec<u8>>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(app: &'a TestApp, method: &str, target: &str) -> Self {
        Self {
            app,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Adds a header; its value may be any bytes.
    pub(crate) fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", format!("Bearer {token}"))
    }

    /// A body of any bytes, without a type.
    pub(crate) fn bytes(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = Some(body.as_ref().to_vec());
        self
    }

    /// A body of any bytes, said to be JSON.
    pub(crate) fn json_text(self, body: impl AsRef<[u8]>) -> Self {
        self.header("Content-Type", "application/json").bytes(body)
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.json_text(body.to_string())
    }

    /// A form; names and values are encoded.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.header("Content-Type", "application/x-www-form-urlencoded")
            .bytes(body)
    }

    /// Sends it on a connection of its own.
    pub(crate) fn send(self) -> Answer {
        let mut bytes = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            bytes.extend_from_slice(b"Host: test\r\n");
        }
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        if let Some(body) = &self.body {
            bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
        }
        bytes.extend_from_slice(b"Connection: close\r\n\r\n");
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        let answer = exchange(self.app, &bytes, self.method == "HEAD");
        let path = self.target.split('?').next().unwrap_or_default();
        checks::holds_for_every_answer(path, &answer);
        reference::is_as_told(&self.method, &self.target, &answer);
        answer
    }
}

/// Sends bytes as they are, and reads the one answer.
pub(crate) fn exchange(app: &TestApp, bytes: &[u8], is_head: bool) -> Answer {
    read(app, &talk(app, bytes), is_head)
}

/// Sends bytes as they are, and reads whatever comes until the server hangs up.
pub(crate) fn talk(app: &TestApp, bytes: &[u8]) -> String {
    let mut stream = connect(app.address());
    // The server may answer and hang up before it has read everything.
    let sent = stream.write_all(bytes);
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert!(!answer.is_empty(), "no answer: {error}, after {sent:?}");
    }
    String::from_utf8(answer).expect("answers are UTF-8")
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a timeout can be set");
    stream
        .set_write_timeout(Some(PATIENCE))
        .expect("a timeout can be set");
    stream
}

fn read(app: &TestApp, text: &str, is_head: bool) -> Answer {
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no answer, but: {text:?}"));
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|status| status.parse().ok());
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(':').expect("a header has a colon");
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    let answer = Answer {
        status: status.unwrap_or_else(|| panic!("no status: {head}")),
        headers: headers.collect(),
        body: body.to_owned(),
        names: app.names().clone(),
    };
    if !is_head {
        let length = answer.header("content-length").map(str::parse);
        assert!(
            [204, 304].contains(&answer.status) || length == Some(Ok(body.len())),
            "the answer is cut: {text}"
        );
    }
    answer
}
