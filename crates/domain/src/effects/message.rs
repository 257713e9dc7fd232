//! Outgoing messages, written with their cause and sent later.

use crate::{
    access::Subject,
    ids::{MessageId, PropertyId, TenantId, UserId},
    time::Timestamp,
    tokens::Secret,
};

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// To a person who is not on-boarded: who invited them where, and the link to on-board.
    Invitation,
    /// To a person we know: which property they were added to.
    AccessAdded,
}

impl MessageKind {
    /// The kind as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::AccessAdded => "access_added",
        }
    }
}

/// A mail to be sent after the commit. It names people and properties by id; the text is made when it is sent.
#[derive(Clone, Debug)]
pub struct Message {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id, which will also be in the mail's `Message-ID`.
    pub id: MessageId,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub recipient: UserId,
    /// About which property.
    pub property: PropertyId,
    /// In whose name.
    pub actor: Subject,
    /// The on-boarding secret that its link carries. Stored sealed, and erased once the message is settled.
    pub secret: Option<Secret>,
    /// When it was caused.
    pub created_at: Timestamp,
}
