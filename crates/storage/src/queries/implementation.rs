//! The port, one line each; the queries themselves are beside this, by what they are about.

use innkeeper_domain::{
    access::Grant,
    accounts::ListingStatus,
    effects::AuditRecord,
    ids::{
        AccessTokenId, AccountId, ApiKeyId, ApplicationId, LinkRequestId, OnboardingTokenId, PropertyId,
        PropertyUserId, RunId, TenantId, UserId,
    },
    imports::{FailedItem, Run, StoredListing, StoredReservation},
    onboarding::{LastMail, LinkFacts, SignInFacts},
    people::{Credential, User},
    ports::{
        AccountView, AuditFilter, AuditPage, AuditSlice, ListingFilter, Page, PageRequest, PropertyFilter,
        PropertyUserFilter, PropertyUserView, Queries, ReservationFilter, StoreError, UserFilter, Viewer,
    },
    properties::Property,
    tenancy::{Application, Tenant},
    time::Timestamp,
    tokens::{AccessVersion, ApiKey, KeyFacts, TokenFacts},
    values::EmailKey,
};

use super::{
    accounts,
    as_of::{self, AsOf},
    audit_records, credentials, listings, onboarding, properties, property_users, reservations, runs, status,
    tenancy, tokens, users,
};
use crate::{connection::Link, error::Failure, store::SqlStore};

impl SqlStore {
    /// Reads what does not itself ask whether the access version is still the same.
    fn checked<T>(&self, query: impl Fn(&mut Link) -> Result<T, Failure>) -> Result<T, StoreError> {
        self.read(|link| {
            self.as_of().require(link)?;
            query(link)
        })
    }
}

impl Queries for SqlStore {
    fn key_facts(&self, tenant: TenantId, id: ApiKeyId) -> Result<Option<KeyFacts>, StoreError> {
        self.read(|link| tokens::key_facts(link, tenant, id))
    }

    fn token_facts(&self, tenant: TenantId, id: AccessTokenId) -> Result<Option<TokenFacts>, StoreError> {
        self.read(|link| tokens::token_facts(link, tenant, id))
    }

    fn at_version(&self, tenant: TenantId, version: AccessVersion) -> Option<Box<dyn Queries>> {
        Some(Box::new(self.seen_as_of(AsOf::new(tenant, version))))
    }

    fn is_at_version(&self, tenant: TenantId, version: AccessVersion) -> Result<bool, StoreError> {
        as_of::is_at(self, tenant, version)
    }

    fn application(&self, tenant: TenantId, id: ApplicationId) -> Result<Option<Application>, StoreError> {
        self.checked(|link| tenancy::application(link, tenant, id))
    }

    fn property_user(
        &self,
        tenant: TenantId,
        id: PropertyUserId,
        viewer: Option<UserId>,
    ) -> Result<Option<(PropertyUserView, Vec<Grant>)>, StoreError> {
        property_users::one(self, tenant, id, viewer)
    }

    fn property_users(
        &self,
        viewer: &Viewer,
        filter: &PropertyUserFilter,
        page: PageRequest,
    ) -> Result<Page<PropertyUserView>, StoreError> {
        property_users::list(self, viewer, filter, page)
    }

    fn property(
        &self,
        tenant: TenantId,
        id: PropertyId,
        viewer: Option<UserId>,
    ) -> Result<Option<(Property, Vec<Grant>)>, StoreError> {
        properties::one(self, tenant, id, viewer)
    }

    fn properties(
        &self,
        viewer: &Viewer,
        filter: &PropertyFilter,
        page: PageRequest,
    ) -> Result<Page<Property>, StoreError> {
        self.read(|link| properties::list(link, self.as_of(), viewer, filter, page))
    }

    fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError> {
        self.read(|link| users::one(link, self.as_of(), tenant, id))
    }

    fn users(
        &self,
        tenant: TenantId,
        filter: &UserFilter,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        self.read(|link| users::list(link, self.as_of(), tenant, filter, page))
    }

