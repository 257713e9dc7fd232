//! Listings and reservations in the vendor's shape.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use crate::world::{Account, Source, Stay, StayStatus, Unit};

const LISTINGS: u32 = 0x5f3a_9c00;
const RESERVATIONS: u32 = 0x6412_7e00;

/// A listing's id, 24 hexadecimal digits.
pub(super) fn listing_id(number: u64) -> String {
    format!("{LISTINGS:08x}{number:016x}")
}

/// A reservation's id.
pub(super) fn stay_id(number: u64) -> String {
    format!("{RESERVATIONS:08x}{number:016x}")
}

/// The number in a listing's id.
pub(super) fn unit_number(id: &str) -> Option<u64> {
    number(LISTINGS, id)
}

/// The number in a reservation's id.
pub(super) fn stay_number(id: &str) -> Option<u64> {
    number(RESERVATIONS, id)
}

fn number(kind: u32, id: &str) -> Option<u64> {
    u64::from_str_radix(id.strip_prefix(&format!("{kind:08x}"))?, 16).ok()
}

/// A listing.
pub(super) fn listing(account: &Account, unit: &Unit) -> Value {
    json!({
        "_id": listing_id(unit.number), "accountId": listing_id(account.number()), "type": "SINGLE",
        "title": unit.title, "nickname": unit.nickname, "propertyType": unit.kind, "roomType": "Entire home/apt",
        "accommodates": unit.capacity, "bedrooms": unit.bedrooms, "bathrooms": unit.bathrooms,
        "beds": unit.bedrooms + 1, "timezone": unit.zone_name(), "active": unit.enabled, "isListed": unit.enabled,
        "listed": unit.enabled, "defaultCheckInTime": "15:00", "defaultCheckOutTime": "11:00",
        "address": {
            "full": format!("{}, {} {}, {}", unit.street, unit.zip, unit.city, unit.country_name),
            "street": unit.street, "city": unit.city, "state": unit.region, "zipcode": unit.zip,
            "country": unit.country_name, "countryCode": unit.country, "lat": unit.latitude, "lng": unit.longitude,
        },
        "prices": {"currency": unit.currency, "basePrice": 120, "cleaningFee": 60},
        "terms": {"minNights": 2, "maxNights": 60},
        "pictures": [], "tags": [], "amenities": ["Wireless Internet", "Kitchen"],
        "createdAt": moment(unit.created), "lastUpdatedAt": moment(unit.created),
    })
}

/// A reservation.
pub(super) fn reservation(account: &Account, stay: &Stay) -> Value {
    let unit = account.unit(stay.unit);
    let (paid, due) = halves(stay);
    json!({
        "_id": stay_id(stay.number), "accountId": listing_id(account.number()),
        "listingId": listing_id(unit.number), "status": status(stay), "source": source(stay),
        "confirmationCode": stay.code(), "checkIn": moment(unit.instant(stay.arrival, 15)),
        "checkOut": moment(unit.instant(stay.departure, 11)), "checkInDateLocalized": stay.arrival.to_string(),
        "checkOutDateLocalized": stay.departure.to_string(), "plannedArrival": "15:00", "plannedDeparture": "11:00",
        "nightsCount": stay.nights(), "guestsCount": stay.guests(),
        "guest": {"_id": stay_id(stay.mark >> 24), "fullName": stay.guest_name(), "firstName": stay.first_name,
            "lastName": stay.last_name, "email": stay.email(), "phone": stay.phone()},
        "money": {"currency": unit.currency, "totalPaid": paid, "balanceDue": due, "isFullyPaid": stay.mark.is_multiple_of(2)},
        "integration": {"platform": source(stay)}, "notes": {"guest": stay.note},
        "listing": {"_id": listing_id(unit.number), "title": unit.title, "nickname": unit.nickname},
        "createdAt": moment(stay.booked), "lastUpdatedAt": moment(stay.updated),
        "canceledAt": stay.cancelled.map(moment),
    })
}

/// What was paid and what is due: the total is their sum.
fn halves(stay: &Stay) -> (Value, Value) {
    let paid = if stay.mark.is_multiple_of(2) {
        stay.cents
    } else {
        stay.cents / 3
    };
    let amount = |cents: u64| {
        let text = format!("{}.{:02}", cents / 100, cents % 100);
        text.parse::<f64>().map_or(Value::Null, Value::from)
    };
    (amount(paid), amount(stay.cents - paid))
}

/// The vendor's word.
pub(super) fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Inquiry => "inquiry",
        StayStatus::Pending => "reserved",
        StayStatus::CheckedIn => "checked_in",
        StayStatus::CheckedOut => "checked_out",
        StayStatus::Cancelled => "canceled",
        StayStatus::Declined => "declined",
        StayStatus::Expired => "expired",
        StayStatus::Confirmed | StayStatus::NoShow | StayStatus::Blocked => "confirmed",
    }
}

/// The vendor's name of the place of booking.
pub(super) fn source(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "airbnb2",
        Source::Booking => "bookingCom",
        Source::Vrbo => "homeaway2",
        Source::Expedia => "expedia",
        Source::Direct => "manual",
        Source::Website => "website",
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Only the fields named, separated by spaces, and always the id; all when none is named.
pub(super) fn project(record: Value, fields: &str) -> Value {
    if fields.trim().is_empty() {
        return record;
    }
    let mut kept = Map::new();
    for field in fields.split_whitespace().chain(["_id"]) {
        keep(&record, field, &mut kept);
    }
    Value::Object(kept)
}

/// Copies a field, or a part of one such as `address.city`.
fn keep(from: &Value, field: &str, to: &mut Map<String, Value>) {
    let (name, rest) = field
        .split_once('.')
        .map_or((field, None), |(name, rest)| (name, Some(rest)));
    let Some(value) = from.get(name) else {
        return;
    };
    match rest {
        None => {
            to.insert(name.to_owned(), value.clone());
        }
        Some(rest) => {
            let inner = to.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                keep(value, rest, inner);
            }
        }
    }
}
