//! Typed identifiers, and how a request makes new ones.

use std::{fmt, hash, marker::PhantomData, str::FromStr};

use uuid::Uuid;

use crate::time::Timestamp;

/// The identifier of one kind of thing, so that a user's id cannot stand where a property's is meant.
///
/// Shown and parsed as a lower-case hyphenated UUID.
///
/// ```
/// use innkeeper_domain::ids::{Id, PropertyId};
///
/// let id: PropertyId = "018f3e2c-7a00-7000-8000-000000000001".parse()?;
/// assert_eq!(id.to_string(), "018f3e2c-7a00-7000-8000-000000000001");
/// assert!("not-an-id".parse::<PropertyId>().is_err());
/// # Ok::<(), innkeeper_domain::ids::NotAnId>(())
/// ```
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// What is returned when a text is not a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a UUID")]
pub struct NotAnId;

impl<K> Id<K> {
    /// Names an existing thing.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self {
            uuid,
            kind: PhantomData,
        }
    }

    /// The bare UUID, for adapters.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}
impl<K> FromStr for Id<K> {
    type Err = NotAnId;

    /// Accepts the 36-character hyphenated form in either case; braces, URNs and bare hex are not ids.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 36 {
            return Err(NotAnId);
        }
        let uuid = Uuid::try_parse(text).ok().ok_or(NotAnId)?;
        Ok(Self::from_uuid(uuid))
    }
}

#[cfg(feature = "serde")]
impl<K> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Uuid::encode_buffer();
        serializer.serialize_str(self.uuid.hyphenated().encode_lower(&mut text))
    }
}
#[cfg(feature = "serde")]
impl<'de, K> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $alias:ident;)*) => {
        /// The kinds of things that have ids.
        pub mod kinds {
            $($(#[$doc])* #[derive(Debug)] pub enum $kind {})*
        }
        $($(#[$doc])* pub type $alias = Id<kinds::$kind>;)*
    };
}

kinds! {
    /// A partner company and everything it owns.
    Tenant => TenantId;
    /// An OAuth2 client of a tenant.
    Application => ApplicationId;
    /// A person of a tenant.
    User => UserId;
    /// One login of a user.
    Credential => CredentialId;
    /// A hotel, flat or house.
    Property => PropertyId;
    /// The association of a property and a user.
    PropertyUser => PropertyUserId;
    /// A named set of properties; grants on groups are not built yet, but have an origin already.
    Group => GroupId;
    /// A long-lived key of a user.
    ApiKey => ApiKeyId;
    /// A token minted for an application or one of its users.
    AccessToken => AccessTokenId;
    /// A link that lets an invited person on-board.
    OnboardingToken => OnboardingTokenId;
    /// A link that somebody asked for.
    LinkRequest => LinkRequestId;
    /// One entry of the record of who did what.
    AuditRecord => AuditRecordId;
    /// One outgoing message.
    Message => MessageId;
    /// A channel connection of a user.
    Account => AccountId;
    /// One background import of an account.
    Run => RunId;
    /// A listing of an account.
    Listing => ListingId;
    /// A reservation of an account.
    Reservation => ReservationId;
    /// One taking of a run by a worker: 128 random bits, so that no other can be matched by mistake.
    Claim => ClaimId;
    /// One incarnation of a worker process.
    Worker => WorkerId;
}

/// A supply of fresh `UUIDv7` ids for one request.
///
/// Rules and use cases read no clock and no randomness, so both arrive here as values. The supply is `Copy`:
/// a body that is run again starts from the same supply and makes the same ids, which is what makes a repeated
/// attempt, and a client's retry after an uncertain commit, recognisable.
///
/// ```
/// use innkeeper_domain::{ids::{Ids, UserId}, time::Timestamp};
///
/// let supply = Ids::new(Timestamp::from_micros(1_700_000_000_000_000), 42);
/// let (mut first, mut again) = (supply, supply);
/// let id: UserId = first.make();
/// assert_eq!(id, again.make());
/// assert_ne!(id, first.make());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    millis: u64,
    entropy: u64,
    counter: u16,
}

impl Ids {
    /// A supply for the request that began at `now`; `entropy` is 64 fresh random bits.
    pub fn new(now: Timestamp, entropy: u64) -> Self {
        Self {
            millis: u64::try_from(now.as_micros() / 1_000).unwrap_or(0),
            entropy,
            counter: 0,
        }
    }

    /// The next id: 48 bits of milliseconds, a 12-bit counter that keeps ids of one request in order, and 62
    /// random bits (RFC 9562, section 6.2, method 1).
    pub fn make<K>(&mut self) -> Id<K> {
        let counter = self.counter;
        // After 4,096 ids in one request the counter starts over with other random bits.
        if counter == 0x0fff {
            self.counter = 0;
            self.entropy = self.entropy.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        } else {
            self.counter += 1;
        }
        let high = (self.millis << 16) | 0x7000 | u64::from(counter);
        let low = (self.entropy & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        Id::from_uuid(Uuid::from_u64_pair(high, low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_supply_are_version_7_distinct_and_in_order() {
        let mut ids = Ids::new(Timestamp::from_micros(1_700_000_000_123_456), u64::MAX);
        let made: Vec<UserId> = (0..10_000).map(|_| ids.make()).collect();
        assert!(made.iter().all(|id| id.uuid().get_version_num() == 7));
        assert!(
            made.iter()
                .all(|id| id.uuid().get_variant() == uuid::Variant::RFC4122)
        );
        let distinct: std::collections::HashSet<_> = made.iter().collect();
        assert_eq!(distinct.len(), made.len());
        assert!(made.windows(2).take(4_095).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        for text in [
            "",
            "018f3e2c7a0070008000000000000001",
            "{018f3e2c-7a00-7000-8000-00000000001}",
            "urn:uuid:0",
        ] {
            assert_eq!(text.parse::<UserId>(), Err(NotAnId), "{text}");
        }
        let upper: UserId = "018F3E2C-7A00-7000-8000-00000000000A".parse().unwrap();
        assert_eq!(upper.to_string(), "018f3e2c-7a00-7000-8000-00000000000a");
    }
}
