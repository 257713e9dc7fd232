//! Answers that are the same for a whole account, kept for a while.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use innkeeper_domain::{ports::TokenKey, time::Timestamp};
use serde_json::Value;

const LIFE: Duration = Duration::from_mins(10);
const MOST: usize = 64;

/// The account, and the path that was asked.
type Key = (TokenKey, String);

/// Answers by account and request.
#[derive(Default)]
pub(crate) struct Contexts(Mutex<HashMap<Key, (Arc<Value>, Timestamp)>>);

impl Contexts {
    pub(crate) fn get(&self, key: &Key, now: Timestamp) -> Option<Arc<Value>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (document, at) = all.get(key)?;
        (now.since(*at) < LIFE).then(|| Arc::clone(document))
    }

    pub(crate) fn put(&self, key: Key, document: Arc<Value>, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, (_, at)| now.since(*at) < LIFE);
        }
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(key, (document, now));
    }
}
