//! Logins.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{TenantId, UserId},
    people::Credential,
    ports::{Page, PageRequest},
};

use super::lists;
use crate::{
    columns::Key,
    connection::Link,
    error::Failure,
    rows::{CredentialRow, selected},
    schema::credentials,
};

/// Those that were not removed, the oldest first.
pub(super) fn list(
    link: &mut Link,
    tenant: TenantId,
    user: UserId,
    page: PageRequest,
) -> Result<Page<Credential>, Failure> {
    let live = || {
        credentials::table
            .filter(credentials::tenant_id.eq(Key(tenant)))
            .filter(credentials::user_id.eq(Key(user)))
            .filter(credentials::removed_at.is_null())
    };
    let list = live()
        .order((credentials::created_at, credentials::id))
        .select(selected::<CredentialRow>());
    lists::page::<CredentialRow, _, _>(link, page, list, live().select(credentials::id))
}