    fn credentials(
        &self,
        tenant: TenantId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Credential>, StoreError> {
        self.checked(|link| credentials::list(link, tenant, user, page))
    }

    fn api_keys(
        &self,
        tenant: TenantId,
        user: Option<UserId>,
        page: PageRequest,
    ) -> Result<Page<ApiKey>, StoreError> {
        self.checked(|link| tokens::api_keys(link, tenant, user, page))
    }

    fn listing_status(
        &self,
        tenant: TenantId,
        users: &[UserId],
    ) -> Result<Vec<(UserId, ListingStatus)>, StoreError> {
        self.checked(|link| status::of_users(link, tenant, users))
    }

    fn account(
        &self,
        tenant: TenantId,
        user: UserId,
        id: AccountId,
    ) -> Result<Option<AccountView>, StoreError> {
        self.read(|link| accounts::one(link, self.as_of(), tenant, user, id))
    }

    fn accounts(
        &self,
        tenant: TenantId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<AccountView>, StoreError> {
        self.read(|link| accounts::list(link, self.as_of(), tenant, user, page))
    }

    fn listings(
        &self,
        tenant: TenantId,
        account: AccountId,
        filter: &ListingFilter,
        page: PageRequest,
    ) -> Result<Page<StoredListing>, StoreError> {
        self.checked(|link| listings::list(link, tenant, account, filter, page))
    }

    fn reservations(
        &self,
        tenant: TenantId,
        account: AccountId,
        filter: &ReservationFilter,
        page: PageRequest,
    ) -> Result<Page<StoredReservation>, StoreError> {
        self.checked(|link| reservations::list(link, tenant, account, filter, page))
    }

    fn runs(&self, tenant: TenantId, account: AccountId, page: PageRequest) -> Result<Page<Run>, StoreError> {
        self.checked(|link| runs::list(link, tenant, account, page))
    }

    fn run(
        &self,
        tenant: TenantId,
        account: AccountId,
        id: RunId,
    ) -> Result<Option<(Run, Vec<FailedItem>)>, StoreError> {
        self.checked(|link| runs::one(link, tenant, account, id))
    }

    fn link(&self, tenant: TenantId, id: OnboardingTokenId) -> Result<Option<LinkFacts>, StoreError> {
        self.checked(|link| onboarding::link(link, tenant, id))
    }

    fn sign_in_facts(&self, tenant: TenantId, email: &EmailKey) -> Result<Option<SignInFacts>, StoreError> {
        self.checked(|link| onboarding::sign_in_facts(link, tenant, email))
    }

    fn last_mail(
        &self,
        tenant: TenantId,
        property: PropertyId,
        recipient: UserId,
    ) -> Result<Option<LastMail>, StoreError> {
        self.checked(|link| onboarding::last_mail(link, tenant, property, recipient))
    }

    fn link_requests(&self, limit: u32) -> Result<Vec<(TenantId, LinkRequestId)>, StoreError> {
        self.checked(|link| onboarding::link_requests(link, limit))
    }

    fn audit_records(
        &self,
        viewer: &Viewer,
        filter: &AuditFilter,
        page: AuditPage,
    ) -> Result<AuditSlice, StoreError> {
        self.checked(|link| audit_records::list(link, viewer, filter, page))
    }

    fn latest_of_places(
        &self,
        tenant: TenantId,
        property: PropertyId,
        until: Timestamp,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        self.checked(|link| audit_records::latest_of_places(link, tenant, property, until))
    }

    fn property_ever(
        &self,
        tenant: TenantId,
        id: PropertyId,
        viewer: Option<UserId>,
    ) -> Result<Option<Vec<Grant>>, StoreError> {
        self.checked(|link| audit_records::property_ever(link, tenant, id, viewer))
    }

    fn place_ever(
        &self,
        tenant: TenantId,
        id: PropertyUserId,
    ) -> Result<Option<(PropertyId, UserId)>, StoreError> {
        self.checked(|link| audit_records::place_ever(link, tenant, id))
    }

    fn tenants(&self, page: PageRequest) -> Result<Page<Tenant>, StoreError> {
        self.checked(|link| tenancy::tenants(link, page))
    }

    fn tenant_called(&self, id_or_name: &str) -> Result<Option<Tenant>, StoreError> {
        self.checked(|link| tenancy::tenant_called(link, id_or_name))
    }

    fn tenant_of_application(&self, id: ApplicationId) -> Result<Option<TenantId>, StoreError> {
        self.checked(|link| tenancy::tenant_of_application(link, id))
    }

    fn tenant_of_api_key(&self, id: ApiKeyId) -> Result<Option<TenantId>, StoreError> {
        self.checked(|link| tenancy::tenant_of_api_key(link, id))
    }
}
