//! What a change leaves behind beside itself: its audit records and its outgoing messages.
//!
//! A use case can only succeed through [`record`], which writes both in the transaction of the change. So there is
//! no change without its record, and no mail without its change (C-31, C-84).

mod action;
mod audit;
mod delivery;
mod fact;
mod letter;
mod mail_limits;
mod message;

pub use action::{AuditAction, UnknownAuditAction};
pub use audit::{AuditRecord, Author, RequestId};
pub use delivery::{
    HANDOVER_LIMIT, MAIL_LEASE, MOST_MAIL_ATTEMPTS, MailBackoff, MessageState, Settlement,
    UnknownMessageState, decide_settlement, decide_unreadable,
};
pub use fact::{Fact, Facts};
pub use letter::{Contents, MailProperty, OpenLink, Unwanted, decide_letter};
pub use mail_limits::{MAIL_WINDOW, MailCounts, MailLimits, TooManyMails, within_limits};
pub use message::{Message, MessageKind, UnknownMessageKind};

use crate::ports::{Repos, StoreError};

/// What a change leaves behind.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    records: Vec<AuditRecord>,
    messages: Vec<Message>,
}

impl Effects {
    /// A change with one record.
    pub fn one(record: AuditRecord) -> Self {
        Self {
            records: vec![record],
            messages: Vec::new(),
        }
    }

    /// A change with several records.
    pub fn of(records: Vec<AuditRecord>) -> Self {
        Self {
            records,
            messages: Vec::new(),
        }
    }

    /// Nothing to tell, and why not. The reason is for the reader of the code.
    pub fn none(_reason: &'static str) -> Self {
        Self::default()
    }

    /// Adds a message.
    #[must_use]
    pub fn and_send(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }

    /// The records.
    pub fn records(&self) -> &[AuditRecord] {
        &self.records
    }

    /// The messages.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }
}

/// The answer of a use case whose effects were written. Only [`record`] makes one.
#[derive(Debug)]
#[must_use]
pub struct Done<T>(T);

impl<T> Done<T> {
    /// The answer, once the transaction is committed.
    pub fn into_value(self) -> T {
        self.0
    }
}

/// Writes the effects, and with that allows the use case to succeed.
///
/// # Errors
///
/// [`StoreError`] if they could not be written; the change is then rolled back.
pub fn record<T>(repos: &mut dyn Repos, effects: Effects, value: T) -> Result<Done<T>, StoreError> {
    let Effects { records, messages } = effects;
    if !records.is_empty() {
        repos.audit().add(&records)?;
    }
    if !messages.is_empty() {
        repos.outbox().add(&messages)?;
    }
    Ok(Done(value))
}
