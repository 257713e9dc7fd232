//! How mails leave, and how many.

use std::{path::PathBuf, time::Duration};

use innkeeper_domain::{
    effects::{MailBackoff, MailLimits},
    values::Email,
};
use serde_json::Value as Json;
use url::Url;

use super::{
    address,
    reader::{Reader, Shown},
};

/// The mails.
#[derive(Clone, Debug)]
pub(crate) struct Mail {
    /// How they leave.
    pub(crate) transport: Transport,
    /// From whom they are: an address, or `Name <address>`.
    pub(crate) from: Option<String>,
    /// How long one that was not taken waits for its second attempt.
    pub(crate) retry_after: Duration,
    /// How many may be caused within a day.
    pub(crate) limits: MailLimits,
}

/// How mails leave.
#[derive(Clone)]
pub(crate) enum Transport {
    /// Not at all: they are shown in the log, and marked `logged`, never `sent`.
    Log,
    /// As files in a directory.
    Files(PathBuf),
    /// Through an SMTP server, by its URL.
    Smtp(Url),
}

impl Mail {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let transport = reader.read("mail.transport", Transport::Log, |raw| {
            Transport::parse(raw.text()?)
        });
        let problems = reader.problems();
        let from = reader.read_optional("mail.from", |raw| sender(raw.text()?));
        if matches!(transport, Transport::Smtp(_)) && from.is_none() && reader.problems() == problems {
            reader.problem(
                "mail.from",
                "must be set to send mails through SMTP, such as `Innkeeper <inn@example.com>`",
            );
        }
        let retry_after = reader.read("mail.retry_after", MailBackoff::STANDARD.first, |raw| {
            let wait = raw.duration()?;
            if (Duration::from_secs(1)..=Duration::from_hours(1)).contains(&wait) {
                Ok(wait)
            } else {
                Err("must be from 1s to 1h".to_owned())
            }
        });
        Self {
            transport,
            from,
            retry_after,
            limits: limits(reader),
        }
    }
}

fn limits(reader: &mut Reader) -> MailLimits {
    let mut limit = |name: &str, standard: u32| {
        let key = format!("mail.limits.{name}");
        reader.read(&key, standard, |raw| raw.number(1..=1_000_000))
    };
    let standard = MailLimits::STANDARD;
    MailLimits {
        per_actor: limit("per_actor", standard.per_actor),
        pending_per_property: limit("pending_per_property", standard.pending_per_property),
        per_recipient_and_property: limit("per_recipient_and_property", standard.per_recipient_and_property),
        per_recipient: limit("per_recipient", standard.per_recipient),
    }
}

impl Transport {
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "must be `log`, `file:DIRECTORY` or `smtp://USER:PASSWORD@HOST:PORT`".to_owned();
        if text == "log" {
            return Ok(Self::Log);
        }
        if let Some(directory) = text.strip_prefix("file:") {
            let named = !directory.is_empty() && !directory.contains('\0');
            return named
                .then(|| Self::Files(PathBuf::from(directory)))
                .ok_or_else(wrong);
        }
        let url = Url::parse(text).map_err(|_not_a_url| wrong())?;
        if matches!(url.scheme(), "smtp" | "smtps") && url.has_host() {
            Ok(Self::Smtp(url))
        } else {
            Err(wrong())
        }
    }
}

/// Control characters could forge headers, so a name must be plain.
fn sender(text: &str) -> Result<String, String> {
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
        None => text,
    };
    if Email::parse(address).is_ok() && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err("must be an address, or `Name <address>`".to_owned())
    }
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Transport {
    fn masked(&self) -> String {
        match self {
            Self::Log => "log".to_owned(),
            Self::Files(directory) => format!("file:{}", directory.display()),
            Self::Smtp(url) => address::masked(url.as_str()),
        }
    }
}

impl Shown for Transport {
    fn shown(&self) -> Json {
        Json::from(self.masked())
    }
}
