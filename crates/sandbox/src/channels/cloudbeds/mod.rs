//! Cloudbeds v1.3: a key in a header, methods instead of resources, and times of the property's own clock.

mod records;

use std::sync::Arc;

use actix_web::http::Method;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone, Utc};
use serde_json::{Value, json};

use self::records::{code, details, hotel, local, reservation, source, status, whole};
use super::{
    Channel, links,
    moments::{self, Within},
};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    truth::{ListingTruth, ReservationTruth, instant},
    world::{Account, Order, Stay, StayStatus, Unit},
};

const MOST: usize = 100;

/// The vendor.
#[derive(Debug)]
pub(super) struct Cloudbeds;

impl Channel for Cloudbeds {
    fn slug(&self) -> &'static str {
        "cloudbeds"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Pending,
            StayStatus::Confirmed,
            StayStatus::CheckedIn,
            StayStatus::CheckedOut,
            StayStatus::Cancelled,
            StayStatus::NoShow,
        ]
    }

    /// Keys of properties and groups.
    fn limits(&self) -> &'static [Limit] {
        &[Limit {
            requests: 5,
            seconds: 1,
            scope: Scope::Credential,
        }]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        key(call).map(str::to_owned)
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, key(call)?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let segments = call.segments();
        let (&Method::GET, ["api", "v1.3", method]) = (call.method, segments.as_slice()) else {
            return failed(404, "Method not found");
        };
        let Some(account) = self.account(call) else {
            return refused();
        };
        match *method {
            "userinfo" => {
                let number = account.number();
                let body = json!({"success": true, "data": {"user_id": number.to_string(), "first_name": "Sandbox",
                    "last_name": "Host", "email": format!("host-{number}@hosts.example")}});
                Answer::json(200, &body)
            }
            "getHotels" => hotels(call, &account),
            "getHotelDetails" => match asked(call).and_then(|id| find(&account, id)) {
                Some(unit) => Answer::json(200, &json!({"success": true, "data": details(&unit)})),
                None => failed(200, "Invalid propertyID"),
            },
            "getRooms" => rooms(call, &account),
            "getReservations" => reservations(call, &account),
            "getReservation" => {
                let number = call.param("reservationID").and_then(|id| id.parse().ok());
                match number.and_then(|number| account.stay_by_number(number)) {
                    Some(stay) => {
                        let body = json!({"success": true, "data": whole(&account.unit(stay.unit), &stay)});
                        Answer::json(200, &body)
                    }
                    None => failed(200, "Invalid reservationID"),
                }
            }
            _ => failed(404, "Method not found"),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        refused()
    }

    fn rate_limited(&self, _: &Call<'_>, wait: u64) -> Answer {
        failed(429, "Too many requests").header("Retry-After", wait.to_string())
    }

    /// Guests are counted by room, and nothing says whether a property is active.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            capacity: None,
            enabled: None,
            ..ListingTruth::of(unit.number.to_string(), unit)
        }
    }

    /// Of a time that the clock shows twice in a year, the earlier is meant. The price stands in the answer for one
    /// reservation only, and five of those a second make no import.
    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let again = |at: DateTime<Utc>| {
            let shown = local(unit, at);
            let meant = unit.zone.from_local_datetime(&shown).earliest();
            instant(meant.map_or(at, |meant| meant.with_timezone(&Utc)))
        };
        let truth = ReservationTruth::of(stay.number.to_string(), unit.number.to_string(), unit, stay);
        vec![ReservationTruth {
            booked_at: Some(again(stay.booked)),
            updated_at: Some(again(stay.updated)),
            total: None,
            source: Some(source(stay).to_owned()),
            confirmation_code: code(stay),
            ..truth
        }]
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["pageNumber"])
    }
}

/// The header of keys, or a bearer.
fn key<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    call.header("x-api-key").or_else(|| call.bearer())
}

/// The property that a request is about.
fn asked<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    ["propertyID", "propertyIDs"]
        .iter()
        .find_map(|name| call.param(name))
        .or_else(|| call.header("x-property-id"))
        .filter(|id| !id.is_empty())
}

fn find(account: &Account, id: &str) -> Option<Unit> {
    account.unit_by_number(id.parse().ok()?)
}

/// The property that a list is limited to. Any other id stands for the account as a whole, as the one that the
/// account was connected with does.
fn only(call: &Call<'_>, account: &Account) -> Option<u32> {
    asked(call)
        .and_then(|id| find(account, id))
        .map(|unit| unit.index)
}

