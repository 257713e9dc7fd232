//! Beds24 v2: codes that are exchanged for tokens, a budget of credits, and lists that hide the past.

mod bookings;

use std::{sync::Arc, time::Duration};

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{Channel, links};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::Limit,
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Stay, StayStatus, Unit},
};

const SLUG: &str = "beds24";
/// The kind of tokens that exchange themselves for others.
const REFRESH: &str = "beds24 refresh";
const TOKEN_LIFETIME: Duration = Duration::from_hours(24);
const REFRESH_LIFETIME: Duration = Duration::from_hours(30 * 24);
/// Credits of an account in a window.
const CREDITS: u32 = 100;
const WINDOW: Duration = Duration::from_mins(5);
/// Records of a page. The caller can not choose, and no figure is documented.
const PAGE: usize = 100;

/// The vendor.
#[derive(Debug)]
pub(super) struct Beds24;

impl Channel for Beds24 {
    fn slug(&self) -> &'static str {
        SLUG
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Inquiry,
            StayStatus::Pending,
            StayStatus::Confirmed,
            StayStatus::Cancelled,
            StayStatus::Blocked,
        ]
    }

    /// Credits are counted with the answer, which tells what is left of them.
    fn limits(&self) -> &'static [Limit] {
        &[]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        let text = ["token", "refreshtoken", "code"]
            .iter()
            .find_map(|name| call.header(name))?;
        let known = call
            .tokens
            .find(SLUG, text)
            .or_else(|| call.tokens.find(REFRESH, text));
        Some(known.map_or_else(|| text.to_owned(), |issued| issued.secret))
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        let token = call.header("token")?;
        match call.tokens.find(SLUG, token) {
            Some(issued) => call.open(self, &issued.secret),
            // A long-life token is used as it is.
            None => call.open(self, token),
        }
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let segments = call.segments();
        let ["api", "v2", path @ ..] = segments.as_slice() else {
            return failed(404, "Not found");
        };
        match (call.method, path) {
            (&Method::GET, ["authentication", "setup"]) => self.setup(call),
            (&Method::GET, ["authentication", "token"]) => self.refresh(call),
            (&Method::GET, ["authentication", "details"]) => self.details(call),
            (&Method::GET, ["properties"]) => self.metered(call, properties),
            (&Method::GET, ["bookings"]) => self.metered(call, bookings::list),
            _ => failed(404, "Not found"),
        }
    }

    fn unauthorized(&self, call: &Call<'_>) -> Answer {
        if let Some(token) = call.header("token") {
            call.tokens.revoke(SLUG, token);
        }
        if call.path.ends_with("/details") {
            return Answer::json(200, &json!({"validToken": false}));
        }
        token_refused()
    }

    fn rate_limited(&self, _: &Call<'_>, wait: u64) -> Answer {
        failed(429, "Credit limit exceeded")
            .header("x-five-min-limit-remaining", "0")
            .header("x-five-min-limit-resets-in", wait.to_string())
            .header("x-request-cost", "1")
    }

    /// The API tells neither time zone nor whether a property is active.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            timezone: None,
            enabled: None,
            capacity: None,
            ..ListingTruth::of(unit.number.to_string(), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        vec![bookings::truth(unit, stay)]
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["page"])
    }
}

impl Beds24 {
    /// An invite code counts once.
    fn setup(&self, call: &Call<'_>) -> Answer {
        let Some(code) = call.header("code") else {
            return failed(400, "Missing code");
        };
        if call.open(self, code).is_none() {
            return failed(400, "Invalid code");
        }
        if !call.tokens.first_use(&format!("{SLUG} code {code}")) {
            return failed(400, "Code already used");
        }
        let refresh = call.tokens.issue(REFRESH, "", code, REFRESH_LIFETIME);
        let token = call.tokens.issue(SLUG, "", code, TOKEN_LIFETIME);
        let body = json!({"token": token, "expiresIn": TOKEN_LIFETIME.as_secs(), "refreshToken": refresh});
        Answer::json(200, &body)
    }

    fn refresh(&self, call: &Call<'_>) -> Answer {
        let Some(refresh) = call.header("refreshtoken") else {
            return failed(400, "Missing refreshToken");
        };
        let secret = call
            .tokens
            .find(REFRESH, refresh)
            .map_or_else(|| refresh.to_owned(), |issued| issued.secret);
        if call.open(self, &secret).is_none() {
            return token_refused();
        }
        let token = call.tokens.issue(SLUG, "", &secret, TOKEN_LIFETIME);
        Answer::json(
            200,
            &json!({"token": token, "expiresIn": TOKEN_LIFETIME.as_secs()}),
        )
    }

