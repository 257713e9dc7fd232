//! How far a run has come. The row moves with each page, in the page's transaction, so that a crash repeats at most
//! the page in hand.

use crate::{
    accounts::{ChannelFault, Position, Stream},
    ids::{ListingId, RunId, TenantId},
    time::Timestamp,
};

/// What a run has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Listings that the channel has.
    pub listings: u32,
    /// Of these, the ones that were imported with their reservations.
    pub listings_done: u32,
    /// Of these, the ones skipped because they were fetched recently.
    pub listings_skipped: u32,
    /// Of these, the ones that could not be imported.
    pub listings_failed: u32,
    /// Listings that were not known before.
    pub listings_new: u32,
    /// Reservations read.
    pub reservations: u32,
    /// Reservations that could not be understood; the others of their pages were kept.
    pub reservations_failed: u32,
}

impl Counts {
    /// Whether anything could not be imported.
    pub const fn has_failures(&self) -> bool {
        self.listings_failed > 0 || self.reservations_failed > 0
    }
}

/// How far a run has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The tenant.
    pub tenant: TenantId,
    /// The run.
    pub run: RunId,
    /// What it reads now.
    pub stream: Stream,
    /// The listing whose reservations it reads now, where they are told listing by listing.
    pub listing: Option<ListingRef>,
    /// Where to go on; `None` at the beginning of the stream or listing.
    pub position: Option<Position>,
    /// Reservations are read from this change on; `None` reads all of them.
    pub since: Option<Timestamp>,
    /// When the first call of the run began: what it brought is as fresh as that at least.
    pub began_at: Option<Timestamp>,
    /// When the first call for reservations began: the next run asks for what changed since.
    pub reservations_began_at: Option<Timestamp>,
    /// When all listings were read.
    pub listings_ready_at: Option<Timestamp>,
    /// Whether too many listings were missing to believe it, so that none was switched off.
    pub sweep_stopped: bool,
    /// Whether everything was read: nothing is left but to end the run.
    pub is_over: bool,
    /// What was done.
    pub counts: Counts,
}

/// A listing by both of its ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingRef {
    /// Ours.
    pub id: ListingId,
    /// The channel's.
    pub channel_listing_id: String,
}

impl Checkpoint {
    /// The beginning of a run.
    pub const fn start(tenant: TenantId, run: RunId) -> Self {
        Self {
            tenant,
            run,
            stream: Stream::Listings,
            listing: None,
            position: None,
            since: None,
            began_at: None,
            reservations_began_at: None,
            listings_ready_at: None,
            sweep_stopped: false,
            is_over: false,
            counts: Counts {
                listings: 0,
                listings_done: 0,
                listings_skipped: 0,
                listings_failed: 0,
                listings_new: 0,
                reservations: 0,
                reservations_failed: 0,
            },
        }
    }
}

/// What a run does with one listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// Its reservations are still to be read.
    ToDo,
    /// It is imported.
    Done,
    /// It was fetched recently.
    Skipped,
    /// It could not be imported.
    Failed(ChannelFault),
}

impl ItemState {
    /// The state as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToDo => "to_do",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed(_) => "failed",
        }
    }
}

/// One listing of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The listing.
    pub listing: ListingId,
    /// What the run does with it.
    pub state: ItemState,
}
