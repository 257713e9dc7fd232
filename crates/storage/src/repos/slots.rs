//! Slots.

use diesel::{ExpressionMethods, QueryDsl, dsl::case_when};
use innkeeper_domain::{
    accounts::ChannelSlug,
    ids::{AccountId, ClaimId, RunId, TenantId},
    ports::{SlotRepo, StoreError},
    sync::{Lane, Slot, lease::LEASE},
    time::Timestamp,
};

use crate::{
    columns::{At, Key},
    locking::{ForUpdate, ForUpdateIfFree},
    rows::{SlotMarksRow, SlotRow, selected},
    schema::sync_slots,
    session::SqlSession,
};

const MAIN: &str = Lane::Main.as_str();

impl SlotRepo for SqlSession<'_> {
    fn lock(&mut self, tenant: TenantId, account: AccountId) -> Result<Option<Slot>, StoreError> {
        self.one::<SlotRow, _>(ForUpdate(
            sync_slots::table
                .find((Key(tenant), Key(account), MAIN))
                .select(selected::<SlotRow>()),
        ))
    }

    fn lock_if_free(&mut self, tenant: TenantId, account: AccountId) -> Result<Option<Slot>, StoreError> {
        self.one::<SlotRow, _>(ForUpdateIfFree(
            sync_slots::table
                .find((Key(tenant), Key(account), MAIN))
                .select(selected::<SlotRow>()),
        ))
    }

    fn insert(&mut self, slot: &Slot, channel: &ChannelSlug, now: Timestamp) -> Result<(), StoreError> {
        let idle_since = is_idle(slot).then_some(At(now));
        self.execute(diesel::insert_into(sync_slots::table).values((
            SlotRow::from(slot),
            SlotMarksRow::of(slot, now),
            sync_slots::channel.eq(channel.as_str()),
            sync_slots::idle_since.eq(idle_since),
        )))
    }

    fn update(&mut self, slot: &Slot, now: Timestamp) -> Result<(), StoreError> {
        let one = sync_slots::table.find((Key(slot.tenant), Key(slot.account), slot.lane.as_str()));
        let (row, marks) = (SlotRow::from(slot), SlotMarksRow::of(slot, now));
        let change = diesel::update(one);
        if is_idle(slot) {
            // One that was idle before stays so since then.
            let since =
                case_when(sync_slots::idle_since.is_null(), Some(At(now))).otherwise(sync_slots::idle_since);
            self.execute_on_one(
                "sync_slots",
                change.set((row, marks, sync_slots::idle_since.eq(since))),
            )
        } else {
            self.execute_on_one(
                "sync_slots",
                change.set((row, marks, sync_slots::idle_since.eq(None::<At>))),
            )
        }
    }

    fn remove(&mut self, tenant: TenantId, account: AccountId) -> Result<(), StoreError> {
        self.execute(diesel::delete(sync_slots::table.find((
            Key(tenant),
            Key(account),
            MAIN,
        ))))
    }

    fn fence(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        claim: ClaimId,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mine = sync_slots::table
            .find((Key(tenant), Key(account), MAIN))
            .filter(sync_slots::claim_id.eq(Some(Key(claim))))
            .filter(sync_slots::started_run_id.eq(Some(Key(run))))
            .filter(sync_slots::deadline.gt(Some(At(now))));
        // A lease of which most is left stays: a new one costs entries of indexes. None passes the deadline.
        let (kept, given) = (Some(At(now + LEASE * 2 / 3)), Some(At(lease_until)));
        let lease = || {
            case_when(sync_slots::lease_until.ge(kept), sync_slots::lease_until)
                .when(sync_slots::lease_until.ge(given), sync_slots::lease_until)
                .when(sync_slots::deadline.le(given), sync_slots::deadline)
                .otherwise(given)
        };
        let change = diesel::update(mine).set((
            sync_slots::progress.eq(sync_slots::progress + 1),
            sync_slots::failures.eq(Some(0)),
            sync_slots::misreads.eq(Some(0)),
            sync_slots::rate_limited_since.eq(None::<At>),
            sync_slots::lease_until.eq(lease()),
            sync_slots::wake_at.eq(lease()),
        ));
        self.call(|link| Ok(link.execute(change)? == 1))
    }
}

fn is_idle(slot: &Slot) -> bool {
    slot.pending.is_none() && slot.started.is_none()
}
