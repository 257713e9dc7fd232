//! Hospitable: a personal access token, page numbers, and reservations that are listed by property only.

use std::sync::Arc;

use actix_web::http::Method;
use chrono::{Days, NaiveDate, SecondsFormat};
use serde_json::{Value, json};

use super::{
    Channel, links,
    moments::{self, Within},
    uuids,
};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::Limit,
    truth::{ListingTruth, ReservationTruth},
    world::{Account, BASE, Source, Stay, StayStatus, Unit},
};

const SLUG: &str = "hospitable";
const PROPERTY: u64 = 1;
const RESERVATION: u64 = 2;
const USER: u64 = 3;
const CONVERSATION: u64 = 4;
const PER_PAGE: usize = 10;
const MOST_PER_PAGE: usize = 100;
/// Without any date only check-ins of the next two weeks are listed.
const DEFAULT_DAYS: u64 = 14;

/// The vendor.
#[derive(Debug)]
pub(super) struct Hospitable;

impl Channel for Hospitable {
    fn slug(&self) -> &'static str {
        SLUG
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Pending,
            StayStatus::Confirmed,
            StayStatus::Cancelled,
            StayStatus::Declined,
            StayStatus::Expired,
        ]
    }

    /// Limits are documented for writes only.
    fn limits(&self) -> &'static [Limit] {
        &[]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        call.bearer().map(str::to_owned)
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, call.bearer()?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let Some(account) = self.account(call) else {
            return unauthenticated();
        };
        match (call.method, call.segments().as_slice()) {
            (&Method::GET, ["v2", "user"]) => Answer::json(200, &json!({"data": user(&account)})),
            (&Method::GET, ["v2", "properties"]) => properties(call, &account),
            (&Method::GET, ["v2", "properties", id]) => match find(&account, id) {
                Some(unit) => Answer::json(200, &json!({"data": property(&unit)})),
                None => not_found(),
            },
            (&Method::GET, ["v2", "reservations"]) => reservations(call, &account),
            (&Method::GET, ["v2", "reservations", id]) => {
                let number = uuids::number(RESERVATION, id);
                match number.and_then(|number| account.stay_by_number(number)) {
                    Some(stay) => Answer::json(200, &json!({"data": reservation(call, &account, &stay)})),
                    None => not_found(),
                }
            }
            _ => not_found(),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        unauthenticated()
    }

    fn rate_limited(&self, _: &Call<'_>, wait: u64) -> Answer {
        failed(429, "Too Many Requests", "Too Many Attempts.").header("Retry-After", wait.to_string())
    }

    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth::of(uuids::of(PROPERTY, unit.number), unit)
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let id = uuids::of(RESERVATION, stay.number);
        let truth = ReservationTruth::of(id, uuids::of(PROPERTY, unit.number), unit, stay);
        vec![ReservationTruth {
            // Infants are told apart, and are children all the same.
            children: Some(stay.children + stay.infants),
            updated_at: None,
            source: Some(platform(stay).to_owned()),
            ..truth
        }]
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["page"])
    }
}

fn find(account: &Account, id: &str) -> Option<Unit> {
    account.unit_by_number(uuids::number(PROPERTY, id)?)
}

fn user(account: &Account) -> Value {
    let number = account.number();
    json!({
        "id": uuids::of(USER, number), "email": format!("host-{number}@hosts.example"), "name": "Sandbox Host",
        "business": true, "company": "Sandbox Stays", "vat": null, "tax_id": null, "street_line1": "1 Harbour Road",
        "street_line2": null, "postal_code": "10115", "city": "Berlin", "state": null, "country": "DE",
    })
}

fn properties(call: &Call<'_>, account: &Account) -> Answer {
    let units = account.units();
    listed(call, &units, |index| property(&account.unit(index)))
}

