//! Channex: a key in a header, JSON:API, and bookings whose only time is that of their latest revision.

use std::sync::Arc;

use actix_web::http::Method;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    Channel, links,
    moments::{self, Within},
    sorting, uuids,
};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::Limit,
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Order, Source, Stay, StayStatus, Unit},
};

const PROPERTY: u64 = 1;
const ROOM_TYPE: u64 = 2;
const BOOKING: u64 = 3;
const REVISION: u64 = 4;
const RATE_PLAN: u64 = 5;
const LIMIT: usize = 10;
const MOST: usize = 100;

/// The vendor.
#[derive(Debug)]
pub(super) struct Channex;

impl Channel for Channex {
    fn slug(&self) -> &'static str {
        "channex"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[StayStatus::Confirmed, StayStatus::Cancelled]
    }

    /// Limits are documented for writes only.
    fn limits(&self) -> &'static [Limit] {
        &[]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        call.header("user-api-key").map(str::to_owned)
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, call.header("user-api-key")?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let Some(account) = self.account(call) else {
            return unauthorized();
        };
        match (call.method, call.segments().as_slice()) {
            (&Method::GET, ["api", "v1", "properties"]) => properties(call, &account),
            (&Method::GET, ["api", "v1", "properties", id]) => match find(&account, id) {
                Some(unit) => Answer::json(200, &json!({"data": property(&unit)})),
                None => not_found(),
            },
            (&Method::GET, ["api", "v1", "room_types"]) => room_types(call, &account),
            (&Method::GET, ["api", "v1", "bookings"]) => bookings(call, &account),
            (&Method::GET, ["api", "v1", "bookings", id]) => {
                let number = uuids::number(BOOKING, id);
                match number.and_then(|number| account.stay_by_number(number)) {
                    Some(stay) => {
                        let data = booking(&account.unit(stay.unit), &stay);
                        Answer::json(200, &json!({"data": data}))
                    }
                    None => not_found(),
                }
            }
            _ => not_found(),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        unauthorized()
    }

    /// No hint how long to wait is documented.
    fn rate_limited(&self, _: &Call<'_>, _: u64) -> Answer {
        failed(429, "http_too_many_requests", "Too Many Requests")
    }

    /// Guests are counted by room type.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            capacity: None,
            ..ListingTruth::of(uuids::of(PROPERTY, unit.number), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let (id, listing) = (uuids::of(BOOKING, stay.number), uuids::of(PROPERTY, unit.number));
        let truth = ReservationTruth::of(id, listing, unit, stay);
        vec![ReservationTruth {
            // Infants are told apart, and are children all the same.
            children: Some(stay.children + stay.infants),
            booked_at: None,
            source: Some(source(stay).0.to_owned()),
            ..truth
        }]
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["pagination[page]"])
    }
}

fn find(account: &Account, id: &str) -> Option<Unit> {
    account.unit_by_number(uuids::number(PROPERTY, id)?)
}

fn properties(call: &Call<'_>, account: &Account) -> Answer {
    let (id, title) = (call.param("filter[id]"), call.param("filter[title]"));
    let active = call.param("filter[is_active]").map(|text| text == "true");
    let units: Vec<u32> = account
        .units()
        .into_iter()
        .filter(|index| {
            let unit = account.unit(*index);
            id.is_none_or(|id| id == uuids::of(PROPERTY, unit.number))
                && title.is_none_or(|title| title == unit.title)
                && active.is_none_or(|active| active == unit.enabled)
        })
        .collect();
    listed(call, &units, |index| property(&account.unit(index)))
}

fn room_types(call: &Call<'_>, account: &Account) -> Answer {
    let units: Vec<u32> = match call.param("filter[property_id]") {
        Some(id) => find(account, id).map(|unit| unit.index).into_iter().collect(),
        None => account.units(),
    };
    listed(call, &units, |index| room_type(&account.unit(index)))
}

fn bookings(call: &Call<'_>, account: &Account) -> Answer {
    let ends = |field: &str| {
        let at = |end: &str| call.param(&format!("filter[{field}][{end}]"));
        // The open ends `gt` and `lt` are taken for closed ones: nothing depends on the moment itself.
        (at("gte").or_else(|| at("gt")), at("lte").or_else(|| at("lt")))
    };
    let days = |field: &str| {
        let (from, to) = ends(field);
        Within::<NaiveDate> {
            from: from.and_then(moments::day),
            to: to.and_then(moments::day),
        }
    };
    let (from, to) = ends("inserted_at");
    let inserted = Within::<DateTime<Utc>> {
        from: from.and_then(moments::instant),
        to: to.and_then(moments::instant),
    };
    let (arrival, departure) = (days("arrival_date"), days("departure_date"));
    let property = call
        .param("filter[property_id]")
        .map(|id| find(account, id).map(|unit| unit.index));
    let order = match call.param("order[inserted_at]") {
        Some("desc") => Order::UpdatedDown,
        Some(_) => Order::UpdatedUp,
        None => Order::Number,
    };
    let name = format!("{arrival:?} {departure:?} {inserted:?} {property:?}");
    let chosen = account.select(&name, order, |stay| {
        property.is_none_or(|unit| unit == Some(stay.unit))
            && arrival.holds(&stay.arrival)
            && departure.holds(&stay.departure)
            && inserted.holds(&stay.updated)
    });
    let chosen = match call.param("order[arrival_date]") {
        Some(way) => sorting::by(account, chosen.to_vec(), way == "desc", |stay| stay.arrival),
        None => chosen.to_vec(),
    };
    listed(call, &chosen, |index| {
        let stay = account.stay(index);
        booking(&account.unit(stay.unit), &stay)
    })
}

