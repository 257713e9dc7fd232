//! The chain of seals, as the store keeps it. Records are written by use cases alone; nothing here changes one.

use crate::{
    ids::{AuditRecordId, ClaimId, TenantId},
    ports::StoreError,
    record::{Head, Seal, StoredRecord},
    time::Timestamp,
};

#[cfg(feature = "mocks")]
use mockall::automock;

/// How far the sealing of a tenant's records has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealing {
    /// Where the chain ends.
    pub head: Head,
    /// Every record up to this id has a seal, as far as is known.
    pub watermark: Option<AuditRecordId>,
    /// How far the sweep has come that looks for latecomers below the watermark; `None` while it rests.
    pub swept_to: Option<AuditRecordId>,
    /// When it last ended.
    pub swept_at: Option<Timestamp>,
}

/// A record without what it says, and whether it has a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record.
    pub id: AuditRecordId,
    /// When it is of.
    pub at: Timestamp,
    /// Whether it has a seal.
    pub is_sealed: bool,
}

/// The chain of seals.
#[cfg_attr(feature = "mocks", automock)]
pub trait Ledger: Send + Sync {
    /// Takes the sealing of a tenant until `until`, unless somebody else has it.
    fn claim(
        &self,
        tenant: TenantId,
        claim: ClaimId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Sealing>, StoreError>;

    /// Gives it back, if the claim still has it.
    fn release(&self, tenant: TenantId, claim: ClaimId) -> Result<(), StoreError>;

    /// Adds seals and remembers how far it has come, all or nothing. `false`, and nothing kept, if the claim is lost or the
    /// chain ends elsewhere than at `before`: an adapter MUST make sure of both by the very statement that moves the head.
    fn append(
        &self,
        tenant: TenantId,
        claim: ClaimId,
        before: Head,
        seals: &[Seal],
        after: &Sealing,
    ) -> Result<bool, StoreError>;

    /// How far the sealing has come; `None` if it never began.
    fn sealing(&self, tenant: TenantId) -> Result<Option<Sealing>, StoreError>;

    /// The first records after an id that have no seal, by id.
    fn unsealed(
        &self,
        tenant: TenantId,
        after: Option<AuditRecordId>,
        limit: u32,
    ) -> Result<Vec<StoredRecord>, StoreError>;

    /// The first records after an id, by id, sealed or not.
    fn entries(
        &self,
        tenant: TenantId,
        after: Option<AuditRecordId>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError>;

    /// These records, as far as they exist.
    fn stored(&self, tenant: TenantId, ids: &[AuditRecordId]) -> Result<Vec<StoredRecord>, StoreError>;

    /// The first seals after a position, by position, with the records that they name.
    fn seals(
        &self,
        tenant: TenantId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(Seal, Option<StoredRecord>)>, StoreError>;
}
