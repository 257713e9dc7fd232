//! Properties and reservations, as the vendor writes them, and their ids.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::world::{Account, Source, Stay, StayStatus, Unit};

/// Three letters of the city and the number.
pub(super) fn property_id(unit: &Unit) -> String {
    let city: String = unit
        .city
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(3)
        .collect();
    format!("{}{}", city.to_uppercase(), unit.number)
}

pub(super) fn find(account: &Account, id: &str) -> Option<Unit> {
    let digits = id.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let unit = account.unit_by_number(digits.parse().ok()?)?;
    (property_id(&unit) == id).then_some(unit)
}

/// Eight letters for the booking, which has one reservation.
fn booking_id(stay: &Stay) -> String {
    let mut rest = stay.number;
    let mut letters = Vec::new();
    for _ in 0..8 {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

pub(super) fn reservation_id(stay: &Stay) -> String {
    format!("{}-1", booking_id(stay))
}

/// The number behind a reservation's id.
pub(super) fn number(id: &str) -> Option<u64> {
    let booking = id.strip_suffix("-1").filter(|booking| booking.len() == 8)?;
    booking.bytes().try_fold(0_u64, |number, letter| {
        let place = letter.checked_sub(b'A').filter(|place| *place < 26)?;
        Some(number * 26 + u64::from(place))
    })
}

pub(super) fn property(unit: &Unit) -> Value {
    json!({
        "id": property_id(unit), "code": property_id(unit), "isTemplate": false, "name": unit.title,
        "description": "", "companyName": "Sandbox Stays", "commercialRegisterEntry": "HRB 1", "taxId": "1",
        "location": {"addressLine1": unit.street, "postalCode": unit.zip, "city": unit.city,
            "countryCode": unit.country},
        "timeZone": unit.zone_name(), "currencyCode": unit.currency, "created": utc(unit.created),
        "status": "Live", "isArchived": false,
    })
}

/// In the detail form texts come by language.
pub(super) fn whole_property(unit: &Unit) -> Value {
    let mut body = property(unit);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("name".to_owned(), json!({"en": unit.title}));
        fields.insert("description".to_owned(), json!({"en": ""}));
    }
    body
}

pub(super) fn room(unit: &Unit) -> Value {
    let property = property_id(unit);
    json!({
        "id": format!("{property}-A"), "name": unit.nickname, "description": "", "maxPersons": unit.capacity,
        "property": {"id": property, "code": property, "name": unit.title}, "created": utc(unit.created),
        "status": {"isOccupied": false, "condition": "Clean"},
    })
}

pub(super) fn reservation(unit: &Unit, stay: &Stay) -> Value {
    let at = |date: NaiveDate, hour: u32| {
        let there = unit.instant(date, hour).with_timezone(&unit.zone);
        there.to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let property = property_id(unit);
    // Every child has an age; the youngest are among them.
    let ages: Vec<u64> = (0..stay.children)
        .map(|child| 2 + (stay.mark + u64::from(child)) % 14)
        .collect();
    let money = json!({"amount": stay.amount(), "currency": unit.currency});
    let mut body = json!({
        "id": reservation_id(stay), "bookingId": booking_id(stay), "status": status(stay),
        "property": {"id": property, "code": property, "name": unit.title, "description": ""},
        "ratePlan": {"id": format!("{property}-FLEX"), "code": "FLEX", "name": "Flexible", "isSubjectToCityTax": false},
        "unitGroup": {"id": format!("{property}-APT"), "code": "APT", "name": "Apartment", "type": "BedRoom"},
        "unit": {"id": format!("{property}-A"), "name": unit.nickname}, "totalGrossAmount": money,
        "arrival": at(stay.arrival, 15), "departure": at(stay.departure, 11), "created": utc(stay.booked),
        "modified": utc(stay.updated), "adults": stay.adults, "childrenAges": ages, "guestComment": stay.note,
        "channelCode": channel(stay), "source": channel(stay),
        "primaryGuest": {"firstName": stay.first_name, "lastName": stay.last_name, "email": stay.email(),
            "phone": stay.phone(), "preferredLanguage": stay.language, "nationalityCountryCode": stay.home},
        "guaranteeType": "CreditCard", "travelPurpose": "Leisure", "balance": {"amount": 0.0, "currency": unit.currency},
        "cancellationFee": {"id": "FLEX", "code": "FLEX"}, "noShowFee": {"code": "FLEX"}, "hasCityTax": false,
        "allFoliosHaveInvoice": false, "isPreCheckedIn": false,
    });
    // Absent, not null, when there is nothing to say.
    if let Some(fields) = body.as_object_mut() {
        if let Some(at) = stay.cancelled {
            fields.insert("cancellationTime".to_owned(), json!(utc(at)));
        }
        if let Some(code) = code(stay) {
            fields.insert("externalCode".to_owned(), json!(code));
        }
    }
    body
}

pub(super) fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::CheckedIn => "InHouse",
        StayStatus::CheckedOut => "CheckedOut",
        StayStatus::Cancelled => "Canceled",
        StayStatus::NoShow => "NoShow",
        StayStatus::Inquiry
        | StayStatus::Pending
        | StayStatus::Confirmed
        | StayStatus::Declined
        | StayStatus::Expired
        | StayStatus::Blocked => "Confirmed",
    }
}

pub(super) fn channel(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Booking => "BookingCom",
        Source::Expedia => "Expedia",
        Source::Airbnb | Source::Vrbo => "ChannelManager",
        Source::Direct => "Direct",
        Source::Website => "Ibe",
    }
}

pub(super) fn code(stay: &Stay) -> Option<String> {
    (!matches!(stay.source, Source::Direct | Source::Website)).then(|| stay.code())
}

fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
