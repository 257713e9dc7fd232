//! Last uses of keys and credentials, gathered in memory and written in batches.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use innkeeper_domain::{ports::Used, time::Timestamp};

/// The most things remembered between two batches. Uses of further ones are not told; they are told next time.
const MOST: usize = 100_000;

/// Last uses since the previous batch.
#[derive(Debug, Default)]
pub struct Uses(Mutex<HashMap<Used, Timestamp>>);

impl Uses {
    pub(crate) fn note(&self, used: Used, at: Timestamp) {
        let mut batch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if batch.len() < MOST || batch.contains_key(&used) {
            batch.insert(used, at);
        }
    }

    /// Takes the batch out, for the store.
    pub fn take(&self) -> Vec<(Used, Timestamp)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain()
            .collect()
    }
}
