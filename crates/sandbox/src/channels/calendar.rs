//! Calendar links: a feed of events without price or guests, whose address is the secret.

use std::sync::Arc;

use actix_web::http::Method;
use chrono::{DateTime, Utc};

use super::{Channel, uuids};
use crate::{
    answer::Answer,
    call::Call,
    limits::Limit,
    truth::{ListingTruth, ReservationTruth},
    world::{Account, BASE, Stay, StayStatus, Unit},
};

/// The longest line of a feed, in bytes, without its end.
const LINE: usize = 75;
const EVENT: u64 = 1;

/// Whose calendars they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Calendar {
    /// Any program's, with all that RFC 5545 offers.
    Plain,
    Airbnb,
    Vrbo,
    Booking,
}

impl Channel for Calendar {
    fn slug(&self) -> &'static str {
        match self {
            Self::Plain => "ical",
            Self::Airbnb => "airbnb",
            Self::Vrbo => "vrbo",
            Self::Booking => "booking_com",
        }
    }

    fn statuses(&self) -> &'static [StayStatus] {
        match self {
            Self::Plain => &[StayStatus::Confirmed, StayStatus::Pending, StayStatus::Cancelled],
            Self::Airbnb | Self::Vrbo => &[StayStatus::Confirmed, StayStatus::Blocked],
            Self::Booking => &[StayStatus::Confirmed],
        }
    }

    fn limits(&self) -> &'static [Limit] {
        &[]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        secret(call).map(str::to_owned)
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        call.open(self, secret(call)?)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        match self.account(call) {
            Some(account) if call.method == Method::GET => {
                Answer::text(200, "text/calendar; charset=utf-8", self.feed(&account))
            }
            _ => unknown(),
        }
    }

    /// A link that does not count looks like one that never did.
    fn unauthorized(&self, _: &Call<'_>) -> Answer {
        unknown()
    }

    fn rate_limited(&self, _: &Call<'_>, wait: u64) -> Answer {
        Answer::text(429, "text/plain", "Too Many Requests").header("Retry-After", wait.to_string())
    }

    /// A feed is one listing, whatever the account holds.
    fn listings(&self, account: &Account) -> Vec<u32> {
        account.units().into_iter().take(1).collect()
    }

    /// Only some feeds have a title, and none says anything else.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            channel_listing_id: None,
            title: (*self == Self::Plain).then(|| unit.title.clone()),
            address: None,
            city: None,
            country: None,
            timezone: None,
            currency: None,
            capacity: None,
            enabled: None,
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let truth = ReservationTruth::of(self.uid(stay), String::new(), unit, stay);
        let plain = *self == Self::Plain;
        vec![ReservationTruth {
            channel_listing_id: None,
            status: if *self == Self::Booking {
                StayStatus::Blocked.word()
            } else {
                truth.status
            },
            adults: None,
            children: None,
            total: None,
            currency: None,
            booked_at: truth.booked_at.filter(|_| plain),
            updated_at: truth.updated_at.filter(|_| plain),
            confirmation_code: None,
            ..truth
        }]
    }
}

impl Calendar {
    fn feed(self, account: &Account) -> String {
        let maker = match self {
            Self::Plain => "-//Sandbox//Calendar 1.0//EN",
            Self::Airbnb => "-//Airbnb Inc//Hosting Calendar 1.0//EN",
            Self::Vrbo => "-//HomeAway.com, Inc.//EN",
            Self::Booking => "-//admin.booking.com//ical//EN",
        };
        let mut feed = String::new();
        for fixed in ["BEGIN:VCALENDAR", "VERSION:2.0", "CALSCALE:GREGORIAN"] {
            line(&mut feed, fixed);
        }
        line(&mut feed, &format!("PRODID:{maker}"));
        if let (Self::Plain, Some(unit)) = (self, account.units().first()) {
            line(
                &mut feed,
                &format!("X-WR-CALNAME:{}", escape(&account.unit(*unit).title)),
            );
        }
        for index in 0..account.stays_len() {
            self.event(&mut feed, &account.stay(index));
        }
        line(&mut feed, "END:VCALENDAR");
        feed
    }

