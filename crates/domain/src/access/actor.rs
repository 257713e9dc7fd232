//! Who acts.

use std::{fmt, str::FromStr};

use super::scope::ScopeSet;
use crate::{
    ids::{AccessTokenId, ApiKeyId, ApplicationId, CredentialId, PropertyId, TenantId, UserId},
    time::Timestamp,
};

/// How far a credential reaches on account routes. Property routes never look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Nothing.
    None,
    /// Read.
    View,
    /// Read and write.
    Edit,
    /// Read and write.
    Admin,
}

/// A text that is not a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a permission")]
pub struct UnknownPermission;

impl Permission {
    /// Every permission, from the least.
    pub const ALL: [Self; 4] = [Self::None, Self::View, Self::Edit, Self::Admin];

    /// The permission as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::View => "view",
            Self::Edit => "edit",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, UnknownPermission> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.as_str() == text)
            .ok_or(UnknownPermission)
    }
}

/// In whose name a token speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The operator of the installation, at the command line (C-13).
    Operator,
    /// An application, for its whole tenant.
    Application(ApplicationId),
    /// One user, through one credential.
    User {
        /// The user.
        user: UserId,
        /// The credential that the token is bound to, for as long as it lives (C-62).
        credential: CredentialId,
        /// The credential's permission at this moment (C-61).
        permission: Permission,
    },
}

/// Which token was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A token of `/o/token/`.
    AccessToken(AccessTokenId),
    /// An API key.
    ApiKey(ApiKeyId),
}

/// The properties that a key may be used on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyLimit {
    /// Every property of its user, now and later.
    Unlimited,
    /// Only these.
    Only(Vec<PropertyId>),
}

impl PropertyLimit {
    /// Whether the property is within the limit.
    pub fn covers(&self, property: PropertyId) -> bool {
        match self {
            Self::Unlimited => true,
            Self::Only(properties) => properties.contains(&property),
        }
    }
}

/// Who acts in a request: the one input about the caller that decisions are made from.
///
/// It is read anew for each request, so a revoke, a lowered permission or a withdrawal counts at once (C-60).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    tenant: TenantId,
    subject: Subject,
    scopes: ScopeSet,
    limit: PropertyLimit,
    bearer: Option<Bearer>,
    ends_at: Option<Timestamp>,
}

impl Actor {
    /// The bearer of a token that was verified (see [`crate::tokens`]) and that ends at `ends_at`, if ever.
    pub fn bearer(
        tenant: TenantId,
        subject: Subject,
        scopes: ScopeSet,
        limit: PropertyLimit,
        bearer: Bearer,
        ends_at: Option<Timestamp>,
    ) -> Self {
        Self {
            tenant,
            subject,
            scopes,
            limit,
            bearer: Some(bearer),
            ends_at,
        }
    }

    /// The operator, acting on one tenant.
    pub fn operator(tenant: TenantId) -> Self {
        Self {
            tenant,
            subject: Subject::Operator,
            scopes: ScopeSet::all(),
            limit: PropertyLimit::Unlimited,
            bearer: None,
            ends_at: None,
        }
    }

    /// A person who proved who they are by a link or a password, and has no token yet.
    pub fn person(tenant: TenantId, subject: Subject) -> Self {
        Self {
            tenant,
            subject,
            scopes: ScopeSet::default(),
            limit: PropertyLimit::Unlimited,
            bearer: None,
            ends_at: None,
        }
    }

    /// The tenant whose data, and nothing else, the actor can reach.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// In whose name the actor acts.
    pub const fn subject(&self) -> Subject {
        self.subject
    }

    /// The user in whose name the actor acts, if it is a user.
    pub const fn user(&self) -> Option<UserId> {
        match self.subject {
            Subject::User { user, .. } => Some(user),
            Subject::Operator | Subject::Application(_) => None,
        }
    }

    /// What the token may be used for.
    pub const fn scopes(&self) -> ScopeSet {
        self.scopes
    }

    /// The properties the token may be used on.
    pub const fn limit(&self) -> &PropertyLimit {
        &self.limit
    }

    /// When the token shown ends, if ever.
    pub const fn ends_at(&self) -> Option<Timestamp> {
        self.ends_at
    }

    /// The token shown; none for the operator.
    pub const fn token(&self) -> Option<Bearer> {
        self.bearer
    }
}
