//! Uplisting: a key without a colon in HTTP Basic, JSON:API listings, and pages that count from 0.

use std::{sync::Arc, time::Duration};

use actix_web::http::Method;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::{Channel, links, moments};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Source, Stay, StayStatus, Unit},
};

/// Bookings of a page; the caller can not choose.
const PAGE: usize = 50;
/// Requests for the bookings of one property in a minute.
const OF_PROPERTY: u32 = 15;
const MINUTE: Duration = Duration::from_mins(1);

/// The vendor.
#[derive(Debug)]
pub(super) struct Uplisting;

impl Channel for Uplisting {
    fn slug(&self) -> &'static str {
        "uplisting"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Confirmed,
            StayStatus::CheckedIn,
            StayStatus::CheckedOut,
            StayStatus::Cancelled,
        ]
    }

    fn limits(&self) -> &'static [Limit] {
        &[
            Limit {
                requests: 5,
                seconds: 1,
                scope: Scope::Address,
            },
            Limit {
                requests: 100,
                seconds: 60,
                scope: Scope::Address,
            },
        ]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        key(call)
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, &key(call)?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let Some(account) = self.account(call) else {
            return refused();
        };
        match (call.method, call.segments().as_slice()) {
            (&Method::GET, ["users", "me"]) => Answer::json(200, &json!({"data": user(&account)})),
            (&Method::GET, ["properties"]) => properties(call, &account),
            (&Method::GET, ["properties", id]) => match find(&account, id) {
                Some(unit) => Answer::json(
                    200,
                    &json!({"data": property(&unit), "included": [address(&unit)]}),
                ),
                None => not_found(),
            },
            (&Method::GET, ["bookings", id]) => match find(&account, id) {
                Some(unit) => self.bookings(call, &account, &unit),
                None => not_found(),
            },
            _ => not_found(),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        refused()
    }

    /// No hint how long to wait is documented.
    fn rate_limited(&self, _: &Call<'_>, _: u64) -> Answer {
        failed(429, "Rate limit exceeded")
    }

    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            timezone: None,
            enabled: None,
            ..ListingTruth::of(unit.number.to_string(), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let truth = ReservationTruth::of(stay.number.to_string(), unit.number.to_string(), unit, stay);
        vec![ReservationTruth {
            // Only the sum of all guests is told.
            adults: None,
            children: None,
            updated_at: None,
            source: Some(channel(stay).to_owned()),
            ..truth
        }]
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["page"])
    }
}

impl Uplisting {
    fn bookings(&self, call: &Call<'_>, account: &Account, unit: &Unit) -> Answer {
        let budget = format!("uplisting {} {}", call.address, unit.number);
        if call.limits
            && let Err(wait) = call.tokens.spend(&budget, OF_PROPERTY, MINUTE)
        {
            return self.rate_limited(call, wait);
        }
        let (from, to) = (
            call.param("from").and_then(moments::day),
            call.param("to").and_then(moments::day),
        );
        // Stays that touch the range; cancelled ones are among them.
        let chosen: Vec<u32> = account
            .stays_of(unit.index)
            .into_iter()
            .filter(|index| {
                let stay = account.stay(*index);
                from.is_none_or(|from| stay.departure >= from) && to.is_none_or(|to| stay.arrival <= to)
            })
            .collect();
        let page = call.number("page").unwrap_or(0);
        let (rows, pages) = call.page(page, PAGE, chosen.len());
        let bookings: Vec<Value> = slice(&chosen, rows)
            .iter()
            .map(|index| booking(unit, &account.stay(*index)))
            .collect();
        let body = json!({"bookings": bookings, "meta": {"total": chosen.len(), "total_pages": pages}});
        Answer::json(200, &body)
    }
}

/// The key, encoded alone: with a colon, as in ordinary HTTP Basic, it is another text and refused.
fn key(call: &Call<'_>) -> Option<String> {
    let encoded = call.header("authorization")?.strip_prefix("Basic ")?;
    String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()
}

fn find(account: &Account, id: &str) -> Option<Unit> {
    account.unit_by_number(id.parse().ok()?)
}

fn user(account: &Account) -> Value {
    let number = account.number();
    json!({
        "id": number.to_string(), "type": "users",
        "attributes": {"name": "Sandbox Host", "email": format!("host-{number}@hosts.example")},
    })
}

