//! What follows from numbers alone, so that whoever makes load finds everything without asking: ids, and who is where.
//! The script of the load computes the same.

use anyhow::ensure;
use innkeeper_domain::time::Timestamp;
use uuid::Uuid;

/// Property users of one property.
pub(crate) const PLACES_OF_PROPERTY: u64 = 20;
/// The most people whose keys make requests.
pub(crate) const CALLERS: u64 = 200;
/// Accounts of each caller.
pub(crate) const ACCOUNTS_OF_CALLER: u64 = 20;
/// Milliseconds from 1970 to the beginning of 2026, when the first of everything was made.
pub(crate) const BEGINNING: u64 = 1_767_225_600_000;

/// Places of one user, about; and how far apart two users are who come one after the other on a property, so that the
/// people of a property do not lie side by side.
const PLACES_OF_USER: u64 = 10;
const STRIDE: u64 = 7_919;

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Property,
    Place,
    Credential,
    Key,
    Account,
    Application,
    Run,
}

impl Kind {
    /// What stands in the 12 bits behind the version.
    const fn bits(self) -> u64 {
        match self {
            Self::User => 1,
            Self::Property => 2,
            Self::Place => 3,
            Self::Credential => 4,
            Self::Key => 5,
            Self::Account => 6,
            Self::Application => 7,
            Self::Run => 8,
        }
    }
}

/// The id of the `n`th thing of a kind: made `n` milliseconds after the beginning, with `n` again at its end.
pub(crate) fn id(kind: Kind, n: u64) -> Uuid {
    let high = ((BEGINNING + n) << 16) | 0x7000 | kind.bits();
    Uuid::from_u64_pair(high, 0x8000_0000_0000_0000 | n)
}

/// When the `n`th thing of a kind was made.
pub(crate) fn made_at(n: u64) -> Timestamp {
    Timestamp::from_micros(i64::try_from((BEGINNING + n) * 1_000).unwrap_or(i64::MAX))
}

/// How many there are of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) places: u64,
    pub(crate) properties: u64,
    pub(crate) callers: u64,
    /// All who are no callers.
    pub(crate) others: u64,
}

impl Numbers {
    pub(crate) fn of(places: u64) -> anyhow::Result<Self> {
        ensure!(
            places > 0 && places.is_multiple_of(PLACES_OF_PROPERTY),
            "{PLACES_OF_PROPERTY} property users belong to each property"
        );
        let properties = places / PLACES_OF_PROPERTY;
        // With fewer, somebody would have two places on a property.
        let others = (places / PLACES_OF_USER).max(PLACES_OF_PROPERTY);
        ensure!(
            !others.is_multiple_of(STRIDE),
            "{places} is the one number in {STRIDE} that does not work"
        );
        Ok(Self {
            places,
            properties,
            callers: CALLERS.min(properties),
            others,
        })
    }

    /// Everybody: first the callers.
    pub(crate) fn users(&self) -> u64 {
        self.callers + self.others
    }

    pub(crate) fn accounts(&self) -> u64 {
        self.callers * ACCOUNTS_OF_CALLER
    }

    /// The property of a place.
    pub(crate) fn property_of(place: u64) -> u64 {
        place / PLACES_OF_PROPERTY
    }

    /// The caller who owns a property.
    pub(crate) fn owner_of(&self, property: u64) -> u64 {
        property % self.callers
    }

    /// Whether the place is the owner's: the first of each property is.
    pub(crate) fn is_owners(place: u64) -> bool {
        place.is_multiple_of(PLACES_OF_PROPERTY)
    }

    /// The user who has a place.
    pub(crate) fn user_of(&self, place: u64) -> u64 {
        let (property, at) = (Self::property_of(place), place % PLACES_OF_PROPERTY);
        match at.checked_sub(1) {
            None => self.owner_of(property),
            Some(at) => {
                let turn = property * (PLACES_OF_PROPERTY - 1) + at;
                self.callers + (turn % self.others) * STRIDE % self.others
            }
        }
    }
}
