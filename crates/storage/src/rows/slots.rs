//! Rows of `sync_slots`.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use innkeeper_domain::{
    ids::kinds,
    ports::StoreError,
    sync::{Claim, Lane, Pending, Place, RunKind, Slot, Started, WaitReason},
    time::Timestamp,
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::sync_slots,
};

/// A slot, field by field.
#[derive(AsChangeset, Debug, Insertable, Queryable, Selectable)]
#[diesel(
    table_name = sync_slots,
    primary_key(tenant_id, account_id, lane),
    treat_none_as_default_value = false,
    treat_none_as_null = true
)]
pub(crate) struct SlotRow {
    tenant_id: Key<kinds::Tenant>,
    account_id: Key<kinds::Account>,
    lane: String,
    generation: i64,
    pending_run_id: Option<Key<kinds::Run>>,
    pending_kind: Option<String>,
    pending_threshold: Option<i64>,
    pending_raised: Option<bool>,
    pending_requested_at: Option<At>,
    pending_first_requested_at: Option<At>,
    pending_not_before: Option<At>,
    started_run_id: Option<Key<kinds::Run>>,
    started_kind: Option<String>,
    started_threshold: Option<i64>,
    started_raised: Option<bool>,
    started_first_requested_at: Option<At>,
    started_cutoff: Option<At>,
    started_at: Option<At>,
    deadline: Option<At>,
    attempt: Option<i64>,
    failures: Option<i64>,
    misreads: Option<i64>,
    rescues: Option<i64>,
    rate_limited_since: Option<At>,
    progress: Option<i64>,
    claim_id: Option<Key<kinds::Claim>>,
    worker_id: Option<Key<kinds::Worker>>,
    lease_until: Option<At>,
    wait_reason: Option<String>,
    wait_until: Option<At>,
}

/// What follows from a slot.
#[derive(AsChangeset, Debug, Insertable)]
#[diesel(table_name = sync_slots, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct SlotMarksRow {
    ready: bool,
    class: Option<String>,
    rank: Option<At>,
    wake_at: Option<At>,
}

impl SlotMarksRow {
    pub(crate) fn of(slot: &Slot, now: Timestamp) -> Self {
        Self {
            ready: slot.ready(now),
            class: slot.class().map(|class| class.as_str().to_owned()),
            rank: slot.rank().map(At),
            wake_at: slot.wake_at(now).map(At),
        }
    }
}

impl From<&Slot> for SlotRow {
    fn from(slot: &Slot) -> Self {
        let (pending, started) = (slot.pending, slot.started);
        let claim = started.and_then(|run| run.claim());
        let waiting = started.and_then(|run| run.waiting());
        Self {
            tenant_id: Key(slot.tenant),
            account_id: Key(slot.account),
            lane: slot.lane.as_str().to_owned(),
            generation: i64::from(slot.generation),
            pending_run_id: pending.map(|run| Key(run.run)),
            pending_kind: pending.map(|run| run.kind.as_str().to_owned()),
            pending_threshold: pending
                .and_then(|run| run.threshold)
                .map(|limit| i64::from(limit.minutes())),
            pending_raised: pending.map(|run| run.raised),
            pending_requested_at: pending.map(|run| At(run.requested_at)),
            pending_first_requested_at: pending.map(|run| At(run.first_requested_at)),
            pending_not_before: pending.and_then(|run| run.not_before).map(At),
            started_run_id: started.map(|run| Key(run.run)),
            started_kind: started.map(|run| run.kind.as_str().to_owned()),
            started_threshold: started
                .and_then(|run| run.threshold)
                .map(|limit| i64::from(limit.minutes())),
            started_raised: started.map(|run| run.raised),
            started_first_requested_at: started.map(|run| At(run.first_requested_at)),
            started_cutoff: started.and_then(|run| run.cutoff).map(At),
            started_at: started.map(|run| At(run.started_at)),
            deadline: started.map(|run| At(run.deadline)),
            attempt: started.map(|run| i64::from(run.attempt)),
            failures: started.map(|run| i64::from(run.failures)),
            misreads: started.map(|run| i64::from(run.misreads)),
            rescues: started.map(|run| i64::from(run.rescues)),
            rate_limited_since: started.and_then(|run| run.rate_limited_since).map(At),
            progress: started.map(|run| i64::try_from(run.progress).unwrap_or(i64::MAX)),
            claim_id: claim.map(|claim| Key(claim.id)),
            worker_id: claim.map(|claim| Key(claim.worker)),
            lease_until: claim.map(|claim| At(claim.lease_until)),
            wait_reason: waiting.map(|(reason, _)| reason.as_str().to_owned()),
            wait_until: waiting.map(|(_, until)| At(until)),
        }
    }
}

