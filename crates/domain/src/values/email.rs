//! E-mail addresses, and the key by which two spellings are one person.

use std::fmt;

use super::text::is_invisible;

const MAX_LOCAL_OCTETS: usize = 64;

/// An e-mail address as it was typed, with its [`EmailKey`].
///
/// The typed form is for showing and sending; only the key says who is meant (C-02).
///
/// ```
/// use innkeeper_domain::values::Email;
///
/// let email = Email::parse(" Ana.Lima@Bücher.Example ")?;
/// assert_eq!(email.as_str(), "Ana.Lima@Bücher.Example");
/// assert_eq!(email.key().as_str(), "ana.lima@xn--bcher-kva.example");
/// # Ok::<(), innkeeper_domain::values::EmailError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Email {
    typed: String,
    key: EmailKey,
}

/// The canonical form of an address: equal keys are one person, on every database (C-01).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(String);

/// Why a text is not an address we accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Nothing but white space.
    #[error("the address is empty")]
    Blank,
    /// Over 254 octets, or a local part over 64.
    #[error("the address is too long")]
    TooLong,
    /// Anything else that is not `local@domain`.
    #[error("not an e-mail address")]
    Malformed,
}

impl Email {
    /// The longest address, in octets (C-02).
    pub const MAX_OCTETS: usize = 254;

    /// Reads an address, by the rules C-02 to C-04.
    ///
    /// Dots and `+tag` stay significant: merging two people is worse than having two accounts (C-03).
    ///
    /// # Errors
    ///
    /// [`EmailError`], which never repeats what was typed.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let typed = text.trim();
        if typed.is_empty() {
            return Err(EmailError::Blank);
        }
        if typed.len() > Self::MAX_OCTETS {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = typed.split_once('@').ok_or(EmailError::Malformed)?;
        if local.len() > MAX_LOCAL_OCTETS {
            return Err(EmailError::TooLong);
        }
        if !is_local_part(local) || domain.contains('@') {
            return Err(EmailError::Malformed);
        }
        let mut key = String::with_capacity(typed.len());
        key.extend([local, "@"]);
        key.make_ascii_lowercase();
        key.push_str(&ascii_domain(domain)?);
        if key.len() > Self::MAX_OCTETS {
            return Err(EmailError::TooLong);
        }
        Ok(Self {
            typed: typed.to_owned(),
            key: EmailKey(key),
        })
    }

    /// The address as it was typed, without outer white space.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// What identifies the person.
    pub fn key(&self) -> &EmailKey {
        &self.key
    }

    /// The part before the `@`, the name of a person who has not told theirs yet.
    pub fn local_part(&self) -> &str {
        self.typed.split_once('@').map_or("", |(local, _)| local)
    }
}

impl EmailKey {
    /// The key as text, for storing and comparing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address never gets into a log by accident; ask for [`Email::as_str`].
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

impl fmt::Debug for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailKey(..)")
    }
}

/// The unquoted form of RFC 5321: ASCII `atext` and inner dots. Anything else (quotes, commas, angle brackets,
/// colons as in `mailto:`, controls, non-ASCII) is refused (C-02, C-04).
fn is_local_part(local: &str) -> bool {
    let atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    !local.is_empty()
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(atext))
}

/// The domain as lower-case A-labels, with at least two of them and strict host-name rules.
fn ascii_domain(domain: &str) -> Result<String, EmailError> {
    // They vanish in the key, but not in what is shown and sent to.
    if domain.chars().any(is_invisible) {
        return Err(EmailError::Malformed);
    }
    let ascii = match lowered(domain) {
        Some(ascii) => ascii,
        None => idna::domain_to_ascii_strict(domain)
            .ok()
            .ok_or(EmailError::Malformed)?,
    };
    let labels = ascii.split('.').count();
    let top_is_name = ascii
        .rsplit('.')
        .next()
        .is_some_and(|top| !top.bytes().all(|byte| byte.is_ascii_digit()));
    if labels < 2 || !ascii.split('.').all(is_host_label) || !top_is_name {
        return Err(EmailError::Malformed);
    }
    Ok(ascii)
}

fn is_host_label(label: &str) -> bool {
    !label.is_empty()
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The A-labels of a domain of which IDNA only asks that letters be small, as of nearly all. Addresses are read from every
/// row of a list, and IDNA takes several times as long as all the rest of reading one.
fn lowered(domain: &str) -> Option<String> {
    let is_plain = |label: &str| label.len() <= 63 && is_host_label(label) && label.get(2..4) != Some("--");
    (domain.len() <= 253 && domain.split('.').all(is_plain)).then(|| domain.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_only_lowered_is_what_idna_makes_of_it(
            domain in "([A-Za-z0-9-]{1,6}|[xX][nN]--[a-z0-9-]{1,6}|[a-z0-9]{60,66})([.]([A-Za-z0-9-]{0,6}|[a-z]{60,64})){0,4}",
        ) {
            if let Some(ascii) = lowered(&domain) {
                prop_assert_eq!(idna::domain_to_ascii_strict(&domain).ok(), Some(ascii));
            }
        }
    }

    #[test]
    fn most_domains_are_only_lowered() {
        assert_eq!(
            lowered("Mail.Example-1.COM").as_deref(),
            Some("mail.example-1.com")
        );
        for other in [
            "",
            "a..b",
            "-a.b",
            "a-.b",
            "xn--a.b",
            "ab--c.d",
            "bücher.example",
            "a_b.c",
        ] {
            assert_eq!(lowered(other), None, "{other}");
        }
    }
}
