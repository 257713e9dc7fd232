//! Rows of `listings` and `reservations`.

use chrono::{Days, NaiveDate};
use diesel::{Queryable, Selectable};
use innkeeper_domain::{
    accounts::{ListingRecord, ReservationRecord, ReservationStatus},
    ids::kinds,
    imports::{ContentHash, KnownListing, KnownReservation, ListingRef, StoredListing, StoredReservation},
    ports::StoreError,
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::{listings, reservations},
};

/// A day as it stands in a column: days since 1970.
pub(crate) fn day_number(day: NaiveDate) -> i64 {
    (day - NaiveDate::default()).num_days()
}

fn day<K>(
    cells: &Cells<K>,
    column: &'static str,
    number: Option<i64>,
) -> Result<Option<NaiveDate>, StoreError> {
    let to_day = |number: i64| {
        let days = Days::new(number.unsigned_abs());
        if number < 0 {
            NaiveDate::default().checked_sub_days(days)
        } else {
            NaiveDate::default().checked_add_days(days)
        }
    };
    let read = |number| cells.present(column, to_day(number));
    number.map(read).transpose()
}

fn hash<K>(cells: &Cells<K>, bytes: &[u8]) -> Result<ContentHash, StoreError> {
    cells.made("content_hash", bytes.try_into()).map(ContentHash)
}

/// A listing.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = listings)]
pub(crate) struct ListingRow {
    tenant_id: Key<kinds::Tenant>,
    account_id: Key<kinds::Account>,
    id: Key<kinds::Listing>,
    channel_listing_id: String,
    title: Option<String>,
    address: Option<String>,
    city: Option<String>,
    country: Option<String>,
    timezone: Option<String>,
    currency: Option<String>,
    capacity: Option<i64>,
    enabled: bool,
    changed_at: Option<At>,
    content_hash: Vec<u8>,
    seen_at: At,
    synced_at: Option<At>,
    updated_at: At,
}

impl Decode for ListingRow {
    const TABLE: &'static str = "listings";
    type Entity = StoredListing;

    fn decode(self) -> Result<StoredListing, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(StoredListing {
            tenant: self.tenant_id.0,
            account: self.account_id.0,
            id: self.id.0,
            record: ListingRecord {
                country: cells.maybe("country", self.country.as_deref())?,
                timezone: cells.maybe("timezone", self.timezone.as_deref())?,
                currency: cells.maybe("currency", self.currency.as_deref())?,
                capacity: cells.maybe_count("capacity", self.capacity)?,
                channel_listing_id: self.channel_listing_id,
                title: self.title,
                address: self.address,
                city: self.city,
                enabled: self.enabled,
                changed_at: self.changed_at.map(|at| at.0),
            },
            hash: hash(&cells, &self.content_hash)?,
            seen_at: self.seen_at.0,
            synced_at: self.synced_at.map(|at| at.0),
            updated_at: self.updated_at.0,
        })
    }
}

/// What a page of listings is compared with.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = listings)]
pub(crate) struct KnownListingRow {
    id: Key<kinds::Listing>,
    channel_listing_id: String,
    content_hash: Vec<u8>,
    seen_at: At,
    changed_at: Option<At>,
    enabled: bool,
    missing: i64,
    synced_at: Option<At>,
}

impl Decode for KnownListingRow {
    const TABLE: &'static str = ListingRow::TABLE;
    type Entity = KnownListing;

    fn decode(self) -> Result<KnownListing, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(KnownListing {
            id: self.id.0,
            channel_listing_id: self.channel_listing_id,
            hash: hash(&cells, &self.content_hash)?,
            seen_at: self.seen_at.0,
            changed_at: self.changed_at.map(|at| at.0),
            enabled: self.enabled,
            missing: cells.count("missing", self.missing)?,
            synced_at: self.synced_at.map(|at| at.0),
        })
    }
}

/// A listing by both of its ids.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = listings)]
pub(crate) struct ListingRefRow {
    id: Key<kinds::Listing>,
    channel_listing_id: String,
}

impl Decode for ListingRefRow {
    const TABLE: &'static str = ListingRow::TABLE;
    type Entity = ListingRef;

    fn decode(self) -> Result<ListingRef, StoreError> {
        Ok(ListingRef {
            id: self.id.0,
            channel_listing_id: self.channel_listing_id,
        })
    }
}

/// A reservation.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = reservations)]
pub(crate) struct ReservationRow {
    tenant_id: Key<kinds::Tenant>,
    account_id: Key<kinds::Account>,
    id: Key<kinds::Reservation>,
    channel_reservation_id: String,
    listing_id: Option<Key<kinds::Listing>>,
    channel_listing_id: Option<String>,
    status: String,
    check_in: Option<i64>,
    check_out: Option<i64>,
    adults: Option<i64>,
    children: Option<i64>,
    total: Option<String>,
    currency: Option<String>,
    booked_at: Option<At>,
    changed_at: Option<At>,
    source: Option<String>,
    confirmation_code: Option<String>,
    content_hash: Vec<u8>,
    seen_at: At,
    updated_at: At,
}

impl Decode for ReservationRow {
    const TABLE: &'static str = "reservations";
    type Entity = StoredReservation;

    fn decode(self) -> Result<StoredReservation, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(StoredReservation {
            tenant: self.tenant_id.0,
            account: self.account_id.0,
            id: self.id.0,
            listing: self.listing_id.map(|key| key.0),
            record: ReservationRecord {
                status: cells.present("status", ReservationStatus::from_name(&self.status))?,
                check_in: day(&cells, "check_in", self.check_in)?,
                check_out: day(&cells, "check_out", self.check_out)?,
                adults: cells.maybe_count("adults", self.adults)?,
                children: cells.maybe_count("children", self.children)?,
                total: cells.maybe("total", self.total.as_deref())?,
                currency: cells.maybe("currency", self.currency.as_deref())?,
                channel_reservation_id: self.channel_reservation_id,
                channel_listing_id: self.channel_listing_id,
                booked_at: self.booked_at.map(|at| at.0),
                updated_at: self.changed_at.map(|at| at.0),
                source: self.source,
                confirmation_code: self.confirmation_code,
            },
            hash: hash(&cells, &self.content_hash)?,
            seen_at: self.seen_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

/// What a page of reservations is compared with.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = reservations)]
pub(crate) struct KnownReservationRow {
    id: Key<kinds::Reservation>,
    channel_reservation_id: String,
    content_hash: Vec<u8>,
    seen_at: At,
    changed_at: Option<At>,
    listing_id: Option<Key<kinds::Listing>>,
}

impl Decode for KnownReservationRow {
    const TABLE: &'static str = ReservationRow::TABLE;
    type Entity = KnownReservation;

    fn decode(self) -> Result<KnownReservation, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(KnownReservation {
            id: self.id.0,
            channel_reservation_id: self.channel_reservation_id,
            hash: hash(&cells, &self.content_hash)?,
            seen_at: self.seen_at.0,
            changed_at: self.changed_at.map(|at| at.0),
            listing: self.listing_id.map(|key| key.0),
        })
    }
}
