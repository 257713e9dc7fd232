//! Mews Connector API: every operation a POST with the tokens in its body, cursors, and windows of three months.

mod filters;
mod reservations;

use std::sync::Arc;

use actix_web::http::Method;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{Channel, uuids};
use crate::{
    answer::Answer,
    call::{Call, slice},
    limits::{Limit, Scope},
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Stay, StayStatus, Unit},
};

const ENTERPRISE: u64 = 1;
const RESOURCE: u64 = 2;
const RESERVATION: u64 = 3;
const ITEM: u64 = 4;
const EXTRA_ITEM: u64 = 5;
const SERVICE: u64 = 6;
const CUSTOMER: u64 = 7;
const GROUP: u64 = 8;
const CATEGORY: u64 = 9;
const MOST: usize = 1_000;
/// All rooms of a hotel stand in one place and take one currency.
const ZONE: Tz = Tz::Europe__Prague;
const CURRENCY: &str = "EUR";
const STREET: &str = "I.P. Pavlova 5";
const CITY: &str = "Prague";
const COUNTRY: &str = "CZ";

/// The vendor.
#[derive(Debug)]
pub(super) struct Mews;

impl Channel for Mews {
    fn slug(&self) -> &'static str {
        "mews"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[
            StayStatus::Inquiry,
            StayStatus::Pending,
            StayStatus::Confirmed,
            StayStatus::CheckedIn,
            StayStatus::CheckedOut,
            StayStatus::Cancelled,
        ]
    }

    fn limits(&self) -> &'static [Limit] {
        &[Limit {
            requests: 200,
            seconds: 30,
            scope: Scope::Credential,
        }]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        Some(call.json()?.get("AccessToken")?.as_str()?.to_owned())
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, call.json()?.get("AccessToken")?.as_str()?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let segments = call.segments();
        let (&Method::POST, ["api", "connector", "v1", operation @ ..]) = (call.method, segments.as_slice())
        else {
            return failed(404, "Not found");
        };
        let Some(body) = call.json().filter(Value::is_object) else {
            return failed(400, "Invalid JSON.");
        };
        let client_token = body
            .get("ClientToken")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if call.open(self, client_token).is_none() {
            return refused("ClientToken");
        }
        let Some(account) = self.account(call) else {
            return refused("AccessToken");
        };
        if body
            .get("Client")
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            return failed(400, "Invalid Client.");
        }
        match operation {
            ["configuration", "get"] => Answer::json(200, &configuration(&account)),
            ["resources", "getAll"] => resources(call, &account, &body),
            ["reservations", "getAll", "2023-06-06"] => reservations::all(call, &account, &body),
            ["orderItems", "getAll"] => reservations::items(call, &account, &body),
            _ => failed(404, "Not found"),
        }
    }

    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        refused("AccessToken")
    }

    fn rate_limited(&self, _: &Call<'_>, wait: u64) -> Answer {
        failed(429, "Too many requests.").header("Retry-After", wait.to_string())
    }

    /// Place and currency are the enterprise's.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            address: Some(STREET.to_owned()),
            city: Some(CITY.to_owned()),
            country: Some(COUNTRY.to_owned()),
            timezone: Some(ZONE.name().to_owned()),
            currency: Some(CURRENCY.to_owned()),
            capacity: None,
            enabled: Some(true),
            ..ListingTruth::of(uuids::of(RESOURCE, unit.number), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        vec![reservations::truth(unit, stay)]
    }

    /// The body without its cursor.
    fn list_name(&self, call: &Call<'_>) -> String {
        let mut body = call.json().unwrap_or_default();
        if let Some(limitation) = body.get_mut("Limitation").and_then(Value::as_object_mut) {
            limitation.remove("Cursor");
        }
        format!("{} {body}", call.path)
    }
}

