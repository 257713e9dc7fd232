//! Mail, as the sender of outgoing messages sees it.

use crate::{
    access::Role,
    effects::MessageKind,
    ids::{MessageId, TenantId},
    time::Timestamp,
    tokens::Secret,
    values::{Email, Locale, Title},
};

#[cfg(feature = "mocks")]
use mockall::automock;

/// Everything that one mail says. Texts come from here and from templates, and from nowhere else.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The tenant.
    pub tenant: TenantId,
    /// The outgoing message. A mail that is sent twice carries the same id twice, in its `Message-ID`, so that a
    /// repeat can be recognised.
    pub message: MessageId,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// The verified address of the user who caused it; none if it was an application, the operator, or whoever
    /// asked for a link without saying who they are.
    pub inviter: Option<Email>,
    /// The title of the property that it is about, as its people typed it.
    pub property: Option<Title>,
    /// The role given there.
    pub role: Option<Role>,
    /// The secret that its link carries, and when the link ends.
    pub link: Option<Link>,
}

/// What a link in a mail is made of.
#[derive(Clone, Debug)]
pub struct Link {
    /// The secret, the last part of the link.
    pub secret: Secret,
    /// From when on it is over.
    pub expires_at: Timestamp,
}

/// What became of a mail that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// A mail server took it, or a file was written.
    Sent,
    /// It was shown in the log, for a developer; nobody else got it.
    Logged,
}

/// Why a mail was not taken. What the server said is not kept: it may hold anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum MailFault {
    /// The server could not be reached, or did not answer in time.
    #[error("the mail server can not be reached")]
    Unreachable,
    /// The server asks to try later, as with greylisting.
    #[error("the mail server asks to try again later")]
    TryLater,
    /// The server does not talk to us as we are configured: no TLS, wrong login, refused sender.
    #[error("the mail server refuses us")]
    Refused,
    /// The server refuses this recipient or this mail, for good.
    #[error("the mail server refuses the recipient")]
    RecipientRefused,
    /// The mail could not be written.
    #[error("the mail could not be composed")]
    Uncomposable,
}

impl MailFault {
    /// Every fault.
    pub const ALL: [Self; 5] = [
        Self::Unreachable,
        Self::TryLater,
        Self::Refused,
        Self::RecipientRefused,
        Self::Uncomposable,
    ];

    /// The fault as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::TryLater => "try_later",
            Self::Refused => "refused",
            Self::RecipientRefused => "recipient_refused",
            Self::Uncomposable => "uncomposable",
        }
    }

    /// The fault that is stored so.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == code)
    }

    /// Whether another attempt can help. A server that refuses us will take the mail once the operator has mended
    /// the configuration.
    pub const fn is_final(self) -> bool {
        match self {
            Self::RecipientRefused | Self::Uncomposable => true,
            Self::Unreachable | Self::TryLater | Self::Refused => false,
        }
    }
}

/// Sends mails.
#[cfg_attr(feature = "mocks", automock)]
pub trait Mailer: Send + Sync {
    /// Hands one mail over, within a bounded time. An adapter MUST address exactly one recipient, put nothing that a
    /// person typed into a header, and log neither link nor address.
    ///
    /// # Errors
    ///
    /// [`MailFault`]; the mail may have been taken all the same, if the answer was lost.
    fn send(&self, letter: &Letter) -> Result<Handover, MailFault>;
}
