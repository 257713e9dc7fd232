//! How the mails leave, as configured.

use std::{fmt, io, path::PathBuf, sync::Arc};

use innkeeper_domain::ports::{Clock, Mailer};
use url::Url;

use crate::{
    sender::{Sender, SenderError},
    transport::{Folder, Log, Smtp, SmtpServerError, SmtpSettings},
};

/// From whom mails in a folder are, if nothing was configured. The domain exists nowhere.
const NOBODY: &str = "Innkeeper <innkeeper@innkeeper.invalid>";

/// How the mails leave.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The way out.
    pub transport: TransportKind,
    /// From whom they are, an address or `Name <address>`; required for SMTP.
    pub from: Option<String>,
    /// What all links begin with.
    pub public_url: Url,
    /// Whether the log shows links in full: only where it is a developer's terminal.
    pub reveal_links: bool,
}

/// The ways out.
#[derive(Clone)]
pub enum TransportKind {
    /// None: the log tells that there was a mail.
    Log,
    /// One file a mail, in a folder.
    Folder(PathBuf),
    /// An SMTP server.
    Smtp(SmtpSettings),
}

impl fmt::Debug for TransportKind {
    /// An SMTP URL may hold a password, so it is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log => f.write_str("Log"),
            Self::Folder(folder) => write!(f, "Folder({})", folder.display()),
            Self::Smtp(_) => f.write_str("Smtp(..)"),
        }
    }
}

/// Why mails cannot leave as configured.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The sender is not one.
    #[error("mail.from: {0}")]
    Sender(#[from] SenderError),
    /// Mails through SMTP need a sender.
    #[error("mail.from: must be set to send mails through SMTP")]
    NoSender,
    /// The SMTP server is described wrongly.
    #[error("mail.transport: {0}")]
    Server(#[from] SmtpServerError),
    /// The folder can not be made.
    #[error("mail.transport: the folder can not be used: {0}")]
    Folder(#[source] io::Error),
}

/// The mailer that is configured. Nothing is connected to yet.
///
/// # Errors
///
/// [`SetUpError`], which names the setting and holds no secret.
pub fn mailer(settings: Settings, clock: Arc<dyn Clock>) -> Result<Arc<dyn Mailer>, SetUpError> {
    let Settings {
        transport,
        from,
        public_url,
        reveal_links,
    } = settings;
    let sender = from.as_deref().map(Sender::parse).transpose()?;
    Ok(match transport {
        TransportKind::Log => Arc::new(Log::new(public_url, reveal_links)),
        TransportKind::Folder(folder) => {
            let sender = sender.map_or_else(|| Sender::parse(NOBODY), Ok)?;
            let folder = Folder::new(folder, sender, public_url, clock);
            Arc::new(folder.map_err(SetUpError::Folder)?)
        }
        TransportKind::Smtp(server) => {
            let sender = sender.ok_or(SetUpError::NoSender)?;
            Arc::new(Smtp::new(&server, sender, public_url, clock)?)
        }
    })
}
