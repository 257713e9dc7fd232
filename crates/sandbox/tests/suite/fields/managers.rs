//! Systems of managers of flats.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{SECRET, Told, agree, amount, day, id, meaning, rows, sum, unzoned, zoned};
use crate::bench::{Bench, Reply};

fn get(bench: &Bench, path: &str, headers: &[(&str, String)]) -> Value {
    let reply: Reply = bench.get(path, headers);
    assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    reply.json()
}

#[test]
fn hospitable() {
    let bench = Bench::unlimited();
    let headers = [("authorization", format!("Bearer {SECRET}"))];
    let properties = get(&bench, "/hospitable/v2/properties?per_page=100", &headers);
    let listings: Vec<Value> = rows(&properties["data"])
        .iter()
        .map(|row| {
            json!({
                "channel-listing-id": row["id"], "title": row["public_name"], "address": row["address"]["street"],
                "city": row["address"]["city"], "country": row["address"]["country"], "timezone": row["timezone"],
                "currency": row["currency"], "capacity": row["capacity"]["max"], "enabled": row["listed"],
            })
        })
        .collect();
    let of = |listing: &Value| {
        let path = format!(
            "/hospitable/v2/reservations?properties[]={}&start_date=2000-01-01&per_page=100&include=financials,properties",
            listing["channel-listing-id"].as_str().unwrap()
        );
        rows(&get(&bench, &path, &headers)["data"]).clone()
    };
    let reservations = listings
        .iter()
        .flat_map(of)
        .map(|row| {
            let current = &row["reservation_status"]["current"];
            let word = format!(
                "{}/{}",
                current["category"].as_str().unwrap(),
                current["sub_category"].as_str().unwrap()
            );
            let price = &row["financials"]["guest"]["total_price"]["amount"];
            json!({
                "channel-reservation-id": row["id"], "channel-listing-id": row["properties"][0]["id"],
                "status": meaning(&json!(word), &[("request/request to book", "pending"),
                    ("accepted/accepted", "confirmed"), ("cancelled/voided", "cancelled"),
                    ("not accepted/declined", "declined"), ("not accepted/expired", "expired")]),
                "check-in": day(&row["arrival_date"]), "check-out": day(&row["departure_date"]),
                "adults": row["guests"]["adult_count"], "children": sum(&row["guests"], &["child_count", "infant_count"]),
                "total": format!("{:.2}", price.as_f64().unwrap() / 100.0),
                "currency": row["financials"]["currency"], "booked-at": zoned(&row["booking_date"]),
                "updated-at": null, "source": row["platform"], "confirmation-code": row["platform_id"],
            })
        })
        .collect();
    agree(
        &bench,
        "hospitable",
        Told {
            listings,
            reservations,
        },
    );
}

