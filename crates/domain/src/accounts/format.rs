//! The forms that a credential's value may have: a closed list, so that a form is checked the same everywhere.

use crate::values::Email;

/// The form of a credential's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Any text.
    #[default]
    Text,
    /// Digits.
    Integer,
    /// An e-mail address.
    Email,
    /// A UUID.
    Uuid,
    /// An `http` or `https` address; which of the two, and where to, the channel's engine judges.
    Url,
    /// The name of a host.
    Host,
    /// One label of a host name.
    Subdomain,
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::Integer,
        Self::Email,
        Self::Uuid,
        Self::Url,
        Self::Host,
        Self::Subdomain,
    ];

    /// The form's name in manifests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Email => "email",
            Self::Uuid => "uuid",
            Self::Url => "url",
            Self::Host => "host",
            Self::Subdomain => "subdomain",
        }
    }

    /// The form as a regular expression, for those who show a form to people; `None` for any text.
    pub const fn pattern(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Integer => Some("^[0-9]{1,20}$"),
            Self::Email => Some(r"^[^@\s]+@[^@\s]+$"),
            Self::Uuid => Some("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"),
            Self::Url => Some(r"^https?://[^\s/]+\S*$"),
            Self::Host => Some(r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"),
            Self::Subdomain => Some("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"),
        }
    }

    /// Whether a value has this form.
    ///
    /// ```
    /// use innkeeper_domain::accounts::Format;
    ///
    /// assert!(Format::Integer.fits("12345"));
    /// assert!(!Format::Integer.fits("12 345"));
    /// assert!(Format::Host.fits("company.trackhs.com"));
    /// ```
    pub fn fits(self, value: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Integer => {
                value.len() <= 20 && !value.is_empty() && value.bytes().all(|c| c.is_ascii_digit())
            }
            Self::Email => Email::parse(value).is_ok(),
            Self::Uuid => value.len() == 36 && uuid::Uuid::try_parse(value).is_ok(),
            Self::Url => is_url(value),
            Self::Host => value.contains('.') && value.len() <= 253 && value.split('.').all(is_label),
            Self::Subdomain => is_label(value),
        }
    }
}

fn is_label(text: &str) -> bool {
    let plain = text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
    plain && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    host.is_some_and(|host| !host.is_empty()) && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}
