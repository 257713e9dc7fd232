//! Listings and reservations in the vendor's shape.

use chrono::{DateTime, NaiveDate, SubsecRound as _, TimeDelta, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Number, Value, json};

use crate::world::{Source, Stay, StayStatus, Unit};

/// A listing.
pub(super) fn listing(unit: &Unit) -> Value {
    let created = Moment(unit.created);
    json!({
        "id": unit.number, "propertyTypeId": 1, "name": unit.title, "internalListingName": unit.nickname,
        "externalListingName": unit.title, "description": "", "thumbnailUrl": null,
        "address": unit.street, "publicAddress": unit.city, "city": unit.city, "state": unit.region,
        "street": unit.street, "zipcode": unit.zip, "country": unit.country_name, "countryCode": unit.country,
        "lat": unit.latitude, "lng": unit.longitude, "timeZoneName": unit.zone_name(),
        "currencyCode": unit.currency, "personCapacity": unit.capacity, "bedroomsNumber": unit.bedrooms,
        "bathroomsNumber": unit.bathrooms, "checkInTimeStart": 15, "checkInTimeEnd": 22, "checkOutTime": 11,
        "price": 120, "minNights": 2, "isActive": u8::from(unit.enabled), "isListed": u8::from(unit.enabled),
        "specialStatus": if unit.enabled { Value::Null } else { json!("archived") },
        "instantBookable": 1, "insertedOn": created, "latestActivityOn": created,
    })
}

/// A reservation. Imports of hundreds of thousands of them are measured against this: they are written out as they are,
/// without a tree of values in between.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Booking {
    id: u64,
    listing_map_id: u64,
    listing_name: String,
    channel_id: u32,
    channel_name: &'static str,
    source: &'static str,
    channel_reservation_id: String,
    confirmation_code: String,
    status: &'static str,
    arrival_date: Day,
    departure_date: Day,
    nights: i64,
    check_in_time: u32,
    check_out_time: u32,
    number_of_guests: u32,
    adults: u32,
    children: u32,
    infants: u32,
    pets: u32,
    total_price: Number,
    currency: &'static str,
    tax_amount: Option<u32>,
    is_paid: u32,
    cleaning_fee: Option<u32>,
    guest_name: String,
    guest_first_name: &'static str,
    guest_last_name: &'static str,
    guest_email: String,
    guest_country: &'static str,
    guest_locale: &'static str,
    phone: String,
    guest_note: &'static str,
    is_dates_unspecified: u32,
    is_archived: u32,
    reservation_date: Moment,
    inserted_on: Moment,
    updated_on: Moment,
    latest_activity_on: Moment,
    cancellation_date: Option<Moment>,
}

/// A reservation of a listing.
pub(super) fn reservation(unit: &Unit, stay: &Stay) -> Booking {
    let (channel, name) = source(stay);
    let code = stay.code();
    Booking {
        id: stay.number,
        listing_map_id: unit.number,
        listing_name: unit.nickname.clone(),
        channel_id: channel,
        channel_name: name,
        source: name,
        channel_reservation_id: code.clone(),
        confirmation_code: code,
        status: status(stay),
        arrival_date: Day(stay.arrival),
        departure_date: Day(stay.departure),
        nights: stay.nights(),
        check_in_time: 15,
        check_out_time: 11,
        number_of_guests: stay.guests() + stay.infants,
        adults: stay.adults,
        children: stay.children,
        infants: stay.infants,
        pets: stay.pets,
        total_price: stay.amount(),
        currency: unit.currency,
        tax_amount: None,
        is_paid: 0,
        cleaning_fee: None,
        guest_name: stay.guest_name(),
        guest_first_name: stay.first_name,
        guest_last_name: stay.last_name,
        guest_email: stay.email(),
        guest_country: stay.home,
        guest_locale: stay.language,
        phone: stay.phone(),
        guest_note: stay.note,
        is_dates_unspecified: 0,
        is_archived: 0,
        reservation_date: Moment(stay.booked),
        inserted_on: Moment(stay.booked),
        updated_on: Moment(stay.updated),
        latest_activity_on: Moment(stay.updated),
        cancellation_date: stay.cancelled.map(Moment),
    }
}

/// The vendor's word. Some things have two.
fn status(stay: &Stay) -> &'static str {
    let other = stay.mark.is_multiple_of(4);
    match stay.status {
        StayStatus::Inquiry if other => "inquiryPreapproved",
        StayStatus::Inquiry => "inquiry",
        StayStatus::Pending if other => "awaitingPayment",
        StayStatus::Pending => "pending",
        StayStatus::Cancelled => "cancelled",
        StayStatus::Declined if other => "inquiryDenied",
        StayStatus::Declined => "declined",
        StayStatus::Expired if other => "inquiryTimedout",
        StayStatus::Expired => "expired",
        StayStatus::Blocked => "ownerStay",
        StayStatus::Confirmed | StayStatus::CheckedIn | StayStatus::CheckedOut | StayStatus::NoShow => {
            if stay.updated - stay.booked > TimeDelta::days(2) {
                "modified"
            } else {
                "new"
            }
        }
    }
}

/// The vendor's id and name of the place of booking.
pub(super) fn source(stay: &Stay) -> (u32, &'static str) {
    match stay.source {
        Source::Airbnb => (2018, "airbnbOfficial"),
        Source::Booking => (2005, "bookingcom"),
        Source::Vrbo => (2002, "homeaway"),
        Source::Expedia => (2007, "expedia"),
        Source::Direct => (2000, "direct"),
        Source::Website => (2013, "bookingengine"),
    }
}

/// `2026-06-01`.
#[derive(Clone, Copy, Debug)]
struct Day(NaiveDate);

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// `2026-06-01 12:00:00`, in UTC.
#[derive(Clone, Copy, Debug)]
struct Moment(DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.naive_utc().trunc_subsecs(0))
    }
}
