//! What a failed step means for the mail.

use std::{error::Error as _, io};

use innkeeper_domain::ports::MailFault;
use lettre::transport::smtp::Error;

/// The steps of sending a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Connecting, greeting and `EHLO`.
    Connection,
    /// `STARTTLS`.
    Encryption,
    /// `AUTH`.
    Login,
    /// `MAIL`.
    Sender,
    /// `RCPT`.
    Recipient,
    /// `DATA`.
    Data,
    /// The mail itself.
    Content,
}

/// A step that failed. What the server said is not kept: it may hold anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) stage: Stage,
    pub(crate) code: Option<u16>,
    pub(crate) fault: MailFault,
}

impl Stage {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Encryption => "encryption",
            Self::Login => "login",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Data => "data",
            Self::Content => "content",
        }
    }
}

impl Failure {
    /// No answer.
    pub(crate) const fn unreachable(stage: Stage) -> Self {
        Self {
            stage,
            code: None,
            fault: MailFault::Unreachable,
        }
    }

    /// No way to go on as configured.
    pub(crate) const fn refused(stage: Stage) -> Self {
        Self {
            stage,
            code: None,
            fault: MailFault::Refused,
        }
    }

    pub(crate) fn of(error: &Error, stage: Stage) -> Self {
        let code = error.status().map(u16::from);
        let fault = match code {
            Some(_) if error.is_transient() => MailFault::TryLater,
            Some(code) => refusal(code, error, stage),
            None if error.is_client() || is_about_encryption(error) => MailFault::Refused,
            None => MailFault::Unreachable,
        };
        Self { stage, code, fault }
    }

    /// Whether the connection can be used on: the server said no, and nothing else happened.
    pub(crate) fn leaves_connection(self) -> bool {
        match self.stage {
            Stage::Sender | Stage::Recipient | Stage::Data | Stage::Content => {
                self.code.is_some_and(|code| code != 421)
            }
            Stage::Connection | Stage::Encryption | Stage::Login => false,
        }
    }
}

/// A refusal for good. Only what is surely about this recipient or this mail is held against them: a wrong password
/// or a forbidden relay would else be the end of everybody's mail.
fn refusal(code: u16, error: &Error, stage: Stage) -> MailFault {
    // Commands unknown or out of order; a host that takes no mail; encryption or a login is missing.
    let is_about_us = matches!(code, 500 | 502 | 503 | 521 | 530 | 534 | 535 | 538);
    // RFC 3463: X.7.X is about security and policy, such as "relay access denied".
    let is_policy = error
        .source()
        .is_some_and(|said| said.to_string().starts_with("5.7."));
    match stage {
        Stage::Connection | Stage::Encryption | Stage::Login | Stage::Sender => MailFault::Refused,
        Stage::Recipient | Stage::Data if is_about_us || is_policy => MailFault::Refused,
        Stage::Content if is_about_us => MailFault::Refused,
        Stage::Recipient | Stage::Data | Stage::Content => MailFault::RecipientRefused,
    }
}

/// A certificate that is not trusted, or no TLS at all, comes as invalid data.
fn is_about_encryption(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(found) = cause {
        if let Some(found) = found.downcast_ref::<io::Error>() {
            return found.kind() == io::ErrorKind::InvalidData;
        }
        cause = found.source();
    }
    error.is_tls()
}