    /// A bad token is told by a field, not by the status.
    fn details(&self, call: &Call<'_>) -> Answer {
        let Some(account) = self.account(call) else {
            return Answer::json(200, &json!({"validToken": false}));
        };
        let scopes = [
            "read:bookings",
            "read:bookings-personal",
            "read:bookings-financial",
            "read:properties",
        ];
        let body = json!({
            "validToken": true,
            "token": {"expiresIn": TOKEN_LIFETIME.as_secs(), "scopes": scopes, "onlyPropertyId": null,
                "ownerId": account.number(), "linkedProperties": true, "deviceName": ""},
            "diagnostics": {"message": "", "fromIP": call.address.to_string()},
        });
        Answer::json(200, &body)
    }

    /// Takes a credit, then answers, and tells what is left.
    fn metered(&self, call: &Call<'_>, answer: fn(&Call<'_>, &Account) -> Answer) -> Answer {
        let Some(account) = self.account(call) else {
            return token_refused();
        };
        let budget = format!("{SLUG} credits {}", self.credential(call).unwrap_or_default());
        if !call.limits {
            return answer(call, &account);
        }
        if let Err(wait) = call.tokens.spend(&budget, CREDITS, WINDOW) {
            return self.rate_limited(call, wait);
        }
        let (left, resets) = call.tokens.left(&budget, CREDITS, WINDOW);
        answer(call, &account)
            .header("x-five-min-limit-remaining", left.to_string())
            .header("x-five-min-limit-resets-in", resets.to_string())
            .header("x-request-cost", "1")
    }
}

fn properties(call: &Call<'_>, account: &Account) -> Answer {
    let wanted: Vec<u64> = numbers(call, "id");
    let units: Vec<u32> = account
        .units()
        .into_iter()
        .filter(|index| wanted.is_empty() || wanted.contains(&account.unit(*index).number))
        .collect();
    listed(call, "property", &units, |index| property(&account.unit(index)))
}

/// The numbers of a parameter that may be given more than once, with or without brackets.
fn numbers(call: &Call<'_>, name: &str) -> Vec<u64> {
    texts(call, name).filter_map(|text| text.parse().ok()).collect()
}

fn texts<'a>(call: &'a Call<'_>, name: &str) -> impl Iterator<Item = &'a str> {
    let bracketed = format!("{name}[]");
    let plain = name.to_owned();
    call.query
        .iter()
        .filter(move |(key, _)| *key == plain || *key == bracketed)
        .map(|(_, value)| value.as_str())
}

/// A page of a list, by `page`.
fn listed(call: &Call<'_>, kind: &str, all: &[u32], row: impl Fn(u32) -> Value) -> Answer {
    let page = call.number("page").unwrap_or(1).max(1);
    let (rows, pages) = call.page(page - 1, PAGE, all.len());
    let more = page < pages;
    let next = more.then(|| links::with(call, SLUG, "page", &(page + 1).to_string()));
    let data: Vec<Value> = slice(all, rows).iter().map(|index| row(*index)).collect();
    let body = json!({
        "success": true, "type": kind, "count": data.len(),
        "pages": {"nextPageExists": more, "nextPageLink": next}, "data": data,
    });
    Answer::json(200, &body)
}

fn property(unit: &Unit) -> Value {
    json!({
        "id": unit.number, "name": unit.title, "propertyType": unit.kind, "currency": unit.currency,
        "address": unit.street, "city": unit.city, "state": unit.region, "country": unit.country,
        "postcode": unit.zip, "latitude": unit.latitude, "longitude": unit.longitude, "phone": "", "mobile": "",
        "fax": "", "email": "", "web": "", "contactFirstName": "Sandbox", "contactLastName": "Host",
        "checkInStart": "15:00", "checkInEnd": "22:00", "checkOutEnd": "11:00", "offerType": "perRoom",
        "controlPriority": "high", "roomTypes": [{
            "id": bookings::room(unit), "propertyId": unit.number, "name": unit.nickname, "qty": 1,
            "roomType": unit.kind, "minStay": 1, "maxPeople": unit.capacity, "maxAdult": unit.capacity,
            "maxChildren": 2, "units": [{"id": 1, "name": "1"}],
        }],
    })
}

fn token_refused() -> Answer {
    failed(401, "Token not valid")
}

fn failed(status: u16, error: &str) -> Answer {
    let body = json!({"success": false, "type": "error", "code": status, "error": error});
    Answer::json(status, &body)
}
