//! Hostaway: client credentials, offset and last-id paging, booleans as 0 and 1.

mod dates;
mod records;

use std::{sync::Arc, time::Duration};

use actix_web::http::Method;
use chrono::Utc;
use serde::Serialize;
use serde_json::{Value, json};

use self::{
    dates::Dates,
    records::{listing, reservation, source},
};
use super::{Channel, links};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    tokens::Issued,
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Order, Stay, StayStatus, Unit},
};

const SLUG: &str = "hostaway";
/// 24 months.
const LIFETIME: Duration = Duration::from_hours(17_520);
/// A token counts only this long after it was issued.
const RIPENS: Duration = Duration::from_secs(1);
const PAGE: usize = 100;

/// The vendor.
#[derive(Debug)]
pub(super) struct Hostaway;

impl Channel for Hostaway {
    fn slug(&self) -> &'static str {
        SLUG
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Inquiry,
            StayStatus::Pending,
            StayStatus::Confirmed,
            StayStatus::Cancelled,
            StayStatus::Declined,
            StayStatus::Expired,
            StayStatus::Blocked,
        ]
    }

    fn limits(&self) -> &'static [Limit] {
        &[
            Limit {
                requests: 200,
                seconds: 10,
                scope: Scope::Address,
            },
            Limit {
                requests: 200,
                seconds: 10,
                scope: Scope::Credential,
            },
        ]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        match token(call) {
            Some(issued) => Some(format!("{} {}", issued.owner, issued.secret)),
            None => match (call.form("client_id"), call.form("client_secret")) {
                (Some(id), Some(secret)) => Some(format!("{id} {secret}")),
                _ => call.bearer().map(str::to_owned),
            },
        }
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, &token(call)?.secret)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        match (call.method, call.segments().as_slice()) {
            (&Method::POST, ["v1", "accessTokens"]) => self.exchange(call),
            (&Method::DELETE, ["v1", "accessTokens"]) => revoke(call),
            (&Method::GET, ["v1", rest @ ..]) => match self.signed_in(call) {
                Some((issued, account)) => read(call, &issued, &account, rest),
                None => denied(),
            },
            _ => not_found(),
        }
    }

    fn unauthorized(&self, call: &Call<'_>) -> Answer {
        if call.path.ends_with("/accessTokens") {
            return invalid_client();
        }
        if let Some(token) = call.bearer() {
            call.tokens.revoke(SLUG, token);
        }
        denied()
    }

    fn rate_limited(&self, _: &Call<'_>, wait: u64) -> Answer {
        let until = Utc::now().timestamp() + i64::try_from(wait).unwrap_or(1);
        failed(429, "Too many requests. Please wait before you try again.")
            .header("X-RateLimit-Retry-After", until.to_string())
    }

    fn list_name(&self, call: &Call<'_>) -> String {
        links::list(call, &["offset", "afterId"])
    }

    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth::of(unit.number.to_string(), unit)
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let truth = ReservationTruth::of(stay.number.to_string(), unit.number.to_string(), unit, stay);
        vec![ReservationTruth {
            source: Some(source(stay).1.to_owned()),
            // Infants are told apart, and are children all the same.
            children: Some(stay.children + stay.infants),
            ..truth
        }]
    }
}

impl Hostaway {
    fn exchange(&self, call: &Call<'_>) -> Answer {
        let grant = call.form("grant_type");
        if grant.as_deref() != Some("client_credentials") {
            let body = json!({"error": "unsupported_grant_type", "error_description": "Check the `grant_type` parameter"});
            return Answer::json(400, &body);
        }
        let (Some(id), Some(secret)) = (call.form("client_id"), call.form("client_secret")) else {
            return invalid_client();
        };
        if id.is_empty() || call.open(self, &secret).is_none() {
            return invalid_client();
        }
        let token = call.tokens.issue(SLUG, &id, &secret, LIFETIME);
        let body = json!({"token_type": "Bearer", "expires_in": LIFETIME.as_secs(), "access_token": token});
        Answer::json(200, &body)
    }

    fn signed_in(&self, call: &Call<'_>) -> Option<(Issued, Arc<Account>)> {
        let issued = token(call).filter(|issued| issued.at.elapsed() >= RIPENS)?;
        let account = call.open(self, &issued.secret)?;
        Some((issued, account))
    }
}

fn token(call: &Call<'_>) -> Option<Issued> {
    call.tokens.find(SLUG, call.bearer()?)
}

fn revoke(call: &Call<'_>) -> Answer {
    match call.param("token") {
        Some(token) if call.tokens.revoke(SLUG, token) => {
            Answer::json(200, &json!({"status": "success", "result": null}))
        }
        _ => denied(),
    }
}

