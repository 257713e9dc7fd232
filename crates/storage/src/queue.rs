//! The queue of runs, as workers look at it.

use std::collections::BTreeMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl};
use innkeeper_domain::{
    accounts::{ChannelSlug, HealthState},
    ids::{TenantId, WorkerId, kinds},
    ports::{PickOrder, RunQueue, SlotKey, StoreError},
    time::Timestamp,
};

use crate::{
    columns::{At, Key},
    connection::Link,
    error::Failure,
    leases::Ready,
    schema::{accounts, sync_slots, workers},
    store::SqlStore,
    upsert::{WorkerColumns, WorkerPut},
};

type Keys = (Key<kinds::Tenant>, Key<kinds::Account>);
type ReadyRow = (Key<kinds::Tenant>, Key<kinds::Account>, bool, At, i64);

impl RunQueue for SqlStore {
    fn now(&self) -> Result<Timestamp, StoreError> {
        self.store_now()
    }

    fn ready(
        &self,
        order: PickOrder,
        except: &[ChannelSlug],
        limit: u32,
    ) -> Result<Vec<SlotKey>, StoreError> {
        let people_first = match order {
            PickOrder::PeopleFirst => true,
            PickOrder::OldestFirst => false,
        };
        let rows: Vec<ReadyRow> = self.read(|link| {
            let except: Vec<String> = except.iter().map(|slug| slug.as_str().to_owned()).collect();
            Ok(link.rows_dynamic(Ready {
                people_first,
                except_json: serde_json::Value::from(except.as_slice()).to_string(),
                except,
                limit: i64::from(limit),
            })?)
        })?;
        Ok(in_turn(rows, people_first, limit))
    }

    fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<SlotKey>, StoreError> {
        self.slots(|link| {
            let due = sync_slots::table
                .filter(sync_slots::wake_at.le(Some(At(now))))
                .order(sync_slots::wake_at)
                .limit(i64::from(limit))
                .select((sync_slots::tenant_id, sync_slots::account_id));
            Ok(link.rows(due)?)
        })
    }

    fn idle(&self, before: Timestamp, limit: u32) -> Result<Vec<SlotKey>, StoreError> {
        let works = || {
            HealthState::ALL
                .into_iter()
                .filter(|state| state.is_valid())
                .map(HealthState::as_str)
        };
        let account = accounts::tenant_id
            .eq(sync_slots::tenant_id)
            .and(accounts::id.eq(sync_slots::account_id));
        self.slots(|link| {
            let idle = sync_slots::table
                .inner_join(accounts::table.on(account))
                .filter(sync_slots::idle_since.lt(Some(At(before))))
                .filter(accounts::health.eq_any(works()))
                .order(sync_slots::idle_since)
                .limit(i64::from(limit))
                .select((sync_slots::tenant_id, sync_slots::account_id));
            Ok(link.rows(idle)?)
        })
    }

    fn held(&self, worker: WorkerId, limit: u32) -> Result<Vec<SlotKey>, StoreError> {
        self.slots(|link| {
            let held = sync_slots::table
                .filter(sync_slots::claim_id.is_not_null())
                .filter(sync_slots::worker_id.ne(Some(Key(worker))))
                .limit(i64::from(limit))
                .select((sync_slots::tenant_id, sync_slots::account_id));
            Ok(link.rows(held)?)
        })
    }

    fn report(
        &self,
        worker: WorkerId,
        host: &str,
        now: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("queue.report", |link| {
            let row = WorkerPut {
                id: Key(worker),
                started_at: At(now),
                host,
                seen_at: At(now),
            };
            WorkerColumns::put(link, [row].into_iter())?;
            let gone = workers::table.filter(workers::seen_at.lt(At(forget_before)));
            Ok(link.execute(diesel::delete(gone)).map(drop)?)
        })
    }

    fn leave(&self, worker: WorkerId) -> Result<(), StoreError> {
        self.write("queue.leave", |link| {
            let one = workers::table.find(Key(worker));
            Ok(link.execute(diesel::delete(one)).map(drop)?)
        })
    }
}

impl SqlStore {
    fn slots(
        &self,
        query: impl Fn(&mut Link) -> Result<Vec<Keys>, Failure>,
    ) -> Result<Vec<SlotKey>, StoreError> {
        let found = self.read(query)?;
        Ok(found
            .into_iter()
            .map(|(tenant, account)| SlotKey {
                tenant: tenant.0,
                account: account.0,
            })
            .collect())
    }
}

/// The best first. A tenant's second slot stands behind those of tenants that have one run less, and so on, as if its
/// first were running already.
fn in_turn(mut rows: Vec<ReadyRow>, people_first: bool, limit: u32) -> Vec<SlotKey> {
    rows.sort_by_key(|(tenant, account, asked, rank, _)| {
        (people_first && !asked, rank.0, tenant.0, account.0)
    });
    let mut running: BTreeMap<TenantId, i64> = BTreeMap::new();
    let mut turns: Vec<_> = rows
        .into_iter()
        .map(|(tenant, account, asked, rank, held)| {
            let before = running.entry(tenant.0).or_insert(held);
            let turn = *before;
            *before += 1;
            let key = SlotKey {
                tenant: tenant.0,
                account: account.0,
            };
            ((people_first && !asked, turn, rank.0), key)
        })
        .collect();
    turns.sort_by_key(|(order, key)| (*order, *key));
    turns.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    turns.into_iter().map(|(_, key)| key).collect()
}
