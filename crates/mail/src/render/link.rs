//! The link that on-boards a person, or sets a new password.

use innkeeper_domain::{ports::MailFault, tokens::Secret};
use url::Url;

/// `PUBLIC_URL/onboarding/SECRET`. The configured URL is all that a link is ever built from.
pub(crate) fn to(public_url: &Url, secret: &Secret) -> Result<String, MailFault> {
    let mut link = public_url.clone();
    link.set_query(None);
    link.set_fragment(None);
    link.path_segments_mut()
        .map_err(|()| MailFault::Uncomposable)?
        .pop_if_empty()
        .extend(["onboarding", secret.reveal()]);
    Ok(link.into())
}

/// The same without the secret, for the log.
pub(crate) fn masked(public_url: &Url, secret: &Secret) -> Result<String, MailFault> {
    let link = to(public_url, secret)?;
    let shown = link
        .strip_suffix(secret.reveal())
        .ok_or(MailFault::Uncomposable)?;
    Ok(format!("{shown}{}***", secret.kind().prefix()))
}
