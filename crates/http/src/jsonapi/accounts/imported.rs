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
use utoipa::ToSchema;

use super::{
    super::{
        Problem,
        document::{Attributes, Resource},
        list::ListQuery,
        reference::words::{ChannelKey, DecimalAmount, ReservationStatusName},
    },
    account_in,
};
use crate::{
    reading::Reading,
    reference::values::{CountryCode, CurrencyCode, Day, Id, Instant, TimeZone},
    state::AppState,
};

/// The most values that a filter may name.
pub(in crate::jsonapi) const MOST_VALUES: usize = 100;

/// What the channel tells of a listing; `null` is unknown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::jsonapi) struct ListingAttributes {
    #[schema(value_type = ChannelKey)]
    channel_listing_id: String,
    #[schema(required)]
    title: Option<String>,
    /// Street and number.
    #[schema(required)]
    address: Option<String>,
    #[schema(required)]
    city: Option<String>,
    #[schema(value_type = Option<CountryCode>, required)]
    country: Option<&'static str>,
    #[schema(value_type = Option<TimeZone>, required)]
    timezone: Option<String>,
    /// That of its prices.
    #[schema(value_type = Option<CurrencyCode>, required)]
    currency: Option<&'static str>,
    /// How many guests it takes.
    #[schema(required)]
    capacity: Option<u32>,
    /// Whether it is active at the channel.
    enabled: bool,
    /// When it was last fetched.
    #[schema(value_type = Option<Instant>, required)]
    synced_at: Option<Timestamp>,
}

impl Attributes for ListingAttributes {
    const TYPE: &'static str = "listings";
    const NAME: &'static str = "Listing";
}

fn listing_resource(listing: StoredListing) -> Resource<ListingAttributes> {
    let record = listing.record;
    Resource::new(
        listing.id,
        ListingAttributes {
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
    )
}

fn zone(name: &ZoneName) -> String {
    name.as_str().to_owned()
}

/// What the channel tells of a reservation; `null` is unknown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::jsonapi) struct ReservationAttributes {
    #[schema(value_type = ChannelKey)]
    channel_reservation_id: String,
    /// The listing here; `null` if it was never imported.
    #[schema(value_type = Option<Id>, required)]
    listing_id: Option<ListingId>,
    #[schema(value_type = ReservationStatusName)]
    status: &'static str,
    #[schema(value_type = Option<Day>, required)]
    check_in: Option<String>,
    #[schema(value_type = Option<Day>, required)]
    check_out: Option<String>,
    #[schema(required)]
    adults: Option<u32>,
    #[schema(required)]
    children: Option<u32>,
    #[schema(value_type = Option<DecimalAmount>, required)]
    total: Option<String>,
    /// That of `total`.
    #[schema(value_type = Option<CurrencyCode>, required)]
    currency: Option<&'static str>,
    /// When it was made.
    #[schema(value_type = Option<Instant>, required)]
    booked_at: Option<Timestamp>,
    /// When it last changed at the channel.
    #[schema(value_type = Option<Instant>, required)]
    updated_at: Option<Timestamp>,
    /// Where the guest booked, in the channel's words.
    #[schema(required)]
    source: Option<String>,
    /// What the guest was given to tell the reservation by.
    #[schema(required)]
    confirmation_code: Option<String>,
}

impl Attributes for ReservationAttributes {
    const TYPE: &'static str = "reservations";
    const NAME: &'static str = "Reservation";
}

fn reservation_resource(reservation: StoredReservation) -> Resource<ReservationAttributes> {
    let record = reservation.record;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    Resource::new(
        reservation.id,
        ReservationAttributes {
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
    )
}

/// `GET /api/v1/users/{user_id}/accounts/{account_id}/listings/`.
pub(crate) async fn listings(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let asked = listings_wanted(&request).and_then(|wanted| Ok((wanted, account_in(&path.0, &path.1)?)));
    let list = Reading::new(&request, &state)
        .answer::<acts::ReadListings, _, _, _>(asked, |by, ((query, filter), of)| {
            Ok(list_listings(by.queries, by.actor, *of, filter, query.page)?)
        });
    let (((query, _), _), found) = list.await?;
    query.answer(&request, &state, found.map(listing_resource))
}

fn listings_wanted(request: &HttpRequest) -> Result<(ListQuery, ListingFilter), Problem> {
    let query = ListQuery::read(request, &["updated-since"])?;
    let filter = ListingFilter {
        updated_since: one(&query, "filter[updated-since]", Timestamp::parse)?,
    };
    Ok((query, filter))
}

/// `GET /api/v1/users/{user_id}/accounts/{account_id}/reservations/`.
pub(crate) async fn reservations(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let asked = reservations_wanted(&request).and_then(|wanted| Ok((wanted, account_in(&path.0, &path.1)?)));
    let list = Reading::new(&request, &state)
        .answer::<acts::ReadReservations, _, _, _>(asked, |by, ((query, filter), of)| {
            Ok(list_reservations(by.queries, by.actor, *of, filter, query.page)?)
        });
    let (((query, _), _), found) = list.await?;
    query.answer(&request, &state, found.map(reservation_resource))
}

fn reservations_wanted(request: &HttpRequest) -> Result<(ListQuery, ReservationFilter), Problem> {
    let known = [
        "updated-since",
        "listing",
        "status",
        "check-in-from",
        "check-in-to",
    ];
    let query = ListQuery::read(request, &known)?;
    let filter = ReservationFilter {
        updated_since: one(&query, "filter[updated-since]", Timestamp::parse)?,
        listings: any(&query, "filter[listing]", |text| text.parse().ok())?,
        statuses: any(&query, "filter[status]", ReservationStatus::from_name)?,
        check_in_from: one(&query, "filter[check-in-from]", day)?,
        check_in_to: one(&query, "filter[check-in-to]", day)?,
    };
    Ok((query, filter))
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
