//! Totals of lists.

use diesel::{
    QueryResult, RunQueryDsl,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::BigInt,
};
use innkeeper_domain::ports::TOTAL_CAP;

/// Counts the rows of a query, as far as [`MOST`].
#[derive(Clone, Copy, Debug, QueryId)]
pub(super) struct Count<Q>(pub(super) Q);

/// One more than a total shows, so that it is known whether there are more.
const MOST: u64 = TOTAL_CAP + 1;

impl<Q, DB> QueryFragment<DB> for Count<Q>
where
    DB: diesel::backend::Backend,
    Q: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT count(*) FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(&format!(" LIMIT {MOST}) AS counted"));
        Ok(())
    }
}

impl<Q> Query for Count<Q> {
    type SqlType = BigInt;
}

impl<Q, C> RunQueryDsl<C> for Count<Q> {}
