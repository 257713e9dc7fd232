//! The runs that this process has, and how long it may trust that it has them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use innkeeper_domain::{
    ids::ClaimId, ports::PickOrder, sync::lease::STOP_CALLING_AFTER, time::Timestamp, usecases::Hold,
};

/// The longest that a call to a channel may take.
const LONGEST_CALL: Duration = Duration::from_mins(1);

/// A run that this process has.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) hold: Hold,
    /// What its place looks for first.
    pub(crate) order: PickOrder,
    deadline: Timestamp,
    life: Mutex<Life>,
    is_lost: AtomicBool,
    is_abandoned: AtomicBool,
}

#[derive(Clone, Copy, Debug)]
struct Life {
    /// When the last sign of life that the store confirmed was given.
    confirmed: Instant,
    /// When the one under way was.
    asked: Instant,
    /// When the last page was stored.
    progress: Instant,
}

impl Held {
    /// A run that was taken by a claim sent at `asked`.
    pub(crate) fn new(hold: Hold, order: PickOrder, deadline: Timestamp, asked: Instant) -> Self {
        let life = Life {
            confirmed: asked,
            asked,
            progress: asked,
        };
        Self {
            hold,
            order,
            deadline,
            life: Mutex::new(life),
            is_lost: AtomicBool::new(false),
            is_abandoned: AtomicBool::new(false),
        }
    }

    /// How long a call that begins now may take; `None` if none may begin.
    pub(crate) fn time_left(&self, now: Timestamp) -> Option<Duration> {
        if self.is_lost() {
            return None;
        }
        let trusted = STOP_CALLING_AFTER.saturating_sub(self.life().confirmed.elapsed());
        let left = trusted.min(self.deadline.since(now)).min(LONGEST_CALL);
        (!left.is_zero()).then_some(left)
    }

    /// A page is about to be stored.
    pub(crate) fn asking(&self) {
        self.life().asked = Instant::now();
    }

    /// It is stored: a sign of life, and progress.
    pub(crate) fn page_stored(&self) {
        let mut life = self.life();
        life.confirmed = life.confirmed.max(life.asked);
        life.progress = Instant::now();
    }

    /// The store confirmed a sign of life that was given at `asked`.
    pub(crate) fn confirmed(&self, asked: Instant) {
        let mut life = self.life();
        life.confirmed = life.confirmed.max(asked);
    }

    /// How long ago the last confirmed sign of life was given.
    pub(crate) fn silent_for(&self) -> Duration {
        self.life().confirmed.elapsed()
    }

    /// How long ago the last page was stored.
    pub(crate) fn stuck_for(&self) -> Duration {
        self.life().progress.elapsed()
    }

    /// It is somebody else's from now on.
    pub(crate) fn lose(&self) {
        self.is_lost.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    /// Its thread is given up, too: another works in its place.
    pub(crate) fn abandon(&self) {
        self.lose();
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn age(&self, by: Duration) {
        let mut life = self.life();
        life.confirmed -= by;
        life.asked -= by;
        life.progress -= by;
    }
}

/// All runs that this process has.
#[derive(Debug, Default)]
pub(crate) struct HeldRuns(Mutex<HashMap<ClaimId, Arc<Held>>>);

impl HeldRuns {
    pub(crate) fn add(&self, held: &Arc<Held>) {
        self.runs().insert(held.hold.claim, held.clone());
        self.measure();
    }

    pub(crate) fn remove(&self, held: &Held) {
        self.runs().remove(&held.hold.claim);
        self.measure();
    }

    /// How many threads were given up that have not come back.
    pub(crate) fn abandoned(&self) -> usize {
        let runs = self.runs();
        runs.values().filter(|held| held.is_abandoned()).count()
    }

    /// All of them, to be looked at without a lock.
    pub(crate) fn all(&self) -> Vec<Arc<Held>> {
        self.runs().values().cloned().collect()
    }

    fn measure(&self) {
        let count = u32::try_from(self.runs().len()).unwrap_or(u32::MAX);
        metrics::gauge!("innkeeper_sync_runs_held").set(count);
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<ClaimId, Arc<Held>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use innkeeper_domain::{ids::Ids, ports::SlotKey, sync::lease::RUN_TIME};

    use super::*;

    pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    pub(crate) fn held(seed: u64) -> Arc<Held> {
        held_in(PickOrder::PeopleFirst, seed)
    }

    pub(crate) fn held_in(order: PickOrder, seed: u64) -> Arc<Held> {
        let mut ids = Ids::new(NOW, seed);
        let key = SlotKey {
            tenant: ids.make(),
            account: ids.make(),
        };
        let hold = Hold {
            key,
            run: ids.make(),
            claim: ids.make(),
        };
        Arc::new(Held::new(hold, order, NOW + RUN_TIME, Instant::now()))
    }

    #[test]
    fn calls_end_forty_five_seconds_after_the_last_sign_of_life() {
        let held = held(1);
        let left = held.time_left(NOW).unwrap();
        assert!(left <= STOP_CALLING_AFTER && left > Duration::from_secs(40));
        held.age(Duration::from_secs(40));
        assert!(held.time_left(NOW).unwrap() <= Duration::from_secs(5));
        held.age(Duration::from_secs(10));
        assert_eq!(held.time_left(NOW), None);
        // A page under way says nothing until the store has confirmed it.
        held.asking();
        assert_eq!(held.time_left(NOW), None);
        held.page_stored();
        assert!(held.time_left(NOW).unwrap() > Duration::from_secs(40));
    }

    #[test]
    fn an_older_sign_of_life_takes_nothing_back() {
        let held = held(1);
        held.age(Duration::from_secs(20));
        let earlier = Instant::now();
        held.asking();
        held.page_stored();
        let confirmed = held.life().confirmed;
        held.confirmed(earlier);
        assert_eq!(held.life().confirmed, confirmed);
    }

    #[test]
    fn no_call_goes_over_the_deadline_or_begins_once_the_run_is_lost() {
        let held = held(1);
        let close = NOW + RUN_TIME - Duration::from_secs(3);
        assert_eq!(held.time_left(close), Some(Duration::from_secs(3)));
        assert_eq!(held.time_left(NOW + RUN_TIME), None);
        held.lose();
        assert_eq!(held.time_left(NOW), None);
        assert!(!held.is_abandoned());
    }
}
