//! Logins.

use std::str::FromStr;

use crate::{
    access::Permission,
    ids::{CredentialId, TenantId, UserId},
    people::User,
    time::Timestamp,
    values::Email,
};

/// How a person comes in with a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// With a password that they set.
    Password,
    /// Through a partner's application.
    Partner,
}

/// A text that is not a kind of credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of credential")]
pub struct UnknownCredentialKind;

impl CredentialKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Password, Self::Partner];

    /// The kind as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Partner => "partner",
        }
    }
}

impl FromStr for CredentialKind {
    type Err = UnknownCredentialKind;

    fn from_str(text: &str) -> Result<Self, UnknownCredentialKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownCredentialKind)
    }
}

/// One login of a user. The oldest that was not removed is the primary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: CredentialId,
    /// Whose it is.
    pub user: UserId,
    /// How it is used.
    pub kind: CredentialKind,
    /// How far it reaches on account routes.
    pub permission: Permission,
    /// The address it was made for.
    pub email: Email,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a token was last minted with it or a key of it used, at most a minute late.
    pub last_login_at: Option<Timestamp>,
    /// When it was removed; its tokens died at that moment (C-61).
    pub removed_at: Option<Timestamp>,
}

impl Credential {
    /// The login of a person with their password.
    pub fn of_password(user: &User, id: CredentialId, permission: Permission, created_at: Timestamp) -> Self {
        Self {
            tenant: user.tenant,
            id,
            user: user.id,
            kind: CredentialKind::Password,
            permission,
            email: user.email.clone(),
            created_at,
            last_login_at: None,
            removed_at: None,
        }
    }
}

/// The primary credential among those of one user: the oldest that was not removed.
pub fn primary(credentials: &[Credential]) -> Option<&Credential> {
    let live = credentials
        .iter()
        .filter(|credential| credential.removed_at.is_none());
    live.min_by_key(|credential| (credential.created_at, credential.id))
}
