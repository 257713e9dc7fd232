//! Reservations, newest first, and the items that they cost.

use serde_json::{Value, json};

use super::{
    CATEGORY, CURRENCY, CUSTOMER, EXTRA_ITEM, GROUP, ITEM, Limitation, MOST, RESERVATION, RESOURCE, SERVICE,
    after, failed,
    filters::{self, Filter, at},
    utc,
};
use crate::{
    answer::Answer,
    call::{Call, slice},
    channels::uuids,
    truth::ReservationTruth,
    world::{Account, Order, Source, Stay, StayStatus, Unit},
};

pub(super) fn all(call: &Call<'_>, account: &Account, body: &Value) -> Answer {
    let (limitation, filter) = match (Limitation::of(body), Filter::of(body)) {
        (Ok(limitation), Ok(filter)) => (limitation, filter),
        (Err(refusal), _) | (_, Err(refusal)) => return refusal,
    };
    if filter
        .numbers
        .as_ref()
        .is_some_and(|numbers| numbers.len() > MOST)
    {
        return failed(400, "Too many ReservationIds.");
    }
    let chosen = account.select(&format!("{filter:?}"), Order::UpdatedDown, |stay| {
        filter.keeps(stay, state(stay))
    });
    let start = match limitation.cursor.as_deref() {
        None => 0,
        Some(id) => {
            let last = uuids::number(RESERVATION, id).and_then(|number| account.stay_by_number(number));
            after(&chosen, last.map(|stay| stay.index))
        }
    };
    let page = slice(&chosen, call.rows(start, limitation.count, chosen.len()));
    let stays: Vec<Stay> = page.iter().map(|index| account.stay(*index)).collect();
    let records: Vec<Value> = stays.iter().map(|stay| reservation(account, stay)).collect();
    // Null only when there is nothing: the last page has one too.
    let cursor = stays.last().map(|stay| uuids::of(RESERVATION, stay.number));
    Answer::json(200, &json!({"Reservations": records, "Cursor": cursor}))
}

/// Two items for each reservation that is asked for: the nights, and a service that is a tenth of all.
pub(super) fn items(call: &Call<'_>, account: &Account, body: &Value) -> Answer {
    let limitation = match Limitation::of(body) {
        Ok(limitation) => limitation,
        Err(refusal) => return refusal,
    };
    let Some(numbers) = filters::reservations(body, "ServiceOrderIds") else {
        return failed(400, "At least one filter must be specified.");
    };
    if numbers.len() > MOST {
        return failed(400, "Too many ServiceOrderIds.");
    }
    let items: Vec<Value> = numbers
        .iter()
        .filter_map(|number| account.stay_by_number(*number))
        .flat_map(|stay| {
            let extra = stay.cents / 10;
            [
                (ITEM, "SpaceOrder", stay.cents - extra),
                (EXTRA_ITEM, "ProductOrder", extra),
            ]
            .map(|(kind, name, cents)| item(account, &stay, kind, name, cents))
        })
        .collect();
    let known = |item: &Value, id: &str| item.get("Id").and_then(Value::as_str) == Some(id);
    let start = match limitation.cursor.as_deref() {
        None => 0,
        Some(id) => items
            .iter()
            .position(|item| known(item, id))
            .map_or(items.len(), |place| place + 1),
    };
    let rows = call.rows(start, limitation.count, items.len());
    let page = items.get(rows).unwrap_or_default();
    let cursor = page.last().and_then(|item| item.get("Id"));
    Answer::json(200, &json!({"OrderItems": page, "Cursor": cursor}))
}

