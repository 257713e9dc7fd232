//! Sums of money, as channels state them.

use std::{fmt, str::FromStr};

/// What is returned when a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal amount")]
pub struct NotAnAmount;

/// A decimal amount as text, so that nothing is rounded: an optional minus, digits, and at most four decimals.
///
/// ```
/// use innkeeper_domain::accounts::Amount;
///
/// assert_eq!("-12.50".parse::<Amount>()?.as_str(), "-12.50");
/// assert!("1,250.00".parse::<Amount>().is_err());
/// # Ok::<(), innkeeper_domain::accounts::NotAnAmount>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Amount(String);

impl Amount {
    /// The most digits before the point.
    pub const MOST_DIGITS: usize = 18;
    /// The most digits behind it.
    pub const MOST_DECIMALS: usize = 4;

    /// The amount as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Amount {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str, most: usize| {
            !part.is_empty() && part.len() <= most && part.bytes().all(|c| c.is_ascii_digit())
        };
        if !is_number(whole, Self::MOST_DIGITS) || !is_number(decimals, Self::MOST_DECIMALS) {
            return Err(NotAnAmount);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
