//! What imports bring, and how far they have come.

use innkeeper_domain::{
    accounts::Stream,
    ids::{AccountId, ListingId, RunId, TenantId},
    imports::{
        Checkpoint, Item, ItemState, KnownListing, KnownReservation, ListingRef, StoredListing,
        StoredReservation,
    },
    ports::{ImportRepo, StoreError},
    time::Timestamp,
};

use super::State;

impl ImportRepo for State {
    fn checkpoint(&mut self, _tenant: TenantId, run: RunId) -> Result<Option<Checkpoint>, StoreError> {
        self.call("imports.checkpoint")?;
        Ok(self
            .checkpoints
            .iter()
            .find(|checkpoint| checkpoint.run == run)
            .cloned())
    }

    fn save_checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        self.write("imports.save_checkpoint")?;
        self.checkpoints.retain(|stored| stored.run != checkpoint.run);
        self.checkpoints.push(checkpoint.clone());
        Ok(())
    }

    fn forget_progress(&mut self, _tenant: TenantId, run: RunId) -> Result<(), StoreError> {
        self.write("imports.forget_progress")?;
        self.checkpoints.retain(|stored| stored.run != run);
        self.items.retain(|(of, _)| *of != run);
        Ok(())
    }

    fn known_listings(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
        keys: &[String],
    ) -> Result<Vec<KnownListing>, StoreError> {
        self.call("imports.known_listings")?;
        let wanted = |row: &&(StoredListing, u32)| {
            row.0.account == account && keys.contains(&row.0.record.channel_listing_id)
        };
        let known = self
            .listings
            .iter()
            .filter(wanted)
            .map(|(row, missing)| KnownListing {
                id: row.id,
                channel_listing_id: row.record.channel_listing_id.clone(),
                hash: row.hash,
                seen_at: row.seen_at,
                changed_at: row.record.changed_at,
                enabled: row.record.enabled,
                missing: *missing,
                synced_at: row.synced_at,
            });
        Ok(known.collect())
    }

    fn put_listings(&mut self, listings: &[StoredListing]) -> Result<(), StoreError> {
        self.write("imports.put_listings")?;
        for new in listings {
            self.listings.retain(|(stored, _)| stored.id != new.id);
            self.listings.push((new.clone(), 0));
        }
        Ok(())
    }

    fn add_items(&mut self, _tenant: TenantId, run: RunId, items: &[Item]) -> Result<u32, StoreError> {
        self.write("imports.add_items")?;
        let mut added = 0;
        for item in items {
            let known = |(of, stored): &(RunId, Item)| *of == run && stored.listing == item.listing;
            if !self.items.iter().any(known) {
                self.items.push((run, *item));
                added += 1;
            }
        }
        Ok(added)
    }

    fn next_item(
        &mut self,
        _tenant: TenantId,
        _account: AccountId,
        run: RunId,
        after: Option<ListingId>,
    ) -> Result<Option<ListingRef>, StoreError> {
        self.call("imports.next_item")?;
        let open = self.items.iter().filter(|(of, item)| {
            *of == run && item.state == ItemState::ToDo && after.is_none_or(|after| item.listing > after)
        });
        let next = open.map(|(_, item)| item.listing).min();
        Ok(next.and_then(|id| {
            let (row, _) = self.listings.iter().find(|(row, _)| row.id == id)?;
            Some(ListingRef {
                id,
                channel_listing_id: row.record.channel_listing_id.clone(),
            })
        }))
    }

    fn end_item(
        &mut self,
        _tenant: TenantId,
        _account: AccountId,
        run: RunId,
        item: Item,
        synced_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("imports.end_item")?;
        for (of, stored) in &mut self.items {
            if *of == run && stored.listing == item.listing {
                stored.state = item.state;
            }
        }
        if item.state == ItemState::Done {
            for (row, _) in &mut self.listings {
                if row.id == item.listing {
                    row.synced_at = Some(synced_at);
                }
            }
        }
        Ok(())
    }

    fn end_items(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        synced_at: Timestamp,
    ) -> Result<u32, StoreError> {
        let open: Vec<Item> = self
            .items
            .iter()
            .filter(|(of, item)| *of == run && item.state == ItemState::ToDo)
            .map(|(_, item)| Item {
                state: ItemState::Done,
                ..*item
            })
            .collect();
        for item in &open {
            self.end_item(tenant, account, run, *item, synced_at)?;
        }
        Ok(u32::try_from(open.len()).expect("few"))
    }

    fn missing_listings(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
        run: RunId,
    ) -> Result<(Vec<(ListingId, u32)>, u32), StoreError> {
        self.call("imports.missing_listings")?;
        let there: Vec<(ListingId, u32)> = self
            .listings
            .iter()
            .filter(|(row, missing)| row.account == account && *missing < 2)
            .map(|(row, missing)| (row.id, *missing))
            .collect();
        let met = |id: ListingId| {
            self.items
                .iter()
                .any(|(of, item)| *of == run && item.listing == id)
        };
        let missing = there.iter().copied().filter(|(id, _)| !met(*id)).collect();
        Ok((missing, u32::try_from(there.len()).expect("few")))
    }

    fn mark_missing(
        &mut self,
        _tenant: TenantId,
        _account: AccountId,
        missing: &[ListingId],
        off: &[ListingId],
        at: Timestamp,
    ) -> Result<u32, StoreError> {
        self.write("imports.mark_missing")?;
        let mut switched = 0;
        for (row, times) in &mut self.listings {
            if missing.contains(&row.id) {
                *times += 1;
            }
            if off.contains(&row.id) && row.record.enabled {
                row.record.enabled = false;
                row.updated_at = at;
                switched += 1;
            }
        }
        Ok(switched)
    }

    fn known_reservations(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
        keys: &[String],
    ) -> Result<Vec<KnownReservation>, StoreError> {
        self.call("imports.known_reservations")?;
        let wanted = |row: &&StoredReservation| {
            row.account == account && keys.contains(&row.record.channel_reservation_id)
        };
        let known = self
            .reservations
            .iter()
            .filter(wanted)
            .map(|row| KnownReservation {
                id: row.id,
                channel_reservation_id: row.record.channel_reservation_id.clone(),
                hash: row.hash,
                seen_at: row.seen_at,
                changed_at: row.record.updated_at,
                listing: row.listing,
            });
        Ok(known.collect())
    }

    fn put_reservations(&mut self, reservations: &[StoredReservation]) -> Result<(), StoreError> {
        self.write("imports.put_reservations")?;
        for new in reservations {
            self.reservations.retain(|stored| stored.id != new.id);
            self.reservations.push(new.clone());
        }
        Ok(())
    }

    fn cursor(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
        stream: Stream,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.call("imports.cursor")?;
        let found = self
            .cursors
            .iter()
            .find(|(of, kind, _)| (*of, *kind) == (account, stream));
        Ok(found.map(|(_, _, at)| *at))
    }

    fn save_cursor(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
        stream: Stream,
        cursor: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.write("imports.save_cursor")?;
        self.cursors
            .retain(|(of, kind, _)| (*of, *kind) != (account, stream));
        self.cursors.extend(cursor.map(|at| (account, stream, at)));
        Ok(())
    }
}
