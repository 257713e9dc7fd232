//! What a page changes in what is stored: a pure plan, so that nothing unchanged is written and nothing old overwrites
//! anything newer.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use super::{ContentHash, hash_of_listing, hash_of_reservation};
use crate::{
    accounts::{ListingRecord, ReservationRecord},
    ids::{AccountId, Ids, ListingId, ReservationId, TenantId},
    time::Timestamp,
};

/// What is known of a stored listing while its page is merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownListing {
    /// Its id.
    pub id: ListingId,
    /// The channel's id of it.
    pub channel_listing_id: String,
    /// What it said.
    pub hash: ContentHash,
    /// As of when.
    pub seen_at: Timestamp,
    /// The channel's own time of that.
    pub changed_at: Option<Timestamp>,
    /// Whether it is shown as enabled.
    pub enabled: bool,
    /// In how many complete runs, one after the other, it was missing.
    pub missing: u32,
    /// When it was last imported with its reservations.
    pub synced_at: Option<Timestamp>,
}

/// What is known of a stored reservation while its page is merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownReservation {
    /// Its id.
    pub id: ReservationId,
    /// The channel's id of it.
    pub channel_reservation_id: String,
    /// What it said, and which listing it was tied to.
    pub hash: ContentHash,
    /// As of when.
    pub seen_at: Timestamp,
    /// The channel's own time of that.
    pub changed_at: Option<Timestamp>,
    /// The listing it is tied to.
    pub listing: Option<ListingId>,
}

/// A listing as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredListing {
    /// The tenant.
    pub tenant: TenantId,
    /// The account.
    pub account: AccountId,
    /// Its id.
    pub id: ListingId,
    /// What the channel says of it.
    pub record: ListingRecord,
    /// That, in short.
    pub hash: ContentHash,
    /// As of when: when the call began that brought it. It never moves back.
    pub seen_at: Timestamp,
    /// When it was last imported with its reservations.
    pub synced_at: Option<Timestamp>,
    /// When this row last changed.
    pub updated_at: Timestamp,
}

/// A reservation as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReservation {
    /// The tenant.
    pub tenant: TenantId,
    /// The account.
    pub account: AccountId,
    /// Its id.
    pub id: ReservationId,
    /// Our id of the listing, if it is known.
    pub listing: Option<ListingId>,
    /// What the channel says of it.
    pub record: ReservationRecord,
    /// That, in short.
    pub hash: ContentHash,
    /// As of when: when the call began that brought it.
    pub seen_at: Timestamp,
    /// When this row last changed.
    pub updated_at: Timestamp,
}

/// What a page of listings leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListingsPlan {
    /// Rows to be written, new and changed ones.
    pub put: Vec<StoredListing>,
    /// Every listing of the page once, with whether it was imported at or after the cutoff.
    pub seen: Vec<(ListingId, bool)>,
    /// How many of them are new.
    pub new: u32,
    /// How many of them are back after they were missing: what became of them meanwhile nobody told.
    pub back: u32,
    /// By how much the number of enabled ones changes.
    pub enabled_change: i64,
}

/// What a page of reservations leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReservationsPlan {
    /// Rows to be written, new and changed ones.
    pub put: Vec<StoredReservation>,
}

/// How far ahead of ours a channel's clock may be, whatever zone it shows: a time beyond that says nothing.
const MOST_AHEAD: Duration = Duration::from_hours(24);

/// The channel's own time of what it told at `seen_at`, if that can be true.
fn believed(seen_at: Timestamp, changed_at: Option<Timestamp>) -> Option<Timestamp> {
    changed_at.filter(|at| *at <= seen_at + MOST_AHEAD)
}

/// Whether something told at `seen_at`, with the channel's own time `changed_at`, is older than what is known. The
/// channel's time decides where both have one that can be true; else one slip of the channel into a far year would
/// keep everything later out.
fn is_late(known: (Timestamp, Option<Timestamp>), told: (Timestamp, Option<Timestamp>)) -> bool {
    match (believed(known.0, known.1), believed(told.0, told.1)) {
        (Some(known), Some(told)) => told < known,
        (None, _) | (_, None) => told.0 < known.0,
    }
}

/// Whose page it is, when its call began, and what new rows are made with.
#[derive(Clone, Copy, Debug)]
struct Page {
    tenant: TenantId,
    account: AccountId,
    began_at: Timestamp,
    now: Timestamp,
}

