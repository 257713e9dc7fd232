//! What is stored of keys and tokens.

use crate::{
    access::{PropertyLimit, ScopeSet},
    ids::{AccessTokenId, ApiKeyId, ApplicationId, CredentialId, OnboardingTokenId, TenantId, UserId},
    time::Timestamp,
    tokens::SecretHash,
    values::EmailKey,
};

/// A long-lived key, bound to one credential of a user.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: ApiKeyId,
    /// Whose key it is.
    pub user: UserId,
    /// The credential whose permission bounds it.
    pub credential: CredentialId,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// The last four characters of its secret.
    pub last_four: String,
    /// What it may be used for.
    pub scopes: ScopeSet,
    /// The properties it may be used on.
    pub limit: PropertyLimit,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, at most a minute late.
    pub last_used_at: Option<Timestamp>,
    /// From when on it is over; `None` is never.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What has become of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It can be used.
    Active,
    /// Its time is over.
    Expired,
    /// It was revoked; it stays listed (C-66).
    Revoked,
}

impl KeyState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Expired, Self::Revoked];

    /// The state as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl ApiKey {
    /// The state at `now`; a key is over at the instant it expires (C-83).
    pub fn state(&self, now: Timestamp) -> KeyState {
        if self.revoked_at.is_some() {
            KeyState::Revoked
        } else if self.expires_at.is_some_and(|end| now >= end) {
            KeyState::Expired
        } else {
            KeyState::Active
        }
    }
}

/// A token minted for an application, perhaps for one of its users, or for a person who signed in.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: AccessTokenId,
    /// The application that asked for it; none for a session, which a person opened with their password.
    pub application: Option<ApplicationId>,
    /// The user and the credential it speaks for; none if it speaks for the application.
    pub subject: Option<(UserId, CredentialId)>,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// What it may be used for.
    pub scopes: ScopeSet,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is over.
    pub expires_at: Timestamp,
}

/// What a link in a mail is for (C-35).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// To on-board an invited person.
    Onboarding,
    /// To set a new password.
    PasswordReset,
}

impl LinkPurpose {
    /// Every purpose.
    pub const ALL: [Self; 2] = [Self::Onboarding, Self::PasswordReset];

    /// The purpose as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// The stored half of a link in a mail. Both kinds of link begin with `inno_`.
#[derive(Clone, Debug)]
pub struct OnboardingToken {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: OnboardingTokenId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Who may use it.
    pub user: UserId,
    /// The address it was sent to (C-35).
    pub email: EmailKey,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is over (C-37).
    pub expires_at: Timestamp,
}
