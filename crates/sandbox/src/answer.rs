//! What a channel answers.

use actix_web::web::Bytes;
use serde::Serialize;

/// A whole answer, before a fault bends it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Answer {
    /// A JSON document.
    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        let mut text = Vec::with_capacity(1024);
        // Nothing that is answered here has keys that are no texts, which is all that could fail.
        if let Err(error) = serde_json::to_writer(&mut text, body) {
            return Self::text(500, "text/plain", error.to_string());
        }
        Self {
            status,
            content_type: "application/json",
            headers: Vec::new(),
            body: Bytes::from(text),
        }
    }

    /// Any text.
    pub(crate) fn text(status: u16, content_type: &'static str, body: impl Into<String>) -> Self {
        Self {
            status,
            content_type,
            headers: Vec::new(),
            body: Bytes::from(body.into()),
        }
    }

    /// A status alone.
    pub(crate) fn empty(status: u16) -> Self {
        Self::text(status, "", "")
    }

    /// The same with one more header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
