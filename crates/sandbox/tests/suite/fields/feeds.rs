//! What is no JSON.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use super::{SECRET, Told, agree, unzoned};
use crate::bench::Bench;

fn handle(bench: &Bench, method: &str, fields: &str) -> String {
    let body = format!(
        "<{method}_RQ><Authentication><UserName>ann</UserName><Password>{SECRET}</Password></Authentication>{fields}\
        </{method}_RQ>"
    );
    let reply = bench.ask("POST", "/rentals_united/api/Handler.ashx", &[], &body);
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

fn all<'a>(document: &'a Document<'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.has_tag_name(name))
}

fn part(node: Node<'_, '_>, name: &str) -> Value {
    let found = node.descendants().find(|part| part.has_tag_name(name));
    json!(found.unwrap_or_else(|| panic!("no {name}")).text())
}

#[test]
fn rentals_united() {
    let bench = Bench::unlimited();
    let list = handle(
        &bench,
        "Pull_ListProp",
        "<LocationID>0</LocationID><IncludeNLA>true</IncludeNLA>",
    );
    let listings = all(&Document::parse(&list).unwrap(), "Property")
        .map(|row| {
            let id = part(row, "ID");
            let text = handle(&bench, "Pull_ListSpecProp", &format!("<PropertyID>{}</PropertyID>", id.as_str().unwrap()));
            let document = Document::parse(&text).unwrap();
            let detail = all(&document, "Property").next().unwrap();
            let number: u32 = part(detail, "CanSleepMax").as_str().unwrap().parse().unwrap();
            json!({
                "channel-listing-id": id, "title": part(row, "Name"), "address": part(detail, "Street"), "city": null,
                "country": null, "timezone": null, "currency": detail.attribute("Currency"), "capacity": number,
                "enabled": part(detail, "IsActive") == "true",
            })
        })
        .collect();
    let dates = "<DateFrom>2000-01-01 00:00:00</DateFrom><DateTo>2100-01-01 00:00:00</DateTo><LocationID>0</LocationID>";
    let text = handle(&bench, "Pull_ListReservations", dates);
    let reservations = all(&Document::parse(&text).unwrap(), "Reservation")
        .map(|row| {
            let status = match part(row, "StatusID").as_str() {
                Some("1" | "3") => "confirmed",
                Some("2") => "cancelled",
                other => panic!("undocumented: {other:?}"),
            };
            json!({
                "channel-reservation-id": part(row, "ReservationID"), "channel-listing-id": part(row, "PropertyID"),
                "status": status, "check-in": part(row, "DateFrom"), "check-out": part(row, "DateTo"),
                "adults": null, "children": null, "total": part(row, "ClientPrice"),
                "currency": row.attribute("Currency"), "booked-at": null,
                "updated-at": unzoned(&part(row, "LastMod"), "%Y-%m-%d %H:%M:%S"), "source": part(row, "Creator"),
                "confirmation-code": part(row, "ReferenceID"),
            })
        })
        .collect();
    agree(
        &bench,
        "rentals_united",
        Told {
            listings,
            reservations,
        },
    );
}

/// The events of a feed, unfolded, each as its properties without their parameters.
fn events(feed: &str) -> Vec<BTreeMap<String, String>> {
    assert!(feed.lines().all(|line| line.len() <= 75), "a line is too long");
    let unfolded = feed.replace("\r\n ", "");
    let mut events = Vec::new();
    for line in unfolded.split_terminator("\r\n") {
        let (name, value) = line.split_once(':').unwrap();
        if line == "BEGIN:VEVENT" {
            events.push(BTreeMap::new());
        }
        let name = name.split(';').next().unwrap();
        if let Some(event) = events.last_mut() {
            event.insert(name.to_owned(), value.to_owned());
        }
    }
    events
}

#[test]
fn calendars() {
    let bench = Bench::unlimited();
    for slug in ["ical", "airbnb", "vrbo", "booking_com"] {
        let reply = bench.get(&format!("/{slug}/{SECRET}.ics"), &[]);
        assert_eq!(reply.headers["content-type"], "text/calendar; charset=utf-8");
        assert!(reply.body.starts_with("BEGIN:VCALENDAR\r\n") && reply.body.ends_with("END:VCALENDAR\r\n"));
        let title = reply
            .body
            .split("X-WR-CALNAME:")
            .nth(1)
            .and_then(|rest| rest.split("\r\n").next());
        let nothing = Value::Null;
        let listing = json!({
            "channel-listing-id": nothing, "title": title, "address": nothing, "city": nothing, "country": nothing,
            "timezone": nothing, "currency": nothing, "capacity": nothing, "enabled": nothing,
        });
        let date = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").unwrap().to_string();
        let instant =
            |event: &BTreeMap<String, String>, name: &str| unzoned(&json!(event.get(name)), "%Y%m%dT%H%M%SZ");
        let reservations = events(&reply.body)
            .iter()
            .map(|event| {
                let status = match (event["SUMMARY"].as_str(), event.get("STATUS").map(String::as_str)) {
                    (_, Some("TENTATIVE")) => "pending",
                    (_, Some("CANCELLED")) => "cancelled",
                    ("Airbnb (Not available)" | "Blocked" | "CLOSED - Not available", None) => "blocked",
                    (summary, state) => {
                        assert!(summary.starts_with("Reserved") || state == Some("CONFIRMED"), "{event:?}");
                        "confirmed"
                    }
                };
                json!({
                    "channel-reservation-id": event["UID"], "channel-listing-id": nothing, "status": status,
                    "check-in": date(&event["DTSTART"]), "check-out": date(&event["DTEND"]), "adults": nothing,
                    "children": nothing, "total": nothing, "currency": nothing,
                    "booked-at": instant(event, "CREATED"), "updated-at": instant(event, "LAST-MODIFIED"),
                    "source": nothing, "confirmation-code": nothing,
                })
            })
            .collect();
        agree(
            &bench,
            slug,
            Told {
                listings: vec![listing],
                reservations,
            },
        );
    }
}
