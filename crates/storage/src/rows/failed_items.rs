//! What a run could not import: rows of `sync_items` while it runs, and a column of `sync_runs` afterwards. What has no
//! item stands in that column from the beginning.

use diesel::{Queryable, Selectable};
use innkeeper_domain::{
    accounts::ChannelFault,
    ids::{ListingId, RunId, kinds},
    imports::FailedItem,
    ports::StoreError,
};

use super::{
    cells::{Cells, Decode},
    imported::ListingRefRow,
};
use crate::{
    columns::Key,
    schema::{sync_items, sync_runs},
};

/// What happened to a listing in a run.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sync_items)]
pub(crate) struct ItemFaultRow {
    listing_id: Key<kinds::Listing>,
    fault: Option<String>,
}

impl Decode for (ItemFaultRow, ListingRefRow) {
    const TABLE: &'static str = "sync_items";
    type Entity = FailedItem;

    fn decode(self) -> Result<FailedItem, StoreError> {
        let (item, listing) = self;
        let cells = Cells::of("sync_items", item.listing_id.0);
        let fault = item.fault.as_deref().and_then(ChannelFault::from_code);
        Ok(FailedItem {
            listing: Some(item.listing_id.0),
            channel_listing_id: Some(listing.decode()?.channel_listing_id),
            fault: cells.present("fault", fault)?,
        })
    }
}

/// What a run that has ended could not import.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sync_runs)]
pub(crate) struct FailedItemsRow {
    failed_items: Option<String>,
}

/// A failed item as it is kept: our id of the listing, the channel's, and why.
type Told = (Option<ListingId>, Option<String>, String);

/// Failed items, as they are kept with their run.
///
/// # Errors
///
/// [`StoreError::Failed`] cannot happen with items as they are now.
pub(crate) fn failed_items_text(items: &[FailedItem]) -> Result<Option<String>, StoreError> {
    if items.is_empty() {
        return Ok(None);
    }
    let items: Vec<_> = items
        .iter()
        .map(|item| (item.listing, &item.channel_listing_id, item.fault.as_str()))
        .collect();
    serde_json::to_string(&items)
        .map(Some)
        .map_err(StoreError::failed)
}

impl FailedItemsRow {
    /// The items of a run.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`].
    pub(crate) fn read(&self, run: RunId) -> Result<Vec<FailedItem>, StoreError> {
        let cells = Cells::of("sync_runs", run);
        let Some(text) = &self.failed_items else {
            return Ok(Vec::new());
        };
        let items: Vec<Told> = cells.made("failed_items", serde_json::from_str(text))?;
        let item = |(listing, channel_listing_id, fault): Told| {
            let fault = ChannelFault::from_code(&fault);
            Ok(FailedItem {
                listing,
                channel_listing_id,
                fault: cells.present("failed_items", fault)?,
            })
        };
        items.into_iter().map(item).collect()
    }
}
