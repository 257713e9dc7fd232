//! The chain of seals, as tables.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl,
};
use innkeeper_domain::{
    ids::{AuditRecordId, ClaimId, TenantId, kinds},
    ports::{Entry, Ledger, Sealing, StoreError},
    record::{ChainKey, Head, Seal, StoredRecord},
    time::Timestamp,
};

use crate::{
    columns::{At, Key, keys},
    connection::Link,
    error::Failure,
    inserts::insert_many,
    rows::{AuditRecordRow, Decode, SealRow, SealingRow, decode, position, selected},
    schema::{audit_records, audit_sealers, audit_seals},
    store::SqlStore,
    upsert::{SealerColumns, SealerPut},
};

/// What the chain's key is derived for.
const CHAIN: &str = "the chain of seals of the record";

impl SqlStore {
    /// The key of the chain of seals. It comes from the master key, which is not in the database: whoever can write the
    /// database alone cannot make a seal.
    pub fn chain_key(&self) -> ChainKey {
        ChainKey::from_bytes(self.master_key().derive(CHAIN))
    }
}

type EntryRow = (Key<kinds::AuditRecord>, At, Option<i64>);

/// That a seal is of a record.
#[diesel::dsl::auto_type(no_type_alias)]
fn seals_it() -> _ {
    audit_seals::tenant_id
        .eq(audit_records::tenant_id)
        .and(audit_seals::record_id.eq(audit_records::id))
}

