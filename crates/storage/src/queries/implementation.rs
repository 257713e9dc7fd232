//! The port, one line each; the queries themselves are beside this, by what they are about.

use innkeeper_domain::{
    access::Grant,
    accounts::ListingStatus,
    ids::{
        AccessTokenId, AccountId, ApiKeyId, ApplicationId, PropertyId, PropertyUserId, RunId, TenantId,
        UserId,
    },
    imports::{FailedItem, Run, StoredListing, StoredReservation},
    people::{Credential, User},
    ports::{
        AccountView, ListingFilter, Page, PageRequest, PropertyFilter, PropertyUserFilter, PropertyUserView,
        Queries, ReservationFilter, StoreError, UserFilter, Viewer,
    },
    properties::Property,
    tenancy::{Application, Tenant},
    tokens::{ApiKey, KeyFacts, TokenFacts},
};

use super::{
    accounts, credentials, listings, properties, property_users, reservations, runs, status, tenancy, tokens,
    users,
};
use crate::store::SqlStore;

impl Queries for SqlStore {
    fn key_facts(&self, tenant: TenantId, id: ApiKeyId) -> Result<Option<KeyFacts>, StoreError> {
        self.read(|link| tokens::key_facts(link, tenant, id))
    }

    fn token_facts(&self, tenant: TenantId, id: AccessTokenId) -> Result<Option<TokenFacts>, StoreError> {
        self.read(|link| tokens::token_facts(link, tenant, id))
    }

    fn application(&self, tenant: TenantId, id: ApplicationId) -> Result<Option<Application>, StoreError> {
        self.read(|link| tenancy::application(link, tenant, id))
    }

    fn property_user(
        &self,
        tenant: TenantId,
        id: PropertyUserId,
        viewer: Option<UserId>,
    ) -> Result<Option<(PropertyUserView, Vec<Grant>)>, StoreError> {
        self.read(|link| property_users::one(link, tenant, id, viewer))
    }

    fn property_users(
        &self,
        viewer: &Viewer,
        filter: &PropertyUserFilter,
        page: PageRequest,
    ) -> Result<Page<PropertyUserView>, StoreError> {
        self.read(|link| property_users::list(link, viewer, filter, page))
    }

    fn property(
        &self,
        tenant: TenantId,
        id: PropertyId,
        viewer: Option<UserId>,
    ) -> Result<Option<(Property, Vec<Grant>)>, StoreError> {
        self.read(|link| properties::one(link, tenant, id, viewer))
    }

    fn properties(
        &self,
        viewer: &Viewer,
        filter: &PropertyFilter,
        page: PageRequest,
    ) -> Result<Page<Property>, StoreError> {
        self.read(|link| properties::list(link, viewer, filter, page))
    }

    fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError> {
        self.read(|link| users::one(link, tenant, id))
    }

    fn users(
        &self,
        tenant: TenantId,
        filter: &UserFilter,
        page: PageRequest,
    ) -> Result<Page<User>, StoreError> {
        self.read(|link| users::list(link, tenant, filter, page))
    }

    fn credentials(
        &self,
        tenant: TenantId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<Credential>, StoreError> {
        self.read(|link| credentials::list(link, tenant, user, page))
    }

    fn api_keys(
        &self,
        tenant: TenantId,
        user: Option<UserId>,
        page: PageRequest,
    ) -> Result<Page<ApiKey>, StoreError> {
        self.read(|link| tokens::api_keys(link, tenant, user, page))
    }

    fn listing_status(
        &self,
        tenant: TenantId,
        users: &[UserId],
    ) -> Result<Vec<(UserId, ListingStatus)>, StoreError> {
        self.read(|link| status::of_users(link, tenant, users))
    }

    fn account(
        &self,
        tenant: TenantId,
        user: UserId,
        id: AccountId,
    ) -> Result<Option<AccountView>, StoreError> {
        self.read(|link| accounts::one(link, tenant, user, id))
    }

    fn accounts(
        &self,
        tenant: TenantId,
        user: UserId,
        page: PageRequest,
    ) -> Result<Page<AccountView>, StoreError> {
        self.read(|link| accounts::list(link, tenant, user, page))
    }

    fn listings(
        &self,
        tenant: TenantId,
        account: AccountId,
        filter: &ListingFilter,
        page: PageRequest,
    ) -> Result<Page<StoredListing>, StoreError> {
        self.read(|link| listings::list(link, tenant, account, filter, page))
    }

    fn reservations(
        &self,
        tenant: TenantId,
        account: AccountId,
        filter: &ReservationFilter,
        page: PageRequest,
    ) -> Result<Page<StoredReservation>, StoreError> {
        self.read(|link| reservations::list(link, tenant, account, filter, page))
    }

    fn runs(&self, tenant: TenantId, account: AccountId, page: PageRequest) -> Result<Page<Run>, StoreError> {
        self.read(|link| runs::list(link, tenant, account, page))
    }

    fn run(
        &self,
        tenant: TenantId,
        account: AccountId,
        id: RunId,
    ) -> Result<Option<(Run, Vec<FailedItem>)>, StoreError> {
        self.read(|link| runs::one(link, tenant, account, id))
    }

    fn tenants(&self, page: PageRequest) -> Result<Page<Tenant>, StoreError> {
        self.read(|link| tenancy::tenants(link, page))
    }

    fn tenant_called(&self, id_or_name: &str) -> Result<Option<Tenant>, StoreError> {
        self.read(|link| tenancy::tenant_called(link, id_or_name))
    }

    fn tenant_of_application(&self, id: ApplicationId) -> Result<Option<TenantId>, StoreError> {
        self.read(|link| tenancy::tenant_of_application(link, id))
    }

    fn tenant_of_api_key(&self, id: ApiKeyId) -> Result<Option<TenantId>, StoreError> {
        self.read(|link| tenancy::tenant_of_api_key(link, id))
    }
}
