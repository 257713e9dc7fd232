//! The end of what deleted accounts had imported, in portions.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, dsl::exists};
use innkeeper_domain::{
    ids::{AccountId, TenantId, kinds},
    ports::StoreError,
    time::Timestamp,
};

use crate::{
    columns::{At, Key},
    connection::Link,
    error::Failure,
    locking::ForUpdate,
    schema::{accounts, listings, reservations, stream_cursors, tenants},
    store::SqlStore,
};

/// The most rows that one transaction deletes. Whoever adds the account again waits for it.
const ROWS: u32 = 1_000;
/// How many accounts are looked for at once.
const ACCOUNTS: i64 = 100;

impl SqlStore {
    /// What deleted accounts had imported, up to `limit` rows of it.
    pub(crate) fn purge_imported(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        let tenants: Vec<Key<kinds::Tenant>> =
            self.read(|link| Ok(link.rows(tenants::table.order(tenants::id).select(tenants::id))?))?;
        let mut purged = 0;
        for Key(tenant) in tenants {
            if purged >= limit {
                break;
            }
            for Key(account) in self.deleted_with_data(tenant, before)? {
                while purged < limit {
                    let most = ROWS.min(limit - purged);
                    let deleted = self.write("upkeep.purge_deleted_accounts", |link| {
                        purge(link, (tenant, account), before, most)
                    })?;
                    purged += deleted;
                    if deleted < most {
                        break;
                    }
                }
            }
        }
        Ok(purged)
    }

    /// Some accounts that were deleted before, and still have something.
    fn deleted_with_data(
        &self,
        tenant: TenantId,
        before: Timestamp,
    ) -> Result<Vec<Key<kinds::Account>>, StoreError> {
        let of_listing = listings::tenant_id
            .eq(Key(tenant))
            .and(listings::account_id.eq(accounts::id));
        let of_reservation = reservations::tenant_id
            .eq(Key(tenant))
            .and(reservations::account_id.eq(accounts::id));
        self.read(|link| {
            let some = accounts::table
                .filter(accounts::tenant_id.eq(Key(tenant)))
                .filter(accounts::deleted_at.lt(Some(At(before))))
                .filter(
                    exists(listings::table.filter(of_listing))
                        .or(exists(reservations::table.filter(of_reservation))),
                )
                .order(accounts::id)
                .limit(ACCOUNTS)
                .select(accounts::id);
            Ok(link.rows(some)?)
        })
    }
}

/// Deletes up to `most` rows of an account, reservations first; none if it is not deleted any more. Its row is locked:
/// that is what bringing it back waits for.
fn purge(
    link: &mut Link,
    (tenant, account): (TenantId, AccountId),
    before: Timestamp,
    most: u32,
) -> Result<u32, Failure> {
    let one = accounts::table.find((Key(tenant), Key(account)));
    let still: Vec<Key<kinds::Account>> = link.rows(ForUpdate(
        one.filter(accounts::deleted_at.lt(Some(At(before))))
            .select(accounts::id),
    ))?;
    if still.is_empty() {
        return Ok(0);
    }
    let its_reservations = || {
        reservations::table
            .filter(reservations::tenant_id.eq(Key(tenant)))
            .filter(reservations::account_id.eq(Key(account)))
    };
    let ids: Vec<Key<kinds::Reservation>> = link.rows(
        its_reservations()
            .order(reservations::id)
            .limit(i64::from(most))
            .select(reservations::id),
    )?;
    let mut deleted = 0;
    if !ids.is_empty() {
        deleted += link.execute(diesel::delete(
            its_reservations().filter(reservations::id.eq_any(&ids)),
        ))?;
    }
    let left = i64::from(most).saturating_sub(i64::try_from(deleted).unwrap_or(i64::MAX));
    if left > 0 {
        deleted += purge_listings(link, (tenant, account), left)?;
    }
    // What is left of it, should it come back in the midst of this, is to be read anew.
    link.execute(diesel::update(one).set((
        accounts::listings_ready_at.eq(None::<At>),
        accounts::reservations_ready_at.eq(None::<At>),
    )))?;
    link.execute(diesel::delete(
        stream_cursors::table
            .filter(stream_cursors::tenant_id.eq(Key(tenant)))
            .filter(stream_cursors::account_id.eq(Key(account))),
    ))?;
    Ok(u32::try_from(deleted).unwrap_or(u32::MAX))
}

/// Deletes listings, and counts those that are left.
fn purge_listings(
    link: &mut Link,
    (tenant, account): (TenantId, AccountId),
    most: i64,
) -> Result<usize, Failure> {
    let its_listings = || {
        listings::table
            .filter(listings::tenant_id.eq(Key(tenant)))
            .filter(listings::account_id.eq(Key(account)))
    };
    let found: Vec<Key<kinds::Listing>> = link.rows(
        its_listings()
            .order(listings::id)
            .limit(most)
            .select(listings::id),
    )?;
    let deleted = link.execute(diesel::delete(its_listings().filter(listings::id.eq_any(&found))))?;
    // Counted anew: it is the last time, and what was counted off wrongly would never end.
    let count = |found: Vec<i64>| found.first().copied().unwrap_or(0);
    let all = count(link.rows(its_listings().count())?);
    let enabled = count(link.rows(its_listings().filter(listings::enabled).count())?);
    link.execute(
        diesel::update(accounts::table.find((Key(tenant), Key(account)))).set((
            accounts::nb_listings.eq(all),
            accounts::nb_enabled_listings.eq(enabled),
        )),
    )?;
    Ok(deleted)
}
