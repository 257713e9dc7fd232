//! From what diesel reports to what the domain knows.

use diesel::result::{DatabaseErrorKind, Error};
use innkeeper_domain::ports::StoreError;

/// What kind of failure it is, as far as anybody acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody else was in the way; trying again may help.
    Passing,
    /// A unique key is taken.
    Unique,
    /// The connection is gone, or of no more use.
    Lost,
    /// A value could not be read as what its column should hold.
    Unreadable,
    /// A table is missing.
    NoTable,
    /// Anything else.
    Other,
}

/// Diesel has no kind for these, and neither SQLite's codes nor PostgreSQL's states reach us, so their texts decide.
const TEXTS: [(&str, Kind); 23] = [
    // SQLite: SQLITE_BUSY and SQLITE_LOCKED in their variants.
    ("database is locked", Kind::Passing),
    ("database table is locked", Kind::Passing),
    ("database schema is locked", Kind::Passing),
    ("database schema has changed", Kind::Passing),
    ("unable to open database file", Kind::Lost),
    ("disk I/O error", Kind::Lost),
    ("database or disk is full", Kind::Lost),
    ("no such table", Kind::NoTable),
    // PostgreSQL: 40P01, 55P03, 57014.
    ("deadlock detected", Kind::Passing),
    ("could not serialize access", Kind::Passing),
    ("canceling statement due to", Kind::Passing),
    ("could not obtain lock", Kind::Passing),
    // 57P01 to 57P03, 53300, and what libpq says by itself.
    ("terminating connection", Kind::Lost),
    ("the database system is", Kind::Lost),
    ("server closed the connection", Kind::Lost),
    ("connection to server", Kind::Lost),
    ("no connection to the server", Kind::Lost),
    ("could not receive data from server", Kind::Lost),
    ("could not send data to server", Kind::Lost),
    ("SSL connection has been closed", Kind::Lost),
    // Prepared for a table that a migration has changed since.
    ("cached plan must not change", Kind::Lost),
    ("does not exist", Kind::NoTable),
    // Two that make the same table at once, though both said `IF NOT EXISTS`.
    ("already exists", Kind::Unique),
];

impl Kind {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::DatabaseError(kind, details) => Self::of_database_error(*kind, details.message()),
            Error::DeserializationError(_) => Self::Unreadable,
            Error::BrokenTransactionManager => Self::Lost,
            _ => Self::Other,
        }
    }

    fn of_database_error(kind: DatabaseErrorKind, message: &str) -> Self {
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Unique,
            DatabaseErrorKind::SerializationFailure => Self::Passing,
            // A server that only reads is a standby, as after a failover; the next connection finds the primary.
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction => Self::Lost,
            DatabaseErrorKind::Unknown => {
                let known = TEXTS.iter().find(|(text, _)| message.contains(text));
                known.map_or(Self::Other, |(_, kind)| *kind)
            }
            _ => Self::Other,
        }
    }

    /// The failure as the domain knows it.
    fn into_store_error(self, error: Error) -> StoreError {
        match self {
            Self::Passing => StoreError::Busy,
            Self::Unique => StoreError::Conflict,
            Self::Lost => StoreError::Unavailable(Box::new(error)),
            Self::Unreadable | Self::NoTable | Self::Other => StoreError::Failed(Box::new(error)),
        }
    }
}

/// A failure with its kind.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What to do about it.
    pub(crate) kind: Kind,
    /// What to say about it.
    pub(crate) error: StoreError,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = Kind::of(&error);
        Self {
            kind,
            error: kind.into_store_error(error),
        }
    }
}

impl From<StoreError> for Failure {
    /// What we found wrong ourselves; trying again does not help.
    fn from(error: StoreError) -> Self {
        Self {
            kind: Kind::Other,
            error,
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

impl Failure {
    /// The same error once more; an inner cause is only named.
    pub(crate) fn echo(&self) -> StoreError {
        match &self.error {
            StoreError::Conflict => StoreError::Conflict,
            StoreError::Busy => StoreError::Busy,
            StoreError::Outdated => StoreError::Outdated,
            StoreError::Corrupt { table, id, what } => StoreError::Corrupt {
                table,
                id: id.clone(),
                what: what.clone(),
            },
            StoreError::Unavailable(cause) => StoreError::Unavailable(cause.to_string().into()),
            StoreError::Failed(cause) => StoreError::Failed(cause.to_string().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(kind: DatabaseErrorKind, message: &str) -> Kind {
        Kind::of(&Error::DatabaseError(kind, Box::new(message.to_owned())))
    }

    #[test]
    fn texts_decide_only_where_diesel_has_no_kind() {
        let unknown = DatabaseErrorKind::Unknown;
        assert_eq!(kind(unknown, "database is locked"), Kind::Passing);
        let unknown = DatabaseErrorKind::Unknown;
        assert_eq!(
            kind(unknown, "canceling statement due to lock timeout"),
            Kind::Passing
        );
        let unknown = DatabaseErrorKind::Unknown;
        assert_eq!(kind(unknown, "database disk image is malformed"), Kind::Other);
        assert_eq!(
            kind(DatabaseErrorKind::CheckViolation, "database is locked"),
            Kind::Other
        );
        assert_eq!(kind(DatabaseErrorKind::UniqueViolation, "taken"), Kind::Unique);
        assert_eq!(
            kind(DatabaseErrorKind::ReadOnlyTransaction, "cannot execute"),
            Kind::Lost
        );
    }
}
