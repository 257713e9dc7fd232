//! Records of another resource, such as the orders that reservations are paid by.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use innkeeper_domain::{accounts::ChannelFault, ports::TokenKey, time::Timestamp};
use serde_json::Value;

use super::{
    convert,
    place::{self, Place, Turned},
    select,
    session::{CallError, Session},
    vars::Vars,
};
use crate::manifest::stream::{Join, JoinBy};

/// How many pages of joined records are followed at most.
const MOST_PAGES: usize = 100;
/// How long those of a listing are kept within a full read.
const LIFE: Duration = Duration::from_mins(10);
/// How many records are kept at most, of all accounts together.
const MOST_KEPT: usize = 20_000;

/// Joined records by the id of the record that they belong to, each an array.
type ById = HashMap<String, Value>;

/// What is joined to the records of a page.
#[derive(Default)]
pub(crate) struct Joined(Vec<Arc<ById>>);

impl Joined {
    /// The array of records that belong to this one.
    pub(crate) fn get(&self, id: &str) -> Option<&Value> {
        self.0.iter().find_map(|batch| batch.get(id))
    }
}

/// The account, the path that was asked, and the listing.
type Key = (TokenKey, String, String);

/// The joined records of listings, kept while their account is read in full: each page of it asks for them again.
#[derive(Default)]
pub(crate) struct Joins(Mutex<HashMap<Key, (Arc<ById>, Timestamp)>>);

impl Joins {
    fn get(&self, key: &Key, now: Timestamp) -> Option<Arc<ById>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (records, at) = all.get(key)?;
        (now.since(*at) < LIFE).then(|| Arc::clone(records))
    }

    fn put(&self, key: Key, records: &Arc<ById>, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, at)| now.since(*at) < LIFE);
        let kept: usize = all.values().map(|(records, _)| records.len()).sum();
        if kept + records.len() <= MOST_KEPT {
            all.insert(key, (Arc::clone(records), now));
        }
    }
}

impl Session {
    /// What belongs to the records, or to the records of the listings, that `keys` names. `is_full` says that nothing
    /// newer is looked for than the beginning of the read.
    pub(crate) async fn join(
        &self,
        join: &Join,
        keys: &[String],
        vars: &Vars<'_>,
        is_full: bool,
    ) -> Result<Joined, CallError> {
        let mut joined = Joined::default();
        let JoinBy::Records(size) = join.by else {
            for listing in keys {
                let vars = Vars {
                    listing: Some(listing),
                    ..vars.clone()
                };
                let key = (self.key, join.request.path.pattern(), listing.clone());
                let known = if is_full {
                    self.engine.joins.get(&key, self.now())
                } else {
                    None
                };
                if let Some(known) = known {
                    joined.0.push(known);
                    continue;
                }
                let records = Arc::new(self.batch(join, &vars).await?);
                self.engine.joins.put(key, &records, self.now());
                joined.0.push(records);
            }
            return Ok(joined);
        };
        for batch in keys.chunks(size.max(1)) {
            let vars = Vars {
                records: batch,
                ..vars.clone()
            };
            joined.0.push(Arc::new(self.batch(join, &vars).await?));
        }
        Ok(joined)
    }

    /// All pages of one request.
    async fn batch(&self, join: &Join, vars: &Vars<'_>) -> Result<ById, CallError> {
        let mut found = ById::new();
        let mut place = Place::default();
        for _ in 0..MOST_PAGES {
            let vars = Vars {
                size: join.paging.size(),
                cursor: place.cursor.as_deref(),
                offset: Some(place.offset),
                ..vars.clone()
            };
            let mut good = self.call(&join.request, &vars, None).await?;
            let records = select::take(&join.records, &mut good.document)?;
            let read = records.len();
            for record in records {
                let key = join.key.first(&record).and_then(|key| convert::spelled(key).ok());
                let Some(key) = key.map(Cow::into_owned) else {
                    continue;
                };
                let list = found.entry(key).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(list) = list {
                    list.push(record);
                }
            }
            let page = Turned {
                document: &good.document,
                link: good.link.as_deref(),
                records: read,
                last_id: None,
                ids: 0,
            };
            // Records of which several belong together may well repeat their ids from page to page.
            let at = Place {
                before: None,
                ..place.clone()
            };
            match place::next(&join.paging, &at, &page)? {
                Some(next) => place = next,
                None => return Ok(found),
            }
        }
        // There is no end, and half of it would be a wrong answer.
        Err(ChannelFault::BadResponse.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_records_are_kept_for_a_while_and_within_bounds() {
        let joins = Joins::default();
        let key = |listing: &str| (TokenKey([1; 16]), "/orders".to_owned(), listing.to_owned());
        let records = |count: usize| {
            let records = (0..count).map(|id| (id.to_string(), Value::Array(Vec::new())));
            Arc::new(records.collect::<ById>())
        };
        let now = Timestamp::from_micros(0);
        joins.put(key("a"), &records(3), now);
        assert_eq!(joins.get(&key("a"), now).map(|known| known.len()), Some(3));
        assert!(joins.get(&key("b"), now).is_none());
        joins.put(key("b"), &records(MOST_KEPT), now);
        assert!(joins.get(&key("b"), now).is_none(), "too many");
        assert!(joins.get(&key("a"), now + LIFE).is_none(), "too old");
        joins.put(key("b"), &records(MOST_KEPT), now + LIFE);
        assert!(
            joins.get(&key("b"), now + LIFE).is_some(),
            "the old ones have made room"
        );
    }
}
