//! Runs.

use std::collections::BTreeSet;

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl};
use innkeeper_domain::{
    access::Subject,
    accounts::ChannelFault,
    ids::{AccountId, RunId, TenantId},
    imports::{Counts, FailedItem, ItemState, MOST_FAILED_ITEMS, Run},
    ports::{RunRepo, StoreError},
    sync::{RunChange, RunState},
};

use crate::{
    columns::{At, Key},
    connection::Link,
    error::Failure,
    rows::{
        FailedItemsRow, ItemFaultRow, ListingRefRow, RunCountsRow, RunRow, decode, failed_items_text,
        selected,
    },
    schema::{listings, sync_items, sync_runs},
    session::SqlSession,
};

const FAILED: &str = ItemState::Failed(ChannelFault::Internal).as_str();

impl RunRepo for SqlSession<'_> {
    fn apply(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        changes: &[RunChange],
        requested_by: Option<Subject>,
    ) -> Result<(), StoreError> {
        changes
            .iter()
            .try_for_each(|change| self.change_run(tenant, account, change, requested_by))
    }

    fn keep_counts(&mut self, tenant: TenantId, run: RunId, counts: &Counts) -> Result<(), StoreError> {
        let mut failed = None;
        if counts.listings_failed > 0 {
            let noted = self.noted(tenant, run)?;
            let items = self.call(|link| failed_items(link, tenant, run, noted))?;
            failed = self.call(|_| Ok(failed_items_text(&items)?))?;
        }
        let one = sync_runs::table.find((Key(tenant), Key(run)));
        self.execute(
            diesel::update(one).set((RunCountsRow::from(counts), sync_runs::failed_items.eq(failed))),
        )
    }

    fn note_failed(
        &mut self,
        tenant: TenantId,
        run: RunId,
        failed: &[FailedItem],
    ) -> Result<u32, StoreError> {
        let mut items = self.noted(tenant, run)?;
        let named = items.iter().filter_map(|item| item.channel_listing_id.clone());
        let mut named: BTreeSet<String> = named.collect();
        let mut count = 0;
        for item in failed {
            let is_new = match &item.channel_listing_id {
                Some(id) => named.insert(id.clone()),
                None => true,
            };
            if is_new {
                count += 1;
                items.push(item.clone());
            }
        }
        items.truncate(most_failed_items());
        let text = self.call(|_| Ok(failed_items_text(&items)?))?;
        let one = sync_runs::table.find((Key(tenant), Key(run)));
        self.execute(diesel::update(one).set(sync_runs::failed_items.eq(text)))?;
        Ok(count)
    }

    fn noted(&mut self, tenant: TenantId, run: RunId) -> Result<Vec<FailedItem>, StoreError> {
        let one = sync_runs::table.find((Key(tenant), Key(run)));
        self.call(|link| {
            let found: Vec<FailedItemsRow> = link.rows(one.select(selected::<FailedItemsRow>()))?;
            Ok(found.first().map_or(Ok(Vec::new()), |row| row.read(run))?)
        })
    }
}

impl SqlSession<'_> {
    fn change_run(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        change: &RunChange,
        requested_by: Option<Subject>,
    ) -> Result<(), StoreError> {
        // A run that has ended stays as it is.
        let live = sync_runs::table
            .find((Key(tenant), Key(change.run())))
            .filter(sync_runs::account_id.eq(Key(account)))
            .filter(sync_runs::ended_at.is_null());
        let state = (
            sync_runs::state.eq(change.state().as_str()),
            sync_runs::wait_reason.eq(match change {
                RunChange::Waiting { reason, .. } => Some(reason.as_str()),
                RunChange::Queued { .. }
                | RunChange::Superseded { .. }
                | RunChange::Running { .. }
                | RunChange::Cancelled { .. }
                | RunChange::Ended { .. } => None,
            }),
        );
        let live = diesel::update(live);
        match *change {
            RunChange::Queued {
                run,
                kind,
                threshold,
                requested_at,
            } => {
                let queued = Run {
                    tenant,
                    id: run,
                    account,
                    kind,
                    state: RunState::Queued,
                    waiting: None,
                    threshold,
                    requested_by,
                    requested_at,
                    started_at: None,
                    ended_at: None,
                    superseded_by: None,
                    attempts: 0,
                    rescues: 0,
                    fault: None,
                    counts: Counts::default(),
                };
                self.execute(diesel::insert_into(sync_runs::table).values(RunRow::from(&queued)))
            }
            RunChange::Superseded { by, at, .. } => self.execute(live.set((
                state,
                sync_runs::superseded_by_id.eq(Some(Key(by))),
                sync_runs::ended_at.eq(Some(At(at))),
            ))),
            RunChange::Running {
                started_at, attempt, ..
            } => self.execute(live.set((
                state,
                sync_runs::started_at.eq(Some(At(started_at))),
                sync_runs::attempts.eq(i64::from(attempt)),
            ))),
            RunChange::Waiting { rescues, .. } => {
                self.execute(live.set((state, sync_runs::rescues.eq(i64::from(rescues)))))
            }
            RunChange::Cancelled { at, .. } => {
                self.execute(live.set((state, sync_runs::ended_at.eq(Some(At(at))))))
            }
            RunChange::Ended {
                outcome,
                at,
                started_at,
                attempt,
                rescues,
                ..
            } => self.execute(live.set((
                state,
                sync_runs::fault.eq(outcome.fault().map(ChannelFault::as_str)),
                sync_runs::ended_at.eq(Some(At(at))),
                sync_runs::started_at.eq(Some(At(started_at))),
                sync_runs::attempts.eq(i64::from(attempt)),
                sync_runs::rescues.eq(i64::from(rescues)),
            ))),
        }
    }
}

fn most_failed_items() -> usize {
    usize::try_from(MOST_FAILED_ITEMS).unwrap_or(usize::MAX)
}

/// What a run could not import, while its items are there: what was noted, and what its items tell of.
pub(crate) fn failed_items(
    link: &mut Link,
    tenant: TenantId,
    run: RunId,
    mut noted: Vec<FailedItem>,
) -> Result<Vec<FailedItem>, Failure> {
    let of_run = sync_runs::tenant_id
        .eq(sync_items::tenant_id)
        .and(sync_runs::id.eq(sync_items::run_id));
    let listing = listings::tenant_id
        .eq(sync_items::tenant_id)
        .and(listings::account_id.eq(sync_runs::account_id))
        .and(listings::id.eq(sync_items::listing_id));
    let failed = sync_items::table
        .inner_join(sync_runs::table.on(of_run))
        .inner_join(listings::table.on(listing))
        .filter(sync_items::tenant_id.eq(Key(tenant)))
        .filter(sync_items::run_id.eq(Key(run)))
        .filter(sync_items::state.eq(FAILED))
        .order(sync_items::listing_id)
        .limit(i64::from(MOST_FAILED_ITEMS))
        .select((selected::<ItemFaultRow>(), selected::<ListingRefRow>()));
    noted.extend(decode(link.rows::<_, (ItemFaultRow, ListingRefRow)>(failed))?);
    noted.truncate(most_failed_items());
    Ok(noted)
}
