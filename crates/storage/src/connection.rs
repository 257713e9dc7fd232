//! One connection to either database: opening it, transactions on it, and the only way to run a statement.

use std::{
    fs, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use diesel::{
    ConnectionError, PgConnection, QueryResult, RunQueryDsl, SqliteConnection,
    connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager},
    pg::Pg,
    query_builder::{QueryFragment, QueryId},
    query_dsl::methods::{ExecuteDsl, LoadQuery},
    sqlite::Sqlite,
};

use crate::{
    config::{Place, StoreConfig},
    error::Kind,
    inserts::{Insert, Together},
};

/// A connection to one of the databases we know.
#[derive(diesel::MultiConnection)]
pub(crate) enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Steps may take long. Whoever else migrates asks for the lock again and again, as on SQLite.
const ALONE: &str = "SET LOCAL statement_timeout = 0; \
    LOCK TABLE __diesel_schema_migrations IN SHARE ROW EXCLUSIVE MODE";

/// A query that either database answers with rows of `R`.
pub(crate) trait Ask<'query, R>:
    RunQueryDsl<SqliteConnection>
    + RunQueryDsl<PgConnection>
    + LoadQuery<'query, SqliteConnection, R>
    + LoadQuery<'query, PgConnection, R>
{
}

impl<'query, R, Q> Ask<'query, R> for Q where
    Q: RunQueryDsl<SqliteConnection>
        + RunQueryDsl<PgConnection>
        + LoadQuery<'query, SqliteConnection, R>
        + LoadQuery<'query, PgConnection, R>
{
}

/// A statement that either database runs.
pub(crate) trait Do: QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId {}

impl<Q> Do for Q where Q: QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId {}

/// How much of a database file readers map into memory, in bytes; the rest they read as ever. Mapped pages are the
/// kernel's, shared by all connections, and given back when memory is short.
const MAPPED: u32 = 256 << 20;

/// How much the connection that writes keeps of a SQLite file, in KiB: it finds the place of each new entry in some twenty
/// indexes, and what is in the journal is in nobody's map.
const KEPT: u32 = 16 << 10;

/// What a connection is for. PostgreSQL makes no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reading alone.
    Read,
    /// Transactions.
    Write,
}

/// A connection and what is known about its state.
pub(crate) struct Link {
    connection: AnyConnection,
    statements: Arc<AtomicU64>,
    /// The state of the pool when it was opened; see [`crate::pool`].
    pub(crate) epoch: u64,
    in_transaction: bool,
    lost: bool,
}

impl Link {
    /// Opens a connection, whose statements are counted in `statements`.
    pub(crate) fn open(
        config: &StoreConfig,
        purpose: Purpose,
        statements: Arc<AtomicU64>,
        epoch: u64,
    ) -> Result<Self, ConnectionError> {
        let connection = match &config.place {
            Place::File(path) => AnyConnection::Sqlite(open_file(path, purpose, config)?),
            Place::Server(url) => AnyConnection::Postgres(open_server(url, config)?),
        };
        Ok(Self {
            connection,
            statements,
            epoch,
            in_transaction: false,
            lost: false,
        })
    }

    /// Whether the connection must not be used again.
    pub(crate) fn is_spent(&self) -> bool {
        self.lost || self.in_transaction
    }

    /// Whether a transaction was begun and not ended.
    pub(crate) fn is_in_transaction(&self) -> bool {
        self.in_transaction
    }

    /// Whether the connection was lost.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Begins a transaction that may write. On SQLite it then holds the only write lock, so that nothing it reads
    /// can change before it writes.
    pub(crate) fn begin(&mut self) -> QueryResult<()> {
        let sql = match self.connection {
            AnyConnection::Postgres(_) => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            AnyConnection::Sqlite(_) => "BEGIN IMMEDIATE",
        };
        self.batch(sql)?;
        self.in_transaction = true;
        Ok(())
    }

    /// Commits. After an error the transaction is still to be rolled back, unless the connection was lost.
    pub(crate) fn commit(&mut self) -> QueryResult<()> {
        self.batch("COMMIT")?;
        self.in_transaction = false;
        Ok(())
    }

    /// Rolls back. If that fails, the connection is spent; closing it rolls back too.
    pub(crate) fn roll_back(&mut self) -> QueryResult<()> {
        self.batch("ROLLBACK")?;
        self.in_transaction = false;
        Ok(())
    }

