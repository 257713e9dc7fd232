//! The bare server's own tables, with the same rows as a database of Innkeeper's.

use std::path::Path;

use postgres::{Client, NoTls};

/// Tables on SQLite.
pub(super) const ON_SQLITE: &str = "
CREATE TABLE tokens (hash BLOB NOT NULL PRIMARY KEY, user_id BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE clients (id BLOB NOT NULL PRIMARY KEY, secret_hash BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE users (id BLOB NOT NULL PRIMARY KEY, email TEXT NOT NULL, first_name TEXT NOT NULL, last_name TEXT,
    state TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE members (id BLOB NOT NULL PRIMARY KEY, property_id BLOB NOT NULL, user_id BLOB NOT NULL,
    role TEXT NOT NULL, overrides TEXT, invited_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, invited_by BLOB)
    STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX members_once ON members (property_id, user_id);
CREATE TABLE accounts (id BLOB NOT NULL PRIMARY KEY, user_id BLOB NOT NULL, channel TEXT NOT NULL,
    channel_id TEXT NOT NULL, channel_display_id TEXT, label TEXT NOT NULL, email TEXT,
    nb_enabled_listings INTEGER NOT NULL, nb_listings INTEGER NOT NULL, last_success_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_of_user ON accounts (user_id, created_at, id);
";

/// Tables on PostgreSQL.
const ON_POSTGRES: &str = "
CREATE TABLE bare.tokens (hash bytea PRIMARY KEY, user_id uuid NOT NULL);
CREATE TABLE bare.clients (id uuid PRIMARY KEY, secret_hash bytea NOT NULL);
CREATE TABLE bare.users (id uuid PRIMARY KEY, email text NOT NULL, first_name text NOT NULL, last_name text,
    state text NOT NULL);
CREATE TABLE bare.members (id uuid PRIMARY KEY, property_id uuid NOT NULL, user_id uuid NOT NULL, role text NOT NULL,
    overrides text, invited_at bigint NOT NULL, updated_at bigint NOT NULL, invited_by uuid);
CREATE UNIQUE INDEX members_once ON bare.members (property_id, user_id);
CREATE TABLE bare.accounts (id uuid PRIMARY KEY, user_id uuid NOT NULL, channel text NOT NULL, channel_id text NOT NULL,
    channel_display_id text, label text NOT NULL, email text, nb_enabled_listings bigint NOT NULL,
    nb_listings bigint NOT NULL, last_success_at bigint NOT NULL, created_at bigint NOT NULL);
CREATE INDEX accounts_of_user ON bare.accounts (user_id, created_at, id);
";

/// Where each table's rows come from, by the name of the schema that Innkeeper's tables are in. Everybody has a token, of
/// which those of callers alone are ever shown: of a table of a few pages PostgreSQL would read them all, and no index.
/// `noise` makes the hash of another.
fn rows(to: &str, from: &str, noise: &str) -> String {
    format!(
        "INSERT INTO {to}.tokens (hash, user_id) SELECT secret_hash, user_id FROM {from}.api_keys
            UNION ALL SELECT {noise}, id FROM {from}.users WHERE id NOT IN (SELECT user_id FROM {from}.api_keys)
            ORDER BY 1;
         INSERT INTO {to}.clients (id, secret_hash) SELECT id, secret_hash FROM {from}.applications ORDER BY 1;
         INSERT INTO {to}.users (id, email, first_name, last_name, state)
            SELECT id, email, first_name, last_name, state FROM {from}.users ORDER BY 1;
         INSERT INTO {to}.members (id, property_id, user_id, role, invited_at, updated_at, invited_by)
            SELECT id, property_id, user_id, role, invited_at, updated_at, invited_by
            FROM {from}.property_users ORDER BY 1;
         INSERT INTO {to}.accounts (id, user_id, channel, channel_id, channel_display_id, label, email,
            nb_enabled_listings, nb_listings, last_success_at, created_at)
            SELECT id, user_id, channel, channel_id, channel_display_id, label, email, nb_enabled_listings,
            nb_listings, last_success_at, created_at FROM {from}.accounts ORDER BY 1;"
    )
}

/// Fills the SQLite file at `path`, which must not exist, from one of Innkeeper's.
pub(crate) fn from_file(path: &Path, ours: &Path) -> anyhow::Result<()> {
    let connection = rusqlite::Connection::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;")?;
    connection.execute("ATTACH ? AS ours", [ours.to_string_lossy()])?;
    connection.execute_batch(ON_SQLITE)?;
    connection.execute_batch(&format!(
        "BEGIN; {} COMMIT;",
        rows("main", "ours", "randomblob(32)")
    ))?;
    connection.execute_batch("DETACH ours; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")?;
    Ok(())
}

/// Turns a copy of Innkeeper's database into the bare server's.
pub(crate) fn from_copy(url: &str) -> anyhow::Result<()> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute("CREATE SCHEMA bare")?;
    client.batch_execute(ON_POSTGRES)?;
    client.batch_execute(&rows("bare", "public", "sha256(uuid_send(id))"))?;
    client.batch_execute("DROP SCHEMA public CASCADE; ALTER SCHEMA bare RENAME TO public")?;
    // Cannot be part of a transaction, and so of no batch.
    client.batch_execute("VACUUM ANALYZE")?;
    client.batch_execute("CHECKPOINT")?;
    Ok(())
}
