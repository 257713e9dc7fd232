//! Addresses as they stand in a mail.

use innkeeper_domain::values::Email;

/// The local part as it was typed, and the domain in ASCII: no reader is deceived by letters that look like others.
fn ascii(email: &Email) -> String {
    format!("{}@{}", email.local_part(), domain(email))
}

/// The domain in ASCII.
pub(crate) fn domain(email: &Email) -> &str {
    let key = email.key().as_str();
    key.rsplit_once('@').map_or(key, |(_, domain)| domain)
}

/// The address of a person as a mail about them shows it; none if a mail program could make a link of it that leads
/// anywhere else. Nobody has such an address but on purpose.
pub(crate) fn shown(email: &Email) -> Option<String> {
    let local = email.local_part();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._+-'".contains(&byte);
    let is_harmless = local.bytes().all(plain) && !local.to_ascii_lowercase().starts_with("www.");
    is_harmless.then(|| ascii(email))
}