impl Ledger for SqlStore {
    fn claim(
        &self,
        tenant: TenantId,
        claim: ClaimId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Sealing>, StoreError> {
        self.write("ledger.claim", |link| {
            let free = audit_sealers::lease_until
                .is_null()
                .or(audit_sealers::lease_until.le(Some(At(now))));
            let taken = |link: &mut Link| {
                let one = audit_sealers::table.find(Key(tenant)).filter(free);
                Ok::<_, Failure>(link.execute(diesel::update(one).set((
                    audit_sealers::claim_id.eq(Some(Key(claim))),
                    audit_sealers::lease_until.eq(Some(At(until))),
                )))?)
            };
            if taken(link)? == 0 {
                let first = SealerPut {
                    tenant_id: Key(tenant),
                    head_position: 0,
                    head_hash: &Head::START.hash,
                };
                let is_new = SealerColumns::put(link, [first].into_iter())? == 1;
                if !is_new || taken(link)? == 0 {
                    return Ok(None);
                }
            }
            sealing(link, tenant)
        })
    }

    fn release(&self, tenant: TenantId, claim: ClaimId) -> Result<(), StoreError> {
        self.write("ledger.release", |link| {
            let held = audit_sealers::table
                .find(Key(tenant))
                .filter(audit_sealers::claim_id.eq(Some(Key(claim))));
            let free = diesel::update(held).set((
                audit_sealers::claim_id.eq(None::<Key<kinds::Claim>>),
                audit_sealers::lease_until.eq(None::<At>),
            ));
            Ok(link.execute(free).map(drop)?)
        })
    }

    fn append(
        &self,
        tenant: TenantId,
        claim: ClaimId,
        before: Head,
        seals: &[Seal],
        after: &Sealing,
    ) -> Result<bool, StoreError> {
        let (was, is) = (position(before.position)?, position(after.head.position)?);
        self.write("ledger.append", |link| {
            let ours = audit_sealers::table
                .find(Key(tenant))
                .filter(audit_sealers::claim_id.eq(Some(Key(claim))))
                .filter(audit_sealers::head_position.eq(was))
                .filter(audit_sealers::head_hash.eq(before.hash.as_slice()));
            let moved = link.execute(diesel::update(ours).set((
                audit_sealers::head_position.eq(is),
                audit_sealers::head_hash.eq(after.head.hash.as_slice()),
                audit_sealers::watermark_id.eq(after.watermark.map(Key)),
                audit_sealers::swept_to_id.eq(after.swept_to.map(Key)),
                audit_sealers::swept_at.eq(after.swept_at.map(At)),
            )))?;
            if moved == 0 {
                return Ok(false);
            }
            for some in seals.chunks(crate::repos::ROWS_PER_INSERT) {
                let rows: Vec<SealRow> = some
                    .iter()
                    .map(|seal| SealRow::of(tenant, seal))
                    .collect::<Result<_, _>>()?;
                insert_many!(link, audit_seals::table, &rows)?;
            }
            Ok(true)
        })
    }

    fn sealing(&self, tenant: TenantId) -> Result<Option<Sealing>, StoreError> {
        self.read(|link| sealing(link, tenant))
    }

    fn unsealed(
        &self,
        tenant: TenantId,
        after: Option<AuditRecordId>,
        limit: u32,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        self.read(|link| {
            let mut query = audit_records::table
                .left_join(audit_seals::table.on(seals_it()))
                .filter(audit_records::tenant_id.eq(Key(tenant)))
                .filter(audit_seals::position.is_null())
                .order(audit_records::id)
                .limit(i64::from(limit))
                .select(selected::<AuditRecordRow>())
                .into_boxed();
            if let Some(after) = after {
                query = query.filter(audit_records::id.gt(Key(after)));
            }
            Ok(as_stored(link.rows_dynamic(query)?))
        })
    }

    fn entries(
        &self,
        tenant: TenantId,
        after: Option<AuditRecordId>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        self.read(|link| {
            let mut query = audit_records::table
                .left_join(audit_seals::table.on(seals_it()))
                .filter(audit_records::tenant_id.eq(Key(tenant)))
                .order(audit_records::id)
                .limit(i64::from(limit))
                .select((
                    audit_records::id,
                    audit_records::at,
                    audit_seals::position.nullable(),
                ))
                .into_boxed();
            if let Some(after) = after {
                query = query.filter(audit_records::id.gt(Key(after)));
            }
            let rows: Vec<EntryRow> = link.rows_dynamic(query)?;
            Ok(rows
                .into_iter()
                .map(|(id, at, position)| Entry {
                    id: id.0,
                    at: at.0,
                    is_sealed: position.is_some(),
                })
                .collect())
        })
    }

    fn stored(&self, tenant: TenantId, ids: &[AuditRecordId]) -> Result<Vec<StoredRecord>, StoreError> {
        self.read(|link| {
            let these = audit_records::table
                .filter(audit_records::tenant_id.eq(Key(tenant)))
                .filter(audit_records::id.eq_any(keys(ids)))
                .order(audit_records::id)
                .select(selected::<AuditRecordRow>());
            Ok(as_stored(link.rows(these)?))
        })
    }

    fn seals(
        &self,
        tenant: TenantId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<(Seal, Option<StoredRecord>)>, StoreError> {
        let after = position(after)?;
        self.read(|link| {
            let page = audit_seals::table
                .left_join(
                    audit_records::table.on(audit_records::tenant_id
                        .eq(audit_seals::tenant_id)
                        .and(audit_records::id.eq(audit_seals::record_id))),
                )
                .filter(audit_seals::tenant_id.eq(Key(tenant)))
                .filter(audit_seals::position.gt(after))
                .order(audit_seals::position)
                .limit(i64::from(limit))
                .select((selected::<SealRow>(), selected::<Option<AuditRecordRow>>()));
            let rows: Vec<(SealRow, Option<AuditRecordRow>)> = link.rows(page)?;
            rows.into_iter()
                .map(|(seal, record)| Ok((seal.decode()?, record.map(AuditRecordRow::into_stored))))
                .collect()
        })
    }
}

fn sealing(link: &mut Link, tenant: TenantId) -> Result<Option<Sealing>, Failure> {
    let one = audit_sealers::table
        .find(Key(tenant))
        .select(selected::<SealingRow>());
    Ok(decode(link.rows::<_, SealingRow>(one))?.pop())
}

fn as_stored(rows: Vec<AuditRecordRow>) -> Vec<StoredRecord> {
    rows.into_iter().map(AuditRecordRow::into_stored).collect()
}
