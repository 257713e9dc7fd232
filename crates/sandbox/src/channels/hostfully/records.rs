//! Properties, leads and orders, as the vendor writes them.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::{LEAD, ORDER, PROPERTY};
use crate::{
    call::Call,
    channels::uuids,
    world::{Account, Source, Stay, StayStatus, Unit},
};

pub(super) fn property(call: &Call<'_>, unit: &Unit) -> Value {
    json!({
        "uid": uuids::of(PROPERTY, unit.number), "agencyUid": call.param("agencyUid"), "name": unit.title,
        "webLink": null, "isActive": unit.enabled, "propertyType": unit.kind.to_uppercase(),
        "listingType": "ENTIRE_HOME", "roomType": "ENTIRE_HOME", "bedrooms": unit.bedrooms,
        "beds": unit.bedrooms + 1, "bathrooms": unit.bathrooms.to_string(), "floor": 1,
        "area": {"size": 70, "unitType": "SQUARE_METERS"},
        "address": {
            "address": unit.street, "address2": null, "city": unit.city, "state": unit.region, "zipCode": unit.zip,
            "countryCode": unit.country, "latitude": unit.latitude, "longitude": unit.longitude,
        },
        "availability": {"checkInTimeStart": 15, "checkInTimeEnd": 22, "checkOutTime": 11, "baseGuests": 2,
            "maxGuests": unit.capacity, "minimumStay": 2, "maximumStay": 90, "bookingWindow": 365},
        "pricing": {"currency": unit.currency, "dailyRate": 120, "cleaningFee": 0, "securityDeposit": 0,
            "taxRate": 0},
        "bookingNotes": "", "wifiNetwork": null, "externalId": null, "createdUtcDateTime": utc(unit.created),
    })
}

pub(super) fn lead(call: &Call<'_>, account: &Account, stay: &Stay) -> Value {
    let unit = account.unit(stay.unit);
    let zoned = |date: NaiveDate, hour: u32| {
        let there = unit.instant(date, hour).with_timezone(&unit.zone);
        there.to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let (kind, status) = kind_and_status(stay);
    let property = (!is_loose(stay)).then(|| uuids::of(PROPERTY, unit.number));
    let channel = channel(stay);
    let source = if matches!(stay.source, Source::Direct | Source::Website) {
        "HOSTFULLY_UI".to_owned()
    } else {
        format!("DIRECT_{channel}")
    };
    json!({
        "uid": uuids::of(LEAD, stay.number), "propertyUid": property, "agencyUid": call.param("agencyUid"),
        "checkInZonedDateTime": zoned(stay.arrival, 15), "checkOutZonedDateTime": zoned(stay.departure, 11),
        "checkInLocalDateTime": format!("{}T15:00:00", stay.arrival),
        "checkOutLocalDateTime": format!("{}T11:00:00", stay.departure),
        "status": status, "type": kind, "source": source, "channel": channel,
        "bookedUtcDateTime": is_booked(stay).then(|| utc(stay.booked)), "externalBookingId": code(stay),
        "notes": stay.note, "extraNotes": null, "referrer": null, "unitUid": null,
        "assignee": {"uid": null, "type": "EMPLOYEE"},
        "metadata": {"createdUtcDateTime": utc(stay.booked), "updatedUtcDateTime": utc(stay.updated),
            "creationCircumstances": null},
        "guestInformation": {
            "firstName": stay.first_name, "lastName": stay.last_name, "email": stay.email(),
            "phoneNumber": stay.phone(), "cellPhoneNumber": null, "adultCount": stay.adults,
            "childrenCount": stay.children, "infantCount": stay.infants, "petCount": stay.pets,
            "countryCode": stay.home, "preferredLocale": stay.language,
        },
    })
}

/// The price is the rent alone here, without fees and taxes, so that all sums agree.
pub(super) fn order(unit: &Unit, stay: &Stay) -> Value {
    let amount = stay.amount();
    json!({
        "uid": uuids::of(ORDER, stay.number), "leadUid": uuids::of(LEAD, stay.number),
        "propertyUid": uuids::of(PROPERTY, unit.number), "currency": unit.currency,
        "rent": {"rentNetPrice": amount, "netPrice": amount, "grossPrice": amount, "rentBaseDailyRate": null,
            "rentBreakdowns": [], "discount": 0, "taxesRate": 0, "taxAmount": 0},
        "fees": {"cleaningFee": {"netPrice": 0, "grossPrice": 0, "taxAmount": 0}, "otherFees": []},
        "securityDeposit": 0, "totalAmount": amount, "totalTaxesAmount": 0, "balance": 0,
    })
}

/// What kind of lead it is, and where it stands. Some things have two words.
fn kind_and_status(stay: &Stay) -> (&'static str, &'static str) {
    let other = stay.mark.is_multiple_of(3);
    match stay.status {
        StayStatus::Inquiry if other => ("INQUIRY", "ON_HOLD"),
        StayStatus::Inquiry => ("INQUIRY", "NEW"),
        StayStatus::Pending => ("BOOKING_REQUEST", "PENDING"),
        StayStatus::CheckedIn => ("BOOKING", "STAY"),
        StayStatus::Cancelled if other => ("BOOKING", "CANCELLED_BY_TRAVELER"),
        StayStatus::Cancelled => ("BOOKING", "CANCELLED"),
        StayStatus::Declined => ("BOOKING_REQUEST", "DECLINED"),
        StayStatus::Blocked => ("BLOCK", "BLOCKED"),
        StayStatus::Confirmed | StayStatus::CheckedOut | StayStatus::Expired | StayStatus::NoShow => {
            match stay.source {
                Source::Direct => ("BOOKING", "BOOKED_BY_AGENT"),
                Source::Website => ("BOOKING", "BOOKED_BY_CUSTOMER"),
                Source::Airbnb | Source::Booking | Source::Vrbo | Source::Expedia if other => {
                    ("BOOKING", "BOOKED_EXTERNALLY")
                }
                Source::Airbnb | Source::Booking | Source::Vrbo | Source::Expedia => ("BOOKING", "BOOKED"),
            }
        }
    }
}

/// Some questions name no property.
pub(super) fn is_loose(stay: &Stay) -> bool {
    stay.status == StayStatus::Inquiry && stay.mark.is_multiple_of(4)
}

pub(super) fn is_priced(stay: &Stay) -> bool {
    !matches!(stay.status, StayStatus::Inquiry | StayStatus::Blocked)
}

pub(super) fn is_booked(stay: &Stay) -> bool {
    is_priced(stay) && !matches!(stay.status, StayStatus::Pending | StayStatus::Declined)
}

pub(super) fn code(stay: &Stay) -> Option<String> {
    let elsewhere = !matches!(stay.source, Source::Direct | Source::Website);
    (elsewhere && is_priced(stay)).then(|| stay.code())
}

pub(super) fn channel(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "AIRBNB",
        Source::Booking => "BOOKINGDOTCOM",
        Source::Vrbo => "VRBO",
        Source::Expedia => "EXPEDIA",
        Source::Direct => "HOSTFULLY",
        Source::Website => "DIRECT_BOOKING_WEBSITE",
    }
}

/// `2026-06-01T12:00:00`, without a zone.
fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}