/// Merges a page of listings. `cutoff`: what was imported at or after it counts as recent. A record that appears twice
/// counts once.
pub fn merge_listings(
    (tenant, account): (TenantId, AccountId),
    records: &[ListingRecord],
    known: &[KnownListing],
    (began_at, now): (Timestamp, Timestamp),
    cutoff: Option<Timestamp>,
    ids: &mut Ids,
) -> ListingsPlan {
    let page = Page {
        tenant,
        account,
        began_at,
        now,
    };
    let by_key: HashMap<&str, &KnownListing> = known
        .iter()
        .map(|known| (known.channel_listing_id.as_str(), known))
        .collect();
    let mut plan = ListingsPlan::default();
    let changed_at = |record: &ListingRecord| believed(began_at, record.changed_at);
    for record in newest_of_each(records, |record| &record.channel_listing_id, changed_at) {
        match by_key.get(record.channel_listing_id.as_str()) {
            Some(known) => plan.meet(&page, record, known, cutoff),
            None => plan.add(&page, record, ids),
        }
    }
    plan
}

impl ListingsPlan {
    fn meet(&mut self, page: &Page, record: &ListingRecord, known: &KnownListing, cutoff: Option<Timestamp>) {
        let is_recent = cutoff.is_some_and(|cutoff| known.synced_at.is_some_and(|at| at >= cutoff));
        self.seen.push((known.id, is_recent));
        let hash = hash_of_listing(record);
        let told = (page.began_at, record.changed_at);
        let is_back = known.missing > 0;
        self.back += u32::from(is_back);
        let is_changed = known.hash != hash && !is_late((known.seen_at, known.changed_at), told);
        // One that is back is written whatever it says, or it would count as missing still.
        if is_changed || is_back {
            self.enabled_change += i64::from(record.enabled) - i64::from(known.enabled);
            let listing = page.listing(known.id, record, hash, known.synced_at);
            self.put.push(StoredListing {
                seen_at: listing.seen_at.max(known.seen_at),
                ..listing
            });
        }
    }

    fn add(&mut self, page: &Page, record: &ListingRecord, ids: &mut Ids) {
        let id = ids.make();
        self.seen.push((id, false));
        self.new += 1;
        self.enabled_change += i64::from(record.enabled);
        self.put
            .push(page.listing(id, record, hash_of_listing(record), None));
    }
}

impl Page {
    fn listing(
        &self,
        id: ListingId,
        record: &ListingRecord,
        hash: ContentHash,
        synced_at: Option<Timestamp>,
    ) -> StoredListing {
        StoredListing {
            tenant: self.tenant,
            account: self.account,
            id,
            record: record.clone(),
            hash,
            seen_at: self.began_at,
            synced_at,
            updated_at: self.now,
        }
    }
}

/// Merges a page of reservations. `listings` are the ids of the listings that the page names, by the channel's ids.
pub fn merge_reservations(
    (tenant, account): (TenantId, AccountId),
    records: &[ReservationRecord],
    known: &[KnownReservation],
    listings: &BTreeMap<String, ListingId>,
    (began_at, now): (Timestamp, Timestamp),
    ids: &mut Ids,
) -> ReservationsPlan {
    let by_key: HashMap<&str, &KnownReservation> = known
        .iter()
        .map(|known| (known.channel_reservation_id.as_str(), known))
        .collect();
    let mut plan = ReservationsPlan::default();
    let changed_at = |record: &ReservationRecord| believed(began_at, record.updated_at);
    for record in newest_of_each(records, |record| &record.channel_reservation_id, changed_at) {
        let hash = hash_of_reservation(record);
        let listing = record
            .channel_listing_id
            .as_ref()
            .and_then(|key| listings.get(key).copied());
        let (id, seen_at) = match by_key.get(record.channel_reservation_id.as_str()) {
            None => (ids.make(), began_at),
            Some(known) => {
                let is_same = known.hash == hash && (known.listing == listing || listing.is_none());
                if is_same || is_late((known.seen_at, known.changed_at), (began_at, record.updated_at)) {
                    continue;
                }
                (known.id, began_at.max(known.seen_at))
            }
        };
        plan.put.push(StoredReservation {
            tenant,
            account,
            id,
            listing,
            record: record.clone(),
            hash,
            seen_at,
            updated_at: now,
        });
    }
    plan
}

/// Each key once, in the order of the page; of several the newest, by the channel's time, else the last.
fn newest_of_each<'r, R>(
    records: &'r [R],
    key: impl Fn(&'r R) -> &'r String,
    changed_at: impl Fn(&R) -> Option<Timestamp>,
) -> Vec<&'r R> {
    let mut newest: HashMap<&String, (usize, Option<Timestamp>)> = HashMap::new();
    for (place, record) in records.iter().enumerate() {
        let told = changed_at(record);
        let known = newest.get(key(record)).and_then(|(_, known)| *known);
        if known.zip(told).is_none_or(|(known, told)| told >= known) {
            newest.insert(key(record), (place, told));
        }
    }
    let is_newest =
        |(place, record): &(usize, &'r R)| newest.get(key(record)).is_some_and(|(newest, _)| newest == place);
    let kept = records.iter().enumerate().filter(is_newest);
    kept.map(|(_, record)| record).collect()
}
