//! What comes back from a channel.

use std::fmt;

use super::{Credentials, LISTING_KEY_MAX, ListingRecord, ReservationRecord};
use crate::{time::Timestamp, values::Email};

/// What an import reads, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stream {
    /// The listings of the account.
    Listings,
    /// Its reservations.
    Reservations,
}

impl Stream {
    /// The stream as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listings => "listings",
            Self::Reservations => "reservations",
        }
    }

    /// The stream with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Listings, Self::Reservations]
            .into_iter()
            .find(|stream| stream.as_str() == name)
    }
}

/// How a channel tells of reservations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamPlan {
    /// Reservations are asked for listing by listing, rather than for the whole account.
    pub per_listing: bool,
    /// It can be asked for what changed since an instant.
    pub incremental: bool,
}

/// Who waits for the answer: some of each budget is kept for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// A person: adding an account, refreshing it.
    Person,
    /// Nobody.
    Background,
}

/// Which token of a channel: a keyed hash over tenant, channel and credentials, so that check and import find the same
/// one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenKey(pub [u8; 16]);

/// The account at the channel, as its check found it.
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteAccount {
    /// The channel's id of the account, or a keyed hash of the identifying credential where the channel tells none.
    pub channel_id: String,
    /// What the channel shows for it.
    pub display_id: Option<String>,
    /// The e-mail address that the channel knows.
    pub email: Option<String>,
    /// The credentials to keep: what was given, or what a code that works once was exchanged for.
    pub credentials: Credentials,
    /// Under which key the tokens are kept that the channel issues for these.
    pub token: TokenKey,
}

impl RemoteAccount {
    /// The account in a form that can be stored; `None` if its id cannot. What is only shown is cut short or left out.
    pub fn storable(self) -> Option<Self> {
        is_key(&self.channel_id).then_some(Self {
            display_id: self.display_id.and_then(|text| shown(&text, LISTING_KEY_MAX)),
            email: self.email.filter(|text| Email::parse(text).is_ok()),
            ..self
        })
    }
}

/// Without what the channel calls the account and its person: that may be an address.
impl fmt::Debug for RemoteAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteAccount")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// Whether a text can be an id of a channel: some characters, not too many, and none that a store or a log chokes on.
pub(crate) fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= LISTING_KEY_MAX && !text.chars().any(char::is_control)
}

/// A text as it can be shown: without outer white space and control characters, cut after `most` characters; `None` if
/// nothing is left.
pub(crate) fn shown(text: &str, most: usize) -> Option<String> {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let text: String = text.trim().chars().take(most).map(plain).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Where to go on reading: a text that only the channel's engine understands. It never prints itself, for it may be a
/// link with a key in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Position(pub String);

impl Position {
    /// The most bytes it may have.
    pub const MAX_BYTES: usize = 16_384;
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Position(..)")
    }
}

/// The records of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Records {
    /// Listings.
    Listings(Vec<ListingRecord>),
    /// Reservations.
    Reservations(Vec<ReservationRecord>),
}

impl Records {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Listings(records) => records.len(),
            Self::Reservations(records) => records.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A record that could not be understood. The others of its page were.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultyRecord {
    /// The channel's id of it, if that much could be read.
    pub channel_id: Option<String>,
    /// The field that is wrong.
    pub field: String,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its records.
    pub records: Records,
    /// Those of it that could not be understood.
    pub faulty: Vec<FaultyRecord>,
    /// Where to go on; `None` at the end.
    pub next: Option<Position>,
    /// When the call began: nothing in it is newer knowledge than that.
    pub began_at: Timestamp,
}
