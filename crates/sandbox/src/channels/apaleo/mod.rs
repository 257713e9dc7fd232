//! apaleo: client credentials over HTTP Basic, and an empty page that is no page at all.

mod records;

use std::{sync::Arc, time::Duration};

use actix_web::http::Method;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Value, json};

use self::records::{
    channel, code, find, number, property, property_id, reservation, reservation_id, room, status,
    whole_property,
};
use super::{
    Channel, links,
    moments::{self, Within},
    sorting,
};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::Limit,
    tokens::Issued,
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Order, Stay, StayStatus, Unit},
};

const SLUG: &str = "apaleo";
const LIFETIME: Duration = Duration::from_hours(1);

/// The vendor.
#[derive(Debug)]
pub(super) struct Apaleo;

impl Channel for Apaleo {
    fn slug(&self) -> &'static str {
        SLUG
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Confirmed,
            StayStatus::CheckedIn,
            StayStatus::CheckedOut,
            StayStatus::Cancelled,
            StayStatus::NoShow,
        ]
    }

    /// No figure is documented.
    fn limits(&self) -> &'static [Limit] {
        &[]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        match token(call) {
            Some(issued) => Some(format!("{} {}", issued.owner, issued.secret)),
            None => match call.basic() {
                Some((id, secret)) => Some(format!("{id} {secret}")),
                None => call.bearer().map(str::to_owned),
            },
        }
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, &token(call)?.secret)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let segments = call.segments();
        if let (&Method::POST, ["connect", "token"]) = (call.method, segments.as_slice()) {
            return self.exchange(call);
        }
        let Some(account) = self.account(call) else {
            return denied();
        };
        match (call.method, segments.as_slice()) {
            (&Method::GET, ["inventory", "v1", "properties"]) => properties(call, &account),
            (&Method::GET, ["inventory", "v1", "properties", id]) => match find(&account, id) {
                Some(unit) => Answer::json(200, &whole_property(&unit)),
                None => not_found(),
            },
            (&Method::GET, ["inventory", "v1", "units"]) => {
                listed(call, "units", &account.units(), |index| {
                    room(&account.unit(index))
                })
            }
            (&Method::GET, ["booking", "v1", "reservations"]) => reservations(call, &account),
            (&Method::GET, ["booking", "v1", "reservations", id]) => {
                match number(id).and_then(|number| account.stay_by_number(number)) {
                    Some(stay) => Answer::json(200, &reservation(&account.unit(stay.unit), &stay)),
                    None => not_found(),
                }
            }
            _ => not_found(),
        }
    }

    fn unauthorized(&self, call: &Call<'_>) -> Answer {
        if call.path.ends_with("/token") {
            return invalid_client();
        }
        if let Some(token) = call.bearer() {
            call.tokens.revoke(SLUG, token);
        }
        denied()
    }

    fn rate_limited(&self, _: &Call<'_>, wait: u64) -> Answer {
        failed(429, "Too many requests.").header("Retry-After", wait.to_string())
    }

    /// Guests are counted by unit, not by property.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            capacity: None,
            enabled: Some(true),
            ..ListingTruth::of(property_id(unit), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let truth = ReservationTruth::of(reservation_id(stay), property_id(unit), unit, stay);
        vec![ReservationTruth {
            source: Some(channel(stay).to_owned()),
            confirmation_code: code(stay),
            ..truth
        }]
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["pageNumber"])
    }
}

impl Apaleo {
    fn exchange(&self, call: &Call<'_>) -> Answer {
        if call.form("grant_type").as_deref() != Some("client_credentials") {
            return Answer::json(400, &json!({"error": "unsupported_grant_type"}));
        }
        let Some((id, secret)) = call.basic() else {
            return invalid_client();
        };
        if id.is_empty() || call.open(self, &secret).is_none() {
            return invalid_client();
        }
        let token = call.tokens.issue(SLUG, &id, &secret, LIFETIME);
        let body = json!({
            "access_token": token, "expires_in": LIFETIME.as_secs(), "token_type": "Bearer",
            "scope": "reservations.read setup.read",
        });
        Answer::json(200, &body)
    }
}

fn token(call: &Call<'_>) -> Option<Issued> {
    call.tokens.find(SLUG, call.bearer()?)
}

