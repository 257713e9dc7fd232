//! One account: its listings and reservations, computed when asked for.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use super::{
    changes::{Changes, Wanted},
    dice::Dice,
    stay::{Origin, Stay, StayStatus},
    unit::Unit,
};
use crate::secret::Size;

/// Sets the dice of reservations apart from those of listings.
const SALT: u64 = 0x57_A7;
/// How many selections an account remembers.
const REMEMBERED: usize = 16;

/// The order in which a channel lists reservations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// By id, oldest first.
    Number,
    /// By last change, latest first, then by id, highest first.
    UpdatedDown,
    /// By last change, earliest first, then by id, lowest first.
    UpdatedUp,
}

/// A list of reservations that was computed for one state of the account.
#[derive(Debug)]
struct Selection {
    revision: u64,
    name: String,
    order: Order,
    indexes: Arc<Vec<u32>>,
}

/// An account of a channel. Listings and reservations are known by their place, from 0.
#[derive(Debug)]
pub(crate) struct Account {
    key: u64,
    size: Size,
    statuses: &'static [StayStatus],
    changes: RwLock<Changes>,
    selections: Mutex<Vec<Selection>>,
}

impl Account {
    pub(super) fn new(key: u64, size: Size, statuses: &'static [StayStatus]) -> Self {
        Self {
            key,
            size,
            statuses,
            changes: RwLock::default(),
            selections: Mutex::default(),
        }
    }

    /// A number that tells the account apart, for ids of the account itself.
    pub(crate) fn number(&self) -> u64 {
        100_000 + self.key % 900_000
    }

    /// The first listing's number. All fit a signed integer of 32 bits.
    fn unit_base(&self) -> u64 {
        40_000 + (self.key % 20_000) * 100_000
    }

    /// The first reservation's number.
    fn stay_base(&self) -> u64 {
        (1 + self.key % 2_000) * 10_000_000
    }

    fn changes(&self) -> RwLockReadGuard<'_, Changes> {
        self.changes.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The listings that are there, removed ones left out.
    pub(crate) fn units(&self) -> Vec<u32> {
        let changes = self.changes();
        (0..self.size.listings + changes.added_units)
            .filter(|index| !changes.removed.contains(index))
            .collect()
    }

    /// The listings that vanished.
    pub(crate) fn removed(&self) -> Vec<u32> {
        self.changes().removed.iter().copied().collect()
    }

    /// A listing, removed ones too: their reservations still name them.
    pub(crate) fn unit(&self, index: u32) -> Unit {
        Unit::at(self.key, self.unit_base(), index)
    }

    /// The listing with a number, if it is there.
    pub(crate) fn unit_by_number(&self, number: u64) -> Option<Unit> {
        let index = u32::try_from(number.checked_sub(self.unit_base())?).ok()?;
        let changes = self.changes();
        let there = index < self.size.listings + changes.added_units && !changes.removed.contains(&index);
        there.then(|| self.unit(index))
    }

    /// How many reservations there are.
    pub(crate) fn stays_len(&self) -> u32 {
        self.initial() + u32::try_from(self.changes().added.len()).unwrap_or(0)
    }

    fn initial(&self) -> u32 {
        self.size.listings * self.size.reservations
    }

    /// The reservation at a place; a place beyond the last gives one that no list shows.
    pub(crate) fn stay(&self, index: u32) -> Stay {
        self.stay_under(&self.changes(), index)
    }

    fn stay_under(&self, changes: &Changes, index: u32) -> Stay {
        let later = index
            .checked_sub(self.initial())
            .and_then(|place| changes.added.get(usize::try_from(place).ok()?).copied());
        let slots = self.size.reservations.max(1);
        let origin = Origin {
            key: self.key ^ SALT,
            base: self.stay_base(),
            index,
            unit: later.map_or(index / slots, |(unit, _)| unit),
            slot: later.is_none().then_some(index % slots),
            slots,
            statuses: self.statuses,
        };
        let mut stay = Stay::of(&origin);
        if let Some((_, at)) = later {
            stay.booked = at;
            stay.updated = at;
            stay.cancelled = stay.cancelled.map(|_| at);
        }
        changes.apply(&mut stay);
        stay
    }

