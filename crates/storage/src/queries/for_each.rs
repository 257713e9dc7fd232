//! One query for each of several questions, in one statement of PostgreSQL's.

use diesel::{
    QueryResult, RunQueryDsl,
    dsl::AsExprOf,
    expression::{AsExpression, IntoSql as _, TypedExpressionType},
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, SqlType},
};

/// The rows that `query` finds for each of the questions, which it names by the columns of [`asked`](super::asked); beside
/// each row the number of the question, from 1 on. The query is carried out for one after the other, so that the rows of
/// each keep their order. The text is the same for any number of questions: it is prepared once.
///
/// `OFFSET 0` keeps PostgreSQL from joining what is asked with whole tables, which it finds cheap while they are all but
/// empty, and would still do on that connection when they are no longer.
#[derive(Clone, Copy, Debug, QueryId)]
pub(super) struct ForEach<V, Q> {
    /// The names of the columns of what is asked.
    pub(super) names: &'static str,
    /// Their values: an array each, as long as there are questions.
    pub(super) values: V,
    /// What is asked.
    pub(super) query: Q,
}

impl<V: QueryFragment<Pg>, Q: QueryFragment<Pg>> QueryFragment<Pg> for ForEach<V, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT asked.n, found.* FROM unnest(");
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(") WITH ORDINALITY AS asked(");
        out.push_sql(self.names);
        out.push_sql(", n) CROSS JOIN LATERAL (SELECT * FROM (");
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(") AS one OFFSET 0) AS found");
        Ok(())
    }
}

impl<V, Q: Query> Query for ForEach<V, Q> {
    type SqlType = (BigInt, Q::SqlType);
}

impl<V, Q, C> RunQueryDsl<C> for ForEach<V, Q> {}

/// The values of a column of what is asked, one for each question.
pub(super) fn values<S, Q, T>(asked: &[Q], of: impl Fn(&Q) -> T) -> AsExprOf<Vec<T>, Array<S>>
where
    S: SqlType + TypedExpressionType,
    Vec<T>: AsExpression<Array<S>>,
{
    asked.iter().map(of).collect::<Vec<_>>().into_sql::<Array<S>>()
}