impl Decode for SlotRow {
    const TABLE: &'static str = "sync_slots";
    type Entity = Slot;

    fn decode(self) -> Result<Slot, StoreError> {
        let cells = Cells::of(Self::TABLE, self.account_id.0);
        Ok(Slot {
            tenant: self.tenant_id.0,
            account: self.account_id.0,
            lane: cells.present("lane", Lane::from_name(&self.lane))?,
            generation: cells.count("generation", self.generation)?,
            pending: self.pending(&cells)?,
            started: self.started(&cells)?,
        })
    }
}

type SlotCells = Cells<kinds::Account>;

impl SlotRow {
    fn pending(&self, cells: &SlotCells) -> Result<Option<Pending>, StoreError> {
        let Some(run) = self.pending_run_id else {
            return Ok(None);
        };
        let (asked, first) = (self.pending_requested_at, self.pending_first_requested_at);
        Ok(Some(Pending {
            run: run.0,
            kind: kind(cells, "pending_kind", self.pending_kind.as_deref())?,
            threshold: cells.threshold("pending_threshold", self.pending_threshold)?,
            raised: cells.present("pending_raised", self.pending_raised)?,
            requested_at: cells.present("pending_requested_at", asked)?.0,
            first_requested_at: cells.present("pending_first_requested_at", first)?.0,
            not_before: self.pending_not_before.map(|at| at.0),
        }))
    }

    fn started(&self, cells: &SlotCells) -> Result<Option<Started>, StoreError> {
        let Some(run) = self.started_run_id else {
            return Ok(None);
        };
        let number = |column, cell: Option<i64>| cells.count(column, cells.present(column, cell)?);
        let first = cells.present("started_first_requested_at", self.started_first_requested_at)?;
        let progress = cells.present("progress", self.progress)?;
        Ok(Some(Started {
            run: run.0,
            kind: kind(cells, "started_kind", self.started_kind.as_deref())?,
            threshold: cells.threshold("started_threshold", self.started_threshold)?,
            raised: cells.present("started_raised", self.started_raised)?,
            first_requested_at: first.0,
            cutoff: self.started_cutoff.map(|at| at.0),
            started_at: cells.present("started_at", self.started_at)?.0,
            deadline: cells.present("deadline", self.deadline)?.0,
            attempt: number("attempt", self.attempt)?,
            failures: number("failures", self.failures)?,
            misreads: number("misreads", self.misreads)?,
            rescues: number("rescues", self.rescues)?,
            rate_limited_since: self.rate_limited_since.map(|at| at.0),
            progress: cells.made("progress", u64::try_from(progress))?,
            place: self.place(cells)?,
        }))
    }

    fn place(&self, cells: &SlotCells) -> Result<Place, StoreError> {
        match (self.claim_id, self.wait_reason.as_deref()) {
            (Some(id), None) => Ok(Place::Running(Claim {
                id: id.0,
                worker: cells.present("worker_id", self.worker_id)?.0,
                lease_until: cells.present("lease_until", self.lease_until)?.0,
            })),
            (None, Some(reason)) => Ok(Place::Waiting {
                reason: cells.present("wait_reason", WaitReason::from_name(reason))?,
                until: cells.present("wait_until", self.wait_until)?.0,
            }),
            (None, None) | (Some(_), Some(_)) => Err(cells.corrupt("claim_id")),
        }
    }
}

fn kind(cells: &SlotCells, column: &'static str, name: Option<&str>) -> Result<RunKind, StoreError> {
    cells.present(column, name.and_then(RunKind::from_name))
}
