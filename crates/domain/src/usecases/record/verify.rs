//! Walking the seals of a tenant from the first to the last.

use std::time::Duration;

use super::SEAL_BATCH;
use crate::{
    ids::{AuditRecordId, TenantId},
    ports::{Ledger, StoreError},
    record::{ChainKey, Fault, Head, Walk},
    time::Timestamp,
};

/// How old a record may be without a seal before it is reported.
pub const VERIFY_GRACE: Duration = Duration::from_mins(1);

/// Records without seals, although they are old enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsealed {
    /// How many.
    pub count: u64,
    /// The first of them, by id.
    pub first: Option<AuditRecordId>,
}

/// What a walk found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Where the chain ends; or the first thing that is wrong with it.
    pub chain: Result<Head, Fault>,
    /// The last place up to which everything holds.
    pub holds_to: Head,
    /// Records that should have seals by now.
    pub unsealed: Unsealed,
}

/// Walks the chain, and computes every record's hash anew. It holds one page at a time, however long the chain is.
/// `expected` is a head that somebody kept elsewhere: without it, a tail that was cut off together with the sealer's own
/// note of the head is not missed.
///
/// # Errors
///
/// [`StoreError`]. What is wrong with the record is in the answer.
pub fn verify_record(
    ledger: &dyn Ledger,
    key: &ChainKey,
    tenant: TenantId,
    expected: Option<Head>,
    now: Timestamp,
) -> Result<Verified, StoreError> {
    // Before the walk: the chain may grow meanwhile.
    let noted = ledger.sealing(tenant)?.map(|sealing| sealing.head);
    let mut walk = Walk::new(key, tenant, noted.into_iter().chain(expected));
    let mut fault = None;
    'chain: loop {
        let page = ledger.seals(tenant, walk.at().position, SEAL_BATCH)?;
        if page.is_empty() {
            break;
        }
        for (seal, record) in &page {
            if let Err(found) = walk.step(seal, record.as_ref()) {
                fault = Some(found);
                break 'chain;
            }
        }
    }
    let holds_to = walk.at();
    let chain = match fault {
        Some(fault) => Err(fault),
        None => walk.end(),
    };
    Ok(Verified {
        chain,
        holds_to,
        unsealed: unsealed(ledger, tenant, now - VERIFY_GRACE)?,
    })
}

fn unsealed(ledger: &dyn Ledger, tenant: TenantId, before: Timestamp) -> Result<Unsealed, StoreError> {
    let mut found = Unsealed::default();
    let mut after = None;
    loop {
        let page = ledger.entries(tenant, after, SEAL_BATCH)?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = Some(last.id);
        for entry in page.iter().filter(|entry| !entry.is_sealed && entry.at < before) {
            found.count += 1;
            found.first = found.first.or(Some(entry.id));
        }
    }
}
