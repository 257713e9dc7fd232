//! Outgoing messages, written with their cause and sent later.

use std::str::FromStr;

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
    /// The same once more, on request. Links of earlier mails no longer work.
    InvitationResent,
    /// To a person we know: which property they were added to.
    AccessAdded,
    /// To a person we know: which property they can no longer reach.
    AccessWithdrawn,
    /// To a person we know: the link to set a new password.
    PasswordReset,
}

/// A text that is not a kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of message")]
pub struct UnknownMessageKind;

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Invitation,
        Self::InvitationResent,
        Self::AccessAdded,
        Self::AccessWithdrawn,
        Self::PasswordReset,
    ];

    /// The kind as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::InvitationResent => "invitation_resent",
            Self::AccessAdded => "access_added",
            Self::AccessWithdrawn => "access_withdrawn",
            Self::PasswordReset => "password_reset",
        }
    }
}

impl FromStr for MessageKind {
    type Err = UnknownMessageKind;

    fn from_str(text: &str) -> Result<Self, UnknownMessageKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownMessageKind)
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
    /// About which property, if it is about one.
    pub property: Option<PropertyId>,
    /// In whose name; none if somebody asked for it without saying who they are.
    pub actor: Option<Subject>,
    /// The secret that its link carries. Stored sealed, and erased once the message is settled.
    pub secret: Option<Secret>,
    /// When it was caused.
    pub created_at: Timestamp,
}
