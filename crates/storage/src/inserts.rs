//! What a change leaves behind, records and mails, goes to the database together.
//!
//! On PostgreSQL each statement is a way to the server and back, which costs about as much as a row does, and diesel keeps
//! no INSERT of several rows prepared: so all of them are one statement, which stays prepared. On SQLite they are written
//! one after the other, each by a statement that is ready.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl, SqliteConnection,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    query_dsl::methods::ExecuteDsl,
};

use crate::connection::Do;

/// The most rows of one table that are written as one each, and of all tables together. Of more, the text would be another
/// for each number, and what is prepared is never forgotten.
pub(crate) const FEW: usize = 4;
pub(crate) const MOST: usize = 2 * FEW;

/// An INSERT of one row.
pub(crate) trait Insert {
    /// Writes it into a file.
    fn on_sqlite(&self, connection: &mut SqliteConnection) -> QueryResult<()>;

    /// Its text and its values for a server.
    fn for_postgres(&self) -> &dyn QueryFragment<Pg>;
}

impl<Q: Do> Insert for Q {
    fn on_sqlite(&self, connection: &mut SqliteConnection) -> QueryResult<()> {
        ExecuteDsl::execute(self, connection).map(drop)
    }

    fn for_postgres(&self) -> &dyn QueryFragment<Pg> {
        self
    }
}

/// Several rows in one statement. PostgreSQL looks at the keys to other tables when all of them are there.
#[derive(Clone, Copy)]
pub(crate) struct Together<'i>(pub(crate) &'i [Box<dyn Insert>]);

impl QueryId for Together<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Together<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Some((last, others)) = self.0.split_last() else {
            return Ok(());
        };
        for (n, insert) in others.iter().enumerate() {
            out.push_sql(if n == 0 { "WITH " } else { ", " });
            out.push_identifier(&format!("row_{n}"))?;
            out.push_sql(" AS (");
            insert.for_postgres().walk_ast(out.reborrow())?;
            out.push_sql(") ");
        }
        last.for_postgres().walk_ast(out)
    }
}

impl RunQueryDsl<PgConnection> for Together<'_> {}

/// Inserts many rows into a table as one call: one by one on SQLite, and in one statement on PostgreSQL.
macro_rules! insert_many {
    ($link:expr, $table:expr, $rows:expr) => {{
        let rows = $rows;
        $link.either(
            |sqlite| {
                let each = rows.iter();
                let each = each.map(|row| diesel::insert_into($table).values(row).execute(sqlite));
                each.sum::<diesel::QueryResult<usize>>()
            },
            |postgres| diesel::insert_into($table).values(rows).execute(postgres),
        )
    }};
}

/// Inserts rows into a table in a session: few of them together with what else is new. A row that could not be made fails
/// the session.
macro_rules! insert_rows {
    ($session:expr, $table:expr, $rows:expr) => {{
        let session = $session;
        let rows = $rows.collect::<Result<Vec<_>, _>>();
        let rows = session.noticing(rows.map_err(|error| StoreError::failed(error).into()))?;
        if rows.len() > $crate::inserts::FEW {
            session.call(|link| Ok($crate::inserts::insert_many!(link, $table, &rows).map(drop)?))
        } else {
            rows.into_iter()
                .try_for_each(|row| session.insert(diesel::insert_into($table).values(row)))
        }
    }};
}

pub(crate) use {insert_many, insert_rows};
