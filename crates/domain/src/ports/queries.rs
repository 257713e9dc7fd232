//! Read models: what lists and single reads show, without a write lock.

use chrono::NaiveDate;

use crate::{
    access::{Grant, PropertyLimit},
    accounts::{Account, ListingStatus, ReservationStatus},
    effects::AuditRecord,
    ids::{
        AccessTokenId, AccountId, ApiKeyId, ApplicationId, LinkRequestId, ListingId, OnboardingTokenId,
        PropertyId, PropertyUserId, RunId, TenantId, UserId,
    },
    imports::{Checkpoint, FailedItem, Run, StoredListing, StoredReservation},
    onboarding::{LastMail, LinkFacts, SignInFacts},
    people::{Credential, PropertyUser, User},
    ports::{AuditFilter, AuditPage, AuditSlice, Page, PageRequest, StoreError},
    properties::Property,
    sync::Slot,
    tenancy::{Application, Tenant},
    time::Timestamp,
    tokens::{AccessVersion, ApiKey, KeyFacts, TokenFacts},
    values::EmailKey,
};

#[cfg(feature = "mocks")]
use mockall::automock;

/// A property user with the person it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyUserView {
    /// The association.
    pub property_user: PropertyUser,
    /// The person.
    pub user: User,
}

/// Whose eyes a list is seen through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The tenant.
    pub tenant: TenantId,
    /// The user whose grants show things; `None` sees the whole tenant.
    pub user: Option<UserId>,
    /// The properties that the token is limited to.
    pub limit: PropertyLimit,
}

/// The order of property users; equal ones are ordered by `invited_at`, then id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyUserOrder {
    /// By when they were invited.
    InvitedAt,
    /// By role.
    Role,
}

/// Up or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The smallest first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// Which property users to list.
#[derive(Clone, Debug)]
pub struct PropertyUserFilter {
    /// Of any of these properties.
    pub properties: Option<Vec<PropertyId>>,
    /// Of any of these users.
    pub users: Option<Vec<UserId>>,
    /// With any of these roles.
    pub roles: Option<Vec<crate::access::Role>>,
    /// In which order.
    pub order: PropertyUserOrder,
    /// Up or down.
    pub direction: Direction,
}

/// Which properties to list, by title and then id.
#[derive(Clone, Debug)]
pub struct PropertyFilter {
    /// Any of these.
    pub ids: Option<Vec<PropertyId>>,
    /// With any of these titles, exactly.
    pub titles: Option<Vec<String>>,
    /// Up or down.
    pub direction: Direction,
}

/// Which users to list, by when they were created and then id.
#[derive(Clone, Debug)]
pub struct UserFilter {
    /// Only this one; `None` is everybody.
    pub only: Option<UserId>,
    /// With this address.
    pub email: Option<EmailKey>,
    /// Up or down.
    pub direction: Direction,
}

/// An account with what is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// The account.
    pub account: Account,
    /// What schedules it; there is none only for a moment, while it is deleted.
    pub slot: Option<Slot>,
    /// How far the started run has come.
    pub checkpoint: Option<Checkpoint>,
}

/// Which listings of an account to list, oldest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListingFilter {
    /// Written at or after this instant.
    pub updated_since: Option<Timestamp>,
}

/// Which reservations of an account to list, oldest first.
#[derive(Clone, Debug, Default)]
pub struct ReservationFilter {
    /// Written at or after this instant.
    pub updated_since: Option<Timestamp>,
    /// Of any of these listings.
    pub listings: Option<Vec<ListingId>>,
    /// In any of these states.
    pub statuses: Option<Vec<ReservationStatus>>,
    /// With a first night on or after this day.
    pub check_in_from: Option<NaiveDate>,
    /// With a first night on or before this day.
    pub check_in_to: Option<NaiveDate>,
}

/// Reads for tokens and screens. Nothing of another tenant is ever returned; nothing deleted or withdrawn either.
#[cfg_attr(feature = "mocks", automock)]
pub trait Queries: Send + Sync {
    /// An API key with all that decides whether it counts. An adapter MUST use one indexed statement.
    fn key_facts(&self, tenant: TenantId, id: ApiKeyId) -> Result<Option<KeyFacts>, StoreError>;
    /// An access token with all that decides whether it counts. An adapter MUST use one indexed statement.
    fn token_facts(&self, tenant: TenantId, id: AccessTokenId) -> Result<Option<TokenFacts>, StoreError>;
    /// The same reads for a caller whose token was read as of `version`: each of them fails with
    /// [`StoreError::Outdated`] once the tenant's access version is another, and may do so when it finds nothing. So an
    /// answer tells that the token still counts, and needs no statement for that. `None` where this is not to be had;
    /// callers are then read anew each time.
    ///
    /// An adapter MUST compare versions after the call began, in the statement that reads or before it, and MUST move the
    /// version in the very transaction that changes a key, a login, an application or the state of a user so that a token
    /// counts for less than before, or removes an access token.
    fn at_version(&self, tenant: TenantId, version: AccessVersion) -> Option<Box<dyn Queries>>;
    /// Whether the tenant's access version is still `version`. An adapter MUST use one indexed statement.
    fn is_at_version(&self, tenant: TenantId, version: AccessVersion) -> Result<bool, StoreError>;
    /// An application.
    fn application(&self, tenant: TenantId, id: ApplicationId) -> Result<Option<Application>, StoreError>;

