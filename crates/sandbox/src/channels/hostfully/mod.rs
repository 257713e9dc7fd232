//! Hostfully: a key in a header, cursors, and money that is told apart from the stay it belongs to.

mod records;

use std::sync::Arc;

use actix_web::http::Method;
use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use serde_json::{Value, json};

use self::records::{channel, code, is_booked, is_loose, is_priced, lead, order, property};
use super::{
    Channel, links,
    moments::{self, Within},
    uuids,
};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Order, Stay, StayStatus, Unit},
};

const PROPERTY: u64 = 1;
const LEAD: u64 = 2;
const ORDER: u64 = 3;
const AGENCY: u64 = 4;
const LIMIT: usize = 20;
const MOST: usize = 100;

/// The vendor.
#[derive(Debug)]
pub(super) struct Hostfully;

impl Channel for Hostfully {
    fn slug(&self) -> &'static str {
        "hostfully"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Inquiry,
            StayStatus::Pending,
            StayStatus::Confirmed,
            StayStatus::CheckedIn,
            StayStatus::Cancelled,
            StayStatus::Declined,
            StayStatus::Blocked,
        ]
    }

    /// Of the two documented figures the higher: whoever plans for the lower one is safe.
    fn limits(&self) -> &'static [Limit] {
        &[Limit {
            requests: 10_000,
            seconds: 3_600,
            scope: Scope::Credential,
        }]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        call.header("x-hostfully-apikey").map(str::to_owned)
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, call.header("x-hostfully-apikey")?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let segments = call.segments();
        let Some(("api", versioned)) = segments.split_first().map(|(first, rest)| (*first, rest)) else {
            return not_found();
        };
        // A wrong version is refused like a wrong key.
        let ["v3.3", path @ ..] = versioned else {
            return refused();
        };
        let Some(account) = self.account(call) else {
            return refused();
        };
        match (call.method, path) {
            (&Method::GET, ["agencies"]) => {
                let agency = agency(&account, &uuids::of(AGENCY, account.number()));
                Answer::json(
                    200,
                    &json!({"agencies": [agency], "_metadata": {"count": 1, "totalCount": 1}}),
                )
            }
            (&Method::GET, ["agencies", uid]) => Answer::json(200, &json!({"agency": agency(&account, uid)})),
            (&Method::GET, ["properties"]) => properties(call, &account),
            (&Method::GET, ["properties", uid]) => match find(&account, uid) {
                Some(unit) => Answer::json(200, &json!({"property": property(call, &unit)})),
                None => not_found(),
            },
            (&Method::GET, ["leads"]) => leads(call, &account),
            (&Method::GET, ["leads", uid]) => match find_lead(&account, uid) {
                Some(stay) => Answer::json(200, &json!({"lead": lead(call, &account, &stay)})),
                None => not_found(),
            },
            (&Method::GET, ["orders"]) => orders(call, &account),
            _ => not_found(),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        refused()
    }

    fn rate_limited(&self, _: &Call<'_>, _: u64) -> Answer {
        failed(429, "Too many requests")
            .header("x-ratelimit-limit", "10000")
            .header("x-ratelimit-remaining", "0")
    }

    /// The API tells no time zone.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            timezone: None,
            ..ListingTruth::of(uuids::of(PROPERTY, unit.number), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let (id, listing) = (uuids::of(LEAD, stay.number), uuids::of(PROPERTY, unit.number));
        let truth = ReservationTruth::of(id, listing, unit, stay);
        let priced = is_priced(stay);
        vec![ReservationTruth {
            // Infants are told apart, and are children all the same.
            children: Some(stay.children + stay.infants),
            channel_listing_id: truth.channel_listing_id.filter(|_| !is_loose(stay)),
            total: truth.total.filter(|_| priced),
            currency: truth.currency.filter(|_| priced),
            booked_at: truth.booked_at.filter(|_| is_booked(stay)),
            source: Some(channel(stay).to_owned()),
            confirmation_code: code(stay),
            ..truth
        }]
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["_cursor"])
    }
}

fn find(account: &Account, uid: &str) -> Option<Unit> {
    account.unit_by_number(uuids::number(PROPERTY, uid)?)
}

fn find_lead(account: &Account, uid: &str) -> Option<Stay> {
    account.stay_by_number(uuids::number(LEAD, uid)?)
}

fn agency(account: &Account, uid: &str) -> Value {
    json!({
        "uid": uid, "name": "Sandbox Stays", "email": format!("host-{}@hosts.example", account.number()),
        "currency": "EUR", "phoneNumber": "+999 555 0100", "defaultCheckInTime": 15, "defaultCheckOutTime": 11,
    })
}

