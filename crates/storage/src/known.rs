//! Finding what is known of records, by the channel's ids of them, which are bound as one value.
//!
//! PostgreSQL has no statistics of a table that is just being filled. It then takes every account for one row, and any
//! index that begins with the account for as good as the one that has the channel's ids: it would read a whole account
//! for each page of it. Asked for one id at a time, in the order of the right index, it has no choice.

use std::marker::PhantomData;

use diesel::{
    QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Binary, Bool, Nullable, Text},
    sqlite::Sqlite,
};
use innkeeper_domain::ids::{AccountId, TenantId, kinds};

use crate::{
    columns::{Key, Micros, Uuid},
    connection::{AnyConnection, MultiBackend},
};

/// The columns of [`crate::rows::KnownListingRow`].
type ListingTypes = (
    Uuid,
    Text,
    Binary,
    Micros,
    Nullable<Micros>,
    Bool,
    BigInt,
    Nullable<Micros>,
);
/// The columns of [`crate::rows::KnownReservationRow`].
type ReservationTypes = (Uuid, Text, Binary, Micros, Nullable<Micros>, Nullable<Uuid>);

/// A query for the records of an account with some of the channel's ids.
#[derive(Debug)]
pub(crate) struct Known<T> {
    parts: Parts,
    types: PhantomData<T>,
}

#[derive(Debug)]
struct Parts {
    table: &'static str,
    columns: &'static str,
    /// The column that holds the channel's ids.
    key: &'static str,
    tenant: Key<kinds::Tenant>,
    account: Key<kinds::Account>,
    list: Vec<String>,
    json: String,
}

/// The listings with these ids of the channel.
pub(crate) fn listings(tenant: TenantId, account: AccountId, keys: &[String]) -> Known<ListingTypes> {
    known(
        "listings",
        "id, channel_listing_id, content_hash, seen_at, changed_at, enabled, missing, synced_at",
        "channel_listing_id",
        (tenant, account),
        keys,
    )
}

/// The reservations with these ids of the channel.
pub(crate) fn reservations(tenant: TenantId, account: AccountId, keys: &[String]) -> Known<ReservationTypes> {
    known(
        "reservations",
        "id, channel_reservation_id, content_hash, seen_at, changed_at, listing_id",
        "channel_reservation_id",
        (tenant, account),
        keys,
    )
}

fn known<T>(
    table: &'static str,
    columns: &'static str,
    key: &'static str,
    (tenant, account): (TenantId, AccountId),
    keys: &[String],
) -> Known<T> {
    let parts = Parts {
        table,
        columns,
        key,
        tenant: Key(tenant),
        account: Key(account),
        list: keys.to_vec(),
        json: serde_json::Value::from(keys).to_string(),
    };
    Known {
        parts,
        types: PhantomData,
    }
}

impl QueryFragment<Pg> for Parts {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_sql(self.columns);
        out.push_sql(" FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.list)?;
        out.push_sql(") AS wanted (key) CROSS JOIN LATERAL (SELECT * FROM ");
        out.push_sql(self.table);
        out.push_sql(" WHERE tenant_id = ");
        out.push_bind_param::<Uuid, _>(&self.tenant)?;
        out.push_sql(" AND account_id = ");
        out.push_bind_param::<Uuid, _>(&self.account)?;
        out.push_sql(" AND ");
        out.push_sql(self.key);
        out.push_sql(" >= wanted.key ORDER BY tenant_id, account_id, ");
        out.push_sql(self.key);
        out.push_sql(" LIMIT 1) AS found WHERE ");
        out.push_sql(self.key);
        out.push_sql(" = wanted.key");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for Parts {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_sql(self.columns);
        out.push_sql(" FROM ");
        out.push_sql(self.table);
        out.push_sql(" WHERE tenant_id = ");
        out.push_bind_param::<Uuid, _>(&self.tenant)?;
        out.push_sql(" AND account_id = ");
        out.push_bind_param::<Uuid, _>(&self.account)?;
        out.push_sql(" AND ");
        out.push_sql(self.key);
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<T> QueryFragment<MultiBackend> for Known<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.parts, out)
    }
}

impl<T> QueryId for Known<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> Query for Known<T> {
    type SqlType = T;
}

impl<T> RunQueryDsl<AnyConnection> for Known<T> {}