fn read(call: &Call<'_>, issued: &Issued, account: &Account, path: &[&str]) -> Answer {
    match path {
        ["users"] => {
            let id: u64 = issued.owner.parse().unwrap_or_default();
            let user = json!({"id": account.number(), "accountId": id, "firstName": "Host", "lastName": "Sandbox",
                "email": format!("host-{id}@hosts.example"), "isActive": 1});
            Answer::json(200, &json!({"status": "success", "result": [user], "count": 1}))
        }
        ["listings"] => listings(call, account),
        ["listings", id] => match id.parse().ok().and_then(|id| account.unit_by_number(id)) {
            Some(unit) => Answer::json(200, &json!({"status": "success", "result": listing(&unit)})),
            None => not_found(),
        },
        ["reservations"] => reservations(call, account),
        ["reservations", id] => match id.parse().ok().and_then(|id| account.stay_by_number(id)) {
            Some(stay) => Answer::json(
                200,
                &json!({"status": "success", "result": reservation(&account.unit(stay.unit), &stay)}),
            ),
            None => not_found(),
        },
        _ => not_found(),
    }
}

fn listings(call: &Call<'_>, account: &Account) -> Answer {
    let mut units = account.units();
    let (city, country) = (call.param("city"), call.param("country"));
    if city.is_some() || country.is_some() {
        units.retain(|index| {
            let unit = account.unit(*index);
            city.is_none_or(|city| city == unit.city)
                && country.is_none_or(|country| country == unit.country_name)
        });
    }
    let limit = call.number("limit").unwrap_or(PAGE).clamp(1, PAGE);
    let offset = call.number("offset").unwrap_or(0);
    let rows = call.rows(offset, limit, units.len());
    let result: Vec<Value> = slice(&units, rows)
        .iter()
        .map(|index| listing(&account.unit(*index)))
        .collect();
    envelope(&result, limit, Some(offset), units.len())
}

fn reservations(call: &Call<'_>, account: &Account) -> Answer {
    let limit = call.number("limit").unwrap_or(PAGE).clamp(1, PAGE);
    let order = match call.param("sortOrder") {
        None | Some("updatedOnDesc" | "latestActivityDesc") => Order::UpdatedDown,
        Some("updatedOn" | "latestActivity") => Order::UpdatedUp,
        Some(_) => Order::Number,
    };
    let dates = Dates::of(call);
    let unit = call.param("listingId").map(|id| {
        let found = id.parse().ok().and_then(|id| account.unit_by_number(id));
        found.map(|unit| unit.index)
    });
    let name = format!("{dates:?} {unit:?}");
    let chosen = account.select(&name, order, |stay| {
        unit.is_none_or(|unit| unit == Some(stay.unit)) && dates.hold(stay)
    });
    // The last id wins over the deprecated offset.
    let after = call.param("afterId").map(|id| id.parse().unwrap_or_default());
    let skipped = call.number("offset").unwrap_or(0);
    let (start, offset) = match after {
        Some(id) => (place_after(account, &chosen, order, id), None),
        None => (skipped, Some(skipped)),
    };
    let rows = call.rows(start, limit, chosen.len());
    let mut result = Vec::with_capacity(limit);
    // Mostly the next one is of the same listing.
    let mut unit: Option<Unit> = None;
    for index in slice(&chosen, rows) {
        let stay = account.stay(*index);
        let known = unit.take().filter(|unit| unit.index == stay.unit);
        let own = unit.insert(known.unwrap_or_else(|| account.unit(stay.unit)));
        result.push(reservation(own, &stay));
    }
    envelope(&result, limit, offset, chosen.len())
}

/// Where the record after an id stands in the list as it is now.
fn place_after(account: &Account, chosen: &[u32], order: Order, id: u64) -> usize {
    let Some(last) = account.stay_by_number(id) else {
        return chosen.len();
    };
    let key = |index: u32| (account.stay(index).updated, index);
    match order {
        Order::Number => chosen.partition_point(|index| *index <= last.index),
        Order::UpdatedUp => chosen.partition_point(|index| key(*index) <= (last.updated, last.index)),
        Order::UpdatedDown => chosen.partition_point(|index| key(*index) >= (last.updated, last.index)),
    }
}

/// A page.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a, R> {
    status: &'static str,
    result: &'a [R],
    limit: usize,
    offset: Option<usize>,
    count: usize,
    page: Option<usize>,
    total_pages: usize,
}

fn envelope<R: Serialize>(result: &[R], limit: usize, offset: Option<usize>, total: usize) -> Answer {
    Answer::json(
        200,
        &Envelope {
            status: "success",
            result,
            limit,
            offset,
            count: total,
            page: offset.map(|offset| offset / limit + 1),
            total_pages: total.div_ceil(limit),
        },
    )
}

fn invalid_client() -> Answer {
    let body = json!({"error": "invalid_client", "error_description": "Client authentication failed", "message": "Client authentication failed"});
    Answer::json(401, &body)
}

fn denied() -> Answer {
    failed(
        403,
        "The resource owner or authorization server denied the request.",
    )
}

fn not_found() -> Answer {
    failed(404, "Resource not found")
}

fn failed(status: u16, message: &str) -> Answer {
    Answer::json(status, &json!({"status": "fail", "message": message}))
}
