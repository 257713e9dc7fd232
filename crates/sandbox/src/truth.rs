//! What a perfect import of a channel must hold, as the channel's own answers tell it.

use std::{io, sync::Arc};

use actix_web::web::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::{Stream, stream};
use serde::Serialize;

use crate::{
    channels::Channel,
    world::{Account, Stay, Unit},
};

/// Records told at a time.
const CHUNK: usize = 500;

/// A listing; what the channel does not reveal is null.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ListingTruth {
    pub(crate) channel_listing_id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) timezone: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) capacity: Option<u32>,
    pub(crate) enabled: Option<bool>,
}

impl ListingTruth {
    /// Everything revealed; a channel that hides something takes it away.
    pub(crate) fn of(id: String, unit: &Unit) -> Self {
        Self {
            channel_listing_id: Some(id),
            title: Some(unit.title.clone()),
            address: Some(unit.street.clone()),
            city: Some(unit.city.to_owned()),
            country: Some(unit.country.to_owned()),
            timezone: Some(unit.zone_name().to_owned()),
            currency: Some(unit.currency.to_owned()),
            capacity: Some(unit.capacity),
            enabled: Some(unit.enabled),
        }
    }
}

/// A reservation; what the channel does not reveal is null.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ReservationTruth {
    pub(crate) channel_reservation_id: String,
    pub(crate) channel_listing_id: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) check_in: Option<String>,
    pub(crate) check_out: Option<String>,
    pub(crate) adults: Option<u32>,
    pub(crate) children: Option<u32>,
    pub(crate) total: Option<String>,
    pub(crate) currency: Option<String>,
    pub(crate) booked_at: Option<String>,
    pub(crate) updated_at: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) confirmation_code: Option<String>,
}

impl ReservationTruth {
    /// Everything revealed but the source, which each channel words in its own way.
    pub(crate) fn of(id: String, listing: String, unit: &Unit, stay: &Stay) -> Self {
        Self {
            channel_reservation_id: id,
            channel_listing_id: Some(listing),
            status: stay.status.word(),
            check_in: Some(stay.arrival.to_string()),
            check_out: Some(stay.departure.to_string()),
            adults: Some(stay.adults),
            children: Some(stay.children),
            total: Some(stay.total()),
            currency: Some(unit.currency.to_owned()),
            booked_at: Some(instant(stay.booked)),
            updated_at: Some(instant(stay.updated)),
            source: None,
            confirmation_code: Some(stay.code()),
        }
    }
}

/// An instant as imports write it.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The whole truth of an account, piece by piece: it may be large.
pub(crate) fn tell(
    channel: &'static dyn Channel,
    account: Arc<Account>,
) -> impl Stream<Item = Result<Bytes, io::Error>> {
    let removed: Vec<String> = account
        .removed()
        .into_iter()
        .filter_map(|index| channel.listing_truth(&account.unit(index)).channel_listing_id)
        .collect();
    let units = channel.listings(&account);
    let stays: Vec<u32> = (0..account.stays_len()).collect();
    let of_stays = Arc::clone(&account);
    let listings = pieces(units, move |index| {
        json(&channel.listing_truth(&account.unit(index)))
            .into_iter()
            .collect()
    });
    let reservations = pieces(stays, move |index| {
        let stay = of_stays.stay(index);
        let rows = channel.stay_truth(&of_stays.unit(stay.unit), &stay);
        rows.iter().filter_map(json).collect()
    });
    let text = std::iter::once(r#"{"listings":["#.to_owned())
        .chain(listings)
        .chain(std::iter::once(r#"],"reservations":["#.to_owned()))
        .chain(reservations)
        .chain(std::iter::once(format!(
            r#"],"removed-listings":{}}}"#,
            json(&removed).unwrap_or_default()
        )));
    stream::iter(text.map(|piece| Ok(Bytes::from(piece))))
}

fn json<T: Serialize>(row: &T) -> Option<String> {
    serde_json::to_string(row).ok()
}

/// Rows joined by commas, some hundred at a time.
fn pieces(indexes: Vec<u32>, rows: impl Fn(u32) -> Vec<String>) -> impl Iterator<Item = String> {
    let mut indexes = indexes.into_iter();
    let mut told = false;
    std::iter::from_fn(move || {
        let chunk: Vec<u32> = indexes.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return None;
        }
        let joined = chunk.into_iter().flat_map(&rows).collect::<Vec<_>>().join(",");
        let comma = if told && !joined.is_empty() { "," } else { "" };
        told |= !joined.is_empty();
        Some(format!("{comma}{joined}"))
    })
}
