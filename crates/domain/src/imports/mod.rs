//! What an import writes: pages, merged into what is stored, and how far it has come.

mod bounds;
mod checkpoint;
mod hash;
mod merge;
mod run;

pub use bounds::{MOST_TEXT_CHARS, within_bounds};
pub use checkpoint::{Checkpoint, Counts, Item, ItemState, ListingRef};
pub use hash::{ContentHash, hash_of_listing, hash_of_reservation};
pub use merge::{
    KnownListing, KnownReservation, ListingsPlan, ReservationsPlan, StoredListing, StoredReservation,
    merge_listings, merge_reservations,
};
pub use run::{FailedItem, MOST_FAILED_ITEMS, Run};
