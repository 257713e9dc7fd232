//! Scopes: what a token may be used for at all.

use std::{fmt, str::FromStr};

/// One area that a token may be used in. None implies another (C-65).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read users, credentials, API keys, accounts and runs.
    UserRead,
    /// Change them.
    UserWrite,
    /// Read listings.
    ListingsRead,
    /// Read reservations.
    ReservationsRead,
    /// Read properties and property users.
    PropertyRead,
    /// Change them.
    PropertyWrite,
}

/// A text that is not a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a scope")]
pub struct UnknownScope;

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::UserRead,
        Self::UserWrite,
        Self::ListingsRead,
        Self::ReservationsRead,
        Self::PropertyRead,
        Self::PropertyWrite,
    ];

    /// The scope as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserRead => "user:read",
            Self::UserWrite => "user:write",
            Self::ListingsRead => "listings:read",
            Self::ReservationsRead => "reservations:read",
            Self::PropertyRead => "property:read",
            Self::PropertyWrite => "property:write",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::UserRead => 1,
            Self::UserWrite => 1 << 1,
            Self::ListingsRead => 1 << 2,
            Self::ReservationsRead => 1 << 3,
            Self::PropertyRead => 1 << 4,
            Self::PropertyWrite => 1 << 5,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or(UnknownScope)
    }
}

/// A set of scopes. The empty set is no scope at all, never all of them (C-64).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct ScopeSet(u8);

impl ScopeSet {
    /// No scope.
    pub const EMPTY: Self = Self(0);

    /// Every scope.
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// Whether the scope is in the set.
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether nothing is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of this set is in `other`.
    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// What is in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The members, in a fixed order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl FromStr for ScopeSet {
    type Err = UnknownScope;

    /// Reads scopes between spaces (RFC 6749, section 3.3); one unknown scope refuses them all (C-65).
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        text.split_ascii_whitespace().map(Scope::from_str).collect()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.iter().enumerate() {
            let space = if place == 0 { "" } else { " " };
            write!(f, "{space}{scope}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}
