//! The seals of the record.

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};
    use crate::columns::{Micros, Uuid};

    audit_seals (tenant_id, position) {
        tenant_id -> Uuid,
        position -> BigInt,
        record_id -> Uuid,
        record_hash -> Binary,
        chain_hash -> Binary,
        sealed_at -> Micros,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use crate::columns::{Micros, Uuid};

    audit_sealers (tenant_id) {
        tenant_id -> Uuid,
        claim_id -> Nullable<Uuid>,
        lease_until -> Nullable<Micros>,
        head_position -> BigInt,
        head_hash -> Binary,
        watermark_id -> Nullable<Uuid>,
        swept_to_id -> Nullable<Uuid>,
        swept_at -> Nullable<Micros>,
    }
}
