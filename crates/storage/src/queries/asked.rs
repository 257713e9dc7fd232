//! Columns of what is asked of several at a time, which a query names where it would have a value of its own.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Bool, Nullable},
};

use crate::columns::Uuid;

macro_rules! columns {
    ($($column:ident $name:literal $type:ty),+) => {$(
        #[derive(Clone, Copy, Debug, QueryId)]
        pub(super) struct $column;

        impl Expression for $column {
            type SqlType = $type;
        }

        impl<Source> AppearsOnTable<Source> for $column {}

        impl<Source> SelectableExpression<Source> for $column {}

        impl ValidGrouping<()> for $column {
            type IsAggregate = is_aggregate::Never;
        }

        impl<DB: Backend> QueryFragment<DB> for $column {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                out.push_sql(concat!("asked.", $name));
                Ok(())
            }
        }
    )+};
}

columns! {
    Tenant "tenant" Uuid,
    Id "id" Uuid,
    Property "property" Uuid,
    Viewer "viewer" Uuid,
    Most "most" BigInt,
    Before "before" BigInt,
    IsAsOf "is_as_of" Bool,
    AsOfTenant "as_of_tenant" Nullable<Uuid>,
    AsOfVersion "as_of_version" Nullable<BigInt>
}