fn properties(call: &Call<'_>, account: &Account) -> Answer {
    let statuses = words(call, "status");
    let countries = words(call, "countryCode");
    let units: Vec<u32> = account
        .units()
        .into_iter()
        .filter(|index| {
            let among =
                |words: &[String], word: &str| words.is_empty() || words.iter().any(|known| known == word);
            among(&statuses, "Live") && among(&countries, account.unit(*index).country)
        })
        .collect();
    listed(call, "properties", &units, |index| property(&account.unit(index)))
}

fn reservations(call: &Call<'_>, account: &Account) -> Answer {
    let statuses = words(call, "status");
    let properties = words(call, "propertyIds");
    let channels = words(call, "channelCode");
    let kind = call.param("dateFilter").unwrap_or_default().to_owned();
    let bounds = (call.param("from"), call.param("to"));
    if !kind.is_empty() && bounds == (None, None) {
        return failed(422, "The dateFilter needs from or to.");
    }
    let within = Within {
        from: bounds.0.and_then(moments::instant),
        to: bounds.1.and_then(moments::instant),
    };
    let name = format!("{statuses:?} {properties:?} {channels:?} {kind} {within:?}");
    let chosen = account.select(&name, Order::Number, |stay| {
        let among =
            |words: &[String], word: &str| words.is_empty() || words.iter().any(|known| known == word);
        among(&statuses, status(stay))
            && among(&channels, channel(stay))
            && (properties.is_empty() || among(&properties, &property_id(&account.unit(stay.unit))))
            && dated(&kind, &within, account, stay)
    });
    let sort = call.param("sort").unwrap_or_default();
    let descending = sort.ends_with(":desc");
    let sorted = |key: fn(&Stay) -> DateTime<Utc>| sorting::by(account, chosen.to_vec(), descending, key);
    let chosen = match sort.split(':').next() {
        Some("arrival") => sorted(|stay| stay.arrival.and_time(NaiveTime::MIN).and_utc()),
        Some("created") => sorted(|stay| stay.booked),
        Some("updated") => sorted(|stay| stay.updated),
        _ => chosen.to_vec(),
    };
    listed(call, "reservations", &chosen, |index| {
        let stay = account.stay(index);
        reservation(&account.unit(stay.unit), &stay)
    })
}

fn dated(kind: &str, within: &Within<DateTime<Utc>>, account: &Account, stay: &Stay) -> bool {
    let at = |date: NaiveDate, hour: u32| account.unit(stay.unit).instant(date, hour);
    match kind {
        "Arrival" => within.holds(&at(stay.arrival, 15)),
        "Departure" => within.holds(&at(stay.departure, 11)),
        "Creation" => within.holds(&stay.booked),
        "Modification" => within.holds(&stay.updated),
        "Cancellation" => stay.cancelled.is_some_and(|cancelled| within.holds(&cancelled)),
        "Stay" => {
            within.from.is_none_or(|from| at(stay.departure, 11) >= from)
                && within.to.is_none_or(|to| at(stay.arrival, 15) <= to)
        }
        _ => true,
    }
}

/// The words of a parameter that may be a comma list or given more than once.
fn words(call: &Call<'_>, name: &str) -> Vec<String> {
    call.params(name)
        .flat_map(|list| list.split(','))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A page of a list, by `pageNumber` and `pageSize`; without a size, all of it. A page without rows has no body.
fn listed(call: &Call<'_>, name: &str, all: &[u32], row: impl Fn(u32) -> Value) -> Answer {
    let size = call.number("pageSize").filter(|size| *size > 0);
    let page = size.map_or(1, |_| call.number("pageNumber").unwrap_or(1).max(1));
    let (rows, _) = call.page(page - 1, size.unwrap_or(usize::MAX >> 1), all.len());
    let records: Vec<Value> = slice(all, rows).iter().map(|index| row(*index)).collect();
    if records.is_empty() {
        return Answer::empty(204);
    }
    Answer::json(200, &json!({(name): records, "count": all.len()}))
}

fn invalid_client() -> Answer {
    Answer::json(401, &json!({"error": "invalid_client"}))
}

fn denied() -> Answer {
    Answer::empty(401).header("WWW-Authenticate", "Bearer error=\"invalid_token\"")
}

fn not_found() -> Answer {
    failed(404, "The requested resource was not found.")
}

fn failed(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"messages": [message]}))
}