    /// One property user, and the grants that `viewer` holds on its property.
    fn property_user(
        &self,
        tenant: TenantId,
        id: PropertyUserId,
        viewer: Option<UserId>,
    ) -> Result<Option<(PropertyUserView, Vec<Grant>)>, StoreError>;
    /// The property users whose property and people `viewer` may see.
    fn property_users(
        &self,
        viewer: &Viewer,
        filter: &PropertyUserFilter,
        page: PageRequest,
    ) -> Result<Page<PropertyUserView>, StoreError>;
    /// One property, and the grants that `viewer` holds on it.
    fn property(
        &self,
        tenant: TenantId,
        id: PropertyId,
        viewer: Option<UserId>,
    ) -> Result<Option<(Property, Vec<Grant>)>, StoreError>;
    /// The properties that `viewer` may see.
    fn properties(
        &self,
        viewer: &Viewer,
        filter: &PropertyFilter,
        page: PageRequest,
    ) -> Result<Page<Property>, StoreError>;

    /// One user.
    fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError>;
    /// Users.
    fn users(
        &self,
        tenant: TenantId,
        filter: &UserFilter,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError>;
    /// The credentials of a user that were not removed, oldest first.
    fn credentials(
        &self,
        tenant: TenantId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Credential>, StoreError>;
    /// API keys, newest first, revoked ones too; of one user, or of all.
    fn api_keys(
        &self,
        tenant: TenantId,
        user: Option<UserId>,
        page: PageRequest,
    ) -> Result<Page<ApiKey>, StoreError>;

    /// How these users stand by the listings of their accounts; those without accounts may be left out.
    fn listing_status(
        &self,
        tenant: TenantId,
        users: &[UserId],
    ) -> Result<Vec<(UserId, ListingStatus)>, StoreError>;
    /// An account of a user.
    fn account(
        &self,
        tenant: TenantId,
        user: UserId,
        id: AccountId,
    ) -> Result<Option<AccountView>, StoreError>;
    /// The accounts of a user, newest first.
    fn accounts(
        &self,
        tenant: TenantId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<AccountView>, StoreError>;
    /// The listings of an account.
    fn listings(
        &self,
        tenant: TenantId,
        account: AccountId,
        filter: &ListingFilter,
        page: PageRequest,
    ) -> Result<Page<StoredListing>, StoreError>;
    /// The reservations of an account.
    fn reservations(
        &self,
        tenant: TenantId,
        account: AccountId,
        filter: &ReservationFilter,
        page: PageRequest,
    ) -> Result<Page<StoredReservation>, StoreError>;
    /// The runs of an account, newest first.
    fn runs(&self, tenant: TenantId, account: AccountId, page: PageRequest) -> Result<Page<Run>, StoreError>;
    /// One run of an account, with the listings it could not import: at most a hundred.
    fn run(
        &self,
        tenant: TenantId,
        account: AccountId,
        id: RunId,
    ) -> Result<Option<(Run, Vec<FailedItem>)>, StoreError>;

    /// A link with all that its page tells: one statement.
    fn link(&self, tenant: TenantId, id: OnboardingTokenId) -> Result<Option<LinkFacts>, StoreError>;
    /// The person with this address and their password. An adapter MUST use one indexed statement, whoever it is.
    fn sign_in_facts(&self, tenant: TenantId, email: &EmailKey) -> Result<Option<SignInFacts>, StoreError>;
    /// The latest mail that told a person of their place on a property.
    fn last_mail(
        &self,
        tenant: TenantId,
        property: PropertyId,
        recipient: UserId,
    ) -> Result<Option<LastMail>, StoreError>;
    /// Some links that were asked for, in any tenant, the longest waiting first. An adapter MUST read nothing of them
    /// but their keys: one that cannot be read would be in the way of all.
    fn link_requests(&self, limit: u32) -> Result<Vec<(TenantId, LinkRequestId)>, StoreError>;

    /// The records of the properties that `viewer` may see the record of; without a user, of the whole tenant.
    fn audit_records(
        &self,
        viewer: &Viewer,
        filter: &AuditFilter,
        page: AuditPage,
    ) -> Result<AuditSlice, StoreError>;
    /// Of each place that a property ever had, the latest record up to an instant. An adapter MUST use one statement.
    fn latest_of_places(
        &self,
        tenant: TenantId,
        property: PropertyId,
        until: Timestamp,
    ) -> Result<Vec<AuditRecord>, StoreError>;
    /// Whether the tenant has or had the property, deleted or not, and the grants that `viewer` holds on it now.
    fn property_ever(
        &self,
        tenant: TenantId,
        id: PropertyId,
        viewer: Option<UserId>,
    ) -> Result<Option<Vec<Grant>>, StoreError>;
    /// The property and the user of a place, withdrawn or not.
    fn place_ever(
        &self,
        tenant: TenantId,
        id: PropertyUserId,
    ) -> Result<Option<(PropertyId, UserId)>, StoreError>;

    /// Tenants, oldest first.
    fn tenants(&self, page: PageRequest) -> Result<Page<Tenant>, StoreError>;
    /// The tenant with this id or name.
    fn tenant_called(&self, id_or_name: &str) -> Result<Option<Tenant>, StoreError>;
    /// The tenant that holds the application with this id, for the operator's tools.
    fn tenant_of_application(&self, id: ApplicationId) -> Result<Option<TenantId>, StoreError>;
    /// The tenant that holds the API key with this id, for the operator's tools.
    fn tenant_of_api_key(&self, id: ApiKeyId) -> Result<Option<TenantId>, StoreError>;
}
