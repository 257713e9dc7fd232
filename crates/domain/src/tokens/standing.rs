//! What may be remembered of a token between two requests.

use super::{KeyFacts, NotAuthenticated, Secret, TokenFacts};
use crate::{access::Actor, ids::TenantId, time::Timestamp};

/// Counts the changes to what the tokens of a tenant rest on: to keys, logins, applications, and the states of users.
/// While it stays the same, whatever made a token count still does, but for the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccessVersion(u64);

impl AccessVersion {
    /// A version as it is stored.
    pub const fn new(version: u64) -> Self {
        Self(version)
    }

    /// The version to store.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// A token with all that decides whether it counts, as of one access version. Nothing was decided yet: that is done for
/// each request, by [`Standing::verify`].
#[derive(Clone, Debug)]
pub enum Standing {
    /// An API key.
    Key(KeyFacts),
    /// An access token.
    Token(TokenFacts),
}

impl Standing {
    /// The actor who shows the token.
    ///
    /// # Errors
    ///
    /// As [`KeyFacts::verify`] and [`TokenFacts::verify`].
    pub fn verify(&self, shown: &Secret, now: Timestamp) -> Result<Actor, NotAuthenticated> {
        match self {
            Self::Key(facts) => facts.verify(shown, now),
            Self::Token(facts) => facts.verify(shown, now),
        }
    }

    /// Whose token it is.
    pub const fn tenant(&self) -> TenantId {
        match self {
            Self::Key(facts) => facts.key.tenant,
            Self::Token(facts) => facts.token.tenant,
        }
    }

    /// As of when.
    pub const fn version(&self) -> AccessVersion {
        match self {
            Self::Key(facts) => facts.version,
            Self::Token(facts) => facts.version,
        }
    }
}
