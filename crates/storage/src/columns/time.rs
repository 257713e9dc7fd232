//! Instants: microseconds since 1970 in 64 bits, the same on both databases.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, Queryable},
    expression::AsExpression,
    internal::derives::as_expression::Bound,
    pg::{Pg, PgValue},
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, HasSqlType, SqlType},
    sqlite::{Sqlite, SqliteValue},
};
use innkeeper_domain::time::Timestamp;

use crate::connection::{MultiBackend, MultiRawValue};

/// The type of columns that hold instants.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(postgres_type(oid = 20, array_oid = 1016))]
#[diesel(sqlite_type(name = "BigInt"))]
pub struct Micros;

impl HasSqlType<Micros> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Micros>(lookup)
    }
}

impl AsExpression<Micros> for Timestamp {
    type Expression = Bound<Micros, Self>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<'a> AsExpression<Micros> for &'a Timestamp {
    type Expression = Bound<Micros, &'a Timestamp>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl ToSql<Micros, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.as_micros();
        <i64 as ToSql<BigInt, Pg>>::to_sql(&micros, &mut out.reborrow())
    }
}

impl ToSql<Micros, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.as_micros());
        Ok(IsNull::No)
    }
}

impl ToSql<Micros, MultiBackend> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Micros, self));
        Ok(IsNull::No)
    }
}

impl FromSql<Micros, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Pg>>::from_sql(value).map(Self::from_micros)
    }
}

impl FromSql<Micros, Sqlite> for Timestamp {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, Sqlite>>::from_sql(value).map(Self::from_micros)
    }
}

impl FromSql<Micros, MultiBackend> for Timestamp {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Micros>()
    }
}

impl<DB: Backend> Queryable<Micros, DB> for Timestamp
where
    Self: FromSql<Micros, DB>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}
