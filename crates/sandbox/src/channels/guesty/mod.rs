//! Guesty: one token a day shared by everybody, `skip` paging, filters as JSON.

mod filters;
mod records;

use std::{sync::Arc, time::Duration};

use actix_web::http::Method;
use serde_json::{Value, json};

use self::{
    filters::Filters,
    records::{listing, listing_id, project, reservation, source, stay_id, stay_number, unit_number},
};
use super::{Channel, links};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Order, Stay, StayStatus, Unit},
};

const SLUG: &str = "guesty";
const LIFETIME: Duration = Duration::from_hours(24);
/// Tokens of one key in a day.
const TOKENS_A_DAY: u32 = 5;
const PAGE: usize = 25;
const LARGEST_PAGE: usize = 100;

/// The vendor.
#[derive(Debug)]
pub(super) struct Guesty;

impl Channel for Guesty {
    fn slug(&self) -> &'static str {
        SLUG
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Inquiry,
            StayStatus::Pending,
            StayStatus::Confirmed,
            StayStatus::CheckedIn,
            StayStatus::CheckedOut,
            StayStatus::Cancelled,
            StayStatus::Declined,
            StayStatus::Expired,
        ]
    }

    fn limits(&self) -> &'static [Limit] {
        &[
            Limit {
                requests: 15,
                seconds: 1,
                scope: Scope::Credential,
            },
            Limit {
                requests: 120,
                seconds: 60,
                scope: Scope::Credential,
            },
            Limit {
                requests: 5_000,
                seconds: 3_600,
                scope: Scope::Credential,
            },
        ]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        if let (Some(id), Some(secret)) = (call.form("client_id"), call.form("client_secret")) {
            return Some(format!("{id} {secret}"));
        }
        let token = call.bearer()?;
        let issued = call.tokens.find(SLUG, token);
        Some(issued.map_or_else(
            || token.to_owned(),
            |issued| format!("{} {}", issued.owner, issued.secret),
        ))
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        let token = call.bearer()?;
        // A token that somebody pasted in counts as it is.
        let issued = call.tokens.find(SLUG, token);
        call.open(self, issued.as_ref().map_or(token, |issued| &issued.secret))
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        match (call.method, call.segments().as_slice()) {
            (&Method::POST, ["oauth2", "token"]) => self.exchange(call),
            (&Method::GET, ["v1", rest @ ..]) => match self.account(call) {
                Some(account) => read(call, &account, rest),
                None => denied(),
            },
            _ => not_found(),
        }
    }

    fn unauthorized(&self, call: &Call<'_>) -> Answer {
        if call.path.starts_with("/oauth2") {
            return invalid_client();
        }
        if let Some(token) = call.bearer() {
            call.tokens.revoke(SLUG, token);
        }
        denied()
    }

    fn rate_limited(&self, _: &Call<'_>, wait: u64) -> Answer {
        failed(429, "TOO_MANY_REQUESTS", "Too many requests")
            .header("Retry-After", wait.to_string())
            .header("X-ratelimit-limit-second", "15")
            .header("X-ratelimit-limit-minute", "120")
            .header("X-ratelimit-limit-hour", "5000")
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["skip"])
    }

    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth::of(listing_id(unit.number), unit)
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let truth = ReservationTruth::of(stay_id(stay.number), listing_id(unit.number), unit, stay);
        vec![ReservationTruth {
            // One number for all guests.
            adults: None,
            children: None,
            source: Some(source(stay).to_owned()),
            ..truth
        }]
    }
}

