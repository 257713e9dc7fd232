//! Ids: `uuid` on PostgreSQL, 16 bytes on SQLite.

use std::io::Write;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, Queryable},
    expression::AsExpression,
    internal::derives::as_expression::Bound,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Binary, HasSqlType, SqlType},
    sqlite::{Sqlite, SqliteValue},
};
use innkeeper_domain::ids::Id;

use crate::connection::{MultiBackend, MultiRawValue};

/// The type of columns that hold ids.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct Uuid;

impl HasSqlType<Uuid> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Uuid>(lookup)
    }
}

impl<K> AsExpression<Uuid> for Id<K> {
    type Expression = Bound<Uuid, Self>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<'a, K> AsExpression<Uuid> for &'a Id<K> {
    type Expression = Bound<Uuid, &'a Id<K>>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<K> ToSql<Uuid, Pg> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl<K> ToSql<Uuid, Sqlite> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.uuid().as_bytes().to_vec());
        Ok(IsNull::No)
    }
}

impl<K: 'static> ToSql<Uuid, MultiBackend> for Id<K> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Uuid, self));
        Ok(IsNull::No)
    }
}

impl<K> FromSql<Uuid, Pg> for Id<K> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(uuid::Uuid::from_slice(value.as_bytes())?))
    }
}

impl<K> FromSql<Uuid, Sqlite> for Id<K> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self::from_uuid(uuid::Uuid::from_slice(&bytes)?))
    }
}

impl<K> FromSql<Uuid, MultiBackend> for Id<K> {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Uuid>()
    }
}

impl<K, DB: Backend> Queryable<Uuid, DB> for Id<K>
where
    Self: FromSql<Uuid, DB>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}