fn properties(call: &Call<'_>, account: &Account) -> Answer {
    if call.param("agencyUid").is_none_or(str::is_empty) {
        return failed(400, "Required parameter 'agencyUid' is not present.");
    }
    let since = call.param("updatedSince").and_then(moments::instant);
    let units: Vec<u32> = account
        .units()
        .into_iter()
        .filter(|index| since.is_none_or(|since| account.unit(*index).created >= since))
        .collect();
    listed(call, "properties", &units, |index| {
        property(call, &account.unit(index))
    })
}

fn leads(call: &Call<'_>, account: &Account) -> Answer {
    let date = |name: &str| call.param(name).and_then(moments::day);
    let arrival = Within {
        from: date("checkInFrom"),
        to: date("checkInTo"),
    };
    let departure = Within {
        from: date("checkOutFrom"),
        to: date("checkOutTo"),
    };
    let since = call.param("updatedSince").and_then(moments::instant);
    let keep = |stay: &Stay| {
        arrival.holds(&stay.arrival)
            && departure.holds(&stay.departure)
            && since.is_none_or(|since| stay.updated >= since)
    };
    let chosen = if let Some(uids) = call.param("leadUids") {
        uids.split(',')
            .filter_map(|uid| find_lead(account, uid))
            .filter(|stay| keep(stay))
            .map(|stay| stay.index)
            .collect()
    } else if let Some(uid) = call.param("propertyUid") {
        of_property(account, uid, |stay| !is_loose(stay) && keep(stay))
    } else if call.param("agencyUid").is_some_and(|uid| !uid.is_empty()) {
        let name = format!("{arrival:?} {departure:?} {since:?}");
        account.select(&name, Order::Number, keep).to_vec()
    } else {
        return failed(400, "One of agencyUid, propertyUid or leadUids is required.");
    };
    listed(call, "leads", &chosen, |index| {
        lead(call, account, &account.stay(index))
    })
}

/// One order for each stay that has a price.
fn orders(call: &Call<'_>, account: &Account) -> Answer {
    let chosen = if let Some(uid) = call.param("leadUid") {
        find_lead(account, uid)
            .filter(is_priced)
            .map(|stay| stay.index)
            .into_iter()
            .collect()
    } else if let Some(uid) = call.param("propertyUid") {
        of_property(account, uid, is_priced)
    } else {
        return failed(400, "One of propertyUid or leadUid is required.");
    };
    listed(call, "orders", &chosen, |index| {
        let stay = account.stay(index);
        order(&account.unit(stay.unit), &stay)
    })
}

fn of_property(account: &Account, uid: &str, keep: impl Fn(&Stay) -> bool) -> Vec<u32> {
    let stays = find(account, uid).map_or_else(Vec::new, |unit| account.stays_of(unit.index));
    stays
        .into_iter()
        .filter(|index| keep(&account.stay(*index)))
        .collect()
}

/// A page of a list, by `_limit` and `_cursor`.
fn listed(call: &Call<'_>, name: &str, all: &[u32], row: impl Fn(u32) -> Value) -> Answer {
    let limit = call.param("_limit").map_or(Some(LIMIT), |text| text.parse().ok());
    let Some(limit) = limit.filter(|limit| (1..=MOST).contains(limit)) else {
        return failed(400, "_limit must be between 1 and 100");
    };
    let Some(start) = call.param("_cursor").map_or(Some(0), offset) else {
        return failed(400, "_cursor is not valid");
    };
    let rows = call.rows(start, limit, all.len());
    let next = (rows.end < all.len()).then(|| cursor(rows.end));
    let records: Vec<Value> = slice(all, rows).iter().map(|index| row(*index)).collect();
    let count = records.len();
    let body = json!({
        (name): records,
        "_metadata": {"count": count, "totalCount": all.len()},
        "_paging": {"_limit": limit, "_nextCursor": next},
    });
    Answer::json(200, &body)
}

/// Where a page begins, as callers should not read it.
fn cursor(offset: usize) -> String {
    BASE64_STANDARD_NO_PAD.encode(format!("{{\"offset\":{offset}}}"))
}

fn offset(cursor: &str) -> Option<usize> {
    let text = BASE64_STANDARD_NO_PAD.decode(cursor).ok()?;
    let value: Value = serde_json::from_slice(&text).ok()?;
    usize::try_from(value.get("offset")?.as_u64()?).ok()
}

fn refused() -> Answer {
    failed(401, "Unauthorized")
}

fn not_found() -> Answer {
    failed(404, "Not found")
}

/// The vendor's documentation shows no body of an error.
fn failed(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"apiErrorMessage": message}))
}
