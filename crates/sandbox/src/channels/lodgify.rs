//! Lodgify: an API key, numbered pages of at most 50, a bad key refused with 403 and no word.

use std::sync::Arc;

use actix_web::http::Method;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{Channel, links};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    truth::{ListingTruth, ReservationTruth},
    world::{Account, BASE, Order, Source, Stay, StayStatus, Unit},
};

/// Where nothing is said; the largest is documented.
const PAGE: usize = 10;
const LARGEST_PAGE: usize = 50;

/// The vendor.
#[derive(Debug)]
pub(super) struct Lodgify;

impl Channel for Lodgify {
    fn slug(&self) -> &'static str {
        "lodgify"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Inquiry,
            StayStatus::Pending,
            StayStatus::Confirmed,
            StayStatus::Cancelled,
            StayStatus::Declined,
        ]
    }

    fn limits(&self) -> &'static [Limit] {
        &[Limit {
            requests: 750,
            seconds: 60,
            scope: Scope::Credential,
        }]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        call.header("x-apikey").map(str::to_owned)
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, call.header("x-apikey")?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let Some(account) = self.account(call) else {
            return self.unauthorized(call);
        };
        match (call.method, call.segments().as_slice()) {
            (&Method::GET, ["v2", "properties"]) => {
                let units = account.units();
                page(call, &units, |index| property(&account.unit(index)))
            }
            (&Method::GET, ["v2", "properties", id]) => match unit(&account, id) {
                Some(unit) => Answer::json(200, &property(&unit)),
                None => not_found(),
            },
            (&Method::GET, ["v2", "properties", id, "rooms"]) => match unit(&account, id) {
                Some(unit) => Answer::json(
                    200,
                    &json!([{"id": room(&unit), "name": unit.title,
                    "max_people": unit.capacity, "bedrooms": unit.bedrooms, "bathrooms": unit.bathrooms, "units": 1}]),
                ),
                None => not_found(),
            },
            (&Method::GET, ["v2", "reservations", "bookings"]) => bookings(call, &account),
            (&Method::GET, ["v2", "reservations", "bookings", id]) => {
                match id.parse().ok().and_then(|id| account.stay_by_number(id)) {
                    Some(stay) => Answer::json(200, &booking(&account, &stay)),
                    None => not_found(),
                }
            }
            _ => not_found(),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        Answer::empty(403)
    }

    /// No hint how long to wait is documented.
    fn rate_limited(&self, _: &Call<'_>, _: u64) -> Answer {
        failed(429, 429, "Too many requests")
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["page"])
    }

    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            timezone: None,
            // Active is what has a website; nothing says whether it is let.
            enabled: None,
            ..ListingTruth::of(unit.number.to_string(), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let truth = ReservationTruth::of(stay.number.to_string(), unit.number.to_string(), unit, stay);
        vec![ReservationTruth {
            // Infants are told apart.
            children: Some(stay.children + stay.infants),
            source: Some(source(stay).to_owned()),
            confirmation_code: None,
            ..truth
        }]
    }
}

fn unit(account: &Account, id: &str) -> Option<Unit> {
    account.unit_by_number(id.parse().ok()?)
}

/// The only room of a property.
fn room(unit: &Unit) -> u64 {
    unit.number + 50_000
}

fn bookings(call: &Call<'_>, account: &Account) -> Answer {
    let text = |name: &str| call.param(name).unwrap_or_default().to_lowercase();
    let stays = text("stayFilter");
    let trash = text("trash");
    let day: Option<NaiveDate> = call
        .param("stayFilterDate")
        .and_then(|text| text.get(..10)?.parse().ok());
    let since = match call.param("updatedSince").map(moment) {
        None => None,
        Some(Some(since)) => Some(since),
        Some(None) => return failed(400, 400, "updatedSince is not valid"),
    };
    let known = [
        "",
        "upcoming",
        "current",
        "historic",
        "all",
        "arrivaldate",
        "departuredate",
    ];
    if !known.contains(&stays.as_str()) {
        return failed(400, 400, "stayFilter is not valid");
    }
    let name = format!("{stays} {trash} {day:?} {since:?}");
    let chosen = account.select(&name, Order::Number, |stay| {
        let dates = match stays.as_str() {
            "all" => true,
            "current" => stay.arrival <= BASE && BASE < stay.departure,
            "historic" => stay.departure <= BASE,
            "arrivaldate" => Some(stay.arrival) == day,
            "departuredate" => Some(stay.departure) == day,
            _ => stay.arrival > BASE,
        };
        // Nothing is in the trash here.
        dates && trash != "true" && since.is_none_or(|since| stay.updated >= since)
    });
    page(call, &chosen, |index| booking(account, &account.stay(index)))
}

