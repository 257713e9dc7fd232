//! Rows of `audit_seals` and `audit_sealers`.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{
    ids::{TenantId, kinds},
    ports::{Sealing, StoreError},
    record::{Head, Seal},
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::{audit_sealers, audit_seals},
};

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_seals, treat_none_as_default_value = false)]
pub(crate) struct SealRow {
    tenant_id: Key<kinds::Tenant>,
    position: i64,
    record_id: Key<kinds::AuditRecord>,
    record_hash: Vec<u8>,
    chain_hash: Vec<u8>,
    sealed_at: At,
}

impl SealRow {
    /// The row of a seal.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failed`] after more seals than a column counts.
    pub(crate) fn of(tenant: TenantId, seal: &Seal) -> Result<Self, StoreError> {
        Ok(Self {
            tenant_id: Key(tenant),
            position: position(seal.position)?,
            record_id: Key(seal.record),
            record_hash: seal.record_hash.to_vec(),
            chain_hash: seal.chain_hash.to_vec(),
            sealed_at: At(seal.sealed_at),
        })
    }
}

/// A place in the chain as it stands in a column.
pub(crate) fn position(position: u64) -> Result<i64, StoreError> {
    i64::try_from(position).map_err(StoreError::failed)
}

impl Decode for SealRow {
    const TABLE: &'static str = "audit_seals";
    type Entity = Seal;

    fn decode(self) -> Result<Seal, StoreError> {
        let cells = Cells::of(Self::TABLE, self.record_id.0);
        Ok(Seal {
            position: cells.made("position", self.position.try_into())?,
            record: self.record_id.0,
            record_hash: cells.made("record_hash", self.record_hash.as_slice().try_into())?,
            chain_hash: cells.made("chain_hash", self.chain_hash.as_slice().try_into())?,
            sealed_at: self.sealed_at.0,
        })
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = audit_sealers)]
pub(crate) struct SealingRow {
    tenant_id: Key<kinds::Tenant>,
    head_position: i64,
    head_hash: Vec<u8>,
    watermark_id: Option<Key<kinds::AuditRecord>>,
    swept_to_id: Option<Key<kinds::AuditRecord>>,
    swept_at: Option<At>,
}

impl Decode for SealingRow {
    const TABLE: &'static str = "audit_sealers";
    type Entity = Sealing;

    fn decode(self) -> Result<Sealing, StoreError> {
        let cells = Cells::of(Self::TABLE, self.tenant_id.0);
        Ok(Sealing {
            head: Head {
                position: cells.made("head_position", self.head_position.try_into())?,
                hash: cells.made("head_hash", self.head_hash.as_slice().try_into())?,
            },
            watermark: self.watermark_id.map(|key| key.0),
            swept_to: self.swept_to_id.map(|key| key.0),
            swept_at: self.swept_at.map(|at| at.0),
        })
    }
}
