//! SMTP.

mod fault;
mod pool;
mod server;
mod session;

use std::{fmt, sync::Arc, time::Duration};

use innkeeper_domain::ports::{Clock, Handover, Letter, MailFault, Mailer};
use url::Url;

use super::LOG_TARGET;
use crate::{compose::compose, sender::Sender};
use pool::Pool;
use server::Server;
use session::Deadline;

pub use server::SmtpServerError;

/// An SMTP server, as configured.
#[derive(Clone)]
pub struct SmtpSettings {
    /// `smtp://USER:PASSWORD@HOST:PORT`, which demands `STARTTLS` unless the host is this machine or the URL ends in
    /// `?tls=none`; or `smtps://...`, encrypted from the first byte on. User and password may be left out, the port
    /// is 587 or 465 then.
    pub url: Url,
    /// Certificates that are trusted beside those of the system, in PEM.
    pub authorities: Option<Vec<u8>>,
    /// How long it may take.
    pub limits: Limits,
}

impl SmtpSettings {
    /// The server of this URL, with the system's certificates and the usual limits.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            authorities: None,
            limits: Limits::STANDARD,
        }
    }

    /// Whether this describes a server; it is not asked.
    ///
    /// # Errors
    ///
    /// [`SmtpServerError`] says what is wrong with the URL or the certificates.
    pub fn check(&self) -> Result<(), SmtpServerError> {
        Server::new(&self.url, self.authorities.as_deref(), "innkeeper.invalid").map(drop)
    }
}

impl fmt::Debug for SmtpSettings {
    /// The URL may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// How long sending one mail may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For connecting, and for each answer but the one to the mail itself.
    pub step: Duration,
    /// For all of it. What is under way then may take one step more.
    pub whole: Duration,
}

impl Limits {
    /// Ten seconds a step, thirty for a mail.
    pub const STANDARD: Self = Self {
        step: Duration::from_secs(10),
        whole: Duration::from_secs(30),
    };
}

/// Hands mails to an SMTP server, over connections that are kept for the next one.
pub(crate) struct Smtp {
    pool: Pool,
    sender: Sender,
    public_url: Url,
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl Smtp {
    pub(crate) fn new(
        settings: &SmtpSettings,
        sender: Sender,
        public_url: Url,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SmtpServerError> {
        let server = Server::new(&settings.url, settings.authorities.as_deref(), sender.domain())?;
        Ok(Self {
            pool: Pool::new(server),
            sender,
            public_url,
            clock,
            limits: settings.limits,
        })
    }
}

impl Mailer for Smtp {
    fn send(&self, letter: &Letter) -> Result<Handover, MailFault> {
        let mail = compose(letter, &self.sender, &self.public_url, self.clock.now())?;
        let deadline = Deadline::within(self.limits);
        match self.pool.send(&mail, deadline) {
            Ok(()) => Ok(Handover::Sent),
            Err(failure) => {
                tracing::warn!(
                    target: LOG_TARGET,
                    {
                        mail.id = %mail.id,
                        stage = failure.stage.as_str(),
                        code = failure.code,
                        fault = failure.fault.as_str(),
                    },
                    "a mail was not taken"
                );
                Err(failure.fault)
            }
        }
    }
}
