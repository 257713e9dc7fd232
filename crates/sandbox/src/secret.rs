//! Secrets that the simulated channels accept: `good`, or `good-LxR` for an account of a chosen size.

use crate::options::Options;

/// The most listings that a secret may ask for.
const MOST_LISTINGS: u32 = 50_000;
/// The most reservations of an account.
const MOST_RESERVATIONS: u32 = 2_000_000;

/// How much an account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) listings: u32,
    /// Reservations of each listing.
    pub(crate) reservations: u32,
}

/// The size that a secret stands for; nothing for a secret that is refused.
pub(crate) fn size(secret: &str, options: &Options) -> Option<Size> {
    let wanted = if secret == "good" {
        Size {
            listings: options.listings,
            reservations: options.reservations,
        }
    } else {
        let (listings, reservations) = secret.strip_prefix("good-")?.split_once('x')?;
        Size {
            listings: count(listings)?,
            reservations: count(reservations)?,
        }
    };
    let all = wanted.listings.checked_mul(wanted.reservations)?;
    (wanted.listings <= MOST_LISTINGS && all <= MOST_RESERVATIONS).then_some(wanted)
}

/// Digits alone: the library would also take a sign.
fn count(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(text)?
        .parse()
        .ok()
}

/// Whether a text looks like a secret of ours, whatever follows the last dot (calendars are named by theirs).
pub(crate) fn looks_secret(text: &str) -> bool {
    text.strip_prefix("good")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
}
