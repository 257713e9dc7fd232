//! A run, as history tells of it.

use super::Counts;
use crate::{
    access::Subject,
    accounts::ChannelFault,
    ids::{AccountId, ListingId, RunId, TenantId},
    sync::{RunKind, RunState, Threshold, WaitReason},
    time::Timestamp,
};

/// One background import of an account: what it was for, and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: RunId,
    /// The account.
    pub account: AccountId,
    /// What it was for.
    pub kind: RunKind,
    /// Where it is.
    pub state: RunState,
    /// Why it waits, if it does.
    pub waiting: Option<WaitReason>,
    /// What it may skip; only a refresh has one.
    pub threshold: Option<Threshold>,
    /// Who asked for it; nobody asks for a scheduled one.
    pub requested_by: Option<Subject>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When a worker first took it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The run that took its place.
    pub superseded_by: Option<RunId>,
    /// How many attempts it took.
    pub attempts: u32,
    /// How often its worker was lost.
    pub rescues: u32,
    /// Why it failed, if it did.
    pub fault: Option<ChannelFault>,
    /// What it did; of a run that is not over, so far.
    pub counts: Counts,
}

/// How many listings that could not be imported are told of a run, at most.
pub const MOST_FAILED_ITEMS: u32 = 100;

/// A listing that a run could not import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedItem {
    /// The listing; `None` of one that was never understood, so that there is none here.
    pub listing: Option<ListingId>,
    /// The channel's id of it, if that much could be read.
    pub channel_listing_id: Option<String>,
    /// Why.
    pub fault: ChannelFault,
}
