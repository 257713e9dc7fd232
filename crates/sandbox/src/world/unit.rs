//! A listing, before a channel dresses it.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use super::{
    dice::Dice,
    places::{CHARMS, CITIES, KINDS},
};

/// Sets the dice of listings apart from those of reservations.
const SALT: u64 = 0x11_57_11_46;

/// A flat or house as its manager entered it.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// The place in the account, from 0.
    pub(crate) index: u32,
    /// The number that ids are made of.
    pub(crate) number: u64,
    /// What guests read.
    pub(crate) title: String,
    /// What the manager calls it.
    pub(crate) nickname: String,
    /// Street and house number.
    pub(crate) street: String,
    pub(crate) zip: String,
    pub(crate) city: &'static str,
    pub(crate) region: &'static str,
    /// ISO 3166 alpha-2, upper case.
    pub(crate) country: &'static str,
    pub(crate) country_name: &'static str,
    pub(crate) zone: Tz,
    /// ISO 4217.
    pub(crate) currency: &'static str,
    /// Guests it sleeps.
    pub(crate) capacity: u32,
    pub(crate) bedrooms: u32,
    pub(crate) bathrooms: u32,
    /// Degrees.
    pub(crate) latitude: f64,
    /// Degrees.
    pub(crate) longitude: f64,
    /// `apartment`, `house` or `villa`.
    pub(crate) kind: &'static str,
    /// Active at the channel.
    pub(crate) enabled: bool,
    pub(crate) created: DateTime<Utc>,
}

impl Unit {
    /// The unit at a place of an account.
    pub(super) fn at(key: u64, base: u64, index: u32) -> Self {
        let mut dice = Dice::new(key ^ SALT, u64::from(index));
        let city = dice.pick(&CITIES);
        let (noun, kind) = dice.pick(&KINDS);
        let charm = dice.pick(&CHARMS);
        let street = dice.pick(&city.streets);
        let bedrooms = dice.small(4);
        let near = f64::from(dice.small(400)) / 10_000.0;
        Self {
            index,
            number: base + u64::from(index),
            title: format!("{charm} {noun} in {}", city.name),
            nickname: format!("{}-{:03}", city.country, index + 1),
            street: format!("{street} {}", 1 + dice.small(180)),
            zip: format!("{:05}", 10_000 + dice.small(80_000)),
            city: city.name,
            region: city.region,
            country: city.country,
            country_name: city.country_name,
            zone: city.zone,
            currency: city.currency,
            capacity: 2 + bedrooms * 2,
            bedrooms,
            bathrooms: 1 + bedrooms / 2,
            latitude: f64::from(city.latitude) / 10_000.0 + near,
            longitude: f64::from(city.longitude) / 10_000.0 + near,
            kind,
            enabled: !dice.chance(8),
            created: created(&mut dice),
        }
    }

    /// The IANA name of the time zone.
    pub(crate) fn zone_name(&self) -> &'static str {
        self.zone.name()
    }

    /// A wall clock time of this place as an instant.
    pub(crate) fn instant(&self, date: NaiveDate, hour: u32) -> DateTime<Utc> {
        Self::instant_in(self.zone, date, hour)
    }

    /// A wall clock time of some zone as an instant.
    pub(crate) fn instant_in(zone: Tz, date: NaiveDate, hour: u32) -> DateTime<Utc> {
        let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let local = date.and_time(time);
        let zoned = zone.from_local_datetime(&local).earliest();
        zoned.map_or_else(|| local.and_utc(), |zoned| zoned.with_timezone(&Utc))
    }
}

/// Before the history begins.
fn created(dice: &mut Dice) -> DateTime<Utc> {
    let first = NaiveDate::from_ymd_opt(2022, 1, 10).unwrap_or_default();
    let day = first + Days::new(dice.below(480));
    let time = NaiveTime::from_hms_opt(9, dice.small(60), dice.small(60)).unwrap_or_default();
    day.and_time(time).and_utc()
}
