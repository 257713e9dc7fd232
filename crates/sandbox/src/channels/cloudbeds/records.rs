//! Hotels and reservations, as the vendor writes them.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value, json};

use crate::world::{Account, Source, Stay, StayStatus, Unit};

const FORM: &str = "%Y-%m-%d %H:%M:%S";

fn currency(unit: &Unit) -> Value {
    json!({"currencyCode": unit.currency, "currencySymbol": unit.currency, "currencyPosition": "before"})
}

pub(super) fn hotel(account: &Account, unit: &Unit) -> Value {
    json!({
        "propertyID": unit.number.to_string(), "organizationID": account.number().to_string(),
        "propertyName": unit.title, "propertyImage": "", "propertyDescription": "",
        "propertyTimezone": unit.zone_name(), "propertyCurrency": currency(unit),
    })
}

pub(super) fn details(unit: &Unit) -> Value {
    json!({
        "propertyID": unit.number.to_string(), "propertyName": unit.title, "propertyType": unit.kind,
        "propertyImage": [], "propertyDescription": "", "propertyCurrency": currency(unit),
        "propertyAdditionalPhotos": [], "propertyPhone": "", "propertyEmail": "host@hosts.example",
        "propertyAddress": {
            "propertyAddress1": unit.street, "propertyAddress2": "", "propertyCity": unit.city,
            "propertyState": unit.region, "propertyZip": unit.zip, "propertyCountry": unit.country,
            "propertyLatitude": unit.latitude.to_string(), "propertyLongitude": unit.longitude.to_string(),
        },
        "propertyPolicy": {"propertyCheckInTime": "15:00", "propertyCheckOutTime": "11:00",
            "propertyLateCheckOutAllowed": false, "propertyTermsAndConditions": ""},
        "propertyAmenities": [],
    })
}

/// The form of lists, which tells what is owed and not what it cost.
pub(super) fn reservation(unit: &Unit, stay: &Stay, guests: bool) -> Value {
    let shown = |at: DateTime<Utc>| local(unit, at).format(FORM).to_string();
    let guest = (stay.number + 7).to_string();
    let mut body = json!({
        "propertyID": unit.number.to_string(), "reservationID": stay.number.to_string(),
        "dateCreated": shown(stay.booked), "dateModified": shown(stay.updated), "status": status(stay),
        "guestID": guest, "profileID": guest, "guestName": stay.guest_name(),
        "startDate": stay.arrival.to_string(), "endDate": stay.departure.to_string(),
        "adults": stay.adults.to_string(), "children": stay.children.to_string(), "balance": 0.0,
        "sourceName": source(stay), "sourceID": format!("s-{}", source(stay).len()),
        "thirdPartyIdentifier": code(stay), "origin": source(stay), "allotmentBlockCode": null, "groupCode": null,
        "subReservationID": stay.number.to_string(),
    });
    if guests && let Some(fields) = body.as_object_mut() {
        let details = json!({(guest.as_str()): {
            "guestID": guest, "guestName": stay.guest_name(), "guestFirstName": stay.first_name,
            "guestLastName": stay.last_name, "guestEmail": stay.email(), "guestPhone": stay.phone(),
            "guestCountry": stay.home, "isMainGuest": true, "isAnonymized": false,
        }});
        fields.insert("guestList".to_owned(), details);
    }
    body
}

/// The form of one reservation, with its price.
pub(super) fn whole(unit: &Unit, stay: &Stay) -> Value {
    let mut body = reservation(unit, stay, true);
    if let Some(fields) = body.as_object_mut() {
        fields.insert("guestEmail".to_owned(), json!(stay.email()));
        fields.insert("total".to_owned(), json!(stay.amount()));
        let parts = json!({"subTotal": stay.amount(), "additionalItems": 0.0, "taxesFees": 0.0,
            "grandTotal": stay.amount(), "paid": stay.amount()});
        fields.insert("balanceDetailed".to_owned(), parts);
        let room = json!([{"roomTypeID": unit.number.to_string(), "roomTypeName": unit.title,
            "roomID": format!("{}-0", unit.number), "startDate": stay.arrival.to_string(),
            "endDate": stay.departure.to_string(), "adults": stay.adults.to_string(),
            "children": stay.children.to_string(), "roomTotal": stay.total()}]);
        fields.insert("assigned".to_owned(), room);
        fields.insert("unassigned".to_owned(), json!([]));
    }
    body
}

/// What the clock at the property showed.
pub(super) fn local(unit: &Unit, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&unit.zone).naive_local()
}

pub(super) fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Pending => "not_confirmed",
        StayStatus::CheckedIn => "checked_in",
        StayStatus::CheckedOut => "checked_out",
        StayStatus::Cancelled => "canceled",
        StayStatus::NoShow => "no_show",
        StayStatus::Inquiry
        | StayStatus::Confirmed
        | StayStatus::Declined
        | StayStatus::Expired
        | StayStatus::Blocked => "confirmed",
    }
}

pub(super) fn source(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "Airbnb",
        Source::Booking => "Booking.com",
        Source::Vrbo => "Vrbo",
        Source::Expedia => "Expedia",
        Source::Direct => "Walk-In",
        Source::Website => "Website/Booking Engine",
    }
}

pub(super) fn code(stay: &Stay) -> Option<String> {
    (!matches!(stay.source, Source::Direct | Source::Website)).then(|| stay.code())
}
