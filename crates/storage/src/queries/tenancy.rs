//! Tenants and applications.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{ApiKeyId, ApplicationId, TenantId, kinds},
    ports::{Page, PageRequest},
    tenancy::{Application, Tenant},
};

use super::lists;
use crate::{
    columns::Key,
    connection::Link,
    error::Failure,
    rows::{ApplicationRow, TenantRow, decode, selected},
    schema::{api_keys, applications, tenants},
};

pub(super) fn application(
    link: &mut Link,
    tenant: TenantId,
    id: ApplicationId,
) -> Result<Option<Application>, Failure> {
    let query = applications::table
        .find((Key(tenant), Key(id)))
        .select(selected::<ApplicationRow>());
    Ok(decode(link.rows::<_, ApplicationRow>(query))?.pop())
}

/// The oldest first.
pub(super) fn tenants(link: &mut Link, page: PageRequest) -> Result<Page<Tenant>, Failure> {
    let list = tenants::table
        .order((tenants::created_at, tenants::id))
        .select(selected::<TenantRow>());
    lists::page::<TenantRow, _, _>(link, page, list, tenants::table.select(tenants::id))
}

pub(super) fn tenant_called(link: &mut Link, id_or_name: &str) -> Result<Option<Tenant>, Failure> {
    if let Ok(id) = id_or_name.parse::<TenantId>() {
        let query = tenants::table.find(Key(id)).select(selected::<TenantRow>());
        if let Some(tenant) = decode(link.rows::<_, TenantRow>(query))?.pop() {
            return Ok(Some(tenant));
        }
    }
    let query = tenants::table
        .filter(tenants::name.eq(id_or_name))
        .select(selected::<TenantRow>());
    Ok(decode(link.rows::<_, TenantRow>(query))?.pop())
}

/// A scan, as no index begins with anything but the tenant: an operator at the command line can wait for it.
pub(super) fn tenant_of_application(link: &mut Link, id: ApplicationId) -> Result<Option<TenantId>, Failure> {
    let query = applications::table
        .filter(applications::id.eq(Key(id)))
        .select(applications::tenant_id);
    Ok(link.rows::<_, Key<kinds::Tenant>>(query)?.pop().map(|key| key.0))
}

/// As [`tenant_of_application`].
pub(super) fn tenant_of_api_key(link: &mut Link, id: ApiKeyId) -> Result<Option<TenantId>, Failure> {
    let query = api_keys::table
        .filter(api_keys::id.eq(Key(id)))
        .select(api_keys::tenant_id);
    Ok(link.rows::<_, Key<kinds::Tenant>>(query)?.pop().map(|key| key.0))
}
