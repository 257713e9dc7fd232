//! Roles of a property user.

use std::{fmt, str::FromStr};

use super::policy::{Policy, PolicySet};

/// What a property user is on a property. Roles are ordered: `owner` is above `user` (C-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Works on the property.
    User,
    /// Answers for the property.
    Owner,
}

/// A text that is not a role, in exactly its spelling (C-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role")]
pub struct UnknownRole;

impl Role {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::User, Self::Owner];

    /// What the role allows before any override.
    pub const fn policies(self) -> PolicySet {
        match self {
            Self::Owner => PolicySet::ALL,
            Self::User => PolicySet::of(&[
                Policy::PropertyRead,
                Policy::UsersRead,
                Policy::ListingsRead,
                Policy::ReservationsRead,
                Policy::RatesRead,
                Policy::RatesUpdate,
                Policy::AvailabilityRead,
                Policy::AvailabilityUpdate,
                Policy::ChannelsRead,
                Policy::ChannelsManage,
                Policy::MessagesRead,
                Policy::MessagesSend,
                Policy::ReportsRead,
            ]),
        }
    }

    /// What no override may deny to this role: an owner must stay able to see and manage the people (C-25).
    pub const fn undeniable(self) -> PolicySet {
        match self {
            Self::Owner => PolicySet::of(&[
                Policy::PropertyRead,
                Policy::UsersRead,
                Policy::UsersInvite,
                Policy::UsersUpdate,
                Policy::UsersWithdraw,
            ]),
            Self::User => PolicySet::EMPTY,
        }
    }

    /// The role as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::User => "user",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}
