//! Writing rows by their key, new or not, many in one statement.
//!
//! Diesel knows no `ON CONFLICT` that would fit both databases, and prepares an INSERT of many rows anew each time. So
//! rows are kept column by column here, and each database gets them in the way that it is quickest with: PostgreSQL as
//! one array for each column, whatever their number, and SQLite as many rows of values.

use diesel::{
    QueryResult, RunQueryDsl,
    pg::{Pg, PgConnection},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Binary, Bool, Nullable, Text},
    sqlite::{Sqlite, SqliteConnection},
};
use innkeeper_domain::ids::kinds;

use crate::{
    channel_state::Token,
    columns::{At, Key, Micros, Uuid},
    connection::Link,
};

/// The most rows that one statement writes: with 20 columns each, under the 32,766 values that SQLite binds.
pub(crate) const ROWS_PER_UPSERT: usize = 1_000;

/// As many rows as pages mostly have: statements for these are kept ready, those for other numbers made anew.
const USUAL: [usize; 7] = [1, 10, 20, 25, 50, 100, 200];

/// What is put between all things of a list.
struct Between(&'static str);

impl Between {
    const fn next(&mut self) -> &'static str {
        std::mem::replace(&mut self.0, ", ")
    }
}

macro_rules! upsert {
    (
        $(#[$doc:meta])*
        $columns:ident of $row:ident<$lt:lifetime> into $table:literal
        by { $($key:ident: $key_type:ty as $key_value:ty,)+ }
        once { $($once:ident: $once_type:ty as $once_value:ty,)* }
        again { $($again:ident: $again_type:ty as $again_value:ty,)* }
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $row<$lt> {
            $(pub(crate) $key: $key_value,)+
            $(pub(crate) $once: $once_value,)*
            $(pub(crate) $again: $again_value,)*
        }

        /// The same, column by column.
        #[derive(Debug)]
        pub(crate) struct $columns<$lt> {
            rows: usize,
            $($key: Vec<$key_value>,)+
            $($once: Vec<$once_value>,)*
            $($again: Vec<$again_value>,)*
        }

        impl<$lt> $columns<$lt> {
            fn of(rows: impl ExactSizeIterator<Item = $row<$lt>>) -> Self {
                let count = rows.len();
                let mut columns = Self {
                    rows: count,
                    $($key: Vec::with_capacity(count),)+
                    $($once: Vec::with_capacity(count),)*
                    $($again: Vec::with_capacity(count),)*
                };
                for row in rows {
                    $(columns.$key.push(row.$key);)+
                    $(columns.$once.push(row.$once);)*
                    $(columns.$again.push(row.$again);)*
                }
                columns
            }

            /// Writes rows, and says how many were new or changed.
            pub(crate) fn put(
                link: &mut Link,
                rows: impl ExactSizeIterator<Item = $row<$lt>>,
            ) -> QueryResult<usize> {
                if rows.len() == 0 {
                    return Ok(0);
                }
                let columns = Self::of(rows);
                link.either(|sqlite| (&columns).execute(sqlite), |postgres| (&columns).execute(postgres))
            }

            fn head<DB: diesel::backend::Backend>(out: &mut AstPass<'_, '_, DB>) {
                out.push_sql(concat!("INSERT INTO ", $table, " ("));
                let mut between = Between("");
                for name in [
                    $(stringify!($key),)+ $(stringify!($once),)* $(stringify!($again),)*
                ] {
                    out.push_sql(between.next());
                    out.push_sql(name);
                }
                out.push_sql(") ");
            }

            fn tail<DB: diesel::backend::Backend>(out: &mut AstPass<'_, '_, DB>) {
                out.push_sql(" ON CONFLICT (");
                let mut between = Between("");
                for name in [$(stringify!($key),)+] {
                    out.push_sql(between.next());
                    out.push_sql(name);
                }
                let again: &[&'static str] = &[
                    $(concat!(stringify!($again), " = excluded.", stringify!($again)),)*
                ];
                out.push_sql(if again.is_empty() { ") DO NOTHING" } else { ") DO UPDATE SET " });
                let mut between = Between("");
                for change in again {
                    out.push_sql(between.next());
                    out.push_sql(change);
                }
            }
        }

        impl<$lt> QueryFragment<Pg> for $columns<$lt> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                Self::head(&mut out);
                out.push_sql("SELECT * FROM unnest(");
                let mut between = Between("");
                $(
                    out.push_sql(between.next());
                    out.push_bind_param::<Array<$key_type>, _>(&self.$key)?;
                )+
                $(
                    out.push_sql(between.next());
                    out.push_bind_param::<Array<$once_type>, _>(&self.$once)?;
                )*
                $(
                    out.push_sql(between.next());
                    out.push_bind_param::<Array<$again_type>, _>(&self.$again)?;
                )*
                out.push_sql(")");
                Self::tail(&mut out);
                Ok(())
            }
        }

        impl<$lt> QueryFragment<Sqlite> for $columns<$lt> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                if !USUAL.contains(&self.rows) {
                    out.unsafe_to_cache_prepared();
                }
                Self::head(&mut out);
                out.push_sql("VALUES ");
                $(let mut $key = self.$key.iter();)+
                $(let mut $once = self.$once.iter();)*
                $(let mut $again = self.$again.iter();)*
                for place in 0..self.rows {
                    out.push_sql(if place == 0 { "(" } else { "), (" });
                    let mut between = Between("");
                    $(if let Some(value) = $key.next() {
                        out.push_sql(between.next());
                        out.push_bind_param::<$key_type, $key_value>(value)?;
                    })+
                    $(if let Some(value) = $once.next() {
                        out.push_sql(between.next());
                        out.push_bind_param::<$once_type, $once_value>(value)?;
                    })*
                    $(if let Some(value) = $again.next() {
                        out.push_sql(between.next());
                        out.push_bind_param::<$again_type, $again_value>(value)?;
                    })*
                }
                out.push_sql(")");
                Self::tail(&mut out);
                Ok(())
            }
        }

        impl QueryId for $columns<'_> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl RunQueryDsl<SqliteConnection> for $columns<'_> {}
        impl RunQueryDsl<PgConnection> for $columns<'_> {}
        impl RunQueryDsl<SqliteConnection> for &$columns<'_> {}
        impl RunQueryDsl<PgConnection> for &$columns<'_> {}
    };
}

