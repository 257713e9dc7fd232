//! What all threads of the workers share.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use innkeeper_domain::{
    ids::{Id, Ids, WorkerId},
    ports::{ChannelGateway, Entropy, RunQueue, SlotKey, StoreError, UnitOfWork},
    time::Timestamp,
};

use super::{bell::Bell, circuit::Circuits, clock::StoreClock, held::HeldRuns};
use crate::entropy::{self, OsEntropy};

/// What workers work with.
#[derive(Clone)]
pub(crate) struct WorkerPorts {
    /// The store, as those see it that import.
    pub(crate) uow: Arc<dyn UnitOfWork>,
    /// The store, as those see it that keep the queue going; what the others do does not keep them waiting.
    pub(crate) tending: Arc<dyn UnitOfWork>,
    /// The queue.
    pub(crate) queue: Arc<dyn RunQueue>,
    /// The channels.
    pub(crate) gateway: Arc<dyn ChannelGateway>,
}

/// What all threads of the workers share.
pub(crate) struct Shared {
    pub(super) ports: WorkerPorts,
    pub(super) worker: WorkerId,
    /// As those see it that import.
    pub(super) clock: StoreClock,
    /// As those see it that give signs of life: a slow reading of the other does not hold them up.
    pub(super) tending_clock: StoreClock,
    pub(super) held: HeldRuns,
    pub(super) circuits: Circuits,
    /// Where places sleep while there is nothing to do; closed when they are to end.
    pub(super) bell: Arc<Bell>,
    /// Where the timer sleeps.
    pub(super) timer: Arc<Bell>,
    soon: Mutex<BinaryHeap<Reverse<Instant>>>,
    unreadable: Mutex<BTreeSet<SlotKey>>,
}

impl Shared {
    pub(super) fn new(ports: WorkerPorts, bell: Arc<Bell>) -> Result<Self, StoreError> {
        let clock = StoreClock::read(ports.queue.clone())?;
        let tending_clock = StoreClock::read(ports.queue.clone())?;
        Ok(Self {
            worker: Ids::new(clock.now(), entropy::word()).make(),
            clock,
            tending_clock,
            held: HeldRuns::default(),
            circuits: Circuits::default(),
            bell,
            timer: Arc::new(Bell::new(1)),
            soon: Mutex::default(),
            unreadable: Mutex::default(),
            ports,
        })
    }

    /// Whether this slot is met for the first time that cannot be read: it is met at every look, and told once.
    pub(super) fn is_first_time(&self, key: SlotKey) -> bool {
        let mut known = self.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key)
    }

    /// Has the timer look at what is due in so long, rather than at its next round.
    pub(super) fn look_in(&self, wait: Duration) {
        let mut soon = self.soon.lock().unwrap_or_else(PoisonError::into_inner);
        soon.push(Reverse(Instant::now() + wait));
        drop(soon);
        self.timer.ring();
    }

    /// How long the timer may sleep, if something is to be looked at before `longest` is over.
    pub(super) fn sleep(&self, longest: Duration) -> Duration {
        let mut soon = self.soon.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        while soon.peek().is_some_and(|Reverse(at)| *at <= now) {
            soon.pop();
        }
        match soon.peek() {
            Some(Reverse(at)) => longest.min(at.duration_since(now)),
            None => longest,
        }
    }

    /// 128 bits that nobody else has, for one claim.
    pub(super) fn fresh<K>() -> Id<K> {
        Id::from_uuid(uuid::Uuid::from_bytes(OsEntropy.bits()))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.tending_clock.now()
    }
}

/// That long, or up to a quarter longer, so that those who began together do not stay together.
pub(crate) fn about(span: Duration) -> Duration {
    let word = u32::try_from(entropy::word() >> 40).unwrap_or_default();
    let part = f64::from(word) / f64::from(1_u32 << 24);
    span + (span / 4).mul_f64(part)
}
