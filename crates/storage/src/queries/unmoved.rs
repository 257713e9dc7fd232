//! The condition that a tenant's access version is still the one that a caller was verified at.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    dsl::AsExprOf,
    expression::{IntoSql as _, ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Nullable},
};
use innkeeper_domain::ids::kinds;

use super::{as_of::Moment, asked, for_each::values};
use crate::columns::{Key, Uuid};

/// A condition for the rows of a query: that the version is still the same. It always holds where that is not in question.
/// The text is the same either way, so that it is prepared once.
#[derive(Clone, Copy, Debug, QueryId)]
pub(super) struct Unmoved<A, T, V> {
    is_asked: A,
    tenant: T,
    version: V,
}

/// The condition by values of its own.
pub(super) type UnmovedSince = Unmoved<
    AsExprOf<bool, Bool>,
    AsExprOf<Option<Key<kinds::Tenant>>, Nullable<Uuid>>,
    AsExprOf<Option<i64>, Nullable<BigInt>>,
>;

/// The condition of each of several questions.
pub(super) const OF_EACH: Unmoved<asked::IsAsOf, asked::AsOfTenant, asked::AsOfVersion> = Unmoved {
    is_asked: asked::IsAsOf,
    tenant: asked::AsOfTenant,
    version: asked::AsOfVersion,
};

/// The values of its columns.
pub(super) type Moments = (
    AsExprOf<Vec<bool>, Array<Bool>>,
    AsExprOf<Vec<Option<Key<kinds::Tenant>>>, Array<Nullable<Uuid>>>,
    AsExprOf<Vec<Option<i64>>, Array<Nullable<BigInt>>>,
);

/// The condition as of a moment.
pub(super) fn since(moment: Option<Moment>) -> UnmovedSince {
    Unmoved {
        is_asked: moment.is_some().into_sql::<Bool>(),
        tenant: moment.map(|moment| moment.tenant).into_sql::<Nullable<Uuid>>(),
        version: moment.map(|moment| moment.version).into_sql::<Nullable<BigInt>>(),
    }
}

/// The values of the columns of [`OF_EACH`].
pub(super) fn moments<Q>(asked: &[Q], of: impl Fn(&Q) -> Option<Moment>) -> Moments {
    (
        values(asked, |question| of(question).is_some()),
        values(asked, |question| of(question).map(|moment| moment.tenant)),
        values(asked, |question| of(question).map(|moment| moment.version)),
    )
}

impl<A, T, V> Expression for Unmoved<A, T, V> {
    type SqlType = Bool;
}

impl<Source, A, T, V> AppearsOnTable<Source> for Unmoved<A, T, V> {}

impl<Source, A, T, V> SelectableExpression<Source> for Unmoved<A, T, V> {}

impl<A, T, V> ValidGrouping<()> for Unmoved<A, T, V> {
    type IsAggregate = is_aggregate::Never;
}

impl<DB, A, T, V> QueryFragment<DB> for Unmoved<A, T, V>
where
    DB: Backend,
    A: QueryFragment<DB>,
    T: QueryFragment<DB>,
    V: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(NOT ");
        self.is_asked.walk_ast(out.reborrow())?;
        out.push_sql(" OR EXISTS (SELECT 1 FROM tenants WHERE tenants.id = ");
        self.tenant.walk_ast(out.reborrow())?;
        out.push_sql(" AND tenants.access_version = ");
        self.version.walk_ast(out.reborrow())?;
        out.push_sql("))");
        Ok(())
    }
}
