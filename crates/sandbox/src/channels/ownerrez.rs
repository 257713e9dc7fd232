//! `OwnerRez`: HTTP Basic, a mandatory `User-Agent`, pages that name the next one.

use std::sync::Arc;

use actix_web::http::Method;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Channel, links};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Order, Source, Stay, StayStatus, Unit},
};

/// Neither the usual nor the largest page is documented: the plainest figures.
const PAGE: usize = 20;
const LARGEST_PAGE: usize = 100;

/// The vendor.
#[derive(Debug)]
pub(super) struct Ownerrez;

impl Channel for Ownerrez {
    fn slug(&self) -> &'static str {
        "ownerrez"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Confirmed,
            StayStatus::Pending,
            StayStatus::Cancelled,
            StayStatus::Blocked,
        ]
    }

    fn limits(&self) -> &'static [Limit] {
        &[Limit {
            requests: 300,
            seconds: 300,
            scope: Scope::Address,
        }]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        call.basic().map(|(user, token)| format!("{user} {token}"))
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        let (user, token) = call.basic()?;
        if user.is_empty() {
            None
        } else {
            call.open(self, &token)
        }
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        if call.header("user-agent").is_none_or(str::is_empty) {
            return failed(403, "A User-Agent header is required.");
        }
        let Some(account) = self.account(call) else {
            return self.unauthorized(call);
        };
        match (call.method, call.segments().as_slice()) {
            (&Method::GET, ["v2", "users", "me"]) => {
                let email = call.basic().map(|(user, _)| user);
                Answer::json(
                    200,
                    &json!({"id": account.number(), "first_name": "Host", "last_name": "Sandbox",
                    "email_address": email}),
                )
            }
            (&Method::GET, ["v2", "properties"]) => {
                let units: Vec<u32> = match call.param("active") {
                    None => account.units(),
                    Some(active) => account
                        .units()
                        .into_iter()
                        .filter(|index| account.unit(*index).enabled.to_string() == active)
                        .collect(),
                };
                page(call, &units, |index| property(&account.unit(index)))
            }
            (&Method::GET, ["v2", "properties", id]) => {
                match id.parse().ok().and_then(|id| account.unit_by_number(id)) {
                    Some(unit) => Answer::json(200, &property(&unit)),
                    None => not_found(),
                }
            }
            (&Method::GET, ["v2", "bookings"]) => bookings(call, &account),
            (&Method::GET, ["v2", "bookings", id]) => {
                match id.parse().ok().and_then(|id| account.stay_by_number(id)) {
                    Some(stay) => Answer::json(200, &booking(&account, &stay)),
                    None => not_found(),
                }
            }
            _ => not_found(),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        failed(401, "The credentials are not valid.")
    }

    /// No hint how long to wait is documented.
    fn rate_limited(&self, _: &Call<'_>, _: u64) -> Answer {
        Answer::json(429, &json!({"code": 429, "error": "Rate limit exceeded."}))
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["offset"])
    }

    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            timezone: None,
            ..ListingTruth::of(unit.number.to_string(), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let truth = ReservationTruth::of(stay.number.to_string(), unit.number.to_string(), unit, stay);
        vec![ReservationTruth {
            // Infants are told apart.
            children: Some(stay.children + stay.infants),
            source: site(stay).map(str::to_owned),
            confirmation_code: code(stay),
            ..truth
        }]
    }
}

fn bookings(call: &Call<'_>, account: &Account) -> Answer {
    let ids: Option<Vec<u64>> = call
        .param("property_ids")
        .map(|ids| ids.split(',').filter_map(|id| id.trim().parse().ok()).collect());
    let since = call.param("since_utc");
    if ids.is_none() && since.is_none() {
        return failed(400, "Either property_ids or since_utc is required.");
    }
    let mut dates = [None, None];
    for (slot, name) in dates.iter_mut().zip(["from", "to"]) {
        if let Some(text) = call.param(name) {
            match text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok()) {
                Some(day) => *slot = Some(day),
                None => return failed(400, &format!("{name} is not a date.")),
            }
        }
    }
    let [from, to] = dates;
    let since = match since.map(moment) {
        None => None,
        Some(Some(since)) => Some(since),
        Some(None) => return failed(400, "since_utc is not a date."),
    };
    let wanted = call.param("status").unwrap_or_default();
    let name = format!("{ids:?} {since:?} {from:?} {to:?} {wanted}");
    let chosen = account.select(&name, Order::Number, |stay| {
        since.is_none_or(|since| stay.updated >= since)
            && from.is_none_or(|from| stay.departure >= from)
            && to.is_none_or(|to| stay.arrival <= to)
            && (wanted.is_empty() || wanted.split(',').any(|word| word == status(stay)))
            && ids
                .as_ref()
                .is_none_or(|ids| ids.contains(&account.unit(stay.unit).number))
    });
    page(call, &chosen, |index| booking(account, &account.stay(index)))
}