fn reservations(call: &Call<'_>, account: &Account) -> Answer {
    let asked: Vec<&str> = call
        .query
        .iter()
        .filter(|(key, _)| key.starts_with("properties["))
        .map(|(_, id)| id.as_str())
        .collect();
    if asked.is_empty() {
        return failed(400, "Bad Request", "The properties field is required.");
    }
    let (within, by_departure) = dates(call);
    let chosen: Vec<u32> = asked
        .iter()
        .filter_map(|id| find(account, id))
        .flat_map(|unit| account.stays_of(unit.index))
        .filter(|index| {
            let stay = account.stay(*index);
            within.holds(if by_departure {
                &stay.departure
            } else {
                &stay.arrival
            })
        })
        .collect();
    listed(call, &chosen, |index| {
        reservation(call, account, &account.stay(index))
    })
}

/// Which days, and whether they are those of departure.
fn dates(call: &Call<'_>) -> (Within<NaiveDate>, bool) {
    let query = call.param("date_query");
    let mut within = Within {
        from: call.param("start_date").and_then(moments::day),
        to: call.param("end_date").and_then(moments::day),
    };
    if within.is_open() && query.is_none() {
        within = Within {
            from: Some(BASE),
            to: Some(BASE + Days::new(DEFAULT_DAYS)),
        };
    }
    (within, query == Some("checkout"))
}

/// A page of a list, by `page` and `per_page`.
fn listed(call: &Call<'_>, all: &[u32], row: impl Fn(u32) -> Value) -> Answer {
    let whole = |name: &str, default: usize| call.param(name).map_or(Some(default), |text| text.parse().ok());
    let (Some(page), Some(size)) = (whole("page", 1), whole("per_page", PER_PAGE)) else {
        return bad_page();
    };
    if page == 0 || size == 0 || size > MOST_PER_PAGE {
        return bad_page();
    }
    let (rows, pages) = call.page(page - 1, size, all.len());
    let last = pages.max(1);
    let data: Vec<Value> = slice(all, rows.clone()).iter().map(|index| row(*index)).collect();
    let link = |page: usize| links::with(call, SLUG, "page", &page.to_string());
    let seen = (!data.is_empty()).then_some((rows.start + 1, rows.start + data.len()));
    let body = json!({
        "data": data,
        "links": {
            "first": link(1), "last": link(last),
            "prev": (page > 1).then(|| link(page - 1)), "next": (page < last).then(|| link(page + 1)),
        },
        "meta": {
            "current_page": page, "from": seen.map(|(from, _)| from), "last_page": last,
            "path": format!("{}/{SLUG}{}", call.origin, call.path), "per_page": size,
            "to": seen.map(|(_, to)| to), "total": all.len(),
        },
    });
    Answer::json(200, &body)
}

fn property(unit: &Unit) -> Value {
    let display = format!("{}, {} {}, {}", unit.street, unit.zip, unit.city, unit.country);
    json!({
        "id": uuids::of(PROPERTY, unit.number), "name": unit.title, "public_name": unit.title,
        "picture": "https://images.example/house.jpg",
        "address": {
            "number": "", "street": unit.street, "city": unit.city, "state": unit.region, "country": unit.country,
            "postcode": unit.zip, "coordinates": {"latitude": unit.latitude, "longitude": unit.longitude},
            "display": display,
        },
        "timezone": unit.zone_name(), "listed": unit.enabled, "amenities": ["wifi", "shower"], "description": "",
        "summary": "", "check-in": "15:00", "check-out": "11:00", "currency": unit.currency,
        "capacity": {"max": unit.capacity, "bedrooms": unit.bedrooms, "beds": unit.bedrooms + 1,
            "bathrooms": unit.bathrooms},
        "room_details": [], "house_rules": {"pets_allowed": false, "smoking_allowed": false, "events_allowed": null},
        "listings": [{"platform": "airbnb", "platform_id": (unit.number * 7).to_string()}], "tags": [],
        "property_type": unit.kind, "room_type": "entire_home", "calendar_restricted": false,
    })
}

