//! Repositories: what use cases read and write inside a transaction.
//!
//! Every method names the tenant, and an adapter MUST NOT let a call reach another tenant's rows. To `lock` is to
//! read a row so that nobody else changes or locks it before the transaction ends; where the store lets only one
//! transaction write at a time, reading is enough. Locks are taken in one order everywhere: properties by id, then
//! users by id, then the rest.

use crate::{
    access::Grant,
    effects::{AuditRecord, MailCounts, Message, Settlement},
    ids::{
        ApiKeyId, ApplicationId, ClaimId, CredentialId, LinkRequestId, OnboardingTokenId, PropertyId,
        PropertyUserId, TenantId, UserId,
    },
    onboarding::{LinkRequest, PasswordHash, PasswordLogin, StoredLink},
    people::{Credential, PropertyUser, Seats, User},
    ports::{MessageKey, StoreError},
    properties::Property,
    tenancy::{Application, Tenant},
    time::Timestamp,
    tokens::{AccessToken, ApiKey, OnboardingToken},
    values::EmailKey,
};

#[cfg(feature = "mocks")]
use mockall::automock;

/// Stores tenants.
#[cfg_attr(feature = "mocks", automock)]
pub trait TenantRepo {
    /// Adds a tenant. An adapter MUST answer [`StoreError::Conflict`] if the id or the name is taken.
    fn insert(&mut self, tenant: &Tenant) -> Result<(), StoreError>;
}

/// Stores applications.
#[cfg_attr(feature = "mocks", automock)]
pub trait ApplicationRepo {
    /// Adds an application.
    fn insert(&mut self, application: &Application) -> Result<(), StoreError>;
    /// Locks an application.
    fn lock(&mut self, tenant: TenantId, id: ApplicationId) -> Result<Option<Application>, StoreError>;
    /// Replaces secret, scopes and switches.
    fn update(&mut self, application: &Application) -> Result<(), StoreError>;
}

