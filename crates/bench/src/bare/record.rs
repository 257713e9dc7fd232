//! A reservation of 25 fields, as the channel spells it.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Deserializer};
use serde_json::Number;

macro_rules! record {
    ($dollar:tt $($field:ident / $wire:literal: $kind:ty = $sql:literal,)+) => {
        /// What is kept of a reservation.
        #[derive(Debug, Deserialize, Hash)]
        pub(super) struct Record {
            #[serde(deserialize_with = "text_of_number")]
            pub(super) id: String,
            #[serde(rename = "totalPrice", deserialize_with = "text_of_number")]
            pub(super) total: String,
            $(#[serde(rename = $wire)] pub(super) $field: $kind,)+
        }

        /// The columns, the key first, each with its type.
        pub(super) const COLUMNS: &[(&str, &str)] = &[
            ("id", "text"), ("total", "text"), $((stringify!($field), $sql),)+ ("content_hash", "bigint"),
        ];

        /// Calls another macro with the fields that are plain texts or numbers.
        macro_rules! each_field {
            ($dollar call:ident) => { $dollar call!($($field: $kind = $sql,)+) };
        }
        pub(super) use each_field;
    };
}

record! {
    $
    listing / "listingMapId": i64 = "bigint",
    listing_name / "listingName": String = "text",
    channel / "channelId": i64 = "bigint",
    source / "channelName": String = "text",
    confirmation_code / "confirmationCode": String = "text",
    status / "status": String = "text",
    arrival / "arrivalDate": String = "text",
    departure / "departureDate": String = "text",
    nights / "nights": i64 = "bigint",
    guests / "numberOfGuests": i64 = "bigint",
    adults / "adults": i64 = "bigint",
    children / "children": i64 = "bigint",
    infants / "infants": i64 = "bigint",
    pets / "pets": i64 = "bigint",
    currency / "currency": String = "text",
    guest_first_name / "guestFirstName": String = "text",
    guest_last_name / "guestLastName": String = "text",
    guest_email / "guestEmail": String = "text",
    guest_country / "guestCountry": String = "text",
    guest_locale / "guestLocale": String = "text",
    phone / "phone": String = "text",
    booked_at / "reservationDate": String = "text",
    updated_at / "updatedOn": String = "text",
}

impl Record {
    /// The quickest hash that the standard library has.
    pub(super) fn content_hash(&self) -> i64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish().cast_signed()
    }
}

fn text_of_number<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    Number::deserialize(value).map(|number| number.to_string())
}
