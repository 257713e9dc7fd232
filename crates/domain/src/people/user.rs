//! People.

use std::{fmt, str::FromStr};

use crate::{
    ids::{TenantId, UserId},
    time::Timestamp,
    values::{Email, Locale, PersonName},
};

/// What has become of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserState {
    /// Invited, not on-boarded: has grants, but cannot authenticate and does not count as an owner (C-39).
    Invited,
    /// On-boarded.
    Active,
    /// Switched off by the operator.
    Disabled,
    /// Gone: anonymised, the address free for a new person (C-07).
    Deleted,
}

/// A text that is not a user's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a state of a user")]
pub struct UnknownUserState;

impl UserState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Active, Self::Disabled, Self::Deleted];

    /// The state as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }
}

impl fmt::Display for UserState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for UserState {
    type Err = UnknownUserState;

    fn from_str(text: &str) -> Result<Self, UnknownUserState> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(UnknownUserState)
    }
}

/// A person of a tenant, one per e-mail key. Deleted people are not loaded as users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The tenant.
    pub tenant: TenantId,
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: Email,
    /// Their first name; of an invited person, the local part of the address.
    pub first_name: PersonName,
    /// Their last name, once they told it.
    pub last_name: Option<PersonName>,
    /// The language they are written to in.
    pub locale: Locale,
    /// What has become of them.
    pub state: UserState,
    /// When the user came to be.
    pub created_at: Timestamp,
    /// When anything of this last changed.
    pub updated_at: Timestamp,
    /// When they on-boarded; enabling a disabled person makes them what they were before.
    pub onboarded_at: Option<Timestamp>,
}

impl User {
    /// First and last name joined.
    pub fn name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.to_string(),
        }
    }

    /// What the user becomes when the operator switches them on again.
    pub const fn enabled_state(&self) -> UserState {
        if self.onboarded_at.is_some() {
            UserState::Active
        } else {
            UserState::Invited
        }
    }
}
