//! Questions that many ask at a time.

use diesel::{PgConnection, QueryResult, RunQueryDsl as _, result::Error};
use innkeeper_domain::ids::kinds;

use super::{as_of::VersionOf, by_id::ById, property_users::Screen};
use crate::{
    batch::{Batches, Room},
    config::StoreConfig,
    connection::{Ask, Link},
    error::Failure,
    rows::loaded,
};

/// A question that can be put to PostgreSQL together with others of its kind.
pub(crate) trait Question: Sized {
    /// What answers it, any number of it.
    type Row;
    /// The table that it is about.
    const TABLE: &'static str;

    /// The query for one, which either database answers.
    fn alone(&self) -> impl Ask<'_, Self::Row>;
    /// The answers of PostgreSQL, in one statement: each row beside the number of its question, from 1 on.
    fn together(asked: &[Self], postgres: &mut PgConnection) -> QueryResult<Vec<(i64, Self::Row)>>;
    /// Those who ask it.
    fn askers(of: &Askers) -> &AskersOf<Self>;
}

/// Those who ask a question, and get its rows.
pub(super) type AskersOf<Q> = Batches<Q, Vec<<Q as Question>::Row>>;

/// Those who ask such questions, by what they ask.
#[derive(Debug)]
pub(crate) struct Askers {
    pub(super) version: AskersOf<VersionOf>,
    pub(super) property: AskersOf<ById<kinds::Property>>,
    pub(super) property_user: AskersOf<ById<kinds::PropertyUser>>,
    pub(super) screen: AskersOf<Screen>,
}

impl Askers {
    pub(crate) fn new(config: &StoreConfig) -> Self {
        // More than that would wait for a connection.
        let most = usize::try_from(config.connections).unwrap_or(usize::MAX);
        let room = Room {
            alone: config.batches.saturating_mul(2).min(most),
            together: config.batches.min(most),
        };
        Self {
            version: Batches::new(room, config.wait),
            property: Batches::new(room, config.wait),
            property_user: Batches::new(room, config.wait),
            screen: Batches::new(room, config.wait),
        }
    }

    /// How many wait for their question to be put.
    pub(crate) fn waiting(&self) -> usize {
        let Self {
            version,
            property,
            property_user,
            screen,
        } = self;
        version.waiting() + property.waiting() + property_user.waiting() + screen.waiting()
    }
}

/// Puts the questions, as one statement of any count, and returns the rows of each.
pub(crate) fn put<Q: Question>(link: &mut Link, asked: &[Q]) -> Result<Vec<Vec<Q::Row>>, Failure> {
    let outcome = match asked {
        [only] => link.rows(only.alone()).map(|rows| vec![rows]),
        several => link.either(
            |sqlite| several.iter().map(|one| one.alone().load(sqlite)).collect(),
            |postgres| dealt(several.len(), Q::together(several, postgres)?),
        ),
    };
    loaded(Q::TABLE, outcome)
}

/// Rows by their question, those of each in the order in which they came.
fn dealt<R>(questions: usize, rows: Vec<(i64, R)>) -> QueryResult<Vec<Vec<R>>> {
    let mut answers: Vec<Vec<R>> = Vec::new();
    answers.resize_with(questions, Vec::new);
    for (number, row) in rows {
        let index = usize::try_from(number - 1).ok();
        let answer = index.and_then(|index| answers.get_mut(index));
        let stray = || Error::DeserializationError("a row answers none of the questions".into());
        answer.ok_or_else(stray)?.push(row);
    }
    Ok(answers)
}