/// The units that the call is about: one, or all.
fn asked_for(call: &Call<'_>, account: &Account) -> Vec<u32> {
    let only = only(call, account);
    let mut units = account.units();
    units.retain(|index| only.is_none_or(|only| only == *index));
    units
}

fn hotels(call: &Call<'_>, account: &Account) -> Answer {
    let units = asked_for(call, account);
    listed(call, &units, |index| hotel(account, &account.unit(index)))
}

fn rooms(call: &Call<'_>, account: &Account) -> Answer {
    let units = asked_for(call, account);
    listed(call, &units, |index| {
        let unit = account.unit(index);
        json!({"propertyID": unit.number.to_string(), "rooms": [{
            "roomID": format!("{}-0", unit.number), "roomName": unit.nickname, "roomDescription": "",
            "maxGuests": unit.capacity, "isPrivate": true, "roomBlocked": false, "roomTypeID": unit.number.to_string(),
            "roomTypeName": unit.title, "roomTypeNameShort": "APT", "dorm": false,
        }]})
    })
}

fn reservations(call: &Call<'_>, account: &Account) -> Answer {
    let filter = Filter::of(call, only(call, account));
    let order = if call.param("sortByRecent") == Some("true") {
        Order::UpdatedDown
    } else {
        Order::Number
    };
    let chosen = account.select(&format!("{filter:?}"), order, |stay| filter.keeps(account, stay));
    let guests = call.param("includeGuestsDetails") == Some("true");
    listed(call, &chosen, |index| {
        let stay = account.stay(index);
        reservation(&account.unit(stay.unit), &stay, guests)
    })
}

/// Times are those of the property's own clock.
#[derive(Debug)]
struct Filter {
    unit: Option<u32>,
    statuses: Vec<String>,
    created: Within<NaiveDateTime>,
    modified: Within<NaiveDateTime>,
    arrival: Within<NaiveDate>,
    departure: Within<NaiveDate>,
}

impl Filter {
    fn of(call: &Call<'_>, unit: Option<u32>) -> Self {
        let time = |name: &str| call.param(name).and_then(moments::plain);
        // Older pages of the documentation write the names of the days with a small letter.
        let day = |name: &str, old: &str| {
            call.param(name)
                .or_else(|| call.param(old))
                .and_then(moments::day)
        };
        Self {
            unit,
            statuses: call
                .params("status")
                .flat_map(|list| list.split(','))
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
            created: Within {
                from: time("resultsFrom"),
                to: time("resultsTo"),
            },
            modified: Within {
                from: time("modifiedFrom"),
                to: time("modifiedTo"),
            },
            arrival: Within {
                from: day("checkInFrom", "checkinFrom"),
                to: day("checkInTo", "checkinTo"),
            },
            departure: Within {
                from: day("checkOutFrom", "checkoutFrom"),
                to: day("checkOutTo", "checkoutTo"),
            },
        }
    }

    fn keeps(&self, account: &Account, stay: &Stay) -> bool {
        let timed = self.created.is_open() && self.modified.is_open() || {
            let unit = account.unit(stay.unit);
            self.created.holds(&local(&unit, stay.booked)) && self.modified.holds(&local(&unit, stay.updated))
        };
        timed
            && self.unit.is_none_or(|unit| unit == stay.unit)
            && (self.statuses.is_empty() || self.statuses.iter().any(|word| word == status(stay)))
            && self.arrival.holds(&stay.arrival)
            && self.departure.holds(&stay.departure)
    }
}

/// A page of a list, by `pageNumber` and `pageSize`.
fn listed(call: &Call<'_>, all: &[u32], row: impl Fn(u32) -> Value) -> Answer {
    let size = call.number("pageSize").unwrap_or(MOST).clamp(1, MOST);
    let page = call.number("pageNumber").unwrap_or(1).max(1);
    let (rows, _) = call.page(page - 1, size, all.len());
    let data: Vec<Value> = slice(all, rows).iter().map(|index| row(*index)).collect();
    let body = json!({"success": true, "count": data.len(), "total": all.len(), "data": data});
    Answer::json(200, &body)
}

/// The status of a bad key is not documented, the form of the body is.
fn refused() -> Answer {
    failed(401, "Invalid or expired API key")
}

fn failed(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"success": false, "message": message}))
}
