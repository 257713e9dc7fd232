//! Listings of an account.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{AccountId, TenantId},
    imports::StoredListing,
    ports::{ListingFilter, Page, PageRequest},
};

use super::lists;
use crate::{
    columns::{At, Key},
    connection::{Link, MultiBackend},
    error::Failure,
    rows::{ListingRow, selected},
    schema::listings,
};

/// By id, which is by when they were first imported; of those that changed, by when they did.
pub(super) fn list(
    link: &mut Link,
    tenant: TenantId,
    account: AccountId,
    filter: &ListingFilter,
    page: PageRequest,
) -> Result<Page<StoredListing>, Failure> {
    let mut list = listings::table
        .filter(listings::tenant_id.eq(Key(tenant)))
        .filter(listings::account_id.eq(Key(account)))
        .select(selected::<ListingRow>())
        .into_boxed::<MultiBackend>();
    let mut keys = listings::table
        .filter(listings::tenant_id.eq(Key(tenant)))
        .filter(listings::account_id.eq(Key(account)))
        .select(listings::id)
        .into_boxed::<MultiBackend>();
    match filter.updated_since {
        None => list = list.order(listings::id),
        Some(since) => {
            list = list
                .filter(listings::updated_at.ge(At(since)))
                .order((listings::updated_at, listings::id));
            keys = keys.filter(listings::updated_at.ge(At(since)));
        }
    }
    lists::page::<ListingRow, _, _>(link, page, list, keys)
}
