//! Systems of hotels.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{SECRET, Told, agree, amount, day, meaning, micros, rows, zoned};
use crate::bench::Bench;

#[test]
fn apaleo() {
    let bench = Bench::unlimited();
    let basic = BASE64_STANDARD.encode(format!("client:{SECRET}"));
    let basic = [("authorization", format!("Basic {basic}"))];
    let token = bench
        .form("/apaleo/connect/token", &basic, "grant_type=client_credentials")
        .json();
    let headers = [(
        "authorization",
        format!("Bearer {}", token["access_token"].as_str().unwrap()),
    )];
    // Without a size a list comes whole.
    let properties = bench.get("/apaleo/inventory/v1/properties", &headers).json();
    let listings = rows(&properties["properties"])
        .iter()
        .map(|row| {
            let place = &row["location"];
            json!({
                "channel-listing-id": row["id"], "title": row["name"], "address": place["addressLine1"],
                "city": place["city"], "country": place["countryCode"], "timezone": row["timeZone"],
                "currency": row["currencyCode"], "capacity": null,
                "enabled": row["status"] == "Live" && row["isArchived"] == false,
            })
        })
        .collect();
    let words = [
        ("Confirmed", "confirmed"),
        ("InHouse", "checked_in"),
        ("CheckedOut", "checked_out"),
        ("Canceled", "cancelled"),
        ("NoShow", "no_show"),
    ];
    let reservations = rows(&bench.get("/apaleo/booking/v1/reservations", &headers).json()["reservations"])
        .iter()
        .map(|row| {
            json!({
                "channel-reservation-id": row["id"], "channel-listing-id": row["property"]["id"],
                "status": meaning(&row["status"], &words), "check-in": day(&row["arrival"]),
                "check-out": day(&row["departure"]), "adults": row["adults"],
                "children": rows(&row["childrenAges"]).len(), "total": amount(&row["totalGrossAmount"]["amount"]),
                "currency": row["totalGrossAmount"]["currency"], "booked-at": zoned(&row["created"]),
                "updated-at": zoned(&row["modified"]), "source": row["channelCode"],
                "confirmation-code": row["externalCode"],
            })
        })
        .collect();
    agree(
        &bench,
        "apaleo",
        Told {
            listings,
            reservations,
        },
    );
}

