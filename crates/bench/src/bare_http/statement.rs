//! Statements of fixed text, each prepared once a connection: diesel finds them by their type, and never builds the text
//! again. Its own `UPDATE`, and inserts of what was selected, would be prepared anew each time.

use diesel::{PgConnection, QueryResult, SqliteConnection};

/// A statement that tells rows.
pub(super) trait Tells {
    type Row;

    fn on_sqlite(self, connection: &mut SqliteConnection) -> QueryResult<Vec<Self::Row>>;
    fn on_postgres(self, connection: &mut PgConnection) -> QueryResult<Vec<Self::Row>>;
}

/// A statement that tells how many rows it touched.
pub(super) trait Touches {
    fn on_sqlite(self, connection: &mut SqliteConnection) -> QueryResult<usize>;
    fn on_postgres(self, connection: &mut PgConnection) -> QueryResult<usize>;
}

/// A connection to either database.
pub(super) trait Database {
    fn rows<S: Tells>(&mut self, statement: S) -> QueryResult<Vec<S::Row>>;

    fn touch<S: Touches>(&mut self, statement: S) -> QueryResult<usize>;

    /// The first row, if there is one.
    fn row<S: Tells>(&mut self, statement: S) -> QueryResult<Option<S::Row>> {
        Ok(self.rows(statement)?.into_iter().next())
    }
}

impl Database for SqliteConnection {
    fn rows<S: Tells>(&mut self, statement: S) -> QueryResult<Vec<S::Row>> {
        statement.on_sqlite(self)
    }

    fn touch<S: Touches>(&mut self, statement: S) -> QueryResult<usize> {
        statement.on_sqlite(self)
    }
}

impl Database for PgConnection {
    fn rows<S: Tells>(&mut self, statement: S) -> QueryResult<Vec<S::Row>> {
        statement.on_postgres(self)
    }

    fn touch<S: Touches>(&mut self, statement: S) -> QueryResult<usize> {
        statement.on_postgres(self)
    }
}

/// Makes a statement of a text, in which each `?` is the next field.
macro_rules! statement {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty as $sql:ty,)* } = $text:expr) => {
        $(#[$doc])*
        #[derive(Debug, diesel::query_builder::QueryId)]
        pub(super) struct $name {
            $(pub(super) $field: $kind,)*
        }

        statement!(@fragment diesel::sqlite::Sqlite, $name { $($field as $sql,)* } = $text);
        statement!(@fragment diesel::pg::Pg, $name { $($field as $sql,)* } = $text);

        impl<C> diesel::RunQueryDsl<C> for $name {}
    };
    (@fragment $backend:ty, $name:ident { $($field:ident as $sql:ty,)* } = $text:expr) => {
        impl diesel::query_builder::QueryFragment<$backend> for $name {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $backend>,
            ) -> diesel::QueryResult<()> {
                const TEXT: &str = $text;
                let mut parts = TEXT.split('?');
                $(
                    out.push_sql(parts.next().unwrap_or_default());
                    out.push_bind_param::<$sql, _>(&self.$field)?;
                )*
                out.push_sql(parts.next().unwrap_or_default());
                Ok(())
            }
        }
    };
}

/// Makes a [`Tells`].
macro_rules! tells {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty as $sql:ty,)* } -> $row:ty as $row_sql:ty = $text:expr) => {
        statement!($(#[$doc])* $name { $($field: $kind as $sql,)* } = $text);

        impl diesel::query_builder::Query for $name {
            type SqlType = $row_sql;
        }

        impl Tells for $name {
            type Row = $row;

            fn on_sqlite(self, connection: &mut diesel::SqliteConnection) -> diesel::QueryResult<Vec<$row>> {
                diesel::RunQueryDsl::load(self, connection)
            }

            fn on_postgres(self, connection: &mut diesel::PgConnection) -> diesel::QueryResult<Vec<$row>> {
                diesel::RunQueryDsl::load(self, connection)
            }
        }
    };
}

/// Makes a [`Touches`].
macro_rules! touches {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty as $sql:ty,)* } = $text:expr) => {
        statement!($(#[$doc])* $name { $($field: $kind as $sql,)* } = $text);

        impl Touches for $name {
            fn on_sqlite(self, connection: &mut diesel::SqliteConnection) -> diesel::QueryResult<usize> {
                diesel::RunQueryDsl::execute(self, connection)
            }

            fn on_postgres(self, connection: &mut diesel::PgConnection) -> diesel::QueryResult<usize> {
                diesel::RunQueryDsl::execute(self, connection)
            }
        }
    };
}

pub(super) use {statement, tells, touches};