upsert! {
    /// A listing to be written. Whoever was missing is back.
    ListingColumns of ListingPut<'r> into "listings"
    by {
        tenant_id: Uuid as Key<kinds::Tenant>,
        account_id: Uuid as Key<kinds::Account>,
        channel_listing_id: Text as &'r str,
    }
    once { id: Uuid as Key<kinds::Listing>, }
    again {
        title: Nullable<Text> as Option<&'r str>,
        address: Nullable<Text> as Option<&'r str>,
        city: Nullable<Text> as Option<&'r str>,
        country: Nullable<Text> as Option<&'r str>,
        timezone: Nullable<Text> as Option<&'r str>,
        currency: Nullable<Text> as Option<&'r str>,
        capacity: Nullable<BigInt> as Option<i64>,
        enabled: Bool as bool,
        changed_at: Nullable<Micros> as Option<At>,
        content_hash: Binary as &'r [u8],
        seen_at: Micros as At,
        synced_at: Nullable<Micros> as Option<At>,
        missing: BigInt as i64,
        updated_at: Micros as At,
    }
}

upsert! {
    /// A reservation to be written.
    ReservationColumns of ReservationPut<'r> into "reservations"
    by {
        tenant_id: Uuid as Key<kinds::Tenant>,
        account_id: Uuid as Key<kinds::Account>,
        channel_reservation_id: Text as &'r str,
    }
    once { id: Uuid as Key<kinds::Reservation>, }
    again {
        listing_id: Nullable<Uuid> as Option<Key<kinds::Listing>>,
        channel_listing_id: Nullable<Text> as Option<&'r str>,
        status: Text as &'r str,
        check_in: Nullable<BigInt> as Option<i64>,
        check_out: Nullable<BigInt> as Option<i64>,
        adults: Nullable<BigInt> as Option<i64>,
        children: Nullable<BigInt> as Option<i64>,
        total: Nullable<Text> as Option<&'r str>,
        currency: Nullable<Text> as Option<&'r str>,
        booked_at: Nullable<Micros> as Option<At>,
        changed_at: Nullable<Micros> as Option<At>,
        source: Nullable<Text> as Option<&'r str>,
        confirmation_code: Nullable<Text> as Option<&'r str>,
        content_hash: Binary as &'r [u8],
        seen_at: Micros as At,
        updated_at: Micros as At,
    }
}

