//! What reservations need to know of their listings: zone and currency, kept for a while as listings pass by.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use innkeeper_domain::{accounts::ListingRecord, ports::TokenKey, time::Timestamp};

use super::{place::Place, scene::Fact};

/// How long facts are trusted.
const LIFE: Duration = Duration::from_mins(30);
/// Of how many accounts they are kept.
const MOST_ACCOUNTS: usize = 64;

#[derive(Default)]
struct Known {
    facts: HashMap<String, Fact>,
    /// Where reading the listings goes on, while they are read for their facts alone.
    place: Option<Place>,
    complete_at: Option<Timestamp>,
    used_at: Option<Timestamp>,
}

/// The facts of accounts.
#[derive(Default)]
pub(crate) struct Facts(Mutex<HashMap<TokenKey, Known>>);

impl Facts {
    fn of(&self) -> MutexGuard<'_, HashMap<TokenKey, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the listings have to be read on before reservations can be; `None` if all is known.
    pub(crate) fn missing(&self, account: TokenKey, now: Timestamp) -> Option<Place> {
        let mut all = self.of();
        let known = all.entry(account).or_default();
        known.used_at = Some(now);
        let is_fresh = known.complete_at.is_some_and(|at| now.since(at) < LIFE);
        let beginning = || Place {
            began: Some(now.as_micros()),
            ..Place::default()
        };
        (!is_fresh).then(|| known.place.clone().unwrap_or_else(beginning))
    }

    /// What is known of a listing.
    pub(crate) fn get(&self, account: TokenKey, listing: &str) -> Option<Fact> {
        self.of().get(&account)?.facts.get(listing).copied()
    }

    /// Remembers the listings of a page, and where the next one is.
    pub(crate) fn learn(
        &self,
        account: TokenKey,
        page: &[ListingRecord],
        next: Option<&Place>,
        now: Timestamp,
    ) {
        let mut all = self.of();
        let known = all.entry(account).or_default();
        for listing in page {
            let zone = listing
                .timezone
                .as_ref()
                .and_then(|name| name.as_str().parse().ok());
            let fact = Fact {
                zone,
                currency: listing.currency,
            };
            known.facts.insert(listing.channel_listing_id.clone(), fact);
        }
        known.used_at = Some(now);
        known.place = next.cloned();
        if next.is_none() {
            known.complete_at = Some(now);
        }
        if all.len() > MOST_ACCOUNTS {
            let oldest = all
                .iter()
                .min_by_key(|(_, known)| known.used_at)
                .map(|(key, _)| *key);
            oldest.and_then(|key| all.remove(&key));
        }
    }
}
