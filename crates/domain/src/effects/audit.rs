//! The record of who did what.

use std::fmt;

use uuid::Uuid;

use crate::{
    access::{Actor, Bearer, Overrides, Subject},
    ids::{AuditRecordId, Id, PropertyId, TenantId, UserId},
    time::Timestamp,
};

/// What a record tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditAction {
    /// A tenant was created.
    TenantCreated,
    /// An application was created.
    ApplicationCreated,
    /// An application's scopes or switches were changed.
    ApplicationUpdated,
    /// An application got a new secret.
    ApplicationSecretRotated,
    /// A user came to be, by invitation or otherwise.
    UserCreated,
    /// A user was switched off.
    UserDisabled,
    /// A user was switched on again.
    UserEnabled,
    /// A user was deleted.
    UserDeleted,
    /// A credential was added.
    CredentialAdded,
    /// A credential's permission was changed.
    CredentialUpdated,
    /// A credential was removed.
    CredentialRemoved,
    /// A property was created.
    PropertyCreated,
    /// A property's data was changed.
    PropertyUpdated,
    /// A property was deleted.
    PropertyDeleted,
    /// Someone was invited to a property.
    PropertyUserInvited,
    /// A property user's role or overrides were changed.
    PropertyUserUpdated,
    /// A property user was withdrawn.
    PropertyUserWithdrawn,
    /// An API key was made.
    ApiKeyCreated,
    /// A withdrawal took a property out of a key's limit.
    ApiKeyNarrowed,
    /// An API key was revoked.
    ApiKeyRevoked,
    /// An account was added.
    AccountAdded,
    /// A deleted account came back.
    AccountRevived,
    /// An account got new credentials in place of ones that no longer worked.
    AccountRepaired,
    /// Fresh data was asked for.
    AccountRefreshRequested,
    /// An account was deleted.
    AccountDeleted,
}

impl AuditAction {
    /// The action as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TenantCreated => "tenant.created",
            Self::ApplicationCreated => "application.created",
            Self::ApplicationUpdated => "application.updated",
            Self::ApplicationSecretRotated => "application.secret_rotated",
            Self::UserCreated => "user.created",
            Self::UserDisabled => "user.disabled",
            Self::UserEnabled => "user.enabled",
            Self::UserDeleted => "user.deleted",
            Self::CredentialAdded => "credential.added",
            Self::CredentialUpdated => "credential.updated",
            Self::CredentialRemoved => "credential.removed",
            Self::PropertyCreated => "property.created",
            Self::PropertyUpdated => "property.updated",
            Self::PropertyDeleted => "property.deleted",
            Self::PropertyUserInvited => "property_user.invited",
            Self::PropertyUserUpdated => "property_user.updated",
            Self::PropertyUserWithdrawn => "property_user.withdrawn",
            Self::ApiKeyCreated => "api_key.created",
            Self::ApiKeyNarrowed => "api_key.narrowed",
            Self::ApiKeyRevoked => "api_key.revoked",
            Self::AccountAdded => "account.added",
            Self::AccountRevived => "account.revived",
            Self::AccountRepaired => "account.repaired",
            Self::AccountRefreshRequested => "account.refresh_requested",
            Self::AccountDeleted => "account.deleted",
        }
    }
}

/// One value of a record's before or after. Records hold ids, never addresses, so that forgetting a person
/// rewrites nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A text.
    Text(String),
    /// A switch.
    Flag(bool),
    /// Several texts.
    Texts(Vec<String>),
    /// Overrides, as on the wire.
    Overrides(Overrides),
    /// No value.
    Nothing,
}

impl Fact {
    /// A text made of anything that shows itself.
    pub fn text(value: impl fmt::Display) -> Self {
        Self::Text(value.to_string())
    }

    /// A text, or nothing.
    pub fn maybe(value: Option<impl fmt::Display>) -> Self {
        value.map_or(Self::Nothing, Self::text)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Fact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Texts(texts) => serializer.collect_seq(texts),
            Self::Overrides(overrides) if overrides.is_none() => serializer.serialize_none(),
            Self::Overrides(overrides) => serializer.collect_map(
                overrides
                    .entries()
                    .map(|(key, effect)| (key, effect == crate::access::Effect::Allow)),
            ),
            Self::Nothing => serializer.serialize_none(),
        }
    }
}

/// Named values, in a fixed order.
pub type Facts = Vec<(&'static str, Fact)>;

/// The request's id, on every log line and in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// Takes an id of 1 to 128 characters of `[A-Za-z0-9._-]`; anything else is `None` (D-60).
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let whole = (1..=128).contains(&text.len()) && text.bytes().all(fits);
        whole.then(|| Self(text.to_owned()))
    }

    /// An id of our own making.
    pub fn made(uuid: Uuid) -> Self {
        Self(uuid.to_string())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One entry of the record: a change that was made, by whom, to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: AuditRecordId,
    /// When.
    pub at: Timestamp,
    /// In whose name.
    pub actor: Subject,
    /// With which token.
    pub token: Option<Bearer>,
    /// In which request.
    pub request: RequestId,
    /// What was done.
    pub action: AuditAction,
    /// The id of the thing that was made, changed or removed.
    pub object: Uuid,
    /// The property concerned.
    pub property: Option<PropertyId>,
    /// The user concerned.
    pub subject: Option<UserId>,
    /// What was before.
    pub before: Facts,
    /// What is now.
    pub after: Facts,
}

impl AuditRecord {
    /// A record of `actor` doing `action` to `object`, to be completed with the `about_…` and value functions.
    pub fn new<K>(
        id: AuditRecordId,
        at: Timestamp,
        actor: &Actor,
        request: &RequestId,
        action: AuditAction,
        object: Id<K>,
    ) -> Self {
        Self {
            tenant: actor.tenant(),
            id,
            at,
            actor: actor.subject(),
            token: actor.token(),
            request: request.clone(),
            action,
            object: object.uuid(),
            property: None,
            subject: None,
            before: Facts::new(),
            after: Facts::new(),
        }
    }

    /// Names the property concerned.
    #[must_use]
    pub fn about_property(mut self, property: PropertyId) -> Self {
        self.property = Some(property);
        self
    }

    /// Names the user concerned.
    #[must_use]
    pub fn about_user(mut self, user: UserId) -> Self {
        self.subject = Some(user);
        self
    }

    /// Says what was before.
    #[must_use]
    pub fn before(mut self, facts: Facts) -> Self {
        self.before = facts;
        self
    }

    /// Says what is now.
    #[must_use]
    pub fn after(mut self, facts: Facts) -> Self {
        self.after = facts;
        self
    }
}