upsert! {
    /// An item to be added to a run; one that is there stays as it is.
    ItemColumns of ItemPut<'r> into "sync_items"
    by {
        tenant_id: Uuid as Key<kinds::Tenant>,
        run_id: Uuid as Key<kinds::Run>,
        listing_id: Uuid as Key<kinds::Listing>,
    }
    once {
        state: Text as &'r str,
        fault: Nullable<Text> as Option<&'r str>,
    }
    again {}
}

upsert! {
    /// How far a run has come.
    CheckpointColumns of CheckpointPut<'r> into "sync_checkpoints"
    by {
        tenant_id: Uuid as Key<kinds::Tenant>,
        run_id: Uuid as Key<kinds::Run>,
    }
    once {}
    again {
        stream: Text as &'r str,
        listing_id: Nullable<Uuid> as Option<Key<kinds::Listing>>,
        channel_listing_id: Nullable<Text> as Option<&'r str>,
        position: Nullable<Text> as Option<&'r str>,
        since: Nullable<Micros> as Option<At>,
        began_at: Nullable<Micros> as Option<At>,
        reservations_began_at: Nullable<Micros> as Option<At>,
        listings_ready_at: Nullable<Micros> as Option<At>,
        sweep_stopped: Bool as bool,
        is_over: Bool as bool,
        listings: BigInt as i64,
        listings_done: BigInt as i64,
        listings_skipped: BigInt as i64,
        listings_failed: BigInt as i64,
        listings_new: BigInt as i64,
        reservations: BigInt as i64,
        reservations_failed: BigInt as i64,
    }
}

upsert! {
    /// From when on changes of a stream are to be asked for.
    CursorColumns of CursorPut<'r> into "stream_cursors"
    by {
        tenant_id: Uuid as Key<kinds::Tenant>,
        account_id: Uuid as Key<kinds::Account>,
        stream: Text as &'r str,
    }
    once {}
    again { changed_since: Micros as At, }
}

upsert! {
    /// The credentials of an account, sealed.
    CredentialColumns of CredentialPut<'r> into "account_credentials"
    by {
        tenant_id: Uuid as Key<kinds::Tenant>,
        account_id: Uuid as Key<kinds::Account>,
    }
    once {}
    again {
        generation: BigInt as i64,
        sealed: Binary as &'r [u8],
        token_id: Uuid as Key<Token>,
    }
}

upsert! {
    /// A sign of life of a worker process.
    WorkerColumns of WorkerPut<'r> into "workers"
    by { id: Uuid as Key<kinds::Worker>, }
    once { started_at: Micros as At, }
    again {
        host: Text as &'r str,
        seen_at: Micros as At,
    }
}

upsert! {
    /// Below what the clock must not go.
    FloorColumns of FloorPut<'r> into "clock_floor"
    by { name: Text as &'r str, }
    once {}
    again { at: Micros as At, }
}

upsert! {
    /// The first note of how far sealing has come.
    SealerColumns of SealerPut<'r> into "audit_sealers"
    by { tenant_id: Uuid as Key<kinds::Tenant>, }
    once {
        head_position: BigInt as i64,
        head_hash: Binary as &'r [u8],
    }
    again {}
}
