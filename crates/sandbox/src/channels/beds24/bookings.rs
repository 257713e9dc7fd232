//! Bookings, of which only those to come are shown unless somebody asks for more.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::{listed, numbers, texts};
use crate::{
    answer::Answer,
    call::Call,
    channels::moments::{self, Within},
    truth::ReservationTruth,
    world::{Account, BASE, Order, Source, Stay, StayStatus, Unit},
};

/// All but cancelled ones.
const DEFAULT_STATUSES: [&str; 5] = ["confirmed", "request", "new", "black", "inquiry"];

pub(super) fn list(call: &Call<'_>, account: &Account) -> Answer {
    let filter = Filter::of(call);
    let chosen = account.select(&format!("{filter:?}"), Order::Number, |stay| {
        filter.keeps(account, stay)
    });
    listed(call, "booking", &chosen, |index| {
        let stay = account.stay(index);
        booking(&account.unit(stay.unit), &stay)
    })
}

#[derive(Debug)]
struct Filter {
    ids: Vec<u64>,
    properties: Vec<u64>,
    rooms: Vec<u64>,
    statuses: Vec<String>,
    channel: Option<String>,
    arrival: Within<NaiveDate>,
    departure: Within<NaiveDate>,
    booked: Within<DateTime<Utc>>,
    modified: Within<DateTime<Utc>>,
}

impl Filter {
    fn of(call: &Call<'_>) -> Self {
        let days = |name: &str| {
            let day = |name: String| call.param(&name).and_then(moments::day);
            // The bare name asks for one day.
            Within {
                from: day(format!("{name}From")).or_else(|| day(name.to_owned())),
                to: day(format!("{name}To")).or_else(|| day(name.to_owned())),
            }
        };
        let instants = |name: &str| {
            let instant = |end: &str| call.param(&format!("{name}{end}")).and_then(moments::instant);
            Within {
                from: instant("From"),
                to: instant("To"),
            }
        };
        let mut filter = Self {
            ids: numbers(call, "id"),
            properties: numbers(call, "propertyId"),
            rooms: numbers(call, "roomId"),
            statuses: texts(call, "status").map(str::to_owned).collect(),
            channel: call.param("channel").map(str::to_owned),
            arrival: days("arrival"),
            departure: days("departure"),
            booked: instants("bookingTime"),
            modified: instants("modified"),
        };
        if filter.statuses.is_empty() {
            filter.statuses = DEFAULT_STATUSES.map(str::to_owned).to_vec();
        }
        let dated = !filter.arrival.is_open()
            || !filter.departure.is_open()
            || !filter.booked.is_open()
            || !filter.modified.is_open();
        if !dated && filter.ids.is_empty() {
            filter.departure.from = Some(BASE);
        }
        filter
    }

    fn keeps(&self, account: &Account, stay: &Stay) -> bool {
        let among = |wanted: &[u64], number: u64| wanted.is_empty() || wanted.contains(&number);
        among(&self.ids, stay.number)
            && self.statuses.iter().any(|known| known == status(stay))
            && self.channel.as_deref().is_none_or(|known| known == channel(stay))
            && self.arrival.holds(&stay.arrival)
            && self.departure.holds(&stay.departure)
            && self.booked.holds(&stay.booked)
            && self.modified.holds(&stay.updated)
            && (self.properties.is_empty() && self.rooms.is_empty() || {
                let unit = account.unit(stay.unit);
                among(&self.properties, unit.number) && among(&self.rooms, room(&unit))
            })
    }
}

/// The one room type of a property.
pub(super) fn room(unit: &Unit) -> u64 {
    unit.number * 10 + 1
}

/// The currency is the property's: a booking names none.
fn booking(unit: &Unit, stay: &Stay) -> Value {
    let name = channel(stay);
    json!({
        "id": stay.number, "propertyId": unit.number, "roomId": room(unit), "unitId": 1, "roomQty": 1,
        "masterId": null, "apiSourceId": 0, "apiSource": source(stay), "channel": name,
        "apiReference": stay.code(), "apiMessage": "", "status": status(stay), "subStatus": "none",
        "arrival": stay.arrival.to_string(), "departure": stay.departure.to_string(), "numAdult": stay.adults,
        "numChild": stay.children, "title": "", "firstName": stay.first_name, "lastName": stay.last_name,
        "email": stay.email(), "phone": stay.phone(), "country2": stay.home.to_lowercase(), "lang": stay.language, "comments": stay.note, "notes": "",
        "message": "", "price": stay.amount(), "deposit": 0.0, "tax": 0.0, "commission": 0.0,
        "rateDescription": "", "refererEditable": name, "bookingTime": utc(stay.booked), "modifiedTime": utc(stay.updated), "cancelTime": stay.cancelled.map(utc),
        "allowChannelUpdate": "all",
    })
}

pub(super) fn truth(unit: &Unit, stay: &Stay) -> ReservationTruth {
    let truth = ReservationTruth::of(stay.number.to_string(), unit.number.to_string(), unit, stay);
    ReservationTruth {
        source: Some(channel(stay).to_owned()),
        ..truth
    }
}

/// The vendor's word. A confirmed booking is `new` until somebody has read it.
fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Inquiry => "inquiry",
        StayStatus::Pending => "request",
        StayStatus::Cancelled => "cancelled",
        StayStatus::Blocked => "black",
        StayStatus::Confirmed if stay.mark.is_multiple_of(8) && stay.arrival > BASE => "new",
        StayStatus::Confirmed
        | StayStatus::CheckedIn
        | StayStatus::CheckedOut
        | StayStatus::Declined
        | StayStatus::Expired
        | StayStatus::NoShow => "confirmed",
    }
}

fn channel(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "airbnb",
        Source::Booking => "booking",
        Source::Vrbo => "vrbo",
        Source::Expedia => "expedia",
        Source::Direct => "direct",
        Source::Website => "bookingpage",
    }
}

fn source(stay: &Stay) -> &'static str {
    match stay.source {
        Source::Airbnb => "Airbnb",
        Source::Booking => "Booking.com",
        Source::Vrbo => "Vrbo",
        Source::Expedia => "Expedia",
        Source::Direct => "Direct",
        Source::Website => "Booking Page",
    }
}

fn utc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