fn reservation(account: &Account, stay: &Stay) -> Value {
    let customer = uuids::of(CUSTOMER, stay.number);
    let (start, end) = (utc(at(stay.arrival, 14)), utc(at(stay.departure, 12)));
    let state = state(stay);
    let began = matches!(stay.status, StayStatus::CheckedIn | StayStatus::CheckedOut).then_some(&start);
    let ended = (stay.status == StayStatus::CheckedOut).then_some(&end);
    let people: Vec<Value> = [(1, stay.adults), (2, stay.children)]
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(age, count)| json!({"AgeCategoryId": uuids::of(CATEGORY, *age), "Count": count}))
        .collect();
    json!({
        "Id": uuids::of(RESERVATION, stay.number), "ServiceId": uuids::of(SERVICE, account.number()),
        "AccountId": customer, "AccountType": "Customer", "CreatorProfileId": customer,
        "UpdaterProfileId": customer, "BookerId": null, "Number": stay.number.to_string(), "State": state,
        "Origin": origin(stay), "CommanderOrigin": (origin(stay) == "Commander").then_some("Phone"),
        "OriginDetails": null, "CreatedUtc": utc(stay.booked), "UpdatedUtc": utc(stay.updated),
        "CancelledUtc": stay.cancelled.map(utc), "VoucherId": null, "BusinessSegmentId": null,
        "RateId": uuids::of(CATEGORY, 3), "CreditCardId": null, "GroupId": uuids::of(GROUP, stay.number),
        "RequestedResourceCategoryId": uuids::of(CATEGORY, 4),
        "AssignedResourceId": uuids::of(RESOURCE, account.unit(stay.unit).number), "AvailabilityBlockId": null,
        "PartnerCompanyId": null, "TravelAgencyId": null, "AssignedResourceLocked": false,
        "ChannelNumber": (origin(stay) == "ChannelManager").then(|| stay.code()), "ChannelManagerNumber": "",
        "CancellationReason": stay.cancelled.map(|_| "RequestedByGuest"), "ReleasedUtc": null,
        "StartUtc": start, "EndUtc": end, "ScheduledStartUtc": start, "ActualStartUtc": began,
        "ScheduledEndUtc": end, "ActualEndUtc": ended, "Purpose": "Leisure", "QrCodeData": "",
        "PersonCounts": people,
    })
}

fn item(account: &Account, stay: &Stay, kind: u64, name: &str, cents: u64) -> Value {
    let part = Stay {
        cents,
        ..stay.clone()
    };
    let value = part.amount();
    let amount = json!({
        "Currency": CURRENCY, "NetValue": value, "GrossValue": value, "TaxValues": [], "Breakdown": {"Items": []},
    });
    json!({
        "Id": uuids::of(kind, stay.number), "AccountId": uuids::of(CUSTOMER, stay.number),
        "AccountType": "Customer", "Notes": "", "ServiceId": uuids::of(SERVICE, account.number()),
        "ServiceOrderId": uuids::of(RESERVATION, stay.number), "BillId": null, "UnitCount": 1,
        "UnitAmount": amount, "Amount": amount, "OriginalAmount": amount, "RevenueType": "Accommodation",
        "CreatedUtc": utc(stay.booked), "UpdatedUtc": utc(stay.updated), "ConsumedUtc": utc(at(stay.arrival, 14)),
        "CanceledUtc": null, "ClosedUtc": null, "AccountingState": "Open", "Type": name,
        "Options": {"CanceledWithReservation": false}, "Data": null,
    })
}

/// Guests are counted by age categories, which another operation would explain.
pub(super) fn truth(unit: &Unit, stay: &Stay) -> ReservationTruth {
    let (id, listing) = (
        uuids::of(RESERVATION, stay.number),
        uuids::of(RESOURCE, unit.number),
    );
    ReservationTruth {
        adults: None,
        children: None,
        currency: Some(CURRENCY.to_owned()),
        source: Some(origin(stay).to_owned()),
        confirmation_code: Some(stay.number.to_string()),
        ..ReservationTruth::of(id, listing, unit, stay)
    }
}

/// The vendor's word. What waits for one of both sides is pending.
fn state(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Inquiry => "Inquired",
        StayStatus::Pending if stay.mark.is_multiple_of(2) => "Optional",
        StayStatus::Pending => "Requested",
        StayStatus::CheckedIn => "Started",
        StayStatus::CheckedOut => "Processed",
        StayStatus::Cancelled => "Canceled",
        StayStatus::Confirmed
        | StayStatus::Declined
        | StayStatus::Expired
        | StayStatus::NoShow
        | StayStatus::Blocked => "Confirmed",
    }
}

fn origin(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb | Source::Booking | Source::Vrbo | Source::Expedia => "ChannelManager",
        Source::Direct => "Commander",
        Source::Website => "Distributor",
    }
}