    /// Begins a part of the transaction that can be undone by itself. Of such parts one is open at a time.
    pub(crate) fn begin_part(&mut self) -> QueryResult<()> {
        self.batch("SAVEPOINT part")
    }

    /// Ends the part; the transaction keeps it.
    pub(crate) fn keep_part(&mut self) -> QueryResult<()> {
        self.batch("RELEASE part")
    }

    /// Undoes the part, and nothing before it. If that fails, the database may have rolled back everything.
    pub(crate) fn undo_part(&mut self) -> QueryResult<()> {
        self.batch("ROLLBACK TO part; RELEASE part")
    }

    /// Runs a query and returns its rows. Its text is built once a connection, if its type tells it: that is why it is
    /// asked of the database itself, and not of [`AnyConnection`], which builds it each time.
    pub(crate) fn rows<'query, Q, R>(&mut self, query: Q) -> QueryResult<Vec<R>>
    where
        Q: Ask<'query, R>,
    {
        self.count();
        let outcome = match &mut self.connection {
            AnyConnection::Sqlite(connection) => RunQueryDsl::<SqliteConnection>::load(query, connection),
            AnyConnection::Postgres(connection) => RunQueryDsl::<PgConnection>::load(query, connection),
        };
        self.noticing(outcome)
    }

    /// The same for a query whose text is only known once it is put together.
    pub(crate) fn rows_dynamic<'query, Q, R>(&mut self, query: Q) -> QueryResult<Vec<R>>
    where
        Q: RunQueryDsl<AnyConnection> + LoadQuery<'query, AnyConnection, R>,
    {
        self.count();
        let outcome = query.load(&mut self.connection);
        self.noticing(outcome)
    }

    /// Runs a statement and returns how many rows it touched.
    pub(crate) fn execute<Q: Do>(&mut self, statement: Q) -> QueryResult<usize> {
        self.count();
        let outcome = match &mut self.connection {
            AnyConnection::Sqlite(connection) => ExecuteDsl::execute(statement, connection),
            AnyConnection::Postgres(connection) => ExecuteDsl::execute(statement, connection),
        };
        self.noticing(outcome)
    }

    /// Runs one statement that is put together for the database that is there: one that diesel can only build for a
    /// database that it knows, such as an INSERT of many rows, or whose text depends on what is asked for.
    pub(crate) fn either<T>(
        &mut self,
        on_sqlite: impl FnOnce(&mut SqliteConnection) -> QueryResult<T>,
        on_postgres: impl FnOnce(&mut PgConnection) -> QueryResult<T>,
    ) -> QueryResult<T> {
        self.count();
        let outcome = match &mut self.connection {
            AnyConnection::Sqlite(connection) => on_sqlite(connection),
            AnyConnection::Postgres(connection) => on_postgres(connection),
        };
        self.noticing(outcome)
    }

    /// Writes rows, as one statement of any count: it is one to PostgreSQL.
    pub(crate) fn insert(&mut self, rows: &[Box<dyn Insert>]) -> QueryResult<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.either(
            |sqlite| rows.iter().try_for_each(|row| row.on_sqlite(sqlite)),
            |postgres| Together(rows).execute(postgres).map(drop),
        )
    }

    /// Runs what is no statement in the sense of any count.
    pub(crate) fn batch(&mut self, sql: &str) -> QueryResult<()> {
        let outcome = self.connection.batch_execute(sql);
        self.noticing(outcome)
    }

    /// Begins a transaction that alters the schema and that no other of its kind runs beside. The table of steps
    /// must exist.
    pub(crate) fn begin_alone(&mut self) -> QueryResult<()> {
        // Steps run in transactions of their own, which diesel nests only in one that it began itself.
        let outcome = match &mut self.connection {
            AnyConnection::Postgres(connection) => AnsiTransactionManager::begin_transaction(connection)
                .and_then(|()| connection.batch_execute(ALONE))
                // So that it can be tried again.
                .inspect_err(|_| drop(AnsiTransactionManager::rollback_transaction(connection))),
            AnyConnection::Sqlite(connection) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            }
        };
        self.noticing(outcome)?;
        self.in_transaction = true;
        Ok(())
    }

    /// Ends what [`Self::begin_alone`] began. A connection on which this was not called is spent.
    pub(crate) fn end_alone(&mut self) -> QueryResult<()> {
        let outcome =
            <AnyConnection as TransactionManager<AnyConnection>>::commit_transaction(&mut self.connection);
        self.noticing(outcome)?;
        self.in_transaction = false;
        Ok(())
    }

    /// The bare connection, for altering the schema.
    pub(crate) fn bare(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// One of two values, by the kind of database.
    pub(crate) fn choose<T>(&self, sqlite: T, postgres: T) -> T {
        match self.connection {
            AnyConnection::Sqlite(_) => sqlite,
            AnyConnection::Postgres(_) => postgres,
        }
    }

    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    fn noticing<T>(&mut self, outcome: QueryResult<T>) -> QueryResult<T> {
        if let Err(error) = &outcome {
            self.lost |= Kind::of(error) == Kind::Lost;
        }
        outcome
    }
}

