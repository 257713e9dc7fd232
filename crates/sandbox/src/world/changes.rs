//! What happened to an account since it began.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Days, SubsecRound, TimeDelta, Utc};

use super::stay::{Stay, StayStatus};

/// How much is to change.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted {
    /// New listings, each with as many reservations as the others.
    pub(crate) listings: u32,
    /// Reservations of existing listings: the smaller half new, the others changed.
    pub(crate) reservations: u32,
    /// Listings that vanish.
    pub(crate) removed: u32,
}

/// A change of one reservation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Touch {
    at: DateTime<Utc>,
    /// How often it changed; decides what changes.
    times: u32,
}

/// All changes of one account.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// How many steps led here.
    pub(super) revision: u64,
    pub(super) added_units: u32,
    /// Listings that vanished, by place.
    pub(super) removed: BTreeSet<u32>,
    /// The listing, and the moment of booking, of each reservation that was added.
    pub(super) added: Vec<(u32, DateTime<Utc>)>,
    touched: HashMap<u32, Touch>,
    clock: Option<DateTime<Utc>>,
}

impl Changes {
    /// The moment of a change, in whole seconds, later than all before. The only wall clock in the data: what
    /// changes while somebody watches must be newer than what they have seen.
    pub(super) fn tick(&mut self) -> DateTime<Utc> {
        let now = Utc::now().trunc_subsecs(0);
        let next = self
            .clock
            .map_or(now, |last| now.max(last + TimeDelta::seconds(1)));
        self.clock = Some(next);
        next
    }

    /// Marks a reservation as changed at a moment.
    pub(super) fn touch(&mut self, index: u32, at: DateTime<Utc>) {
        let touch = self.touched.entry(index).or_insert(Touch { at, times: 0 });
        touch.at = at;
        touch.times += 1;
    }

    /// What the changes make of a reservation.
    pub(super) fn apply(&self, stay: &mut Stay) {
        let Some(touch) = self.touched.get(&stay.index) else {
            return;
        };
        for step in 0..touch.times {
            match (stay.index.wrapping_add(step)) % 3 {
                0 if matches!(stay.status, StayStatus::Confirmed | StayStatus::Pending) => {
                    stay.status = StayStatus::Cancelled;
                    stay.cancelled = Some(touch.at);
                }
                1 => stay.departure = stay.departure + Days::new(1),
                _ => stay.cents += 1_250,
            }
        }
        stay.updated = touch.at;
    }
}
