//! What imports bring, and how far they have come.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl,
    dsl::{exists, not},
};
use innkeeper_domain::{
    accounts::Stream,
    ids::{AccountId, ListingId, RunId, TenantId, kinds},
    imports::{
        Checkpoint, Item, ItemState, KnownListing, KnownReservation, ListingRef, StoredListing,
        StoredReservation,
    },
    ports::{ImportRepo, StoreError},
    sync::sweep::{MISSES_UNTIL_GONE, MOST_MISSING},
    time::Timestamp,
};

use super::{
    IDS_PER_STATEMENT, number,
    puts::{checkpoint_put, item_put, listing_put, reservation_put},
};
use crate::{
    columns::{At, Key, keys},
    known,
    rows::{CheckpointRow, KnownListingRow, KnownReservationRow, ListingRefRow, decode, selected},
    schema::{listings, stream_cursors, sync_checkpoints, sync_items},
    session::SqlSession,
    upsert::{
        CheckpointColumns, CursorColumns, CursorPut, ItemColumns, ListingColumns, ROWS_PER_UPSERT,
        ReservationColumns,
    },
};

const TO_DO: &str = ItemState::ToDo.as_str();
const DONE: &str = ItemState::Done.as_str();

impl ImportRepo for SqlSession<'_> {
    fn checkpoint(&mut self, tenant: TenantId, run: RunId) -> Result<Option<Checkpoint>, StoreError> {
        self.one::<CheckpointRow, _>(
            sync_checkpoints::table
                .find((Key(tenant), Key(run)))
                .select(selected::<CheckpointRow>()),
        )
    }

    fn save_checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let row = checkpoint_put(checkpoint);
        self.call(|link| Ok(CheckpointColumns::put(link, [row].into_iter()).map(drop)?))
    }

    fn forget_progress(&mut self, tenant: TenantId, run: RunId) -> Result<(), StoreError> {
        let items = sync_items::table
            .filter(sync_items::tenant_id.eq(Key(tenant)))
            .filter(sync_items::run_id.eq(Key(run)));
        self.execute(diesel::delete(items))?;
        self.execute(diesel::delete(
            sync_checkpoints::table.find((Key(tenant), Key(run))),
        ))
    }

    fn known_listings(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        keys: &[String],
    ) -> Result<Vec<KnownListing>, StoreError> {
        self.call(|link| {
            let known = known::listings(tenant, account, keys);
            decode(link.rows_dynamic::<_, KnownListingRow>(known))
        })
    }

    fn put_listings(&mut self, listings: &[StoredListing]) -> Result<(), StoreError> {
        for some in listings.chunks(ROWS_PER_UPSERT) {
            self.call(|link| Ok(ListingColumns::put(link, some.iter().map(listing_put))?))?;
        }
        Ok(())
    }

    fn add_items(&mut self, tenant: TenantId, run: RunId, items: &[Item]) -> Result<u32, StoreError> {
        let mut added = 0;
        for some in items.chunks(ROWS_PER_UPSERT) {
            let rows = some.iter().map(|item| item_put(tenant, run, item));
            added += self.call(|link| Ok(ItemColumns::put(link, rows)?))?;
        }
        Ok(u32::try_from(added).unwrap_or(u32::MAX))
    }

    fn next_item(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        after: Option<ListingId>,
    ) -> Result<Option<ListingRef>, StoreError> {
        // Before all ids.
        let after = after.unwrap_or_else(|| ListingId::from_uuid(uuid::Uuid::nil()));
        let listing = listings::tenant_id
            .eq(sync_items::tenant_id)
            .and(listings::id.eq(sync_items::listing_id));
        self.one::<ListingRefRow, _>(
            sync_items::table
                .inner_join(listings::table.on(listing))
                .filter(sync_items::tenant_id.eq(Key(tenant)))
                .filter(sync_items::run_id.eq(Key(run)))
                .filter(sync_items::listing_id.gt(Key(after)))
                .filter(sync_items::state.eq(TO_DO))
                .filter(listings::account_id.eq(Key(account)))
                .order(sync_items::listing_id)
                .limit(1)
                .select(selected::<ListingRefRow>()),
        )
    }

    fn end_item(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        item: Item,
        synced_at: Timestamp,
    ) -> Result<(), StoreError> {
        let fault = match item.state {
            ItemState::Failed(fault) => Some(fault.as_str()),
            ItemState::ToDo | ItemState::Done | ItemState::Skipped => None,
        };
        let one = sync_items::table.find((Key(tenant), Key(run), Key(item.listing)));
        self.execute(diesel::update(one).set((
            sync_items::state.eq(item.state.as_str()),
            sync_items::fault.eq(fault),
        )))?;
        if item.state != ItemState::Done {
            return Ok(());
        }
        let listing = listings::table.find((Key(tenant), Key(account), Key(item.listing)));
        self.execute(diesel::update(listing).set(listings::synced_at.eq(Some(At(synced_at)))))
    }

    fn end_items(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        synced_at: Timestamp,
    ) -> Result<u32, StoreError> {
        let open = || {
            sync_items::table
                .filter(sync_items::tenant_id.eq(Key(tenant)))
                .filter(sync_items::run_id.eq(Key(run)))
                .filter(sync_items::state.eq(TO_DO))
        };
        let synced = listings::table
            .filter(listings::tenant_id.eq(Key(tenant)))
            .filter(listings::account_id.eq(Key(account)))
            .filter(listings::id.eq_any(open().select(sync_items::listing_id)));
        self.execute(diesel::update(synced).set(listings::synced_at.eq(Some(At(synced_at)))))?;
        let ended = diesel::update(open()).set(sync_items::state.eq(DONE));
        let ended = self.call(|link| Ok(link.execute(ended)?))?;
        Ok(u32::try_from(ended).unwrap_or(u32::MAX))
    }

    fn missing_listings(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
    ) -> Result<(Vec<(ListingId, u32)>, u32), StoreError> {
        let there = || {
            listings::table
                .filter(listings::tenant_id.eq(Key(tenant)))
                .filter(listings::account_id.eq(Key(account)))
                .filter(listings::missing.lt(i64::from(MISSES_UNTIL_GONE)))
        };
        let met = sync_items::table
            .filter(sync_items::tenant_id.eq(Key(tenant)))
            .filter(sync_items::run_id.eq(Key(run)))
            .filter(sync_items::listing_id.eq(listings::id));
        let missing: Vec<(Key<kinds::Listing>, i64)> = self.values(
            there()
                .filter(not(exists(met)))
                .limit(i64::from(MOST_MISSING) + 1)
                .select((listings::id, listings::missing)),
        )?;
        let known: Vec<i64> = self.values(there().count())?;
        Ok((
            missing
                .into_iter()
                .map(|(id, times)| (id.0, number(times)))
                .collect(),
            known.first().copied().map_or(0, number),
        ))
    }

    fn mark_missing(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        missing: &[ListingId],
        off: &[ListingId],
        at: Timestamp,
    ) -> Result<u32, StoreError> {
        let these = |ids| {
            listings::table
                .filter(listings::tenant_id.eq(Key(tenant)))
                .filter(listings::account_id.eq(Key(account)))
                .filter(listings::id.eq_any(keys(ids)))
        };
        for some in missing.chunks(IDS_PER_STATEMENT) {
            let change = diesel::update(these(some)).set(listings::missing.eq(listings::missing + 1));
            self.execute(change)?;
        }
        let mut switched = 0;
        for some in off.chunks(IDS_PER_STATEMENT) {
            let enabled = these(some).filter(listings::enabled);
            let change =
                diesel::update(enabled).set((listings::enabled.eq(false), listings::updated_at.eq(At(at))));
            switched += self.call(|link| Ok(link.execute(change)?))?;
        }
        Ok(u32::try_from(switched).unwrap_or(u32::MAX))
    }

    fn known_reservations(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        keys: &[String],
    ) -> Result<Vec<KnownReservation>, StoreError> {
        self.call(|link| {
            let known = known::reservations(tenant, account, keys);
            decode(link.rows_dynamic::<_, KnownReservationRow>(known))
        })
    }

    fn put_reservations(&mut self, reservations: &[StoredReservation]) -> Result<(), StoreError> {
        for some in reservations.chunks(ROWS_PER_UPSERT) {
            self.call(|link| Ok(ReservationColumns::put(link, some.iter().map(reservation_put))?))?;
        }
        Ok(())
    }

    fn cursor(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        stream: Stream,
    ) -> Result<Option<Timestamp>, StoreError> {
        let found: Vec<At> = self.values(
            stream_cursors::table
                .find((Key(tenant), Key(account), stream.as_str()))
                .select(stream_cursors::changed_since),
        )?;
        Ok(found.first().map(|at| at.0))
    }

    fn save_cursor(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        stream: Stream,
        cursor: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let Some(cursor) = cursor else {
            let one = stream_cursors::table.find((Key(tenant), Key(account), stream.as_str()));
            return self.execute(diesel::delete(one));
        };
        let row = CursorPut {
            tenant_id: Key(tenant),
            account_id: Key(account),
            stream: stream.as_str(),
            changed_since: At(cursor),
        };
        self.call(|link| Ok(CursorColumns::put(link, [row].into_iter()).map(drop)?))
    }
}
