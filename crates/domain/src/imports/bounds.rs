//! What of a page is stored at all. A channel may send anything; here, and nowhere else, it gets its bounds.

use std::borrow::Cow;

use crate::accounts::{FaultyRecord, Fetched, ListingRecord, Records, ReservationRecord, is_key, shown};

/// The most characters of a text that a channel tells, such as a title. What is beyond is cut off.
pub const MOST_TEXT_CHARS: usize = 500;

/// The page with texts of bounded length and without control characters, which not every store takes. A record whose
/// ids cannot be stored counts as one that was not understood.
pub fn within_bounds(fetched: &Fetched) -> Cow<'_, Fetched> {
    match &fetched.records {
        Records::Listings(records) => {
            if records.iter().all(listing_fits) {
                return Cow::Borrowed(fetched);
            }
            rebuilt(fetched, records, listing_within, Records::Listings)
        }
        Records::Reservations(records) => {
            if records.iter().all(reservation_fits) {
                return Cow::Borrowed(fetched);
            }
            rebuilt(fetched, records, reservation_within, Records::Reservations)
        }
    }
}

fn rebuilt<R>(
    fetched: &Fetched,
    records: &[R],
    within: impl Fn(&R) -> Result<R, &'static str>,
    of: impl Fn(Vec<R>) -> Records,
) -> Cow<'static, Fetched> {
    let mut faulty = fetched.faulty.clone();
    let mut kept = Vec::with_capacity(records.len());
    for record in records {
        match within(record) {
            Ok(record) => kept.push(record),
            Err(field) => faulty.push(FaultyRecord {
                channel_id: None,
                field: field.to_owned(),
            }),
        }
    }
    Cow::Owned(Fetched {
        records: of(kept),
        faulty,
        next: fetched.next.clone(),
        began_at: fetched.began_at,
    })
}

fn fits(text: Option<&String>) -> bool {
    text.is_none_or(|text| {
        let plain = !text.chars().any(char::is_control) && text.trim().len() == text.len();
        plain && !text.is_empty() && text.chars().count() <= MOST_TEXT_CHARS
    })
}

fn cut(text: Option<&String>) -> Option<String> {
    text.and_then(|text| shown(text, MOST_TEXT_CHARS))
}

fn listing_fits(record: &ListingRecord) -> bool {
    is_key(&record.channel_listing_id)
        && [&record.title, &record.address, &record.city]
            .into_iter()
            .all(|text| fits(text.as_ref()))
}

fn listing_within(record: &ListingRecord) -> Result<ListingRecord, &'static str> {
    if !is_key(&record.channel_listing_id) {
        return Err("channel_listing_id");
    }
    Ok(ListingRecord {
        title: cut(record.title.as_ref()),
        address: cut(record.address.as_ref()),
        city: cut(record.city.as_ref()),
        ..record.clone()
    })
}

fn ids_of(record: &ReservationRecord) -> Result<(), &'static str> {
    if !is_key(&record.channel_reservation_id) {
        return Err("channel_reservation_id");
    }
    match &record.channel_listing_id {
        Some(id) if !is_key(id) => Err("channel_listing_id"),
        Some(_) | None => Ok(()),
    }
}

fn reservation_fits(record: &ReservationRecord) -> bool {
    ids_of(record).is_ok()
        && [&record.source, &record.confirmation_code]
            .into_iter()
            .all(|text| fits(text.as_ref()))
}

fn reservation_within(record: &ReservationRecord) -> Result<ReservationRecord, &'static str> {
    ids_of(record)?;
    Ok(ReservationRecord {
        source: cut(record.source.as_ref()),
        confirmation_code: cut(record.confirmation_code.as_ref()),
        ..record.clone()
    })
}