    /// A whole day range: the end is the day of departure.
    fn event(self, feed: &mut String, stay: &Stay) {
        line(feed, "BEGIN:VEVENT");
        line(feed, &format!("UID:{}", self.uid(stay)));
        line(
            feed,
            &format!("DTSTART;VALUE=DATE:{}", stay.arrival.format("%Y%m%d")),
        );
        line(
            feed,
            &format!("DTEND;VALUE=DATE:{}", stay.departure.format("%Y%m%d")),
        );
        line(feed, &format!("SUMMARY:{}", escape(&self.summary(stay))));
        if self == Self::Plain {
            line(feed, &format!("DTSTAMP:{}", stamp(stay.updated)));
            line(feed, &format!("CREATED:{}", stamp(stay.booked)));
            line(feed, &format!("LAST-MODIFIED:{}", stamp(stay.updated)));
            line(feed, &format!("STATUS:{}", status(stay)));
        } else {
            let made = BASE.and_time(chrono::NaiveTime::MIN).and_utc();
            line(feed, &format!("DTSTAMP:{}", stamp(made)));
        }
        if self == Self::Airbnb && stay.status != StayStatus::Blocked {
            let text = format!(
                "Reservation URL: https://www.airbnb.example/hosting/reservations/details/{}\nPhone Number (Last 4 \
                Digits): {:04}",
                stay.code(),
                stay.mark % 10_000,
            );
            line(feed, &format!("DESCRIPTION:{}", escape(&text)));
        }
        line(feed, "END:VEVENT");
    }

    fn uid(self, stay: &Stay) -> String {
        let id = uuids::of(EVENT, stay.number);
        match self {
            Self::Plain => format!("{id}@calendar.example"),
            Self::Airbnb => format!("{}@airbnb.com", id.replace('-', "")),
            Self::Vrbo => id,
            Self::Booking => format!("{}@booking.com", id.replace('-', "")),
        }
    }

    fn summary(self, stay: &Stay) -> String {
        let blocked = stay.status == StayStatus::Blocked;
        match self {
            Self::Plain => format!("Booking, {}", stay.guest_name()),
            Self::Airbnb if blocked => "Airbnb (Not available)".to_owned(),
            Self::Airbnb => "Reserved".to_owned(),
            Self::Vrbo if blocked => "Blocked".to_owned(),
            Self::Vrbo => format!("Reserved - {}", stay.first_name),
            // Sold nights and closed ones look alike.
            Self::Booking => "CLOSED - Not available".to_owned(),
        }
    }
}

/// The file's name without its ending.
fn secret<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    call.path.strip_prefix('/')?.strip_suffix(".ics")
}

fn status(stay: &Stay) -> &'static str {
    match stay.status {
        StayStatus::Cancelled => "CANCELLED",
        StayStatus::Pending => "TENTATIVE",
        StayStatus::Inquiry
        | StayStatus::Confirmed
        | StayStatus::CheckedIn
        | StayStatus::CheckedOut
        | StayStatus::Declined
        | StayStatus::Expired
        | StayStatus::NoShow
        | StayStatus::Blocked => "CONFIRMED",
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\n', "\\n")
}

/// A line of content, folded: what goes on begins with a space.
fn line(feed: &mut String, text: &str) {
    let mut width = 0;
    for letter in text.chars() {
        if width + letter.len_utf8() > LINE {
            feed.push_str("\r\n ");
            width = 1;
        }
        feed.push(letter);
        width += letter.len_utf8();
    }
    feed.push_str("\r\n");
}

fn unknown() -> Answer {
    Answer::text(404, "text/plain", "Not Found")
}
