//! Calendars as people's links really lead to them, and as somebody with bad intent would write them.

use std::sync::Arc;

use innkeeper_domain::{
    accounts::{
        ChannelFailure, ChannelFault, CredentialValue, Credentials, Fetched, Records, ReservationRecord,
        Stream,
    },
    ports::ChannelGateway,
};

use super::{
    page,
    server::{Server, good},
};
use crate::conformance::bench::channels_at;

/// What a link that answers with this comes to.
fn fetch(body: &[u8]) -> Result<Fetched, ChannelFailure> {
    let body = body.to_vec();
    let server = Server::answering(move |_| good("text/calendar; charset=utf-8", &body));
    let channels = channels_at(&server.url, &Arc::default());
    let links = vec![format!("{}/ical/a.ics", server.url).into()];
    let credentials = Credentials {
        set: "calendar".into(),
        values: [("ical_urls".to_owned(), CredentialValue::List(links))].into(),
    };
    let request = |stream, listing| page("ical", &credentials, stream, listing);
    let listings = channels.fetch(&request(Stream::Listings, None))?;
    let Records::Listings(listings) = listings.records else {
        panic!("listings were asked for")
    };
    let listing = listings.first().unwrap().channel_listing_id.clone();
    channels.fetch(&request(Stream::Reservations, Some(listing)))
}

/// Id, first day and last day of each event; of faulty ones the field.
fn events(body: &[u8]) -> Result<Vec<String>, ChannelFault> {
    let fetched = fetch(body).map_err(|failure| failure.fault)?;
    let Records::Reservations(rows) = fetched.records else {
        panic!("reservations were asked for")
    };
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "?".to_owned(), |day| day.to_string());
    let row = |row: &ReservationRecord| {
        let id = &row.channel_reservation_id;
        format!("{id} {} {}", day(row.check_in), day(row.check_out))
    };
    let faulty = fetched.faulty.iter().map(|fault| format!("! {}", fault.field));
    Ok(rows.iter().map(row).chain(faulty).collect())
}

fn calendar(events: &[&str]) -> String {
    let events: Vec<String> = events
        .iter()
        .map(|lines| format!("BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n"))
        .collect();
    let events = events.concat();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

const DAYS: &str = "UID:1\r\nDTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260703";
const READ: &str = "1 2026-07-01 2026-07-03";

#[test]
fn events_are_read_however_they_are_written() {
    let whole = calendar(&[DAYS]);
    let of = |event: &str| calendar(&[event]);
    for (name, text, expected) in [
        ("whole days", whole.clone(), READ),
        (
            "ends of lines of another system",
            whole.replace("\r\n", "\n"),
            READ,
        ),
        ("small letters", whole.to_lowercase(), READ),
        ("a mark before the text", format!("\u{feff}{whole}"), READ),
        ("folded", whole.replace("20260703", "202\r\n 60703"), READ),
        (
            "folded by a tab",
            whole.replace("20260703", "202\r\n\t60703"),
            READ,
        ),
        ("empty lines", whole.replace("\r\n", "\r\n\r\n"), READ),
        (
            "parts within",
            of(&format!("{DAYS}\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM")),
            READ,
        ),
        (
            "times of a zone by any name",
            of("UID:1\r\nDTSTART;TZID=America/New_York:20260701T160000\r\n\
                DTEND;TZID=\"W. Europe Standard Time\":20260703T100000"),
            READ,
        ),
        (
            "times of the prime meridian",
            of("UID:1\r\nDTSTART:20260701T160000Z\r\nDTEND:20260703T100000Z"),
            READ,
        ),
        (
            "a length in place of an end",
            of("UID:1\r\nDTSTART;VALUE=DATE:20260701\r\nDURATION:P2D"),
            READ,
        ),
        (
            "no end: a day",
            of("UID:1\r\nDTSTART;VALUE=DATE:20260701"),
            "1 2026-07-01 2026-07-02",
        ),
        ("no name", of("DTSTART;VALUE=DATE:20260701"), "! id"),
        ("no day", of("UID:1\r\nDTSTART;VALUE=DATE:20261399"), "! check_in"),
    ] {
        assert_eq!(events(text.as_bytes()), Ok(vec![expected.to_owned()]), "{name}");
    }
}

#[test]
fn an_occurrence_of_its_own_is_not_lost_behind_its_series() {
    let series = format!("{DAYS}\r\nRRULE:FREQ=WEEKLY;COUNT=3");
    let moved = "UID:1\r\nRECURRENCE-ID;VALUE=DATE:20260708\r\nDTSTART;VALUE=DATE:20260709\r\nDTEND;VALUE=DATE:20260711";
    let found = events(calendar(&[&series, moved]).as_bytes()).unwrap();
    assert_eq!(found, [READ, "1/20260708 2026-07-09 2026-07-11"]);
}

#[test]
fn what_is_no_whole_calendar_is_not_taken_for_an_empty_one() {
    let whole = calendar(&[DAYS, DAYS]);
    let cut = |bytes: usize| whole.as_bytes()[..whole.len() - bytes].to_vec();
    let nested = |depth: usize| format!("BEGIN:VCALENDAR\r\n{}", "BEGIN:A\r\n".repeat(depth));
    for (name, body) in [
        ("cut within an event", cut(60)),
        ("cut behind an event", cut("END:VCALENDAR\r\n".len())),
        ("cut within the last line", cut(4)),
        ("a page", b"<html><body>Sign in</body></html>".to_vec()),
        (
            "an event alone",
            b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n".to_vec(),
        ),
        (
            "another encoding",
            whole.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        ("nothing", b"\r\n".to_vec()),
        ("nested", nested(1_000).into_bytes()),
        ("nested without end", nested(800_000).into_bytes()),
        (
            "nested behind ends that are none",
            nested(0)
                .into_bytes()
                .into_iter()
                .chain("BEGIN:A\nEND:Ax\n".repeat(10_000).into_bytes())
                .collect(),
        ),
    ] {
        assert_eq!(events(&body), Err(ChannelFault::BadResponse), "{name}");
    }
}