fn reservation(call: &Call<'_>, account: &Account, stay: &Stay) -> Value {
    let unit = account.unit(stay.unit);
    let at = |date: NaiveDate, hour: u32| {
        let there = unit.instant(date, hour).with_timezone(&unit.zone);
        there.to_rfc3339_opts(SecondsFormat::Secs, false)
    };
    let booked = stay.booked.to_rfc3339_opts(SecondsFormat::Secs, true);
    let changed = stay.updated.to_rfc3339_opts(SecondsFormat::Secs, true);
    let (category, sub_category) = status(stay);
    let current = json!({"category": category, "sub_category": sub_category});
    let past = json!([{"category": category, "sub_category": sub_category, "changed_at": changed}]);
    let mut body = json!({
        "id": uuids::of(RESERVATION, stay.number), "conversation_id": uuids::of(CONVERSATION, stay.number),
        "platform": platform(stay), "platform_id": stay.code(), "booking_date": booked,
        "arrival_date": at(stay.arrival, 0), "departure_date": at(stay.departure, 0), "nights": stay.nights(),
        "check_in": at(stay.arrival, 15), "check_out": at(stay.departure, 11), "last_message_at": booked,
        "status": if category == "accepted" { "booking" } else { category },
        "reservation_status": {"current": current, "history": past}, "status_history": past,
        "guests": {"total": stay.guests() + stay.infants, "adult_count": stay.adults, "child_count": stay.children,
            "infant_count": stay.infants, "pet_count": stay.pets},
        "issue_alert": null, "stay_type": "guest_stay",
    });
    let included: Vec<&str> = call.params("include").flat_map(|list| list.split(',')).collect();
    let parts = [
        ("financials", financials(stay, &unit)),
        ("guest", guest(stay)),
        ("properties", json!([property(&unit)])),
    ];
    if let Some(fields) = body.as_object_mut() {
        for (name, part) in parts {
            if included.contains(&name) {
                fields.insert(name.to_owned(), part);
            }
        }
    }
    body
}

/// Amounts in hundredths. Fees are part of the price of the stay here, so that the sums agree.
fn financials(stay: &Stay, unit: &Unit) -> Value {
    let amount = |label: &str, category: &str| {
        json!({"amount": stay.cents, "formatted": format!("{} {}", unit.currency, stay.total()), "label": label,
            "category": category})
    };
    json!({
        "currency": unit.currency,
        "guest": {"accommodation": amount("Accommodation", "Guest Fees"), "fees": [], "discounts": [], "taxes": [],
            "adjustments": [], "total_price": amount("Total Price", "Total")},
        "host": {"accommodation": amount("Accommodation", "Accommodation"), "guest_fees": [], "host_fees": [],
            "discounts": [], "adjustments": [], "taxes": [], "revenue": amount("Gross Revenue", "Revenue")},
    })
}

fn guest(stay: &Stay) -> Value {
    json!({
        "first_name": stay.first_name, "last_name": stay.last_name, "email": stay.email(),
        "phone_numbers": [stay.phone()], "language": stay.language, "location": stay.home,
    })
}

/// Category and sub-category.
fn status(stay: &Stay) -> (&'static str, &'static str) {
    match stay.status {
        StayStatus::Inquiry | StayStatus::Pending => ("request", "request to book"),
        StayStatus::Cancelled => ("cancelled", "voided"),
        StayStatus::Declined => ("not accepted", "declined"),
        StayStatus::Expired => ("not accepted", "expired"),
        StayStatus::Confirmed
        | StayStatus::CheckedIn
        | StayStatus::CheckedOut
        | StayStatus::NoShow
        | StayStatus::Blocked => ("accepted", "accepted"),
    }
}

fn platform(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "airbnb",
        Source::Booking => "booking",
        Source::Vrbo | Source::Expedia => "homeaway",
        Source::Website => "direct",
        Source::Direct => "manual",
    }
}

fn unauthenticated() -> Answer {
    failed(401, "Unauthorized", "Unauthenticated.")
}

fn not_found() -> Answer {
    failed(404, "Not Found", "Not found.")
}

fn bad_page() -> Answer {
    failed(
        400,
        "Invalid pagination parameter supplied.",
        "The given data was invalid.",
    )
}

fn failed(status: u16, reason: &str, message: &str) -> Answer {
    let body = json!({"status_code": status, "reason_phrase": reason, "message": message});
    Answer::json(status, &body)
}
