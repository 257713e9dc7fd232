//! From whom the mails are.

use std::fmt;

use innkeeper_domain::values::Email;
use lettre::{Address, message::Mailbox};

use crate::address;

const LONGEST_NAME: usize = 100;

/// From whom the mails are: an address, and a name if one was configured.
#[derive(Clone)]
pub struct Sender {
    mailbox: Mailbox,
}

/// A text that is neither an address nor `Name <address>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sender must be an address, or `Name <address>`")]
pub struct SenderError;

impl Sender {
    /// Reads `address` or `Name <address>`. Quotes around the name do not belong to it.
    ///
    /// # Errors
    ///
    /// [`SenderError`].
    pub fn parse(text: &str) -> Result<Self, SenderError> {
        let (name, email) = match text.split_once('<') {
            Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix('>').ok_or(SenderError)?),
            None => ("", text),
        };
        let name = name.trim_matches('"').trim();
        let forges = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        if name.chars().count() > LONGEST_NAME || name.chars().any(forges) {
            return Err(SenderError);
        }
        let email = Email::parse(email).ok().ok_or(SenderError)?;
        let address = Address::new(email.local_part(), address::domain(&email))
            .ok()
            .ok_or(SenderError)?;
        let name = (!name.is_empty()).then(|| name.to_owned());
        Ok(Self {
            mailbox: Mailbox::new(name, address),
        })
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The domain, in ASCII.
    pub fn domain(&self) -> &str {
        self.mailbox.email.domain()
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender(..)")
    }
}
