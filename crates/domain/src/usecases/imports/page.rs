//! Storing one page, with how far the run got, behind the fence: all of it or nothing.

use super::{Hold, ON_RECORD, Work, apply};
use crate::{
    accounts::{FaultyRecord, Fetched, ListingRecord, Records, Stream, StreamPlan},
    effects::{self, Effects},
    ids::{AccountId, Ids, ListingId, TenantId},
    imports::{Checkpoint, Item, ItemState, merge_listings, within_bounds},
    ports::{Repos, SlotKey, StoreError, UnitOfWork, atomically},
    sync::{
        RunKind, Threshold, lease,
        sweep::{Presence, Reading, Sweep},
    },
    time::Timestamp,
};

/// What became of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageOutcome {
    /// It is stored, and the run has come this far.
    Stored(Checkpoint),
    /// The same, but all of it was known already: nothing but how far the run has come was written.
    Known(Checkpoint),
    /// The claim is lost: nothing was stored, and the worker must stop.
    Lost,
}

/// One page being stored.
pub(super) struct Page<'a> {
    pub(super) work: &'a Work,
    pub(super) plan: StreamPlan,
    pub(super) began_at: Timestamp,
    pub(super) is_last: bool,
    pub(super) now: Timestamp,
    pub(super) ids: Ids,
}

/// Stores a page that was fetched for the run, and moves its checkpoint on.
///
/// # Errors
///
/// [`StoreError`]; nothing was stored then.
pub fn store_page(
    uow: &dyn UnitOfWork,
    work: &Work,
    plan: StreamPlan,
    fetched: &Fetched,
    (now, ids): (Timestamp, Ids),
) -> Result<PageOutcome, StoreError> {
    let fetched = within_bounds(fetched);
    // The engine's clock is its own. No call began after now, and nothing must look fresher than it is (I9).
    let began_at = fetched.began_at.min(now);
    atomically(uow, "imports.page", |repos| {
        if !fence(repos, work, now)? {
            return effects::record(repos, Effects::none(ON_RECORD), PageOutcome::Lost);
        }
        if work.account.health.state.ends_with_a_page() {
            apply::answered(repos, work.hold.key, now)?;
        }
        let mut page = Page {
            work,
            plan,
            began_at,
            is_last: fetched.next.is_none(),
            now,
            ids,
        };
        let mut checkpoint = work.checkpoint.clone();
        checkpoint.began_at = checkpoint.began_at.or(Some(began_at));
        checkpoint.position.clone_from(&fetched.next);
        let is_known = match &fetched.records {
            Records::Listings(records) => {
                page.listings(repos, &mut checkpoint, records, &fetched.faulty)?;
                false
            }
            Records::Reservations(records) => {
                page.reservations(repos, &mut checkpoint, records, &fetched.faulty)?
            }
        };
        repos.imports().save_checkpoint(&checkpoint)?;
        let outcome = if is_known {
            PageOutcome::Known(checkpoint)
        } else {
            PageOutcome::Stored(checkpoint)
        };
        effects::record(repos, Effects::none(ON_RECORD), outcome)
    })
}

/// Gives up the listing whose reservations are read, and goes on to the next.
///
/// # Errors
///
/// [`StoreError`]; nothing was stored then.
pub(super) fn fail_listing(
    uow: &dyn UnitOfWork,
    work: &Work,
    plan: StreamPlan,
    fault: crate::accounts::ChannelFault,
    (now, ids): (Timestamp, Ids),
) -> Result<PageOutcome, StoreError> {
    atomically(uow, "imports.fail_listing", |repos| {
        if !fence(repos, work, now)? {
            return effects::record(repos, Effects::none(ON_RECORD), PageOutcome::Lost);
        }
        let page = Page {
            work,
            plan,
            began_at: now,
            is_last: true,
            now,
            ids,
        };
        let mut checkpoint = work.checkpoint.clone();
        checkpoint.counts.listings_failed += 1;
        page.end_listing(repos, &mut checkpoint, ItemState::Failed(fault))?;
        repos.imports().save_checkpoint(&checkpoint)?;
        effects::record(repos, Effects::none(ON_RECORD), PageOutcome::Stored(checkpoint))
    })
}

/// Every write of a worker begins here (I7, I8): one statement that proves the claim and locks the slot.
/// A run whose time is over is refused as one that is lost: the next wake ends it.
fn fence(repos: &mut dyn Repos, work: &Work, now: Timestamp) -> Result<bool, StoreError> {
    let (Hold { key, run, claim }, deadline) = (work.hold, work.started.deadline);
    if now >= deadline {
        return Ok(false);
    }
    let lease_until = lease::granted(now, deadline);
    repos
        .slots()
        .fence(key.tenant, key.account, run, claim, now, lease_until)
}