#[test]
fn mews() {
    let bench = Bench::unlimited();
    let ask = |operation: &str, more: Value| {
        let mut body = json!({"ClientToken": "good", "AccessToken": SECRET, "Client": "Tests 1.0",
            "Limitation": {"Count": 1000}});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let reply = bench.post(&format!("/mews/api/connector/v1/{operation}"), &[], &body);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    };
    let enterprise = ask("configuration/get", json!({}))["Enterprise"].clone();
    let zone: Tz = enterprise["TimeZoneIdentifier"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let currency = rows(&enterprise["Currencies"])
        .iter()
        .find(|currency| currency["IsDefault"] == true)
        .unwrap()["Currency"]
        .clone();
    let listings = rows(&ask("resources/getAll", json!({"Extent": {"Resources": true}}))["Resources"])
        .iter()
        .map(|row| {
            json!({
                "channel-listing-id": row["Id"], "title": row["Name"], "address": enterprise["Address"]["Line1"],
                "city": enterprise["Address"]["City"], "country": enterprise["Address"]["CountryCode"],
                "timezone": enterprise["TimeZoneIdentifier"], "currency": currency, "capacity": null,
                "enabled": row["IsActive"],
            })
        })
        .collect();
    let stays = ask("reservations/getAll/2023-06-06", json!({}));
    let stays = rows(&stays["Reservations"]);
    let ids: Vec<&Value> = stays.iter().map(|row| &row["Id"]).collect();
    let items = ask("orderItems/getAll", json!({"ServiceOrderIds": ids}));
    let words = [
        ("Inquired", "inquiry"),
        ("Optional", "pending"),
        ("Requested", "pending"),
        ("Confirmed", "confirmed"),
        ("Started", "checked_in"),
        ("Processed", "checked_out"),
        ("Canceled", "cancelled"),
    ];
    let local_day = |value: &Value| {
        let at = chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
        at.with_timezone(&zone).date_naive().to_string()
    };
    let reservations = stays
        .iter()
        .map(|row| {
            let parts = rows(&items["OrderItems"]).iter().filter(|item| item["ServiceOrderId"] == row["Id"]);
            let total: f64 = parts.map(|item| item["Amount"]["GrossValue"].as_f64().unwrap()).sum();
            json!({
                "channel-reservation-id": row["Id"], "channel-listing-id": row["AssignedResourceId"],
                "status": meaning(&row["State"], &words), "check-in": local_day(&row["ScheduledStartUtc"]),
                "check-out": local_day(&row["ScheduledEndUtc"]), "adults": null, "children": null,
                "total": format!("{total:.2}"), "currency": currency, "booked-at": zoned(&row["CreatedUtc"]),
                "updated-at": zoned(&row["UpdatedUtc"]), "source": row["Origin"], "confirmation-code": row["Number"],
            })
        })
        .collect();
    agree(
        &bench,
        "mews",
        Told {
            listings,
            reservations,
        },
    );
}

#[test]
fn cloudbeds() {
    let bench = Bench::unlimited();
    let headers = [("x-api-key", SECRET.to_owned())];
    let ask = |query: &str| {
        bench
            .get(&format!("/cloudbeds/api/v1.3/{query}"), &headers)
            .json()
    };
    let hotels = ask("getHotels");
    let hotels = rows(&hotels["data"]);
    let listings = hotels
        .iter()
        .map(|row| {
            let details = ask(&format!(
                "getHotelDetails?propertyID={}",
                row["propertyID"].as_str().unwrap()
            ));
            let place = &details["data"]["propertyAddress"];
            json!({
                "channel-listing-id": row["propertyID"], "title": row["propertyName"],
                "address": place["propertyAddress1"], "city": place["propertyCity"],
                "country": place["propertyCountry"], "timezone": row["propertyTimezone"],
                "currency": row["propertyCurrency"]["currencyCode"], "capacity": null, "enabled": null,
            })
        })
        .collect();
    let words = [
        ("not_confirmed", "pending"),
        ("confirmed", "confirmed"),
        ("checked_in", "checked_in"),
        ("checked_out", "checked_out"),
        ("canceled", "cancelled"),
        ("no_show", "no_show"),
    ];
    let number = |value: &Value| value.as_str().unwrap().parse::<u32>().unwrap();
    let reservations = (1..=4)
        .flat_map(|page| rows(&ask(&format!("getReservations?pageNumber={page}"))["data"]).clone())
        .map(|row| {
            let hotel = hotels.iter().find(|hotel| hotel["propertyID"] == row["propertyID"]).unwrap();
            let zone: Tz = hotel["propertyTimezone"].as_str().unwrap().parse().unwrap();
            let clock = |value: &Value| {
                let shown = NaiveDateTime::parse_from_str(value.as_str().unwrap(), "%Y-%m-%d %H:%M:%S").unwrap();
                micros(zone.from_local_datetime(&shown).earliest().unwrap().with_timezone(&Utc))
            };
            json!({
                "channel-reservation-id": row["reservationID"], "channel-listing-id": row["propertyID"],
                "status": meaning(&row["status"], &words), "check-in": row["startDate"], "check-out": row["endDate"],
                "adults": number(&row["adults"]), "children": number(&row["children"]), "total": null,
                "currency": hotel["propertyCurrency"]["currencyCode"], "booked-at": clock(&row["dateCreated"]),
                "updated-at": clock(&row["dateModified"]), "source": row["sourceName"],
                "confirmation-code": row["thirdPartyIdentifier"],
            })
        })
        .collect();
    agree(
        &bench,
        "cloudbeds",
        Told {
            listings,
            reservations,
        },
    );
}
