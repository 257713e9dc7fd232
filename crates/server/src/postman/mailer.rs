//! The way that mails leave by, made from the configuration.

use std::{
    io::{IsTerminal, stderr},
    sync::Arc,
};

use innkeeper_domain::ports::Mailer;
use innkeeper_mail::{Settings, SmtpSettings, TransportKind};
use url::Url;

use crate::{
    clock::SystemClock,
    compose::StartError,
    config::{Config, Transport},
};

/// Makes it. Nothing is connected to yet. `public_url` is what links begin with.
pub(crate) fn mailer(config: &Config, public_url: &str) -> Result<Arc<dyn Mailer>, StartError> {
    let transport = match &config.mail.transport {
        Transport::Log => TransportKind::Log,
        Transport::Files(folder) => TransportKind::Folder(folder.clone()),
        Transport::Smtp(url) => TransportKind::Smtp(SmtpSettings::new(url.clone())),
    };
    let public_url = Url::parse(public_url).map_err(|error| StartError::PublicUrl(error.to_string()))?;
    let settings = Settings {
        transport,
        from: config.mail.from.clone(),
        public_url,
        reveal_links: stderr().is_terminal(),
    };
    innkeeper_mail::mailer(settings, Arc::new(SystemClock)).map_err(StartError::Mails)
}