/// Makes what a connection needs to find: the folder of a SQLite file, and the file, for nobody else to read.
pub(crate) fn prepare(place: &Place) -> io::Result<()> {
    let Place::File(path) = place else { return Ok(()) };
    if path.exists() {
        return Ok(());
    }
    let mut folder = fs::DirBuilder::new();
    let mut file = fs::OpenOptions::new();
    folder.recursive(true);
    file.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        folder.mode(0o700);
        file.mode(0o600);
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        folder.create(parent)?;
    }
    file.open(path)?;
    Ok(())
}

fn open_file(
    path: &Path,
    purpose: Purpose,
    config: &StoreConfig,
) -> Result<SqliteConnection, ConnectionError> {
    let path = path
        .to_str()
        .ok_or_else(|| ConnectionError::BadConnection("the path is not UTF-8".to_owned()))?;
    let mut connection = SqliteConnection::establish(path)?;
    // The timeout comes first: going into WAL mode takes a lock, which another process may hold for a moment.
    let wait = config.wait.as_millis();
    let pragmas = format!(
        "PRAGMA busy_timeout = {wait}; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
         PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;"
    );
    connection
        .batch_execute(&pragmas)
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    let own = match purpose {
        Purpose::Read => format!("PRAGMA query_only = ON; PRAGMA mmap_size = {MAPPED};"),
        Purpose::Write => format!("PRAGMA cache_size = -{KEPT};"),
    };
    connection
        .batch_execute(&own)
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

fn open_server(url: &str, config: &StoreConfig) -> Result<PgConnection, ConnectionError> {
    let mut connection = PgConnection::establish(&with_limits(url, config.wait))?;
    // Errors are told apart by their texts; see `error`. Only some users may choose the language, others have to
    // be given a server that speaks English.
    drop(connection.batch_execute("SET lc_messages = 'C'"));
    let (wait, statement) = (config.wait.as_millis(), config.statement_timeout.as_millis());
    // Every query of ours has its index, whatever it is asked for. A table that is just being filled has no statistics yet, and
    // a statement that was planned when it was all but empty would read the whole of it until it has. And a plan for each
    // call, which PostgreSQL may find a little better, takes several times as long to make as to carry out.
    let settings = format!(
        "SET lock_timeout = {wait}; SET statement_timeout = {statement}; \
         SET idle_in_transaction_session_timeout = 60000; SET client_min_messages = warning; \
         SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan;"
    );
    connection
        .batch_execute(&settings)
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

/// A server that does not answer must not hold a thread for minutes. What the URL says itself stays.
fn with_limits(url: &str, wait: Duration) -> String {
    let seconds = wait.as_secs().max(2).to_string();
    let limits = [
        ("connect_timeout", seconds.as_str()),
        ("tcp_user_timeout", "20000"),
        ("keepalives_idle", "30"),
        ("fallback_application_name", "innkeeper"),
    ];
    let mut url = url.to_owned();
    for (name, value) in limits {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.extend([name, "=", value]);
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_added_to_a_url_unless_it_has_its_own() {
        let plain = with_limits("postgres://u@h/d", Duration::from_secs(2));
        assert!(
            plain.starts_with("postgres://u@h/d?connect_timeout=2&tcp_user_timeout="),
            "{plain}"
        );
        let own = with_limits("postgres://u@h/d?connect_timeout=9", Duration::from_secs(2));
        assert!(own.contains("?connect_timeout=9&"), "{own}");
        assert_eq!(own.matches("connect_timeout").count(), 1);
    }
}
