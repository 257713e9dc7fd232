//! Reads that lock what they read.
//!
//! SQLite lets only one transaction write at a time, and ours are of that kind from their first word on, so there a
//! plain read is enough. PostgreSQL locks the rows, in the order of the query.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sqlite::Sqlite,
};

macro_rules! lock {
    ($(#[$doc:meta])* $name:ident, $clause:ident, $sql:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, QueryId)]
        pub(crate) struct $name<Q>(pub(crate) Q);

        struct $clause;

        impl QueryFragment<Pg> for $clause {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        impl QueryFragment<Sqlite> for $clause {
            fn walk_ast<'b>(&'b self, _out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                Ok(())
            }
        }

        impl<Q, DB> QueryFragment<DB> for $name<Q>
        where
            DB: Backend,
            Q: QueryFragment<DB>,
            $clause: QueryFragment<DB>,
        {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                self.0.walk_ast(out.reborrow())?;
                $clause.walk_ast(out)
            }
        }

        impl<Q: Query> Query for $name<Q> {
            type SqlType = Q::SqlType;
        }

        impl<Q, C> RunQueryDsl<C> for $name<Q> {}
    };
}

lock! {
    /// Nobody else may change or lock the rows before the transaction ends.
    ForUpdate, UpdateClause, " FOR UPDATE"
}
lock! {
    /// Nobody else may change the rows before the transaction ends; others may hold them in the same manner.
    ForShare, ShareClause, " FOR SHARE"
}
lock! {
    /// The same as [`ForUpdate`], but without the rows that somebody else has locked.
    ForUpdateIfFree, IfFreeClause, " FOR UPDATE SKIP LOCKED"
}