/// One page, by `limit` and `offset`, with the address of the next.
fn page(call: &Call<'_>, all: &[u32], record: impl Fn(u32) -> Value) -> Answer {
    let limit = call.number("limit").unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let offset = call.number("offset").unwrap_or(0);
    let rows = call.rows(offset, limit, all.len());
    let next = (rows.end < all.len()).then(|| next_page(call, limit, rows.end));
    let items: Vec<Value> = slice(all, rows).iter().map(|index| record(*index)).collect();
    Answer::json(
        200,
        &json!({"count": all.len(), "limit": limit, "offset": offset, "items": items,
        "next_page_url": next}),
    )
}

fn next_page(call: &Call<'_>, limit: usize, offset: usize) -> String {
    let rest = call
        .query
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "limit" | "offset"));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(rest)
        .append_pair("limit", &limit.to_string())
        .append_pair("offset", &offset.to_string())
        .finish();
    format!("{}/ownerrez{}?{query}", call.origin, call.path)
}

fn property(unit: &Unit) -> Value {
    json!({
        "id": unit.number, "name": unit.title, "external_name": unit.title, "internal_code": unit.nickname,
        "key": format!("{:032x}", unit.number), "active": unit.enabled, "property_type": unit.kind,
        "address": {"street1": unit.street, "street2": null, "city": unit.city, "state": unit.region,
            "province": null, "postal_code": unit.zip, "country": unit.country},
        "latitude": unit.latitude, "longitude": unit.longitude, "currency_code": unit.currency,
        "max_guests": unit.capacity, "max_pets": 1, "bedrooms": unit.bedrooms, "bathrooms": unit.bathrooms,
        "check_in": "15:00", "check_out": "11:00", "public_url": null, "thumbnail_url": null,
    })
}

fn booking(account: &Account, stay: &Stay) -> Value {
    let unit = account.unit(stay.unit);
    let block = stay.status == StayStatus::Blocked;
    json!({
        "id": stay.number, "property_id": unit.number, "property": {"id": unit.number, "name": unit.title},
        "type": if block { "block" } else { "booking" }, "is_block": block, "status": status(stay),
        "arrival": stay.arrival.to_string(), "departure": stay.departure.to_string(), "check_in": "15:00",
        "check_out": "11:00", "adults": stay.adults, "children": stay.children, "infants": stay.infants,
        "pets": stay.pets, "total_amount": stay.amount(), "total_paid": 0, "total_owed": stay.amount(),
        "currency_code": unit.currency, "charges": [{"type": "rent", "amount": stay.amount()}],
        "guest_id": stay.mark % 100_000_000, "guest": {"first_name": stay.first_name, "last_name": stay.last_name},
        "listing_site": site(stay), "platform_reservation_number": code(stay), "notes": stay.note,
        "title": null, "booked_utc": moment_text(stay.booked), "updated_utc": moment_text(stay.updated),
        "canceled_utc": stay.cancelled.map(moment_text), "pending_action": null, "form_key": null,
    })
}

/// The vendor's word.
fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Cancelled => "canceled",
        StayStatus::Pending => "pending",
        _ => "active",
    }
}

/// The vendor's name of the place of booking; none for the owner's own.
fn site(stay: &Stay) -> Option<&'static str> {
    match stay.source {
        _ if stay.status == StayStatus::Blocked => None,
        Source::Airbnb => Some("Airbnb"),
        Source::Booking => Some("Booking.com"),
        Source::Vrbo => Some("Vrbo"),
        Source::Expedia => Some("Expedia"),
        Source::Direct => None,
        Source::Website => Some("Website"),
    }
}

/// The code of the place of booking; the owner's own bookings have none.
fn code(stay: &Stay) -> Option<String> {
    site(stay).map(|_| stay.code())
}

fn moment_text(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An instant, or a date and time without a zone, which is UTC as the parameter's name says.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    instant.ok().or_else(|| {
        let local = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok();
        let day = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
        Some(local.or_else(day)?.and_utc())
    })
}

fn not_found() -> Answer {
    failed(404, "Not found.")
}

fn failed(status: u16, message: &str) -> Answer {
    Answer::json(
        status,
        &json!({"messages": [message], "status": status, "status_code": status}),
    )
}