fn configuration(account: &Account) -> Value {
    let id = uuids::of(ENTERPRISE, account.number());
    json!({
        "NowUtc": utc(Utc::now()),
        "Enterprise": {
            "Id": id, "ExternalIdentifier": null, "ChainName": "Sandbox Stays", "IsPortfolio": false,
            "CreatedUtc": "2015-07-07T13:33:17Z", "UpdatedUtc": "2015-07-07T13:33:17Z", "Name": "Sandbox Hotel",
            "TimeZoneIdentifier": ZONE.name(), "LegalEnvironmentCode": "CZ", "DefaultLanguageCode": "en-US",
            "Currencies": [{"Currency": "USD", "IsDefault": false, "IsEnabled": true},
                {"Currency": CURRENCY, "IsDefault": true, "IsEnabled": true}],
            "Email": "host@hosts.example", "Phone": "+999 555 0100", "Pricing": "Gross",
            "Address": {"Line1": STREET, "Line2": null, "City": CITY, "PostalCode": "1200", "CountryCode": COUNTRY,
                "CountrySubdivisionCode": null, "Latitude": 50.075_181, "Longitude": 14.429_645},
        },
        "Service": {"Id": uuids::of(SERVICE, account.number()), "EnterpriseId": id, "IsActive": true,
            "Name": "Accommodation", "StartTime": "PT14H", "EndTime": "PT12H"},
        "PaymentCardStorage": null, "IsIdentityDocumentNumberRequired": false,
    })
}

fn resources(call: &Call<'_>, account: &Account, body: &Value) -> Answer {
    let limitation = match Limitation::of(body) {
        Ok(limitation) => limitation,
        Err(refusal) => return refusal,
    };
    let Some(extent) = body.get("Extent").and_then(Value::as_object) else {
        return failed(400, "Invalid Extent.");
    };
    let shown = extent.get("Resources").and_then(Value::as_bool).unwrap_or(false);
    let units = if shown { account.units() } else { Vec::new() };
    let number = limitation.cursor.as_deref().map(|id| uuids::number(RESOURCE, id));
    let start = match number {
        None => 0,
        Some(number) => after(
            &units,
            number
                .and_then(|number| account.unit_by_number(number))
                .map(|unit| unit.index),
        ),
    };
    let enterprise = uuids::of(ENTERPRISE, account.number());
    let page = slice(&units, call.rows(start, limitation.count, units.len()));
    let resources: Vec<Value> = page
        .iter()
        .map(|index| resource(&account.unit(*index), &enterprise))
        .collect();
    let cursor = page
        .last()
        .map(|index| uuids::of(RESOURCE, account.unit(*index).number));
    let body = json!({
        "Resources": resources, "ResourceCategories": null, "ResourceCategoryAssignments": null,
        "ResourceCategoryImageAssignments": null, "ResourceFeatures": null, "ResourceFeatureAssignments": null,
        "Cursor": cursor,
    });
    Answer::json(200, &body)
}

fn resource(unit: &Unit, enterprise: &str) -> Value {
    let created = utc(unit.created);
    json!({
        "Id": uuids::of(RESOURCE, unit.number), "EnterpriseId": enterprise, "IsActive": true,
        "ParentResourceId": null, "Name": unit.title, "State": "Clean", "Descriptions": {"en-US": ""},
        "CreatedUtc": created, "UpdatedUtc": created, "ExternalNames": {"en-US": unit.nickname},
        "Data": {"Discriminator": "Space", "Value": {"FloorNumber": "1", "LocationNotes": ""}},
        "Directions": {"en-US": ""},
    })
}

/// How many records, and after which one.
struct Limitation {
    count: usize,
    cursor: Option<String>,
}

impl Limitation {
    fn of(body: &Value) -> Result<Self, Answer> {
        let limitation = body.get("Limitation");
        let count = limitation.and_then(|limitation| limitation.get("Count")?.as_u64());
        let count = count.and_then(|count| usize::try_from(count).ok());
        let Some(count) = count.filter(|count| (1..=MOST).contains(count)) else {
            return Err(failed(400, "Invalid Limitation.Count."));
        };
        let cursor = limitation.and_then(|limitation| limitation.get("Cursor")?.as_str());
        Ok(Self {
            count,
            cursor: cursor.map(str::to_owned),
        })
    }
}

/// The place after a record of a list; the end for a record that is not in it.
fn after(all: &[u32], last: Option<u32>) -> usize {
    let place = last.and_then(|last| all.iter().position(|index| *index == last));
    place.map_or(all.len(), |place| place + 1)
}

fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn refused(field: &str) -> Answer {
    failed(401, &format!("Invalid {field}."))
}

fn failed(status: u16, message: &str) -> Answer {
    let id = uuids::of(0, u64::from(status));
    Answer::json(status, &json!({"Message": message, "RequestId": id}))
}
