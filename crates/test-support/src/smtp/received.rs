//! A mail that the server took.

use std::{
    borrow::Cow,
    io::{self, Read, Write},
};

use mail_parser::{Message, MessageParser};

use super::control::{put, take, take_number, take_text};

/// A mail that the server took, and how it came.
#[derive(Clone, Debug)]
pub struct ReceivedMail {
    /// The number of the connection, from 1.
    pub connection: usize,
    /// Whether the connection was encrypted.
    pub encrypted: bool,
    /// Who was logged in.
    pub login: Option<String>,
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// The mail, byte by byte.
    pub raw: Vec<u8>,
}

impl ReceivedMail {
    /// The `Message-ID`, without its angle brackets.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn message_id(&self) -> String {
        let id = self.parsed().message_id().map(str::to_owned);
        id.expect("a mail has a Message-ID")
    }

    /// The first header of that name: unfolded, but not decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let raw = String::from_utf8_lossy(&self.raw).into_owned();
        let head = raw.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The subject, decoded.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn subject(&self) -> String {
        let subject = self.parsed().subject().map(str::to_owned);
        subject.expect("a mail has a subject")
    }

    /// The plain text, decoded.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn text(&self) -> String {
        let text = self.parsed().body_text(0).map(Cow::into_owned);
        text.expect("a mail has a text")
    }

    /// The HTML, decoded.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn html(&self) -> String {
        let html = self.parsed().body_html(0).map(Cow::into_owned);
        html.expect("a mail has HTML")
    }

    /// The first link to on-boarding in the plain text.
    pub fn link(&self) -> Option<String> {
        let text = self.text();
        let mut words = text.split_whitespace();
        let link = words.find(|word| word.starts_with("http") && word.contains("/onboarding/"));
        link.map(str::to_owned)
    }

    fn parsed(&self) -> Message<'_> {
        let parsed = MessageParser::default().parse(&self.raw);
        parsed.expect("a mail can be parsed")
    }

    pub(super) fn put(&self, wire: &mut impl Write) -> io::Result<()> {
        put(wire, self.connection.to_string().as_bytes())?;
        put(wire, if self.encrypted { b"tls" } else { b"plain" })?;
        put(wire, self.login.as_deref().unwrap_or_default().as_bytes())?;
        put(wire, self.from.as_bytes())?;
        put(wire, self.to.join("\n").as_bytes())?;
        put(wire, &self.raw)
    }

    pub(super) fn take(wire: &mut impl Read) -> io::Result<Self> {
        Ok(Self {
            connection: take_number(wire)?,
            encrypted: take(wire)? == b"tls",
            login: Some(take_text(wire)?).filter(|login| !login.is_empty()),
            from: take_text(wire)?,
            to: take_text(wire)?.lines().map(str::to_owned).collect(),
            raw: take(wire)?,
        })
    }
}
