//! No way out: the log tells that there was a mail.

use innkeeper_domain::ports::{Handover, Letter, MailFault, Mailer};
use url::Url;

use crate::render::{link, render};

/// The target of all log lines about mails.
pub const TARGET: &str = "innkeeper::mail";

/// Shows mails to a developer, and sends none.
pub(crate) struct Log {
    public_url: Url,
    reveal_links: bool,
}

impl Log {
    pub(crate) fn new(public_url: Url, reveal_links: bool) -> Self {
        Self {
            public_url,
            reveal_links,
        }
    }
}

impl Mailer for Log {
    fn send(&self, letter: &Letter) -> Result<Handover, MailFault> {
        // What could not be sent elsewhere is a fault here, too.
        render(letter, &self.public_url)?;
        let link = match &letter.link {
            None => String::new(),
            Some(found) if self.reveal_links => link::to(&self.public_url, &found.secret)?,
            Some(found) => link::masked(&self.public_url, &found.secret)?,
        };
        tracing::info!(
            target: TARGET,
            {
                mail.id = %letter.message,
                kind = letter.kind.as_str(),
                locale = letter.locale.as_str(),
                link,
            },
            "a mail, shown and not sent"
        );
        Ok(Handover::Logged)
    }
}
