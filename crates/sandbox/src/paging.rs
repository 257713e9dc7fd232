//! Pages that were cut short, remembered so that later pages still hold every row.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

/// For each list that somebody reads: the pages that were cut, and by how many rows.
#[derive(Debug, Default)]
pub(crate) struct Shorts(Mutex<HashMap<String, BTreeMap<usize, usize>>>);

impl Shorts {
    /// Notes how many rows a page lacks; the rows missing before it, and in all pages together.
    pub(crate) fn note(&self, list: &str, page: usize, missing: usize) -> (usize, usize) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if missing == 0 && !lists.contains_key(list) {
            return (0, 0);
        }
        let cut = lists.entry(list.to_owned()).or_default();
        // A reader that starts anew, or reads a page again, sees it whole.
        cut.retain(|known, _| *known < page);
        if missing > 0 {
            cut.insert(page, missing);
        }
        let before = cut.range(..page).map(|(_, rows)| rows).sum();
        (before, cut.values().sum())
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