/// Stores people. Deleted people are never returned.
#[cfg_attr(feature = "mocks", automock)]
pub trait UserRepo {
    /// Locks the person with this address.
    fn lock_by_email(&mut self, tenant: TenantId, email: &EmailKey) -> Result<Option<User>, StoreError>;
    /// Finds a person by id, and keeps them from being changed until the transaction ends. Several transactions may
    /// do so at once.
    fn by_id_for_share(&mut self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError>;
    /// Locks a person.
    fn lock(&mut self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError>;
    /// Adds a person. An adapter MUST answer [`StoreError::Conflict`] if the id or the address is taken.
    fn insert(&mut self, user: &User) -> Result<(), StoreError>;
    /// Replaces names, locale and state.
    fn update(&mut self, user: &User) -> Result<(), StoreError>;
    /// Makes a person deleted: names and address are erased, the address key is free again (C-07).
    fn erase(&mut self, tenant: TenantId, id: UserId, at: Timestamp) -> Result<(), StoreError>;
}

/// Stores logins.
#[cfg_attr(feature = "mocks", automock)]
pub trait CredentialRepo {
    /// Adds a credential.
    fn insert(&mut self, credential: &Credential) -> Result<(), StoreError>;
    /// All credentials of a user, the removed ones too, oldest first.
    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<Credential>, StoreError>;
    /// Locks a credential.
    fn lock(&mut self, tenant: TenantId, id: CredentialId) -> Result<Option<Credential>, StoreError>;
    /// Replaces permission and removal.
    fn update(&mut self, credential: &Credential) -> Result<(), StoreError>;
    /// Removes all credentials of a user and erases their addresses.
    fn erase_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError>;
}

/// Stores properties. Deleted properties are never returned.
#[cfg_attr(feature = "mocks", automock)]
pub trait PropertyRepo {
    /// Adds a property.
    fn insert(&mut self, property: &Property) -> Result<(), StoreError>;
    /// Locks a property: the guard of everything about its people (C-43). With a `viewer`, only if a live grant of
    /// theirs shows it: an adapter MUST NOT lock, nor wait for, a property that the viewer does not see, since the
    /// wait would tell that it is there.
    fn lock(
        &mut self,
        tenant: TenantId,
        id: PropertyId,
        viewer: Option<UserId>,
    ) -> Result<Option<Property>, StoreError>;
    /// Locks several properties, in the order of their ids, whatever the order asked in.
    fn lock_all(&mut self, tenant: TenantId, ids: &[PropertyId]) -> Result<Vec<Property>, StoreError>;
    /// Replaces the data.
    fn update(&mut self, property: &Property) -> Result<(), StoreError>;
    /// Makes a property deleted.
    fn delete(&mut self, tenant: TenantId, id: PropertyId, at: Timestamp) -> Result<(), StoreError>;
}

/// Stores associations of properties and users. Only live ones are returned.
#[cfg_attr(feature = "mocks", automock)]
pub trait PropertyUserRepo {
    /// Finds one by id.
    fn by_id(&mut self, tenant: TenantId, id: PropertyUserId) -> Result<Option<PropertyUser>, StoreError>;
    /// All of a property, oldest first; there are at most [`crate::people::MAX_USERS_PER_PROPERTY`].
    fn of_property(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
    ) -> Result<Vec<PropertyUser>, StoreError>;
    /// All of a user, oldest first.
    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<PropertyUser>, StoreError>;
    /// The grants that a user holds on a property, of every origin.
    fn grants(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        user: UserId,
    ) -> Result<Vec<Grant>, StoreError>;
    /// How many places of a property are taken, and whether `user` has one.
    fn seats(&mut self, tenant: TenantId, property: PropertyId, user: UserId) -> Result<Seats, StoreError>;
    /// How many active owners a property has beside `user`: role owner, and the user's state active (C-40).
    fn active_owners_beside(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        user: UserId,
    ) -> Result<u32, StoreError>;
    /// Adds one, with what [`PropertyUser::sight`] says. An adapter MUST answer [`StoreError::Conflict`] if the
    /// user has a live one on the property (C-32).
    fn insert(&mut self, property_user: &PropertyUser) -> Result<(), StoreError>;
    /// Replaces role and overrides, with what [`PropertyUser::sight`] says.
    fn update(&mut self, property_user: &PropertyUser) -> Result<(), StoreError>;
    /// Turns live ones into history. Their ids are never used again (C-54).
    fn withdraw(&mut self, tenant: TenantId, ids: &[PropertyUserId], at: Timestamp)
    -> Result<(), StoreError>;
}

/// Stores API keys.
#[cfg_attr(feature = "mocks", automock)]
pub trait ApiKeyRepo {
    /// Adds a key.
    fn insert(&mut self, key: &ApiKey) -> Result<(), StoreError>;
    /// Locks a key, revoked or not.
    fn lock(&mut self, tenant: TenantId, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError>;
    /// The keys of these users that are not revoked.
    fn unrevoked_of_users(&mut self, tenant: TenantId, users: &[UserId]) -> Result<Vec<ApiKey>, StoreError>;
    /// Replaces limit and revocation.
    fn update(&mut self, key: &ApiKey) -> Result<(), StoreError>;
    /// Revokes every key of a user.
    fn revoke_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError>;
}

/// Stores access tokens.
#[cfg_attr(feature = "mocks", automock)]
pub trait AccessTokenRepo {
    /// Adds a token.
    fn insert(&mut self, token: &AccessToken) -> Result<(), StoreError>;
    /// Removes every token of a user.
    fn remove_of_user(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError>;
    /// Removes the sessions of a user: the tokens that no application asked for.
    fn remove_sessions(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError>;
}

/// Stores the hashes of links in mails.
#[cfg_attr(feature = "mocks", automock)]
pub trait OnboardingTokenRepo {
    /// Adds one.
    fn insert(&mut self, token: &OnboardingToken) -> Result<(), StoreError>;
    /// Whose one is, settled or not.
    fn user_of(&mut self, tenant: TenantId, id: OnboardingTokenId) -> Result<Option<UserId>, StoreError>;
    /// Locks one, settled or not.
    fn lock(&mut self, tenant: TenantId, id: OnboardingTokenId) -> Result<Option<StoredLink>, StoreError>;
    /// Cancels all unused ones of a user.
    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError>;
    /// Makes all unused ones of a user used (C-35).
    fn use_all_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError>;
}

/// Stores links that were asked for.
#[cfg_attr(feature = "mocks", automock)]
pub trait LinkRequestRepo {
    /// Adds one.
    fn insert(&mut self, request: &LinkRequest) -> Result<(), StoreError>;
    /// Takes one out, unless somebody else is at it.
    fn take(&mut self, tenant: TenantId, id: LinkRequestId) -> Result<Option<LinkRequest>, StoreError>;
}

/// Stores the hashes of passwords.
#[cfg_attr(feature = "mocks", automock)]
pub trait PasswordRepo {
    /// The password credential of a user that was not removed, with its hash.
    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Option<PasswordLogin>, StoreError>;
    /// Adds the password of a credential.
    fn insert(
        &mut self,
        tenant: TenantId,
        credential: CredentialId,
        hash: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Replaces the password of a credential.
    fn update(
        &mut self,
        tenant: TenantId,
        credential: CredentialId,
        hash: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Erases the passwords of these credentials.
    fn remove(&mut self, tenant: TenantId, credentials: &[CredentialId]) -> Result<(), StoreError>;
}

/// What a new mail is counted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailQuery {
    /// The tenant.
    pub tenant: TenantId,
    /// The user who would cause it, if it is one.
    pub actor: Option<UserId>,
    /// The property it would be about, if it is about one.
    pub property: Option<PropertyId>,
    /// The person it would go to.
    pub recipient: UserId,
    /// From when on mails count.
    pub since: Timestamp,
}

/// Outgoing messages, kept until they are sent.
#[cfg_attr(feature = "mocks", automock)]
pub trait Outbox {
    /// Adds messages. An adapter MUST seal the secrets they carry.
    fn add(&mut self, messages: &[Message]) -> Result<(), StoreError>;
    /// Counts what mail limits are about, in one statement.
    fn count(&mut self, query: &MailQuery) -> Result<MailCounts, StoreError>;
    /// Cancels unsent messages to these users about a property, and erases the secrets they carry.
    fn cancel(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        recipients: &[UserId],
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Cancels every unsent message to a user, and erases the secrets they carry.
    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError>;
    /// Gives a message that is due to a sender until `lease_until`, and says which attempt that is; `None` if it is not
    /// due, or somebody else is at it. An adapter MUST NOT read anything else of it: a message that cannot be read is
    /// taken like any other, or it would be in the way of all.
    fn take(
        &mut self,
        key: MessageKey,
        claim: ClaimId,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<u32>, StoreError>;
    /// Writes down what an attempt led to, and erases the secret of a message that is settled. `false` if the claim
    /// does not hold it any more; nothing is changed then.
    fn settle(
        &mut self,
        key: MessageKey,
        claim: ClaimId,
        settlement: Settlement,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
}

/// The record of who did what. It only grows.
#[cfg_attr(feature = "mocks", automock)]
pub trait AuditLog {
    /// Adds records.
    fn add(&mut self, records: &[AuditRecord]) -> Result<(), StoreError>;
}
