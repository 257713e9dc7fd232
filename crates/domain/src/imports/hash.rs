//! A short form of what a record says, by which an unchanged one is known without comparing every field.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::accounts::{ListingRecord, ReservationRecord};

/// 128 bits of a SHA-256 over everything a record says.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash(pub [u8; 16]);

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({:032x})", u128::from_be_bytes(self.0))
    }
}

/// Takes fields in, each with its length before it, so that no two records run together into the same bytes.
struct Fields(Sha256);

impl Fields {
    fn new(kind: u8) -> Self {
        Self(Sha256::new_with_prefix([kind]))
    }

    fn text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            None => self.0.update([0]),
            Some(text) => {
                self.0.update([1]);
                self.number(Some(i64::try_from(text.len()).unwrap_or(i64::MAX)));
                self.0.update(text.as_bytes());
            }
        }
        self
    }

    fn number(&mut self, value: Option<i64>) -> &mut Self {
        match value {
            None => self.0.update([0]),
            Some(number) => {
                self.0.update([1]);
                self.0.update(number.to_be_bytes());
            }
        }
        self
    }

    fn end(self) -> ContentHash {
        let mut short = [0; 16];
        for (to, from) in short.iter_mut().zip(self.0.finalize()) {
            *to = from;
        }
        ContentHash(short)
    }
}

/// The hash of a listing, all fields but its id.
pub fn hash_of_listing(record: &ListingRecord) -> ContentHash {
    let ListingRecord {
        channel_listing_id: _,
        title,
        address,
        city,
        country,
        timezone,
        currency,
        capacity,
        enabled,
        changed_at,
    } = record;
    let mut fields = Fields::new(b'L');
    fields
        .text(title.as_deref())
        .text(address.as_deref())
        .text(city.as_deref())
        .text(country.map(|country| country.to_string()).as_deref())
        .text(timezone.as_ref().map(crate::values::ZoneName::as_str))
        .text(currency.map(|currency| currency.to_string()).as_deref())
        .number(capacity.map(i64::from))
        .number(Some(i64::from(*enabled)))
        .number(changed_at.map(crate::time::Timestamp::as_micros));
    fields.end()
}

/// The hash of a reservation, all fields but its id.
pub fn hash_of_reservation(record: &ReservationRecord) -> ContentHash {
    let ReservationRecord {
        channel_reservation_id: _,
        channel_listing_id,
        status,
        check_in,
        check_out,
        adults,
        children,
        total,
        currency,
        booked_at,
        updated_at,
        source,
        confirmation_code,
    } = record;
    let day = |date: &Option<chrono::NaiveDate>| {
        date.map(|date| i64::from(chrono::Datelike::num_days_from_ce(&date)))
    };
    let mut fields = Fields::new(b'R');
    fields
        .text(channel_listing_id.as_deref())
        .text(Some(status.as_str()))
        .number(day(check_in))
        .number(day(check_out))
        .number(adults.map(i64::from))
        .number(children.map(i64::from))
        .text(total.as_ref().map(crate::accounts::Amount::as_str))
        .text(currency.map(|currency| currency.to_string()).as_deref())
        .number(booked_at.map(crate::time::Timestamp::as_micros))
        .number(updated_at.map(crate::time::Timestamp::as_micros))
        .text(source.as_deref())
        .text(confirmation_code.as_deref());
    fields.end()
}
