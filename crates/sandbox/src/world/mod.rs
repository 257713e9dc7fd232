//! The data that the channels show: seeded, lazy, the same for the same seed.
//!
//! Nothing here knows a channel: a [`Unit`] and a [`Stay`] are neutral, and each channel dresses them.

mod account;
mod changes;
mod dice;
mod people;
mod places;
mod stay;
mod unit;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::{options::Options, secret};

pub(crate) use account::{Account, Order};
pub(crate) use changes::Wanted;
pub(crate) use stay::{BASE, Source, Stay, StayStatus};
pub(crate) use unit::Unit;

/// All accounts that were asked for so far.
#[derive(Debug)]
pub(crate) struct World {
    options: Options,
    accounts: Mutex<HashMap<(&'static str, String), Arc<Account>>>,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            options,
            accounts: Mutex::new(HashMap::new()),
        }
    }

    /// The account behind a secret; nothing when the secret is refused.
    pub(crate) fn account(
        &self,
        slug: &'static str,
        statuses: &'static [StayStatus],
        secret: &str,
    ) -> Option<Arc<Account>> {
        let size = secret::size(secret, &self.options)?;
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let account = accounts
            .entry((slug, secret.to_owned()))
            .or_insert_with(|| Arc::new(Account::new(key(self.options.seed, slug, secret), size, statuses)));
        Some(Arc::clone(account))
    }
}

/// What all data of an account derive from.
fn key(seed: u64, slug: &str, secret: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(slug.as_bytes());
    hash.update([0]);
    hash.update(secret.as_bytes());
    let digest = hash.finalize();
    digest
        .iter()
        .take(8)
        .fold(0_u64, |key, byte| (key << 8) | u64::from(*byte))
}
