//! Pages of reservations: what is new of them, and what comes after the last.

use std::collections::BTreeMap;

use super::{
    ON_RECORD, Work,
    page::{Page, count},
};
use crate::{
    accounts::{FaultyRecord, Fetched, Records, ReservationRecord, Stream, StreamPlan},
    effects::{self, Effects},
    ids::{Ids, ListingId},
    imports::{Checkpoint, Item, ItemState, ReservationsPlan, merge_reservations, within_bounds},
    ports::{Repos, StoreError, UnitOfWork, atomically},
    sync::Outcome,
    time::Timestamp,
};

/// The checkpoint after a page from the middle of the reservations that says nothing new; `None` if it has to be
/// stored. Nothing is written: should the run break off before its next write, it reads the page again and finds
/// nothing new again.
///
/// # Errors
///
/// [`StoreError`].
pub(super) fn passed(
    uow: &dyn UnitOfWork,
    work: &Work,
    plan: StreamPlan,
    fetched: &Fetched,
    (now, ids): (Timestamp, Ids),
) -> Result<Option<Checkpoint>, StoreError> {
    let fetched = within_bounds(fetched);
    let Records::Reservations(records) = &fetched.records else {
        return Ok(None);
    };
    if fetched.next.is_none() || !fetched.faulty.is_empty() || work.account.health.state.ends_with_a_page() {
        return Ok(None);
    }
    atomically(uow, "imports.look", |repos| {
        let mut page = Page {
            work,
            plan,
            began_at: fetched.began_at.min(now),
            is_last: false,
            now,
            ids,
        };
        let merged = page.merged(repos, &work.checkpoint, records)?;
        let passed = merged.put.is_empty().then(|| {
            let mut checkpoint = work.checkpoint.clone();
            checkpoint.position.clone_from(&fetched.next);
            checkpoint.counts.reservations += count(records.len());
            checkpoint
        });
        effects::record(repos, Effects::none(ON_RECORD), passed)
    })
}