/// A page of a list, by `pagination[page]` and `pagination[limit]`.
fn listed(call: &Call<'_>, all: &[u32], row: impl Fn(u32) -> Value) -> Answer {
    let limit = call.number("pagination[limit]").unwrap_or(LIMIT).clamp(1, MOST);
    let page = call.number("pagination[page]").unwrap_or(1).max(1);
    let (rows, _) = call.page(page - 1, limit, all.len());
    let data: Vec<Value> = slice(all, rows).iter().map(|index| row(*index)).collect();
    let body = json!({"data": data, "meta": {"page": page, "total": all.len(), "limit": limit}});
    Answer::json(200, &body)
}

fn property(unit: &Unit) -> Value {
    let id = uuids::of(PROPERTY, unit.number);
    json!({
        "type": "property", "id": id,
        "attributes": {
            "id": id, "title": unit.title, "is_active": unit.enabled, "email": "host@hosts.example",
            "phone": "+999 555 0100", "currency": unit.currency, "country": unit.country, "state": unit.region,
            "city": unit.city, "address": unit.street, "zip_code": unit.zip,
            "latitude": unit.latitude.to_string(), "longitude": unit.longitude.to_string(),
            "timezone": unit.zone_name(), "property_type": unit.kind,
            "content": {"description": "", "photos": [], "important_information": null},
            "logo_url": null, "acc_channels_count": 1,
        },
        "relationships": {"groups": {"data": []}, "facilities": {"data": []}},
    })
}

fn room_type(unit: &Unit) -> Value {
    let id = uuids::of(ROOM_TYPE, unit.number);
    json!({
        "type": "room_type", "id": id,
        "attributes": {
            "id": id, "title": unit.nickname, "occ_adults": unit.capacity, "occ_children": 0, "occ_infants": 0,
            "default_occupancy": 2, "count_of_rooms": 1, "room_kind": "room", "capacity": null,
            "content": {"description": "", "photos": []},
        },
        "relationships": {
            "facilities": {"data": []},
            "property": {"data": {"type": "property", "id": uuids::of(PROPERTY, unit.number)}},
        },
    })
}

fn booking(unit: &Unit, stay: &Stay) -> Value {
    let id = uuids::of(BOOKING, stay.number);
    let (name, prefix) = source(stay);
    let (arrival, departure) = (stay.arrival.to_string(), stay.departure.to_string());
    let occupancy = json!({"adults": stay.adults, "children": stay.children, "infants": stay.infants});
    let room = json!({
        "amount": stay.total(), "checkin_date": arrival, "checkout_date": departure,
        "rate_plan_id": uuids::of(RATE_PLAN, unit.number), "room_type_id": uuids::of(ROOM_TYPE, unit.number),
        "ota_unique_id": null, "occupancy": occupancy, "guests": [], "services": [], "taxes": [], "days": {},
        "meta": {},
    });
    json!({
        "type": "booking", "id": id,
        "attributes": {
            "id": id, "property_id": uuids::of(PROPERTY, unit.number),
            "revision_id": uuids::of(REVISION, stay.number), "unique_id": format!("{prefix}-{}", stay.code()),
            "ota_reservation_code": stay.code(), "ota_name": name, "status": status(stay), "rooms": [room],
            "services": [], "guarantee": null,
            "customer": {"name": stay.first_name, "surname": stay.last_name, "mail": stay.email(),
                "phone": stay.phone(), "country": stay.home, "language": stay.language, "city": null,
                "address": null, "zip": null, "company": null},
            "occupancy": occupancy, "arrival_date": arrival, "departure_date": departure, "arrival_hour": "15:00",
            "amount": stay.total(), "ota_commission": null, "currency": unit.currency, "notes": stay.note,
            "payment_collect": "property", "payment_type": "credit_card",
            "inserted_at": stay.updated.format("%Y-%m-%dT%H:%M:%S%.6f").to_string(),
        },
    })
}

fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Cancelled => "cancelled",
        StayStatus::Inquiry
        | StayStatus::Pending
        | StayStatus::Confirmed
        | StayStatus::CheckedIn
        | StayStatus::CheckedOut
        | StayStatus::Declined
        | StayStatus::Expired
        | StayStatus::NoShow
        | StayStatus::Blocked => {
            if stay.updated - stay.booked > TimeDelta::days(2) {
                "modified"
            } else {
                "new"
            }
        }
    }
}

/// Name and code of the place of booking.
fn source(stay: &Stay) -> (&'static str, &'static str) {
    match stay.source {
        Source::Airbnb => ("Airbnb", "ABB"),
        Source::Booking => ("Booking.com", "BDC"),
        Source::Vrbo => ("VRBO", "VRB"),
        Source::Expedia => ("Expedia", "EXP"),
        Source::Direct => ("Offline", "OFF"),
        Source::Website => ("Booking Engine", "OSA"),
    }
}

fn unauthorized() -> Answer {
    failed(401, "unauthorized", "Unauthorized")
}

fn not_found() -> Answer {
    failed(404, "resource_not_found", "Resource Not Found")
}

fn failed(status: u16, code: &str, title: &str) -> Answer {
    Answer::json(status, &json!({"errors": {"code": code, "title": title}}))
}