/// All at once: no paging is documented.
fn properties(call: &Call<'_>, account: &Account) -> Answer {
    let units = account.units();
    let units: Vec<Unit> = units.iter().map(|index| account.unit(*index)).collect();
    let mut included: Vec<Value> = Vec::new();
    let wanted = call
        .params("include")
        .flat_map(|list| list.split(','))
        .any(|part| part == "addresses");
    if wanted {
        included.extend(units.iter().map(address));
    }
    let data: Vec<Value> = units.iter().map(property).collect();
    Answer::json(200, &json!({"data": data, "included": included}))
}

fn property(unit: &Unit) -> Value {
    let address = address_id(unit);
    json!({
        "id": unit.number.to_string(), "type": "properties",
        "attributes": {
            "name": unit.title, "nickname": unit.nickname, "currency": unit.currency, "check_in_time": 15,
            "check_out_time": 11, "property_type": unit.kind, "maximum_capacity": unit.capacity,
            "bedrooms": unit.bedrooms, "beds": unit.bedrooms + 1, "bathrooms": unit.bathrooms, "bed_types": [],
            "description": "", "created_at": unit.created.to_rfc3339_opts(SecondsFormat::Secs, true),
            "uplisting_domain": "stays.example", "property_slug": unit.nickname.to_lowercase(),
        },
        "relationships": {
            "address": {"data": {"id": address, "type": "addresses"}},
            "photos": {"data": []}, "fees": {"data": []},
        },
    })
}

fn address_id(unit: &Unit) -> String {
    (unit.number + 1_000_000_000).to_string()
}

fn address(unit: &Unit) -> Value {
    json!({
        "id": address_id(unit), "type": "addresses",
        "attributes": {"street": unit.street, "suite": null, "city": unit.city, "state": unit.region,
            "zip_code": unit.zip, "country": unit.country, "latitude": unit.latitude, "longitude": unit.longitude},
    })
}

/// Fees and commissions are nothing here, so that all sums agree.
fn booking(unit: &Unit, stay: &Stay) -> Value {
    let amount = stay.amount();
    json!({
        "id": stay.number, "guest_name": stay.guest_name(), "preferred_guest_name": null,
        "guest_email": stay.email(), "guest_phone": stay.phone(), "channel": channel(stay), "source": null,
        "note": stay.note, "direct": matches!(stay.source, Source::Direct | Source::Website),
        "automated_messages_enabled": true, "automated_reviews_enabled": true,
        "booked_at": stay.booked.to_rfc3339_opts(SecondsFormat::Secs, true), "manually_moved": false,
        "check_in": stay.arrival.to_string(), "check_out": stay.departure.to_string(), "arrival_time": "15:00:00",
        "departure_time": "11:00:00", "number_of_nights": stay.nights(), "property_name": unit.nickname,
        "property_id": unit.number, "currency": unit.currency, "multi_unit_name": null, "multi_unit_id": null,
        "external_reservation_id": stay.code(), "number_of_guests": stay.guests(), "accomodation_total": amount,
        "cleaning_fee": 0.0, "extra_guest_charges": 0.0, "extra_charges": 0.0, "discounts": 0.0,
        "booking_taxes": 0.0, "commission": 0.0, "other_charges": 0.0, "total_payout": amount,
        "gross_revenue": amount, "net_revenue": amount, "cancellation_fee": null, "payment_processing_fee": 0.0,
        "balance": 0.0, "status": status(stay),
    })
}

fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Cancelled => "cancelled",
        StayStatus::CheckedIn => "checked_in",
        StayStatus::CheckedOut => "checked_out",
        StayStatus::Inquiry
        | StayStatus::Pending
        | StayStatus::Confirmed
        | StayStatus::Declined
        | StayStatus::Expired
        | StayStatus::NoShow
        | StayStatus::Blocked => "confirmed",
    }
}

fn channel(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "airbnb_official",
        Source::Booking => "booking_dot_com",
        Source::Vrbo => "homeaway",
        Source::Expedia => "expedia",
        Source::Direct => "uplisting",
        Source::Website => "direct",
    }
}

fn refused() -> Answer {
    failed(401, "The API key provided does not appear to be valid")
}

fn not_found() -> Answer {
    failed(404, "Not found")
}

fn failed(status: u16, message: &str) -> Answer {
    Answer::json(
        status,
        &json!({"errors": [{"status": status.to_string(), "detail": message}]}),
    )
}
