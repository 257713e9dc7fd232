//! The name of a channel on the wire.

use std::{fmt, str::FromStr};

/// What is returned when a text is no channel's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a channel")]
pub struct NotASlug;

/// The name of a channel: lower-case letters, digits and underscores, at most 40 of them.
///
/// ```
/// use innkeeper_domain::accounts::ChannelSlug;
///
/// assert_eq!("rentals_united".parse::<ChannelSlug>()?.as_str(), "rentals_united");
/// assert!("Rentals United".parse::<ChannelSlug>().is_err());
/// # Ok::<(), innkeeper_domain::accounts::NotASlug>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelSlug(String);

impl ChannelSlug {
    /// The most characters a name may have.
    pub const MAX_CHARS: usize = 40;

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ChannelSlug {
    type Err = NotASlug;

    fn from_str(text: &str) -> Result<Self, NotASlug> {
        let known = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
        if text.is_empty() || text.len() > Self::MAX_CHARS || !text.bytes().all(known) {
            return Err(NotASlug);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ChannelSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
