//! What was imported: listings and reservations.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use chrono::NaiveDate;
use innkeeper_domain::{
    access::acts,
    accounts::{Amount, ReservationStatus},
    ids::ListingId,
    imports::{StoredListing, StoredReservation},
    ports::{ListingFilter, ReservationFilter},
    time::Timestamp,
    usecases::{list_listings, list_reservations},
    values::{Country, Currency, ZoneName},
};
use serde::Serialize;

use super::super::{Problem, document::Resource, list::ListQuery};
use crate::{
    caller::{Caller, id_in},
    state::AppState,
};

/// The most values that a filter may name.
const MOST_VALUES: usize = 100;

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ListingAttributes {
    channel_listing_id: String,
    title: Option<String>,
    address: Option<String>,
    city: Option<String>,
    country: Option<&'static str>,
    timezone: Option<String>,
    currency: Option<&'static str>,
    capacity: Option<u32>,
    enabled: bool,
    synced_at: Option<Timestamp>,
}

fn listing_resource(listing: StoredListing) -> Resource<ListingAttributes> {
    let record = listing.record;
    Resource {
        r#type: "listings",
        id: listing.id.to_string(),
        attributes: ListingAttributes {
            channel_listing_id: record.channel_listing_id,
            title: record.title,
            address: record.address,
            city: record.city,
            country: record.country.map(Country::as_str),
            timezone: record.timezone.as_ref().map(zone),
            currency: record.currency.map(Currency::as_str),
            capacity: record.capacity,
            enabled: record.enabled,
            synced_at: listing.synced_at,
        },
    }
}

fn zone(name: &ZoneName) -> String {
    name.as_str().to_owned()
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ReservationAttributes {
    channel_reservation_id: String,
    listing_id: Option<ListingId>,
    status: &'static str,
    check_in: Option<String>,
    check_out: Option<String>,
    adults: Option<u32>,
    children: Option<u32>,
    total: Option<String>,
    currency: Option<&'static str>,
    booked_at: Option<Timestamp>,
    updated_at: Option<Timestamp>,
    source: Option<String>,
    confirmation_code: Option<String>,
}

fn reservation_resource(reservation: StoredReservation) -> Resource<ReservationAttributes> {
    let record = reservation.record;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    Resource {
        r#type: "reservations",
        id: reservation.id.to_string(),
        attributes: ReservationAttributes {
            channel_reservation_id: record.channel_reservation_id,
            listing_id: reservation.listing,
            status: record.status.as_str(),
            check_in: day(record.check_in),
            check_out: day(record.check_out),
            adults: record.adults,
            children: record.children,
            total: record.total.as_ref().map(Amount::to_string),
            currency: record.currency.map(Currency::as_str),
            booked_at: record.booked_at,
            updated_at: record.updated_at,
            source: record.source,
            confirmation_code: record.confirmation_code,
        },
    }
}

/// `GET /api/v1/users/{id}/accounts/{account}/listings/`.
pub(crate) async fn listings(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::ReadListings>(&request, &state).await?;
    let query = ListQuery::read(&request, &["updated-since"])?;
    let filter = ListingFilter {
        updated_since: one(&query, "filter[updated-since]", Timestamp::parse)?,
    };
    let of = (id_in(&path.0)?, id_in(&path.1)?);
    let page = query.page;
    let found = state
        .read(move |queries| list_listings(queries, &caller.actor, of, &filter, page))
        .await??;
    query.answer(&request, &state, found.map(listing_resource))
}

/// `GET /api/v1/users/{id}/accounts/{account}/reservations/`.
pub(crate) async fn reservations(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::ReadReservations>(&request, &state).await?;
    let known = [
        "updated-since",
        "listing",
        "status",
        "check-in-from",
        "check-in-to",
    ];
    let query = ListQuery::read(&request, &known)?;
    let filter = ReservationFilter {
        updated_since: one(&query, "filter[updated-since]", Timestamp::parse)?,
        listings: any(&query, "filter[listing]", |text| text.parse().ok())?,
        statuses: any(&query, "filter[status]", ReservationStatus::from_name)?,
        check_in_from: one(&query, "filter[check-in-from]", day)?,
        check_in_to: one(&query, "filter[check-in-to]", day)?,
    };
    let of = (id_in(&path.0)?, id_in(&path.1)?);
    let page = query.page;
    let found = state
        .read(move |queries| list_reservations(queries, &caller.actor, of, &filter, page))
        .await??;
    query.answer(&request, &state, found.map(reservation_resource))
}

/// A filter of one value.
fn one<T>(
    query: &ListQuery,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let text = query.last(name);
    text.map(|text| parse(text).ok_or_else(|| Problem::parameter(name)))
        .transpose()
}

/// A filter of any of several values, parted by commas.
fn any<T>(
    query: &ListQuery,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, Problem> {
    one(query, name, |text| {
        let texts: Vec<&str> = text.split(',').take(MOST_VALUES + 1).collect();
        let values: Option<Vec<T>> = texts.into_iter().map(|text| parse(text.trim())).collect();
        values.filter(|values| values.len() <= MOST_VALUES)
    })
}

/// A day in its one spelling: `2030-06-01`.
fn day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    (day.to_string() == text).then_some(day)
}