impl Page<'_> {
    /// Stores a page of reservations; says whether all of it was known already.
    pub(super) fn reservations(
        &mut self,
        repos: &mut dyn Repos,
        checkpoint: &mut Checkpoint,
        records: &[ReservationRecord],
        faulty: &[FaultyRecord],
    ) -> Result<bool, StoreError> {
        let (tenant, account) = self.owner();
        checkpoint.reservations_began_at = checkpoint.reservations_began_at.or(Some(self.began_at));
        let merged = self.merged(repos, checkpoint, records)?;
        if !merged.put.is_empty() {
            repos.imports().put_reservations(&merged.put)?;
        }
        checkpoint.counts.reservations += count(records.len());
        checkpoint.counts.reservations_failed += count(faulty.len());
        match (self.is_last, self.plan.per_listing) {
            (false, _) => {}
            (true, true) => {
                checkpoint.counts.listings_done += 1;
                self.end_listing(repos, checkpoint, ItemState::Done)?;
            }
            (true, false) => {
                let done =
                    repos
                        .imports()
                        .end_items(tenant, account, checkpoint.run, self.synced_at(checkpoint))?;
                checkpoint.counts.listings_done += done;
                self.end_of_reservations(repos, checkpoint)?;
            }
        }
        Ok(merged.put.is_empty())
    }

    /// What a page of reservations changes in what is stored.
    fn merged(
        &mut self,
        repos: &mut dyn Repos,
        checkpoint: &Checkpoint,
        records: &[ReservationRecord],
    ) -> Result<ReservationsPlan, StoreError> {
        if records.is_empty() {
            return Ok(ReservationsPlan::default());
        }
        let (tenant, account) = self.owner();
        let keys: Vec<String> = records
            .iter()
            .map(|record| record.channel_reservation_id.clone())
            .collect();
        let known = repos.imports().known_reservations(tenant, account, &keys)?;
        let listings = self.listings_of(repos, checkpoint, records)?;
        let times = (self.began_at, self.now);
        Ok(merge_reservations(
            self.owner(),
            records,
            &known,
            &listings,
            times,
            &mut self.ids,
        ))
    }

    /// Our ids of the listings that a page names.
    fn listings_of(
        &self,
        repos: &mut dyn Repos,
        checkpoint: &Checkpoint,
        records: &[ReservationRecord],
    ) -> Result<BTreeMap<String, ListingId>, StoreError> {
        let mut keys: Vec<String> = records
            .iter()
            .filter_map(|record| record.channel_listing_id.clone())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let mut ids = BTreeMap::new();
        if let Some(current) = &checkpoint.listing {
            ids.insert(current.channel_listing_id.clone(), current.id);
            keys.retain(|key| *key != current.channel_listing_id);
        }
        if !keys.is_empty() {
            let (tenant, account) = self.owner();
            let known = repos.imports().known_listings(tenant, account, &keys)?;
            ids.extend(
                known
                    .into_iter()
                    .map(|known| (known.channel_listing_id, known.id)),
            );
        }
        Ok(ids)
    }

    /// What is imported now was fetched no earlier than when the run made its first call.
    fn synced_at(&self, checkpoint: &Checkpoint) -> Timestamp {
        checkpoint.began_at.unwrap_or(self.began_at)
    }

    pub(super) fn end_listing(
        &self,
        repos: &mut dyn Repos,
        checkpoint: &mut Checkpoint,
        state: ItemState,
    ) -> Result<(), StoreError> {
        let (tenant, account) = self.owner();
        if let Some(current) = &checkpoint.listing {
            let item = Item {
                listing: current.id,
                state,
            };
            let synced_at = self.synced_at(checkpoint);
            repos
                .imports()
                .end_item(tenant, account, checkpoint.run, item, synced_at)?;
        }
        self.next_listing(repos, checkpoint)
    }

    pub(super) fn next_listing(
        &self,
        repos: &mut dyn Repos,
        checkpoint: &mut Checkpoint,
    ) -> Result<(), StoreError> {
        let (tenant, account) = self.owner();
        let after = checkpoint.listing.as_ref().map(|listing| listing.id);
        checkpoint.position = None;
        checkpoint.listing = repos
            .imports()
            .next_item(tenant, account, checkpoint.run, after)?;
        match checkpoint.listing {
            Some(_) => Ok(()),
            None => self.end_of_reservations(repos, checkpoint),
        }
    }

    /// The next run asks for what changed since this one began to ask, unless this one left something out: listings
    /// that it did not believe to be gone; where listings are asked for one by one, what it skipped or could not read;
    /// and reservations that it did not understand. These are asked for once more, and then given up: what is never
    /// understood must not have everything read again for ever.
    fn end_of_reservations(
        &self,
        repos: &mut dyn Repos,
        checkpoint: &mut Checkpoint,
    ) -> Result<(), StoreError> {
        checkpoint.is_over = true;
        let counts = checkpoint.counts;
        let left_out = checkpoint.sweep_stopped
            || (self.plan.per_listing && (counts.listings_skipped > 0 || counts.listings_failed > 0))
            || (counts.reservations_failed > 0 && !self.asks_again(checkpoint.since));
        if !self.plan.incremental || left_out {
            return Ok(());
        }
        let (tenant, account) = self.owner();
        match checkpoint.reservations_began_at {
            None => Ok(()),
            cursor => repos
                .imports()
                .save_cursor(tenant, account, Stream::Reservations, cursor),
        }
    }

    /// Whether the run before this one brought a part only, and left what it did not understand to this one.
    fn asks_again(&self, since: Option<Timestamp>) -> bool {
        let past = self.work.account.imports.past;
        // Had it moved the cursor on, this one would ask from a later change on.
        let is_held_back = since.is_none_or(|since| past.data_as_of.is_some_and(|at| at > since));
        past.last_outcome == Some(Outcome::PartiallySucceeded) && is_held_back
    }
}