    /// The reservation with a number.
    pub(crate) fn stay_by_number(&self, number: u64) -> Option<Stay> {
        let index = u32::try_from(number.checked_sub(self.stay_base())?).ok()?;
        (index < self.stays_len()).then(|| self.stay(index))
    }

    /// The reservations of one listing, by id.
    pub(crate) fn stays_of(&self, unit: u32) -> Vec<u32> {
        let changes = self.changes();
        let own = if unit < self.size.listings {
            unit * self.size.reservations..(unit + 1) * self.size.reservations
        } else {
            0..0
        };
        let added = (self.initial()..)
            .zip(&changes.added)
            .filter(|(_, (of, _))| *of == unit)
            .map(|(index, _)| index);
        own.chain(added).collect()
    }

    /// The reservations that a filter keeps, in an order. The name must say the filter in full: the same name is
    /// answered from memory until the account changes.
    pub(crate) fn select(&self, name: &str, order: Order, keep: impl Fn(&Stay) -> bool) -> Arc<Vec<u32>> {
        let revision = self.changes().revision;
        let mut selections = self.selections.lock().unwrap_or_else(PoisonError::into_inner);
        selections.retain(|selection| selection.revision == revision);
        let known = selections
            .iter()
            .find(|selection| selection.name == name && selection.order == order);
        if let Some(known) = known {
            return Arc::clone(&known.indexes);
        }
        let indexes = Arc::new(self.sorted(order, keep));
        if selections.len() >= REMEMBERED {
            selections.remove(0);
        }
        selections.push(Selection {
            revision,
            name: name.to_owned(),
            order,
            indexes: Arc::clone(&indexes),
        });
        indexes
    }

    fn sorted(&self, order: Order, keep: impl Fn(&Stay) -> bool) -> Vec<u32> {
        let changes = self.changes();
        let all = self.initial() + u32::try_from(changes.added.len()).unwrap_or(0);
        let kept = (0..all)
            .map(|index| self.stay_under(&changes, index))
            .filter(|stay| keep(stay));
        if order == Order::Number {
            return kept.map(|stay| stay.index).collect();
        }
        let mut keyed: Vec<(i64, u32)> = kept.map(|stay| (stay.updated.timestamp(), stay.index)).collect();
        keyed.sort_unstable();
        if order == Order::UpdatedDown {
            keyed.reverse();
        }
        keyed.into_iter().map(|(_, index)| index).collect()
    }

    /// How many reservations come with new listings.
    pub(crate) fn stays_with(&self, listings: u32) -> u64 {
        u64::from(listings) * u64::from(self.size.reservations)
    }

    /// Changes the account; what could be done of what was wanted.
    pub(crate) fn change(&self, wanted: Wanted) -> Wanted {
        let live = self.units();
        let mut changes = self.changes.write().unwrap_or_else(PoisonError::into_inner);
        changes.revision += 1;
        let at = changes.tick();
        let mut dice = Dice::new(self.key, changes.revision);
        let gone = usize::try_from(wanted.removed)
            .unwrap_or(usize::MAX)
            .min(live.len());
        changes.removed.extend(live.iter().rev().take(gone));
        let left: Vec<u32> = live.iter().rev().skip(gone).copied().collect();

        let first = self.size.listings + changes.added_units;
        changes.added_units += wanted.listings;
        for unit in first..first + wanted.listings {
            for _ in 0..self.size.reservations {
                changes.added.push((unit, at));
            }
        }
        let reservations = if left.is_empty() { 0 } else { wanted.reservations };
        let new = reservations / 2;
        for _ in 0..new {
            changes.added.push((dice.pick(&left), at));
        }
        let initial: Vec<u32> = left
            .iter()
            .copied()
            .filter(|unit| *unit < self.size.listings)
            .collect();
        let old = if initial.is_empty() || self.size.reservations == 0 {
            0
        } else {
            reservations - new
        };
        for _ in 0..old {
            let slot = dice.small(self.size.reservations);
            changes.touch(dice.pick(&initial) * self.size.reservations + slot, at);
        }
        Wanted {
            listings: wanted.listings,
            reservations: new + old,
            removed: u32::try_from(gone).unwrap_or(0),
        }
    }
}
