//! The catalogue of policies, and sets of them.

use std::{fmt, str::FromStr};

/// A text that is not a policy of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a policy")]
pub struct UnknownPolicy;

macro_rules! catalogue {
    ($($(#[$doc:meta])* $policy:ident = $text:literal,)*) => {
        /// One thing that a property user may be allowed to do on a property.
        ///
        /// The list is closed (C-20). A change of it is a new [`CATALOGUE_VERSION`] and a data migration, since
        /// stored rows hold what was computed from it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Policy {
            $($(#[$doc])* $policy,)*
        }

        impl Policy {
            /// Every policy, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$policy,)*];

            /// The key as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$policy => $text,)*
                }
            }

            const fn bit(self) -> u32 {
                match self {
                    $(Self::$policy => 1 << Ordinal::$policy.get(),)*
                }
            }
        }

        /// Bit positions, by place in the catalogue.
        #[derive(Clone, Copy)]
        struct Ordinal(u32);

        #[expect(non_upper_case_globals, reason = "one constant per policy, under the policy's name")]
        impl Ordinal {
            const fn get(self) -> u32 {
                self.0
            }
            catalogue!(@count 0; $($policy)*);
        }
    };
    (@count $n:expr; $head:ident $($tail:ident)*) => {
        const $head: Self = Self($n);
        catalogue!(@count $n + 1; $($tail)*);
    };
    (@count $n:expr;) => {};
}

/// The version of the catalogue below.
pub const CATALOGUE_VERSION: u32 = 1;

catalogue! {
    /// See the property. Without it every other policy is void.
    PropertyRead = "property.read",
    /// Change the property's data.
    PropertyUpdate = "property.update",
    /// Delete the property.
    PropertyDelete = "property.delete",
    /// See who has access.
    UsersRead = "users.read",
    /// Invite people.
    UsersInvite = "users.invite",
    /// Change roles and overrides.
    UsersUpdate = "users.update",
    /// Withdraw people.
    UsersWithdraw = "users.withdraw",
    /// See listings.
    ListingsRead = "listings.read",
    /// Change listings.
    ListingsUpdate = "listings.update",
    /// See reservations.
    ReservationsRead = "reservations.read",
    /// Take reservations out in bulk.
    ReservationsExport = "reservations.export",
    /// See rates.
    RatesRead = "rates.read",
    /// Change rates.
    RatesUpdate = "rates.update",
    /// See availability.
    AvailabilityRead = "availability.read",
    /// Change availability.
    AvailabilityUpdate = "availability.update",
    /// See channel connections.
    ChannelsRead = "channels.read",
    /// Manage channel connections.
    ChannelsManage = "channels.manage",
    /// See messages with guests.
    MessagesRead = "messages.read",
    /// Write to guests.
    MessagesSend = "messages.send",
    /// See reports.
    ReportsRead = "reports.read",
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> Result<Self, UnknownPolicy> {
        Self::ALL
            .iter()
            .copied()
            .find(|policy| policy.as_str() == text)
            .ok_or(UnknownPolicy)
    }
}

/// A set of policies: one bit each, so that a decision allocates nothing.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PolicySet(u32);

impl PolicySet {
    /// No policy.
    pub const EMPTY: Self = Self(0);
    /// The whole catalogue.
    pub const ALL: Self = Self::of(Policy::ALL);

    /// The set of these policies.
    pub const fn of(policies: &[Policy]) -> Self {
        let mut bits = 0;
        let mut rest = policies;
        while let [policy, tail @ ..] = rest {
            bits |= policy.bit();
            rest = tail;
        }
        Self(bits)
    }

    /// Whether the policy is in the set.
    pub const fn contains(self, policy: Policy) -> bool {
        self.0 & policy.bit() != 0
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of this set is in `other`.
    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this set and not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The members, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Policy> {
        Policy::ALL
            .iter()
            .copied()
            .filter(move |policy| self.contains(*policy))
    }
}

impl FromIterator<Policy> for PolicySet {
    fn from_iter<I: IntoIterator<Item = Policy>>(policies: I) -> Self {
        policies
            .into_iter()
            .fold(Self::EMPTY, |set, policy| set.union(Self(policy.bit())))
    }
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Policy::as_str)).finish()
    }
}
