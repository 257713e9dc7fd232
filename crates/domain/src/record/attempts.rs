//! Attempts at what takes an owner that were refused, merged until they are written.

use std::collections::{HashMap, hash_map::Entry};

use crate::{
    access::{Actor, Bearer},
    effects::{Author, RequestId},
    ids::{PropertyId, PropertyUserId, TenantId},
    time::Timestamp,
};

/// The most different attempts kept between two writings; what is beyond is only counted.
pub const MOST_ATTEMPTS: usize = 1_000;

/// What an attempt was aimed at, as the request named it. Whether it exists is found out when it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AttemptTarget {
    /// A property.
    Property(PropertyId),
    /// A place on a property.
    Place(PropertyUserId),
    /// The request was refused before it said.
    Unsaid,
}

/// One attempt that was refused.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The tenant.
    pub tenant: TenantId,
    /// Who.
    pub author: Author,
    /// With which token.
    pub token: Option<Bearer>,
    /// In which request.
    pub request: RequestId,
    /// What they wanted, as its record would call it.
    pub wanted: &'static str,
    /// Of what.
    pub target: AttemptTarget,
    /// When.
    pub at: Timestamp,
}

impl Attempt {
    /// An attempt of `actor` at `wanted`.
    pub fn new(
        actor: &Actor,
        request: RequestId,
        wanted: &'static str,
        target: AttemptTarget,
        at: Timestamp,
    ) -> Self {
        Self {
            tenant: actor.tenant(),
            author: actor.subject().into(),
            token: actor.token(),
            request,
            wanted,
            target,
            at,
        }
    }
}

/// Attempts of one actor at one thing, or those that were too many to tell apart.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The latest of them. Of those too many to tell apart it is one of many.
    pub last: Attempt,
    /// When the first one was.
    pub first_at: Timestamp,
    /// How many.
    pub count: u64,
    /// Whether others than the latest one are of other actors, or at other things.
    pub mixed: bool,
}

type Key = (TenantId, Author, &'static str, AttemptTarget);

/// Attempts since the last writing: at most [`MOST_ATTEMPTS`] different ones, and one for all others of each tenant.
#[derive(Debug, Default)]
pub struct Attempts {
    apart: HashMap<Key, Merged>,
    beyond: HashMap<TenantId, Merged>,
}

impl Attempts {
    /// Adds one.
    pub fn add(&mut self, attempt: Attempt) {
        let merged = Merged {
            first_at: attempt.at,
            count: 1,
            mixed: false,
            last: attempt,
        };
        self.put_back(merged);
    }

    /// Adds what was taken out and could not be written.
    pub fn put_back(&mut self, merged: Merged) {
        let Attempt {
            tenant,
            author,
            wanted,
            target,
            ..
        } = merged.last;
        let room = self.apart.len() < MOST_ATTEMPTS;
        let entry = match self.apart.entry((tenant, author, wanted, target)) {
            _ if merged.mixed => None,
            Entry::Occupied(known) => {
                known.into_mut().join(merged);
                return;
            }
            Entry::Vacant(free) if room => Some(free),
            Entry::Vacant(_) => None,
        };
        if let Some(free) = entry {
            free.insert(merged);
            return;
        }
        match self.beyond.entry(tenant) {
            Entry::Occupied(known) => known.into_mut().join(merged),
            Entry::Vacant(free) => {
                free.insert(Merged {
                    mixed: true,
                    ..merged
                });
            }
        }
    }

    /// Takes all out, for the store.
    pub fn take(&mut self) -> Vec<Merged> {
        let apart = self.apart.drain().map(|(_, merged)| merged);
        let beyond = self.beyond.drain().map(|(_, merged)| merged);
        let mut all: Vec<Merged> = apart.chain(beyond).collect();
        all.sort_by_key(|merged| (merged.last.tenant, merged.first_at));
        all
    }
}

impl Merged {
    /// Makes one of two.
    pub(crate) fn join(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.first_at = self.first_at.min(other.first_at);
        if self.last.at <= other.last.at {
            self.last = other.last;
        }
    }
}