pub(super) fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl Page<'_> {
    pub(super) fn owner(&self) -> (TenantId, AccountId) {
        let SlotKey { tenant, account } = self.work.hold.key;
        (tenant, account)
    }

    fn listings(
        &mut self,
        repos: &mut dyn Repos,
        checkpoint: &mut Checkpoint,
        records: &[ListingRecord],
        faulty: &[FaultyRecord],
    ) -> Result<(), StoreError> {
        let (tenant, account) = self.owner();
        let keys: Vec<String> = records
            .iter()
            .map(|record| record.channel_listing_id.clone())
            .collect();
        let known = repos.imports().known_listings(tenant, account, &keys)?;
        let times = (self.began_at, self.now);
        let cutoff = self.work.started.cutoff;
        let merged = merge_listings(self.owner(), records, &known, times, cutoff, &mut self.ids);
        if !merged.put.is_empty() {
            repos.imports().put_listings(&merged.put)?;
        }
        if merged.new > 0 || merged.enabled_change != 0 {
            repos
                .accounts()
                .count_listings(tenant, account, merged.new, merged.enabled_change)?;
        }
        if self.plan.incremental && (merged.new > 0 || merged.back > 0) {
            // Of these more is wanted than what changed of late: by this run, and should it fail, by the next.
            repos
                .imports()
                .save_cursor(tenant, account, Stream::Reservations, None)?;
        }
        let (recent, others): (Vec<_>, Vec<_>) = merged.seen.iter().partition(|(_, is_recent)| *is_recent);
        let skipped = self.add_items(repos, &recent, ItemState::Skipped)?;
        let to_do = self.add_items(repos, &others, ItemState::ToDo)?;
        let failed = self.not_understood(repos, &keys, faulty)?;
        let counts = &mut checkpoint.counts;
        counts.listings += skipped + to_do + failed;
        counts.listings_failed += failed;
        counts.listings_skipped += skipped;
        counts.listings_new += merged.new;
        if self.is_last {
            self.end_of_listings(repos, checkpoint)?;
        }
        Ok(())
    }

    /// Adds those of a page that no page before had, and says how many that were.
    fn add_items(
        &self,
        repos: &mut dyn Repos,
        seen: &[&(ListingId, bool)],
        state: ItemState,
    ) -> Result<u32, StoreError> {
        if seen.is_empty() {
            return Ok(0);
        }
        let items: Vec<Item> = seen
            .iter()
            .map(|(listing, _)| Item {
                listing: *listing,
                state,
            })
            .collect();
        let (tenant, _) = self.owner();
        repos.imports().add_items(tenant, self.work.hold.run, &items)
    }

    /// All listings were read: those that are gone are switched off, and reservations are next.
    fn end_of_listings(&self, repos: &mut dyn Repos, checkpoint: &mut Checkpoint) -> Result<(), StoreError> {
        checkpoint.listings_ready_at = Some(self.now);
        checkpoint.stream = Stream::Reservations;
        self.sweep(repos, checkpoint)?;
        checkpoint.since = self.since(repos)?;
        if self.plan.per_listing {
            return self.next_listing(repos, checkpoint);
        }
        // Every listing was imported recently: there is nothing to ask for.
        let counts = checkpoint.counts;
        checkpoint.is_over = counts.listings > 0 && counts.listings_skipped == counts.listings;
        Ok(())
    }

    fn sweep(&self, repos: &mut dyn Repos, checkpoint: &mut Checkpoint) -> Result<(), StoreError> {
        let (tenant, account) = self.owner();
        let (missing, known) = repos
            .imports()
            .missing_listings(tenant, account, checkpoint.run)?;
        let unnamed = self.unnamed(repos, checkpoint)?;
        let unmet = u64::try_from(missing.len()).unwrap_or(u64::MAX);
        let reading = Reading {
            complete: unnamed == 0 || unmet > unnamed,
            // Those that came in this very run were not there before.
            known: u64::from(known.saturating_sub(checkpoint.counts.listings_new)),
            missing: unmet,
        };
        match Sweep::after(reading) {
            Sweep::Incomplete => {}
            Sweep::Guarded { .. } => checkpoint.sweep_stopped = true,
            Sweep::Allowed if missing.is_empty() => {}
            Sweep::Allowed => {
                let is_gone =
                    |(_, missed): &&(ListingId, u32)| Presence::after(*missed, false) == Presence::Gone;
                let gone: Vec<ListingId> = missing.iter().filter(is_gone).map(|(id, _)| *id).collect();
                let missed: Vec<ListingId> = missing.iter().map(|(id, _)| *id).collect();
                let off = repos
                    .imports()
                    .mark_missing(tenant, account, &missed, &gone, self.now)?;
                if off > 0 {
                    repos
                        .accounts()
                        .count_listings(tenant, account, 0, -i64::from(off))?;
                }
            }
        }
        Ok(())
    }

    /// From which change on reservations are read: from the last complete reading on, where the channel can tell and
    /// nothing speaks for reading all of them. A listing that is new or back has taken the cursor away.
    fn since(&self, repos: &mut dyn Repos) -> Result<Option<Timestamp>, StoreError> {
        let started = &self.work.started;
        let wants_all = started.kind == RunKind::InitialImport || started.threshold == Some(Threshold::NONE);
        if !self.plan.incremental || wants_all {
            return Ok(None);
        }
        let (tenant, account) = self.owner();
        repos.imports().cursor(tenant, account, Stream::Reservations)
    }
}