#[test]
fn hostfully() {
    let bench = Bench::unlimited();
    let headers = [("X-HOSTFULLY-APIKEY", SECRET.to_owned())];
    let properties = get(
        &bench,
        "/hostfully/api/v3.3/properties?agencyUid=a&_limit=100",
        &headers,
    );
    let listings: Vec<Value> = rows(&properties["properties"])
        .iter()
        .map(|row| {
            json!({
                "channel-listing-id": row["uid"], "title": row["name"], "address": row["address"]["address"],
                "city": row["address"]["city"], "country": row["address"]["countryCode"], "timezone": null,
                "currency": row["pricing"]["currency"], "capacity": row["availability"]["maxGuests"],
                "enabled": row["isActive"],
            })
        })
        .collect();
    // Money stands in orders, which name the lead they belong to.
    let orders: Vec<Value> = listings
        .iter()
        .flat_map(|listing| {
            let uid = listing["channel-listing-id"].as_str().unwrap();
            let path = format!("/hostfully/api/v3.3/orders?propertyUid={uid}&_limit=100");
            rows(&get(&bench, &path, &headers)["orders"]).clone()
        })
        .collect();
    let mut leads = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/hostfully/api/v3.3/leads?agencyUid=a&_limit=100{cursor}");
        let page = get(&bench, &path, &headers);
        leads.extend(rows(&page["leads"]).clone());
        match page["_paging"]["_nextCursor"].as_str() {
            Some(next) => cursor = format!("&_cursor={next}"),
            None => break,
        }
    }
    let words = [
        ("INQUIRY/NEW", "inquiry"),
        ("INQUIRY/ON_HOLD", "inquiry"),
        ("BOOKING_REQUEST/PENDING", "pending"),
        ("BOOKING_REQUEST/DECLINED", "declined"),
        ("BOOKING/BOOKED", "confirmed"),
        ("BOOKING/BOOKED_BY_AGENT", "confirmed"),
        ("BOOKING/BOOKED_BY_CUSTOMER", "confirmed"),
        ("BOOKING/BOOKED_EXTERNALLY", "confirmed"),
        ("BOOKING/STAY", "checked_in"),
        ("BOOKING/CANCELLED", "cancelled"),
        ("BOOKING/CANCELLED_BY_TRAVELER", "cancelled"),
        ("BLOCK/BLOCKED", "blocked"),
    ];
    let reservations = leads
        .iter()
        .map(|row| {
            let word = format!("{}/{}", row["type"].as_str().unwrap(), row["status"].as_str().unwrap());
            let order = orders.iter().find(|order| order["leadUid"] == row["uid"]);
            let form = "%Y-%m-%dT%H:%M:%S";
            json!({
                "channel-reservation-id": row["uid"], "channel-listing-id": row["propertyUid"],
                "status": meaning(&json!(word), &words),
                "check-in": day(&row["checkInLocalDateTime"]), "check-out": day(&row["checkOutZonedDateTime"]),
                "adults": row["guestInformation"]["adultCount"], "children": sum(&row["guestInformation"], &["childrenCount", "infantCount"]),
                "total": order.map(|order| amount(&order["rent"]["rentNetPrice"])),
                "currency": order.map(|order| &order["currency"]),
                "booked-at": unzoned(&row["bookedUtcDateTime"], form),
                "updated-at": unzoned(&row["metadata"]["updatedUtcDateTime"], form),
                "source": row["channel"], "confirmation-code": row["externalBookingId"],
            })
        })
        .collect();
    agree(
        &bench,
        "hostfully",
        Told {
            listings,
            reservations,
        },
    );
}

#[test]
fn uplisting() {
    let bench = Bench::unlimited();
    let headers = [(
        "authorization",
        format!("Basic {}", BASE64_STANDARD.encode(SECRET)),
    )];
    let properties = get(&bench, "/uplisting/properties?include=addresses", &headers);
    let listings: Vec<Value> = rows(&properties["data"])
        .iter()
        .map(|row| {
            let address = &row["relationships"]["address"]["data"]["id"];
            let found = rows(&properties["included"]).iter().find(|part| part["id"] == *address);
            let (attributes, place) = (&row["attributes"], &found.unwrap()["attributes"]);
            json!({
                "channel-listing-id": row["id"], "title": attributes["name"], "address": place["street"],
                "city": place["city"], "country": place["country"], "timezone": null,
                "currency": attributes["currency"], "capacity": attributes["maximum_capacity"], "enabled": null,
            })
        })
        .collect();
    let of = |listing: &Value| {
        let number = listing["channel-listing-id"].as_str().unwrap();
        (0..2)
            .flat_map(|page| {
                let path = format!("/uplisting/bookings/{number}?from=2000-01-01&to=2100-01-01&page={page}");
                rows(&get(&bench, &path, &headers)["bookings"]).clone()
            })
            .collect::<Vec<_>>()
    };
    let reservations = listings
        .iter()
        .flat_map(of)
        .map(|row| {
            let words = [("confirmed", "confirmed"), ("checked_in", "checked_in"), ("checked_out", "checked_out"),
                ("cancelled", "cancelled")];
            json!({
                "channel-reservation-id": id(&row["id"]), "channel-listing-id": id(&row["property_id"]),
                "status": meaning(&row["status"], &words), "check-in": row["check_in"], "check-out": row["check_out"],
                "adults": null, "children": null, "total": amount(&row["accomodation_total"]),
                "currency": row["currency"], "booked-at": zoned(&row["booked_at"]), "updated-at": null,
                "source": row["channel"], "confirmation-code": row["external_reservation_id"],
            })
        })
        .collect();
    agree(
        &bench,
        "uplisting",
        Told {
            listings,
            reservations,
        },
    );
}