impl Guesty {
    fn exchange(&self, call: &Call<'_>) -> Answer {
        let known = [("grant_type", "client_credentials"), ("scope", "open-api")];
        if let Some((name, _)) = known
            .iter()
            .find(|(name, value)| call.form(name).as_deref() != Some(value))
        {
            let body =
                json!({"error": "invalid_request", "error_description": format!("{name} is not valid")});
            return Answer::json(400, &body);
        }
        let (Some(id), Some(secret)) = (call.form("client_id"), call.form("client_secret")) else {
            return invalid_client();
        };
        if id.is_empty() || call.open(self, &secret).is_none() {
            return invalid_client();
        }
        let budget = format!("{SLUG} {id} {secret}");
        if call.limits
            && let Err(wait) = call.tokens.spend(&budget, TOKENS_A_DAY, LIFETIME)
        {
            let body = json!({"error": "too_many_requests", "error_description": "Too many access tokens were issued"});
            return Answer::json(429, &body).header("Retry-After", wait.to_string());
        }
        let token = call.tokens.issue(SLUG, &id, &secret, LIFETIME);
        Answer::json(
            200,
            &json!({"token_type": "Bearer", "expires_in": LIFETIME.as_secs(),
            "access_token": token, "scope": "open-api"}),
        )
    }
}

fn read(call: &Call<'_>, account: &Account, path: &[&str]) -> Answer {
    let fields = call.param("fields").unwrap_or_default();
    match path {
        ["accounts", "me"] => Answer::json(
            200,
            &json!({"_id": listing_id(account.number()), "name": "Sandbox Stays"}),
        ),
        ["listings"] => listings(call, account, fields),
        ["listings", id] => match unit_number(id).and_then(|number| account.unit_by_number(number)) {
            Some(unit) => Answer::json(200, &project(listing(account, &unit), fields)),
            None => not_found(),
        },
        ["reservations"] => reservations(call, account, fields),
        ["reservations", id] => match stay_number(id).and_then(|number| account.stay_by_number(number)) {
            Some(stay) => Answer::json(200, &project(reservation(account, &stay), fields)),
            None => not_found(),
        },
        _ => not_found(),
    }
}

fn listings(call: &Call<'_>, account: &Account, fields: &str) -> Answer {
    let wanted = |name: &str, unit: &Unit| {
        call.param(name)
            .is_none_or(|text| text == if unit.enabled { "true" } else { "false" })
    };
    let units: Vec<u32> = account
        .units()
        .into_iter()
        .filter(|index| {
            let unit = account.unit(*index);
            wanted("active", &unit) && wanted("listed", &unit)
        })
        .collect();
    page(call, fields, &units, |index| {
        listing(account, &account.unit(index))
    })
}

fn reservations(call: &Call<'_>, account: &Account, fields: &str) -> Answer {
    let Some(filters) = Filters::read(call.param("filters")) else {
        return failed(400, "WRONG_REQUEST_PARAMETERS", "filters is not valid");
    };
    let order = match call.param("sort") {
        None | Some("_id" | "createdAt") => Order::Number,
        Some("lastUpdatedAt") => Order::UpdatedUp,
        Some("-lastUpdatedAt") => Order::UpdatedDown,
        Some(_) => return failed(400, "WRONG_REQUEST_PARAMETERS", "sort is not valid"),
    };
    let name = call.param("filters").unwrap_or_default();
    let chosen = account.select(name, order, |stay| filters.keep(account, stay));
    page(call, fields, &chosen, |index| {
        reservation(account, &account.stay(index))
    })
}

/// One page, by `limit` and `skip`. A larger limit than the largest counts as the largest.
fn page(call: &Call<'_>, fields: &str, all: &[u32], record: impl Fn(u32) -> Value) -> Answer {
    let limit = call.number("limit").unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let skip = call.number("skip").unwrap_or(0);
    let rows = call.rows(skip, limit, all.len());
    let results: Vec<Value> = slice(all, rows)
        .iter()
        .map(|index| project(record(*index), fields))
        .collect();
    Answer::json(
        200,
        &json!({"results": results, "title": "", "count": all.len(), "fields": fields,
        "limit": limit, "skip": skip}),
    )
}

fn invalid_client() -> Answer {
    let body =
        json!({"error": "invalid_client", "error_description": "The client credentials are not valid."});
    Answer::json(401, &body)
}

fn denied() -> Answer {
    failed(401, "UNAUTHORIZED", "Unauthorized")
}

fn not_found() -> Answer {
    failed(404, "NOT_FOUND", "Not found")
}

fn failed(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, &json!({"error": {"code": code, "message": message}}))
}
