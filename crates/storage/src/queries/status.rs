//! How users stand by the listings of their accounts.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    accounts::ListingStatus,
    ids::{TenantId, UserId, kinds},
};

use crate::{
    columns::{At, Key, keys},
    connection::Link,
    error::Failure,
    schema::accounts,
};

/// What a deleted account had counts as had, and not as there.
pub(super) fn of_users(
    link: &mut Link,
    tenant: TenantId,
    users: &[UserId],
) -> Result<Vec<(UserId, ListingStatus)>, Failure> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let of_users = accounts::table
        .filter(accounts::tenant_id.eq(Key(tenant)))
        .filter(accounts::user_id.eq_any(keys(users)))
        .select((
            accounts::user_id,
            accounts::ever_enabled,
            accounts::nb_enabled_listings,
            accounts::deleted_at,
        ));
    let rows: Vec<(Key<kinds::User>, bool, i64, Option<At>)> = link.rows(of_users)?;
    let mut found: BTreeMap<UserId, (bool, bool)> = BTreeMap::new();
    for (user, ever, enabled, deleted_at) in rows {
        let (had, has) = found.entry(user.0).or_default();
        *had |= ever;
        *has |= enabled > 0 && deleted_at.is_none();
    }
    Ok(found
        .into_iter()
        .map(|(user, (had, has))| (user, ListingStatus::of(had, has)))
        .collect())
}
