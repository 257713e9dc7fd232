//! Smoobu: signed requests, listings without details until asked one by one, no zone in its times.

mod search;
mod signature;

use std::sync::Arc;

use actix_web::http::Method;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use self::{search::Search, signature::signed};
use super::{Channel, links};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    truth::{ListingTruth, ReservationTruth, instant},
    world::{Account, Order, Source, Stay, StayStatus, Unit},
};

/// Where nothing is said; the largest is documented.
const PAGE: usize = 25;
const LARGEST_PAGE: usize = 100;

/// The vendor.
#[derive(Debug)]
pub(super) struct Smoobu;

impl Channel for Smoobu {
    fn slug(&self) -> &'static str {
        "smoobu"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[StayStatus::Confirmed, StayStatus::Cancelled, StayStatus::Blocked]
    }

    fn limits(&self) -> &'static [Limit] {
        &[Limit {
            requests: 700,
            seconds: 60,
            scope: Scope::Credential,
        }]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        call.header("x-api-key")
            .or_else(|| call.header("api-key"))
            .map(str::to_owned)
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, call.header("x-api-key")?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        // The key alone, in `Api-Key`, is not enough any more.
        let account = match self.account(call) {
            Some(account) if signed(self, call) => account,
            _ => return self.unauthorized(call),
        };
        match (call.method, call.segments().as_slice()) {
            (&Method::GET, ["api", "me"]) => Answer::json(
                200,
                &json!({"id": account.number(), "firstName": "Host",
                "lastName": "Sandbox", "email": format!("host-{}@hosts.example", account.number())}),
            ),
            (&Method::GET, ["api", "apartments"]) => {
                let units = account.units();
                let apartments: Vec<Value> = units
                    .iter()
                    .map(|index| account.unit(*index))
                    .map(|unit| json!({"id": unit.number, "name": unit.title}))
                    .collect();
                Answer::json(200, &json!({"apartments": apartments}))
            }
            (&Method::GET, ["api", "apartments", id]) => {
                match id.parse().ok().and_then(|id| account.unit_by_number(id)) {
                    Some(unit) => Answer::json(200, &apartment(&unit)),
                    None => not_found(),
                }
            }
            (&Method::GET, ["api", "reservations"]) => bookings(call, &account),
            (&Method::GET, ["api", "reservations", id]) => {
                match id.parse().ok().and_then(|id| account.stay_by_number(id)) {
                    Some(stay) => Answer::json(200, &booking(&account, &stay)),
                    None => not_found(),
                }
            }
            _ => not_found(),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        failed(401, "Unauthorized", "verification error")
    }

    /// No hint how long to wait is documented.
    fn rate_limited(&self, _: &Call<'_>, _: u64) -> Answer {
        failed(429, "Too Many Requests", "Too many requests")
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["page"])
    }

    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            enabled: None,
            ..ListingTruth::of(unit.number.to_string(), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let minutes = |at: DateTime<Utc>| instant(at - chrono::TimeDelta::seconds(at.timestamp() % 60));
        let truth = ReservationTruth::of(stay.number.to_string(), unit.number.to_string(), unit, stay);
        vec![ReservationTruth {
            source: Some(source(stay).1.to_owned()),
            booked_at: Some(minutes(stay.booked)),
            updated_at: Some(minutes(stay.updated)),
            ..truth
        }]
    }
}

fn bookings(call: &Call<'_>, account: &Account) -> Answer {
    let search = match Search::read(call) {
        Ok(search) => search,
        Err(name) => return invalid(name),
    };
    let size = call.number("pageSize").unwrap_or(PAGE);
    if size == 0 || size > LARGEST_PAGE {
        return invalid("pageSize");
    }
    let number = call.number("page").unwrap_or(1).max(1);
    let chosen = account.select(&format!("{search:?}"), Order::Number, |stay| {
        search.keeps(account, stay)
    });
    let (rows, pages) = call.page(number - 1, size, chosen.len());
    let bookings: Vec<Value> = slice(&chosen, rows)
        .iter()
        .map(|index| booking(account, &account.stay(*index)))
        .collect();
    Answer::json(
        200,
        &json!({"page_count": pages, "page_size": size, "total_items": chosen.len(),
        "page": number, "bookings": bookings}),
    )
}

fn apartment(unit: &Unit) -> Value {
    json!({
        "location": {"street": unit.street, "zip": unit.zip, "city": unit.city, "country": unit.country_name,
            "latitude": unit.latitude.to_string(), "longitude": unit.longitude.to_string()},
        "timeZone": unit.zone_name(),
        "rooms": {"maxOccupancy": unit.capacity, "bedrooms": unit.bedrooms, "bathrooms": unit.bathrooms,
            "doubleBeds": unit.bedrooms, "singleBeds": null, "sofaBeds": 1, "couches": null, "childBeds": null,
            "queenSizeBeds": null, "kingSizeBeds": 0},
        "equipments": ["Internet", "Heating"], "currency": unit.currency,
        "price": {"minimal": "90.00", "maximal": "240.00"}, "type": {"id": 1, "name": unit.kind},
    })
}

fn booking(account: &Account, stay: &Stay) -> Value {
    let unit = account.unit(stay.unit);
    let (channel, name) = source(stay);
    json!({
        "id": stay.number, "reference-id": stay.code(), "type": kind(stay),
        "arrival": stay.arrival.to_string(), "departure": stay.departure.to_string(),
        "created-at": minutes(stay.booked), "modifiedAt": minutes(stay.updated),
        "apartment": {"id": unit.number, "name": unit.title}, "channel": {"id": channel, "name": name},
        "guest-name": stay.guest_name(), "firstname": stay.first_name, "lastname": stay.last_name,
        "email": stay.email(), "phone": stay.phone(), "adults": stay.adults,
        "children": stay.children, "check-in": "15:00", "check-out": "11:00", "notice": stay.note,
        "assistant-notice": null, "price": stay.amount(), "price-paid": "No", "commission-included": null,
        "prepayment": null, "prepayment-paid": "No", "deposit": null, "deposit-paid": "No", "language": stay.language,
        "guest-app-url": null, "is-blocked-booking": stay.status == StayStatus::Blocked,
        "guestId": stay.mark % 10_000_000, "related": [],
    })
}

/// The vendor's word for what happened to a booking.
fn kind(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Cancelled => "cancellation",
        StayStatus::Confirmed if stay.mark.is_multiple_of(4) => "modification of booking",
        _ => "reservation",
    }
}

/// The vendor's id and name of the place of booking.
fn source(stay: &Stay) -> (u32, &'static str) {
    match stay.source {
        _ if stay.status == StayStatus::Blocked => (11, "Blocked channel"),
        Source::Airbnb => (465_614, "Airbnb"),
        Source::Booking => (14, "Booking.com"),
        Source::Vrbo => (63, "Vrbo"),
        Source::Expedia => (44, "Expedia"),
        Source::Direct => (13, "Direct booking"),
        Source::Website => (70, "Homepage"),
    }
}

/// To the minute and without a zone; nothing is said about it, so it is UTC here.
fn minutes(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

/// What the validation refuses, with the status that this vendor gives it.
fn invalid(name: &str) -> Answer {
    failed(
        500,
        "Internal Server Error",
        &format!("The parameter {name} is not valid"),
    )
}

fn not_found() -> Answer {
    failed(404, "Not Found", "Not found")
}

fn failed(status: u16, title: &str, detail: &str) -> Answer {
    Answer::json(
        status,
        &json!({"status": status, "title": title, "detail": detail}),
    )
}
