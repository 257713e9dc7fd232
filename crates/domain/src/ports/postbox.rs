//! Outgoing messages, as senders and the operator look at them. Looking takes no locks; taking one is a transaction of
//! its own.

use crate::{
    effects::{Contents, MessageKind, MessageState},
    ids::{MessageId, PropertyId, TenantId, UserId},
    ports::{MailFault, StoreError},
    time::Timestamp,
};

#[cfg(feature = "mocks")]
use mockall::automock;

/// Which message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageKey {
    /// The tenant.
    pub tenant: TenantId,
    /// The message.
    pub message: MessageId,
}

/// How a message stands. It names nobody's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageStatus {
    /// Which message.
    pub key: MessageKey,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub recipient: UserId,
    /// About which property, if it is about one.
    pub property: Option<PropertyId>,
    /// What has become of it.
    pub state: MessageState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed, if it did.
    pub fault: Option<MailFault>,
    /// When it was caused.
    pub created_at: Timestamp,
    /// While it is pending, when it is tried next, or when whoever has it loses it.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was sent, given up or cancelled.
    pub settled_at: Option<Timestamp>,
}

/// The messages of all tenants, for all senders together.
#[cfg_attr(feature = "mocks", automock)]
pub trait Postbox: Send + Sync {
    /// Some messages that are due at `now`, those first that have waited longest. A message that a sender took is due
    /// again when its lease has passed.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn due_messages(&self, now: Timestamp, limit: u32) -> Result<Vec<MessageKey>, StoreError>;

    /// What the mail of a message is made of, read afresh; `None` if there is no such message.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; [`StoreError::Corrupt`] if its secret cannot be opened, or its kind is not known.
    fn contents(&self, key: MessageKey) -> Result<Option<Contents>, StoreError>;

    /// Makes every message due that a sender has, and says how many. Only for who knows that no sender can be alive.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn take_over(&self, now: Timestamp) -> Result<u32, StoreError>;

    /// Messages of a tenant in one state: pending ones by when they are due, others with the last settled first.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn messages(
        &self,
        tenant: TenantId,
        state: MessageState,
        limit: u32,
    ) -> Result<Vec<MessageStatus>, StoreError>;
}
