//! Where the fields of a record are, and how each is written. The wanted field decides the conversion.

use std::collections::BTreeMap;

use innkeeper_domain::accounts::ReservationStatus;
use serde::{Deserialize, Deserializer, de};

use super::{
    path::{Path, Paths},
    request::Condition,
};

/// A source that can be written as a path alone.
pub(crate) trait FromPaths: Sized {
    fn from_paths(paths: Paths) -> Self;
}

/// A source, written as `"path"`, `["path", "other path"]` or a table.
#[derive(Clone, Debug)]
pub(crate) struct Short<T>(pub(crate) T);

impl<'de, T: FromPaths + Deserialize<'de>> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: FromPaths + Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = Short<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a path, a list of paths, or a table")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let path = Path::parse(text).map_err(E::custom)?;
                Ok(Short(T::from_paths(Paths(vec![path]))))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                let paths = Paths::deserialize(de::value::SeqAccessDeserializer::new(list))?;
                Ok(Short(T::from_paths(paths)))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(de::value::MapAccessDeserializer::new(map)).map(Short)
            }
        }
        deserializer.deserialize_any(Visitor(std::marker::PhantomData))
    }
}

macro_rules! source {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name {
            /// Where the value is; of several paths the first that leads to one.
            pub(crate) path: Option<Paths>,
            $($(#[$field_doc])* #[serde(default)] pub(crate) $field: $kind,)*
        }

        impl FromPaths for $name {
            fn from_paths(paths: Paths) -> Self {
                Self { path: Some(paths), ..Self::default() }
            }
        }
    };
}

source! {
    /// A text or a number in its own spelling.
    Text {
        /// The values under these paths, those that are there, with `with` between them.
        join: Vec<Path>,
        /// What stands between joined values: a space unless said.
        with: Option<String>,
        /// Always this.
        constant: Option<String>,
        /// The id of the listing that is asked about.
        of_listing: bool,
        /// Other words for some values, whatever their case.
        table: BTreeMap<String, String>,
    }
}
source! {
    /// A count.
    Whole {
        /// The sum of all values under these paths; what is missing counts nothing, unless all is.
        sum: Vec<Path>,
        /// How many elements there are.
        count: Option<Path>,
    }
}
source! {
    /// A boolean, a 0 or 1, or one of the words true, false, yes, no, active, inactive.
    Flag {
        /// True if all of this is.
        when: Vec<Condition>,
        /// Always this.
        constant: Option<bool>,
    }
}
source! {
    /// A decimal amount.
    Decimal {
        /// The sum of all values under these paths.
        sum: Vec<Path>,
        /// How many of the digits of a whole number are decimals: 2 for cents.
        scale: u32,
    }
}
source! {
    /// A code: country, currency or time zone. A country may be given by its English name.
    Code {
        /// That of the listing: by the record's listing id, or the listing that is asked about.
        of_listing: bool,
        /// Always this.
        constant: Option<String>,
    }
}
source! {
    /// A day.
    Date {
        format: DateFormat,
        /// Where the zone is that an instant's day is meant in; that of the listing otherwise.
        zone: Option<Paths>,
        /// So many days later: 1 where the channel gives the last night instead of the day of departure.
        plus_days: u32,
    }
}
source! {
    /// An instant.
    Instant {
        format: InstantFormat,
    }
}
source! {
    /// What became of a reservation.
    Status {
        /// What the channel's words mean, whatever their case; a word that is not in it is `unknown`.
        table: BTreeMap<String, StatusName>,
        /// Before the table is asked: the first of these of which all is true.
        rules: Vec<StatusRule>,
    }
}

/// A status on a condition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusRule {
    pub(crate) when: Vec<Condition>,
    pub(crate) then: StatusName,
}

/// A status by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatusName(pub(crate) ReservationStatus);

impl<'de> Deserialize<'de> for StatusName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let status = ReservationStatus::from_name(&name);
        status
            .map(Self)
            .ok_or_else(|| de::Error::custom(format!("`{name}` is no status")))
    }
}

/// How a day is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DateFormat {
    /// `2026-07-01`; what follows, such as a time of day, is not read.
    #[default]
    Iso,
    /// `20260701`, with or without a time of day behind it.
    Compact,
    /// `01/07/2026`.
    DayMonthYear,
    /// `07/01/2026`.
    MonthDayYear,
    /// Seconds since 1970, read in the listing's zone.
    Unix,
    /// An instant, read in the listing's zone: its day there.
    Instant,
}

/// How an instant is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InstantFormat {
    /// `2026-07-01T10:00:00+02:00`, `2026-07-01 10:00:00`, `2026-07-01`: what names no zone is UTC. Written, it is
    /// RFC 3339 with `Z`.
    #[default]
    Utc,
    /// The same, but what names no zone is of the listing's zone where that is known. Written, it is UTC.
    Local,
    /// Without a `T` and a zone: `2026-07-01 10:00:00`, of UTC.
    Spaced,
    /// `20260701T100000Z`.
    Compact,
    /// A day, `2026-07-01`.
    Date,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMillis,
}

/// Where the fields of a listing are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListingFields {
    pub(crate) id: Short<Text>,
    pub(crate) title: Option<Short<Text>>,
    pub(crate) address: Option<Short<Text>>,
    pub(crate) city: Option<Short<Text>>,
    pub(crate) country: Option<Short<Code>>,
    pub(crate) timezone: Option<Short<Code>>,
    pub(crate) currency: Option<Short<Code>>,
    pub(crate) capacity: Option<Short<Whole>>,
    /// Enabled, if not said.
    pub(crate) enabled: Option<Short<Flag>>,
    pub(crate) changed_at: Option<Short<Instant>>,
}

/// Where the fields of a reservation are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReservationFields {
    pub(crate) id: Short<Text>,
    pub(crate) listing_id: Short<Text>,
    pub(crate) status: Short<Status>,
    pub(crate) check_in: Short<Date>,
    pub(crate) check_out: Short<Date>,
    pub(crate) adults: Option<Short<Whole>>,
    pub(crate) children: Option<Short<Whole>>,
    pub(crate) total: Option<Short<Decimal>>,
    pub(crate) currency: Option<Short<Code>>,
    pub(crate) booked_at: Option<Short<Instant>>,
    pub(crate) updated_at: Option<Short<Instant>>,
    pub(crate) source: Option<Short<Text>>,
    pub(crate) confirmation_code: Option<Short<Text>>,
}
