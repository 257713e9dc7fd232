//! The record of who did what.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    access::{Actor, Bearer, Subject},
    effects::{AuditAction, Facts},
    ids::{ApplicationId, AuditRecordId, CredentialId, Id, PropertyId, TenantId, UserId},
    time::Timestamp,
};

/// In whose name something was done, as the record keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Author {
    /// The operator of the installation, at the command line (C-13).
    Operator,
    /// An application, for its whole tenant.
    Application(ApplicationId),
    /// One user, through one credential.
    User {
        /// The user.
        user: UserId,
        /// The credential that the token was bound to.
        credential: CredentialId,
    },
    /// Nobody in particular.
    Nobody,
}

impl Author {
    /// The kind as it is stored and shown.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Application(_) => "application",
            Self::User { .. } => "user",
            Self::Nobody => "nobody",
        }
    }

    /// The id of the application or user.
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::Application(id) => Some(id.uuid()),
            Self::User { user, .. } => Some(user.uuid()),
            Self::Operator | Self::Nobody => None,
        }
    }

    /// The credential that a user acted through.
    pub const fn credential(self) -> Option<CredentialId> {
        match self {
            Self::User { credential, .. } => Some(credential),
            Self::Operator | Self::Application(_) | Self::Nobody => None,
        }
    }
}

impl From<Subject> for Author {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Operator => Self::Operator,
            Subject::Application(id) => Self::Application(id),
            Subject::User { user, credential, .. } => Self::User { user, credential },
        }
    }
}

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
    pub actor: Author,
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
            actor: actor.subject().into(),
            token: actor.token(),
            request: request.clone(),
            action,
            object: object.uuid(),
            property: None,
            subject: None,
            before: Facts::NONE,
            after: Facts::NONE,
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

    /// Says that it was later: what happens to one thing is in order by its instants, although requests that cross each
    /// other read their clocks before they wait for each other.
    #[must_use]
    pub fn after_instant(mut self, earlier: Timestamp) -> Self {
        self.at = self.at.max(earlier + Duration::from_micros(1));
        self
    }

    /// Says what was before.
    #[must_use]
    pub fn before(mut self, facts: impl Into<Facts>) -> Self {
        self.before = facts.into();
        self
    }

    /// Says what is now.
    #[must_use]
    pub fn after(mut self, facts: impl Into<Facts>) -> Self {
        self.after = facts.into();
        self
    }
}
