//! What a store is opened with.

use std::{fmt, path::PathBuf, thread, time::Duration};

use crate::seal::MasterKey;

/// Where and how to open a store. [`StoreConfig::new`] gives the usual figures; every one may be changed.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    pub(crate) place: Place,
    /// Seals the secrets that have to be stored.
    pub master_key: MasterKey,
    /// The most connections: to PostgreSQL in all, to SQLite for reading beside the one that writes.
    pub connections: u32,
    /// How long a piece of work waits for a connection, then for the lock of another, and as long as it is tried
    /// again after a conflict; after that it is busy.
    pub wait: Duration,
    /// How often a piece of work is tried in all.
    pub attempts: u32,
    /// How long one statement may run on PostgreSQL.
    pub statement_timeout: Duration,
    /// How long after its beginning a transaction on SQLite takes up the work of others who wait. With zero each has one
    /// of its own.
    pub sharing: Duration,
    /// How many statements of a kind, on PostgreSQL, answer reads by key at a time once so many ask that they share
    /// statements: as many as there are processors. The fewer they are, the more each answers. Twice as many as long as
    /// each answers one.
    pub batches: usize,
}

/// The database that a URL means.
#[derive(Clone)]
pub(crate) enum Place {
    /// A SQLite file.
    File(PathBuf),
    /// A PostgreSQL database, by its URL.
    Server(String),
}

/// A URL that means no database of a kind we know. It is not repeated, as it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the database URL must be `sqlite://PATH`, `postgres://...` or `postgresql://...`")]
pub struct InvalidUrl;

impl StoreConfig {
    /// The usual figures for the database at `url`: `sqlite://relative/path.db`, `sqlite:///absolute/path.db`,
    /// `postgres://...` or `postgresql://...`.
    ///
    /// # Errors
    ///
    /// [`InvalidUrl`] for any other URL, and for SQLite databases without a file.
    pub fn new(url: &str, master_key: MasterKey) -> Result<Self, InvalidUrl> {
        Ok(Self {
            place: Place::of(url)?,
            master_key,
            connections: 10,
            wait: Duration::from_secs(2),
            attempts: 8,
            statement_timeout: Duration::from_secs(15),
            sharing: Duration::from_millis(50),
            batches: processors(),
        })
    }
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

impl Place {
    fn of(url: &str) -> Result<Self, InvalidUrl> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            // `?` would begin parameters, of which there are none; a leading `:` is SQLite's way to say "no file".
            let is_file =
                !path.is_empty() && !path.ends_with('/') && !path.contains('?') && !path.starts_with(':');
            return if is_file {
                Ok(Self::File(PathBuf::from(path)))
            } else {
                Err(InvalidUrl)
            };
        }
        let address = url
            .strip_prefix("postgres://")
            .or_else(|| url.strip_prefix("postgresql://"));
        match address {
            Some(address) if !address.is_empty() && !address.contains('\0') && !is_ambiguous(address) => {
                Ok(Self::Server(url.to_owned()))
            }
            _ => Err(InvalidUrl),
        }
    }
}

/// Whether a `?` stands before an `@`: then it is not plain where a password ends and parameters begin.
fn is_ambiguous(address: &str) -> bool {
    address
        .split_once('?')
        .is_some_and(|(_, rest)| rest.contains('@'))
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Server(_) => f.write_str("Server(..)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn urls_name_a_file_or_a_server() {
        for (url, path) in [
            ("sqlite://a/b.db", "a/b.db"),
            ("sqlite:///a/b.db", "/a/b.db"),
            ("sqlite://x", "x"),
        ] {
            assert!(
                matches!(Place::of(url), Ok(Place::File(found)) if found.as_path() == Path::new(path)),
                "{url}"
            );
        }
        for url in ["postgres://u:p@h/d", "postgresql://h1,h2/d?sslmode=require"] {
            assert!(
                matches!(Place::of(url), Ok(Place::Server(found)) if found == url),
                "{url}"
            );
        }
        for url in [
            "",
            "sqlite:a.db",
            "sqlite://",
            "sqlite://a/",
            "sqlite://:memory:",
            "sqlite://a?b",
            "mysql://h/d",
            "postgres://u:p?q@h/d",
        ] {
            assert!(Place::of(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let config = StoreConfig::new("postgres://u:hush@h/d", MasterKey::from_bytes([1; 32])).unwrap();
        assert!(!format!("{config:?}").contains("hush"));
    }
}
