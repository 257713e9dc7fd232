//! Sealing the records of a tenant, batch by batch, in the background. Writers never wait for it.

use std::time::Duration;

use crate::{
    ids::{AuditRecordId, ClaimId, Id, TenantId},
    ports::{Ledger, Sealing, StoreError},
    record::{ChainKey, extend},
    time::Timestamp,
};

/// The most records that one batch seals, and the most that a sweep looks at.
pub const SEAL_BATCH: u32 = 1_000;

/// How long one batch may take until somebody else may go on.
pub const SEAL_LEASE: Duration = Duration::from_mins(1);

/// How far the watermark stays behind: longer than any transaction lives that writes a record under an earlier id.
const TRAIL: Duration = Duration::from_mins(5);

/// How long the sweep for latecomers rests.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// What came of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// How many records were sealed.
    pub records: u32,
    /// Whether more wait at this moment.
    pub more: bool,
}

/// Seals one batch of a tenant's records: new ones first, and then latecomers below the watermark. Nothing is done while
/// somebody else is at it, and what a process that broke off had not finished did not happen.
///
/// # Errors
///
/// [`StoreError`].
pub fn seal_records(
    ledger: &dyn Ledger,
    key: &ChainKey,
    tenant: TenantId,
    claim: ClaimId,
    now: Timestamp,
) -> Result<Sealed, StoreError> {
    let nothing = Sealed {
        records: 0,
        more: false,
    };
    let Some(before) = ledger.claim(tenant, claim, now, now + SEAL_LEASE)? else {
        return Ok(nothing);
    };
    let mut records = ledger.unsealed(tenant, before.watermark, SEAL_BATCH)?;
    let more = u32::try_from(records.len()).is_ok_and(|count| count >= SEAL_BATCH);
    let mut after = Sealing {
        watermark: Some(watermark(
            &before,
            records.last().map(|last| last.id).filter(|_| more),
            now,
        )),
        ..before
    };
    if !more {
        let late = sweep(ledger, tenant, &mut after, now)?;
        let known: Vec<AuditRecordId> = records.iter().map(|record| record.id).collect();
        let late: Vec<AuditRecordId> = late.into_iter().filter(|id| !known.contains(id)).collect();
        if !late.is_empty() {
            records.extend(ledger.stored(tenant, &late)?);
        }
    }
    let (seals, head) = extend(key, tenant, before.head, &records, now);
    after.head = head;
    if after == before {
        ledger.release(tenant, claim)?;
        return Ok(nothing);
    }
    if ledger.append(tenant, claim, before.head, &seals, &after)? {
        ledger.release(tenant, claim)?;
        Ok(Sealed {
            records: u32::try_from(seals.len()).unwrap_or(u32::MAX),
            more,
        })
    } else {
        Ok(nothing)
    }
}

/// Up to where all have seals after the batch: to its last record if there may be more, and never into the last minutes,
/// where records may still appear. It never goes back.
fn watermark(before: &Sealing, last_of_full: Option<AuditRecordId>, now: Timestamp) -> AuditRecordId {
    let trail = least_id_at(now - TRAIL);
    let reached = last_of_full.map_or(trail, |last| last.min(trail));
    before.watermark.map_or(reached, |before| before.max(reached))
}

/// Looks at one stretch of the records below the watermark, for such as have no seal: a transaction may have lived too
/// long, or somebody wrote past the use cases.
fn sweep(
    ledger: &dyn Ledger,
    tenant: TenantId,
    after: &mut Sealing,
    now: Timestamp,
) -> Result<Vec<AuditRecordId>, StoreError> {
    let is_due = after.swept_at.is_none_or(|at| at + SWEEP_EVERY <= now);
    if after.swept_to.is_none() && !is_due {
        return Ok(Vec::new());
    }
    let stretch = ledger.entries(tenant, after.swept_to, SEAL_BATCH)?;
    let below = |id: AuditRecordId| after.watermark.is_some_and(|watermark| id <= watermark);
    let late = stretch.iter().filter(|entry| !entry.is_sealed && below(entry.id));
    let late = late.map(|entry| entry.id).collect();
    match stretch.last() {
        Some(last) if below(last.id) => after.swept_to = Some(last.id),
        Some(_) | None => {
            after.swept_to = None;
            after.swept_at = Some(now);
        }
    }
    Ok(late)
}

/// The least id that could have been made at that instant.
fn least_id_at(at: Timestamp) -> AuditRecordId {
    let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or(0);
    Id::from_uuid(uuid::Uuid::from_u64_pair(millis << 16, 0))
}