/// One page, counted from 1. The total is told to those who ask.
fn page(call: &Call<'_>, all: &[u32], record: impl Fn(u32) -> Value) -> Answer {
    let size = call.number("size").unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let number = call.number("page").unwrap_or(1).max(1);
    let (rows, _) = call.page(number - 1, size, all.len());
    let items: Vec<Value> = slice(all, rows).iter().map(|index| record(*index)).collect();
    let counted = call
        .param("includeCount")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    Answer::json(
        200,
        &json!({"count": counted.then_some(all.len()), "items": items}),
    )
}

fn property(unit: &Unit) -> Value {
    json!({
        "id": unit.number, "name": unit.title, "internal_name": unit.nickname, "description": "",
        "latitude": unit.latitude, "longitude": unit.longitude, "address": unit.street, "hide_address": false,
        "zip": unit.zip, "city": unit.city, "state": unit.region, "country": unit.country_name,
        "country_code": unit.country, "image_url": null, "has_addons": false, "has_agreement": false,
        "agreement_text": null, "currency_code": unit.currency, "price_unit_in_days": 1, "min_price": 90.0,
        "max_price": 240.0, "original_min_price": 90.0, "original_max_price": 240.0, "rating": 0,
        "is_active": unit.enabled, "rooms": [{"id": room(unit), "name": unit.title}],
        "created_at": instant(unit.created), "updated_at": instant(unit.created),
    })
}

fn booking(account: &Account, stay: &Stay) -> Value {
    let unit = account.unit(stay.unit);
    json!({
        "id": stay.number, "user_id": account.number(), "arrival": stay.arrival.to_string(),
        "departure": stay.departure.to_string(), "property_id": unit.number,
        "rooms": [{"room_type_id": room(&unit), "people": stay.guests() + stay.infants, "key_code": "",
            "guest_breakdown": {"adults": stay.adults, "children": stay.children, "infants": stay.infants,
                "pets": stay.pets}}],
        "guest": {"id": stay.mark % 1_000_000, "name": stay.guest_name(), "email": stay.email(),
            "phone": stay.phone(), "country_code": stay.home, "locale": stay.language},
        "language": stay.language, "status": status(stay), "is_deleted": false,
        "is_replied": true, "source": source(stay), "source_text": stay.code(), "currency_code": unit.currency,
        "total_amount": stay.amount(), "subtotals": {"stay": stay.amount(), "fees": 0.0, "taxes": 0.0, "promotions": 0.0},
        "amount_paid": 0.0, "amount_due": stay.amount(), "notes": stay.note, "nights": stay.nights(),
        "created_at": instant(stay.booked), "updated_at": instant(stay.updated),
        "canceled_at": stay.cancelled.map(instant),
    })
}

/// The vendor's word. A cancelled booking keeps the one it had: only `canceled_at` tells.
fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Inquiry => "Open",
        StayStatus::Pending => "Tentative",
        StayStatus::Declined => "Declined",
        StayStatus::Cancelled if stay.mark.is_multiple_of(3) => "Declined",
        _ => "Booked",
    }
}

/// The vendor's name of the place of booking.
fn source(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "AirbnbIntegration",
        Source::Booking => "BookingCom",
        Source::Vrbo => "HomeAway",
        Source::Expedia => "Expedia",
        Source::Direct => "Manual",
        Source::Website => "OH",
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// A date or an instant.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    instant.ok().or_else(|| {
        let day: NaiveDate = text.parse().ok()?;
        Some(day.and_time(chrono::NaiveTime::MIN).and_utc())
    })
}

fn not_found() -> Answer {
    failed(404, 404, "Not found")
}

fn failed(status: u16, code: u16, message: &str) -> Answer {
    Answer::json(
        status,
        &json!({"message": message, "code": code,
        "correlation_id": "3f6c1f0e-7d7b-4a0e-9a57-2f4d5e9b1c10", "event_id": null}),
    )
}
