//! Reading the values of a row strictly.

use std::str::FromStr;

use diesel::{QueryResult, Selectable, result::Error, sqlite::Sqlite};
use innkeeper_domain::{
    access::ScopeSet, accounts::ChannelFault, ids::Id, ports::StoreError, sync::Threshold,
    tokens::SecretHash, values::Email,
};

use crate::error::{Failure, Kind};

/// A row that can be read as something of the domain.
pub(crate) trait Decode {
    /// The table it comes from.
    const TABLE: &'static str;
    /// What it is read as.
    type Entity;

    /// Reads it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`].
    fn decode(self) -> Result<Self::Entity, StoreError>;
}

/// Reads all rows, or fails at the first that is corrupt.
pub(crate) fn decode<R: Decode>(rows: QueryResult<Vec<R>>) -> Result<Vec<R::Entity>, Failure> {
    Ok(decode_loaded(loaded(R::TABLE, rows)?)?)
}

/// The same of rows that are there.
pub(crate) fn decode_loaded<R: Decode>(rows: Vec<R>) -> Result<Vec<R::Entity>, StoreError> {
    rows.into_iter().map(R::decode).collect()
}

/// What was loaded of rows of a table.
pub(crate) fn loaded<T>(table: &'static str, outcome: QueryResult<T>) -> Result<T, Failure> {
    match outcome {
        Ok(loaded) => Ok(loaded),
        // A column of another type than its table says, which no row of ours can have. It cannot be told which.
        Err(Error::DeserializationError(error)) => {
            let what = error.to_string();
            Err(Failure {
                kind: Kind::Unreadable,
                error: StoreError::Corrupt {
                    table,
                    id: "unknown".to_owned(),
                    what,
                },
            })
        }
        Err(error) => Err(error.into()),
    }
}

/// The columns of a row. They are the same on either database, which `as_select` would have to be told.
pub(crate) fn selected<R: Selectable<Sqlite>>() -> R::SelectExpression {
    R::construct_selection()
}

impl<A: Decode, B: Decode> Decode for (A, B) {
    const TABLE: &'static str = A::TABLE;
    type Entity = (A::Entity, B::Entity);

    fn decode(self) -> Result<Self::Entity, StoreError> {
        Ok((self.0.decode()?, self.1.decode()?))
    }
}

impl<R: Decode> Decode for Option<R> {
    const TABLE: &'static str = R::TABLE;
    type Entity = Option<R::Entity>;

    fn decode(self) -> Result<Self::Entity, StoreError> {
        self.map(R::decode).transpose()
    }
}

/// Where values come from, to say so of a corrupt one. The value itself is never repeated.
#[derive(Debug)]
pub(crate) struct Cells<K> {
    table: &'static str,
    id: Id<K>,
}

impl<K> Cells<K> {
    pub(crate) fn of(table: &'static str, id: Id<K>) -> Self {
        Self { table, id }
    }

    pub(crate) fn corrupt(&self, column: &'static str) -> StoreError {
        let what = format!("`{column}` holds nothing that belongs there");
        StoreError::Corrupt {
            table: self.table,
            id: self.id.to_string(),
            what,
        }
    }

    /// A value that has a text form.
    pub(crate) fn parse<T: FromStr>(&self, column: &'static str, text: &str) -> Result<T, StoreError> {
        text.parse().ok().ok_or_else(|| self.corrupt(column))
    }

    /// The same, if there is one.
    pub(crate) fn maybe<T: FromStr>(
        &self,
        column: &'static str,
        text: Option<&str>,
    ) -> Result<Option<T>, StoreError> {
        text.map(|text| self.parse(column, text)).transpose()
    }

    /// A value that has to be there.
    pub(crate) fn present<T>(&self, column: &'static str, value: Option<T>) -> Result<T, StoreError> {
        value.ok_or_else(|| self.corrupt(column))
    }

    /// The outcome of a constructor that says no more than we may repeat.
    pub(crate) fn made<T, E>(&self, column: &'static str, made: Result<T, E>) -> Result<T, StoreError> {
        made.ok().ok_or_else(|| self.corrupt(column))
    }

    pub(crate) fn email(&self, column: &'static str, text: &str) -> Result<Email, StoreError> {
        self.made(column, Email::parse(text))
    }

    /// A number of things.
    pub(crate) fn count(&self, column: &'static str, number: i64) -> Result<u32, StoreError> {
        self.made(column, u32::try_from(number))
    }

    /// The same, if there is one.
    pub(crate) fn maybe_count(
        &self,
        column: &'static str,
        number: Option<i64>,
    ) -> Result<Option<u32>, StoreError> {
        number.map(|number| self.count(column, number)).transpose()
    }

    /// Why something failed, if it did.
    pub(crate) fn fault(
        &self,
        column: &'static str,
        code: Option<&str>,
    ) -> Result<Option<ChannelFault>, StoreError> {
        let read = |code| self.present(column, ChannelFault::from_code(code));
        code.map(read).transpose()
    }

    /// How recently something must have been fetched to be skipped, if that was said.
    pub(crate) fn threshold(
        &self,
        column: &'static str,
        minutes: Option<i64>,
    ) -> Result<Option<Threshold>, StoreError> {
        let read = |minutes| self.present(column, Threshold::from_minutes(minutes));
        self.maybe_count(column, minutes)?.map(read).transpose()
    }

    /// Scopes between single spaces, as we write them.
    pub(crate) fn scopes(&self, text: &str) -> Result<ScopeSet, StoreError> {
        self.parse("scopes", text)
    }

    pub(crate) fn hash(&self, bytes: &[u8]) -> Result<SecretHash, StoreError> {
        self.made("secret_hash", bytes.try_into())
            .map(SecretHash::from_bytes)
    }
}
