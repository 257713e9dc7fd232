//! Listings that were not understood: each is told, and none of them keeps the others from being imported.

use std::collections::BTreeSet;

use super::page::{Page, count};
use crate::{
    accounts::{ChannelFault, FaultyRecord, is_key},
    imports::{Checkpoint, FailedItem, Item, ItemState, MOST_FAILED_ITEMS},
    ports::{Repos, StoreError},
};

const FAULT: ChannelFault = ChannelFault::BadResponse;

impl Page<'_> {
    /// Takes note of the listings of a page that were not understood, and says how many there are that no page before
    /// had. `understood` are the channel's ids of the others.
    ///
    /// One that is known becomes an item: the channel has it, so it is not missing. One that is not known is only noted.
    pub(super) fn not_understood(
        &self,
        repos: &mut dyn Repos,
        understood: &[String],
        faulty: &[FaultyRecord],
    ) -> Result<u32, StoreError> {
        if faulty.is_empty() {
            return Ok(0);
        }
        let ids = || {
            faulty
                .iter()
                .map(|record| record.channel_id.as_ref().filter(|id| is_key(id)))
        };
        let nameless = ids().filter(Option::is_none).count();
        let understood: BTreeSet<&String> = understood.iter().collect();
        let named: BTreeSet<&String> = ids().flatten().filter(|id| !understood.contains(id)).collect();
        let keys: Vec<String> = named.iter().map(|id| (*id).clone()).collect();
        let ((tenant, account), run) = (self.owner(), self.work.hold.run);
        let known = if keys.is_empty() {
            Vec::new()
        } else {
            repos.imports().known_listings(tenant, account, &keys)?
        };
        let items: Vec<Item> = known
            .iter()
            .map(|known| Item {
                listing: known.id,
                state: ItemState::Failed(FAULT),
            })
            .collect();
        let mut failed = if items.is_empty() {
            0
        } else {
            repos.imports().add_items(tenant, run, &items)?
        };
        let has_item: BTreeSet<&String> = known.iter().map(|known| &known.channel_listing_id).collect();
        let note = |channel_listing_id| FailedItem {
            listing: None,
            channel_listing_id,
            fault: FAULT,
        };
        let unknown = keys.iter().filter(|key| !has_item.contains(key));
        let noted: Vec<FailedItem> = unknown
            .map(|key| note(Some(key.clone())))
            .chain((0..nameless).map(|_| note(None)))
            .collect();
        if !noted.is_empty() {
            failed += repos.runs().note_failed(tenant, run, &noted)?;
        }
        Ok(failed)
    }

    /// How many of the listings that this run did not meet it may have met without knowing: each record without an id
    /// that can be read may be any of them.
    pub(super) fn unnamed(&self, repos: &mut dyn Repos, checkpoint: &Checkpoint) -> Result<u64, StoreError> {
        if checkpoint.counts.listings_failed == 0 {
            return Ok(0);
        }
        let (tenant, _) = self.owner();
        let noted = repos.runs().noted(tenant, checkpoint.run)?;
        if count(noted.len()) >= MOST_FAILED_ITEMS {
            // More than are told: there may be any number.
            return Ok(u64::MAX);
        }
        let nameless = noted.iter().filter(|item| item.channel_listing_id.is_none());
        Ok(u64::from(count(nameless.count())))
    }
}
