//! What records tell of.

use std::{fmt, str::FromStr};

/// A text that is not an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an action")]
pub struct UnknownAuditAction;

macro_rules! audit_actions {
    ($($(#[$doc:meta])* $action:ident = $text:literal,)*) => {
        /// What a record tells of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditAction {
            $($(#[$doc])* $action,)*
        }

        impl AuditAction {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action,)*];

            /// The action as it is stored and shown.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$action => $text,)*
                }
            }
        }
    };
}

audit_actions! {
    /// A tenant was created.
    TenantCreated = "tenant.created",
    /// An application was created.
    ApplicationCreated = "application.created",
    /// An application's scopes or switches were changed.
    ApplicationUpdated = "application.updated",
    /// An application got a new secret.
    ApplicationSecretRotated = "application.secret_rotated",
    /// A user came to be, by invitation or otherwise.
    UserCreated = "user.created",
    /// An invited user came in.
    UserOnboarded = "user.onboarded",
    /// A user opened a session.
    UserSignedIn = "user.signed_in",
    /// A user set a password, by a link in a mail.
    UserPasswordChanged = "user.password_changed",
    /// A user was switched off.
    UserDisabled = "user.disabled",
    /// A user was switched on again.
    UserEnabled = "user.enabled",
    /// A user was deleted.
    UserDeleted = "user.deleted",
    /// A credential was added.
    CredentialAdded = "credential.added",
    /// A credential's permission was changed.
    CredentialUpdated = "credential.updated",
    /// A credential was removed.
    CredentialRemoved = "credential.removed",
    /// A property was created.
    PropertyCreated = "property.created",
    /// A property's data was changed.
    PropertyUpdated = "property.updated",
    /// A property was deleted.
    PropertyDeleted = "property.deleted",
    /// Someone was invited to a property.
    PropertyUserInvited = "property_user.invited",
    /// An invited user was sent a new link.
    PropertyUserInvitationResent = "property_user.invitation_resent",
    /// A property user's role or overrides were changed.
    PropertyUserUpdated = "property_user.updated",
    /// A property user was withdrawn.
    PropertyUserWithdrawn = "property_user.withdrawn",
    /// An API key was made.
    ApiKeyCreated = "api_key.created",
    /// A withdrawal took a property out of a key's limit.
    ApiKeyNarrowed = "api_key.narrowed",
    /// An API key was revoked.
    ApiKeyRevoked = "api_key.revoked",
    /// An account was added.
    AccountAdded = "account.added",
    /// A deleted account came back.
    AccountRevived = "account.revived",
    /// An account got new credentials in place of ones that no longer worked.
    AccountRepaired = "account.repaired",
    /// Fresh data was asked for.
    AccountRefreshRequested = "account.refresh_requested",
    /// An account was deleted.
    AccountDeleted = "account.deleted",
    /// Somebody was refused what takes an owner, perhaps several times.
    AccessRefused = "access.refused",
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AuditAction {
    type Err = UnknownAuditAction;

    fn from_str(text: &str) -> Result<Self, UnknownAuditAction> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.as_str() == text)
            .ok_or(UnknownAuditAction)
    }
}
