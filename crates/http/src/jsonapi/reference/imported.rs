//! The operations of what was imported.

use innkeeper_domain::access::acts;
use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::{
    super::{
        Problem,
        accounts::{ListingAttributes, MOST_VALUES, ReservationAttributes},
    },
    accounts::about_one,
    shapes::{list, many, page, shown},
    words::{AnyInstant, ReservationStatusName},
};
use crate::reference::{
    Answer, Operation, any_of,
    cast::{ACCOUNT, GRACE, LISTING, RESERVATION},
    in_query,
    values::{Day, Id},
};

fn listing() -> Value {
    shown::<ListingAttributes>(
        LISTING,
        json!({
            "channel-listing-id": "40160",
            "title": "Seaside flat with a balcony",
            "address": "Rua do Mar 7",
            "city": "Lisboa",
            "country": "PT",
            "timezone": "Europe/Lisbon",
            "currency": "EUR",
            "capacity": 4,
            "enabled": true,
            "synced-at": "2026-05-04T10:12:11.902000Z"
        }),
    )
}

fn reservation() -> Value {
    shown::<ReservationAttributes>(
        RESERVATION,
        json!({
            "channel-reservation-id": "9310427",
            "listing-id": LISTING,
            "status": "confirmed",
            "check-in": "2026-07-14",
            "check-out": "2026-07-18",
            "adults": 2,
            "children": 1,
            "total": "412.50",
            "currency": "EUR",
            "booked-at": "2026-03-02T18:04:00.000000Z",
            "updated-at": "2026-03-02T18:04:00.000000Z",
            "source": "Booking.com",
            "confirmation-code": "HM4K2QX"
        }),
    )
}

/// A list of what an account holds.
fn imported(operation: Operation) -> Operation {
    let since = in_query(
        "filter[updated-since]",
        "Only what changed here at or after this instant, the oldest change first. Encode the `+` of an offset as `%2B`, or \
         use `Z`.",
        AnyInstant::schema(),
    );
    page(operation.takes(since)).refuses(
        "wrong_filter",
        "The value of a filter is not what it must be.",
        &Problem::parameter("filter[updated-since]"),
    )
}

pub(crate) fn list_listings() -> Operation {
    let operation =
        about_one("listListings", "List the listings of an account").needs::<acts::ReadListings>();
    let path = format!("/api/v1/users/{GRACE}/accounts/{ACCOUNT}/listings/");
    imported(operation).answers(
        Answer::new(200, "A page of listings.").shows(many::<ListingAttributes>(), list(&path, &[listing()])),
    )
}

pub(crate) fn list_reservations() -> Operation {
    let operation = about_one("listReservations", "List the reservations of an account")
        .text("Filters narrow each other.")
        .needs::<acts::ReadReservations>()
        .takes(any_of::<Id>(
            "filter[listing]",
            "Only those of these listings.",
            MOST_VALUES,
        ))
        .takes(any_of::<ReservationStatusName>(
            "filter[status]",
            "Only those with these statuses.",
            MOST_VALUES,
        ))
        .takes(in_query(
            "filter[check-in-from]",
            "Only those that begin on this day or later.",
            Day::schema(),
        ))
        .takes(in_query(
            "filter[check-in-to]",
            "Only those that begin on this day or earlier.",
            Day::schema(),
        ));
    let path = format!("/api/v1/users/{GRACE}/accounts/{ACCOUNT}/reservations/");
    imported(operation).answers(
        Answer::new(200, "A page of reservations.")
            .shows(many::<ReservationAttributes>(), list(&path, &[reservation()])),
    )
}