#[test]
fn beds24() {
    let bench = Bench::unlimited();
    let headers = [("token", SECRET.to_owned())];
    let properties = get(&bench, "/beds24/api/v2/properties", &headers);
    let properties = rows(&properties["data"]);
    let listings = properties
        .iter()
        .map(|row| {
            json!({
                "channel-listing-id": id(&row["id"]), "title": row["name"], "address": row["address"],
                "city": row["city"], "country": row["country"], "timezone": null, "currency": row["currency"],
                "capacity": null, "enabled": null,
            })
        })
        .collect();
    let statuses = ["confirmed", "request", "new", "cancelled", "black", "inquiry"]
        .map(|word| format!("&status={word}"));
    let reservations = (1..=4)
        .flat_map(|page| {
            let path = format!("/beds24/api/v2/bookings?arrivalFrom=2000-01-01{}&page={page}", statuses.concat());
            rows(&get(&bench, &path, &headers)["data"]).clone()
        })
        .map(|row| {
            let property = properties.iter().find(|property| property["id"] == row["propertyId"]).unwrap();
            let words = [("confirmed", "confirmed"), ("new", "confirmed"), ("request", "pending"),
                ("inquiry", "inquiry"), ("cancelled", "cancelled"), ("black", "blocked")];
            json!({
                "channel-reservation-id": id(&row["id"]), "channel-listing-id": id(&row["propertyId"]),
                "status": meaning(&row["status"], &words), "check-in": row["arrival"], "check-out": row["departure"],
                "adults": row["numAdult"], "children": row["numChild"], "total": amount(&row["price"]),
                "currency": property["currency"], "booked-at": zoned(&row["bookingTime"]),
                "updated-at": zoned(&row["modifiedTime"]), "source": row["channel"],
                "confirmation-code": row["apiReference"],
            })
        })
        .collect();
    agree(
        &bench,
        "beds24",
        Told {
            listings,
            reservations,
        },
    );
}

#[test]
fn channex() {
    let bench = Bench::unlimited();
    let headers = [("user-api-key", SECRET.to_owned())];
    let properties = get(
        &bench,
        "/channex/api/v1/properties?pagination[limit]=100",
        &headers,
    );
    let listings = rows(&properties["data"])
        .iter()
        .map(|row| {
            let told = &row["attributes"];
            json!({
                "channel-listing-id": row["id"], "title": told["title"], "address": told["address"],
                "city": told["city"], "country": told["country"], "timezone": told["timezone"],
                "currency": told["currency"], "capacity": null, "enabled": told["is_active"],
            })
        })
        .collect();
    let reservations = (1..=4)
        .flat_map(|page| {
            let path = format!("/channex/api/v1/bookings?pagination[limit]=100&pagination[page]={page}");
            rows(&get(&bench, &path, &headers)["data"]).clone()
        })
        .map(|row| {
            let told = &row["attributes"];
            let words = [("new", "confirmed"), ("modified", "confirmed"), ("cancelled", "cancelled")];
            json!({
                "channel-reservation-id": row["id"], "channel-listing-id": told["property_id"],
                "status": meaning(&told["status"], &words), "check-in": told["arrival_date"],
                "check-out": told["departure_date"], "adults": told["occupancy"]["adults"],
                "children": sum(&told["occupancy"], &["children", "infants"]), "total": told["amount"], "currency": told["currency"],
                "booked-at": null, "updated-at": unzoned(&told["inserted_at"], "%Y-%m-%dT%H:%M:%S%.f"),
                "source": told["ota_name"], "confirmation-code": told["ota_reservation_code"],
            })
        })
        .collect();
    agree(
        &bench,
        "channex",
        Told {
            listings,
            reservations,
        },
    );
}
