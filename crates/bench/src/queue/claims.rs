//! How many runs a second are queued, and how many are taken and ended, by eight threads as workers do it, without any
//! call to a channel.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{anyhow, ensure};
use innkeeper_domain::{
    ids::{Id, Ids},
    ports::{PickOrder, RunQueue, SlotKey},
    sync::Outcome,
    usecases::{Hold, Left, finish_run, schedule_run, take_run},
};
use innkeeper_storage::SqlStore;

use super::report::Speed;
use crate::population::Population;

/// Threads that work at once.
pub(super) const THREADS: usize = 8;
/// How many slots a worker looks at, for the case that others are faster.
const CANDIDATES: u32 = 8;
/// A moment in which the others end what they have.
const MOMENT: Duration = Duration::from_millis(1);

/// The slots of so many accounts.
pub(super) fn slots(population: &Population, count: u64) -> Vec<SlotKey> {
    let key = |n| SlotKey {
        tenant: population.tenant,
        account: Population::account_id(n),
    };
    (0..count).map(key).collect()
}

/// Queues a run at each slot, then takes and ends all of them.
pub(super) fn ours(store: &SqlStore, keys: &[SlotKey]) -> anyhow::Result<Speed> {
    let begun = Instant::now();
    let part = keys.len().div_ceil(THREADS);
    all(keys.chunks(part).map(|keys| move || queue(store, keys)))?;
    let queued = begun.elapsed();
    let done = AtomicUsize::new(0);
    let begun = Instant::now();
    all((0..THREADS).map(|_| || drain(store, keys.len(), &done)))?;
    let drained = begun.elapsed();
    let done = done.into_inner();
    ensure!(done == keys.len(), "{done} of {} runs were ended", keys.len());
    Ok(Speed::of(keys.len(), queued, drained))
}

/// Runs all at once, and fails if one does.
pub(super) fn all<F>(jobs: impl Iterator<Item = F>) -> anyhow::Result<()>
where
    F: FnOnce() -> anyhow::Result<()> + Send,
{
    thread::scope(|scope| {
        let threads: Vec<_> = jobs.map(|job| scope.spawn(job)).collect();
        let ends = threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_panic| anyhow!("a thread broke off")));
        ends.collect::<anyhow::Result<Vec<_>>>()?.into_iter().collect()
    })
}

fn supply(store: &SqlStore) -> anyhow::Result<Ids> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no random bits: {error}"))?;
    Ok(Ids::new(store.now()?, u64::from_le_bytes(bytes)))
}

fn queue(store: &SqlStore, keys: &[SlotKey]) -> anyhow::Result<()> {
    let mut ids = supply(store)?;
    let now = store.now()?;
    for key in keys {
        ensure!(
            schedule_run(store, *key, ids.make(), now)?,
            "a slot had a run already"
        );
    }
    Ok(())
}

fn drain(store: &SqlStore, all: usize, done: &AtomicUsize) -> anyhow::Result<()> {
    let mut ids = supply(store)?;
    let worker = ids.make();
    // A worker asks the store's clock now and then, and its own meanwhile.
    let (first, begun) = (store.now()?, Instant::now());
    while done.load(Ordering::Relaxed) < all {
        let now = first + begun.elapsed();
        let mut taken = None;
        for key in store.ready(PickOrder::PeopleFirst, &[], CANDIDATES)? {
            let claim: Id<_> = ids.make();
            if let Some(started) = take_run(store, key, (claim, worker), now)? {
                taken = Some(Hold {
                    key,
                    run: started.run,
                    claim,
                });
                break;
            }
        }
        match taken {
            None => thread::sleep(MOMENT),
            Some(hold) => {
                let left = finish_run(store, hold, Outcome::Succeeded, now)?;
                ensure!(left == Left::Ended(Outcome::Succeeded), "a run was lost");
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
    Ok(())
}
