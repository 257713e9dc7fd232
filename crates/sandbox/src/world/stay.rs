//! A reservation, before a channel dresses it.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::{
    dice::Dice,
    people::{FIRST, HOMES, LAST, NOTES},
};

/// The day that the data are told from: nothing in them is later, but stays to come.
pub(crate) const BASE: NaiveDate = match NaiveDate::from_ymd_opt(2026, 7, 1) {
    Some(day) => day,
    None => NaiveDate::MAX,
};
/// The days from the first arrival to the last: three years back, one ahead.
const SPAN: u64 = 1_461;
/// The part of the span that lies ahead.
const AHEAD: u64 = 365;
const DAY: u64 = 86_400;

/// What a reservation is, as all channels together know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StayStatus {
    Inquiry,
    Pending,
    Confirmed,
    CheckedIn,
    CheckedOut,
    Cancelled,
    Declined,
    Expired,
    NoShow,
    /// The owner's own use, or maintenance.
    Blocked,
}

impl StayStatus {
    /// The word that imports use.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Inquiry => "inquiry",
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::CheckedIn => "checked_in",
            Self::CheckedOut => "checked_out",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::NoShow => "no_show",
            Self::Blocked => "blocked",
        }
    }
}

/// Where a guest booked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    Airbnb,
    Booking,
    Vrbo,
    Expedia,
    /// By telephone or mail.
    #[default]
    Direct,
    /// The manager's own website.
    Website,
}

/// How often each is met: listed once for each part of ten.
const SOURCES: [Source; 10] = [
    Source::Airbnb,
    Source::Airbnb,
    Source::Airbnb,
    Source::Booking,
    Source::Booking,
    Source::Booking,
    Source::Vrbo,
    Source::Expedia,
    Source::Direct,
    Source::Website,
];

/// One stay of one party, or a block of the owner.
#[derive(Clone, Debug)]
pub(crate) struct Stay {
    /// The place in the account, from 0.
    pub(crate) index: u32,
    /// The number that ids are made of.
    pub(crate) number: u64,
    /// The place of its listing.
    pub(crate) unit: u32,
    pub(crate) status: StayStatus,
    pub(crate) arrival: NaiveDate,
    pub(crate) departure: NaiveDate,
    pub(crate) adults: u32,
    pub(crate) children: u32,
    pub(crate) infants: u32,
    pub(crate) pets: u32,
    /// Hundredths of the listing's currency.
    pub(crate) cents: u64,
    pub(crate) booked: DateTime<Utc>,
    pub(crate) updated: DateTime<Utc>,
    /// Set when cancelled.
    pub(crate) cancelled: Option<DateTime<Utc>>,
    pub(crate) source: Source,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    /// ISO 3166 alpha-2 of the guest.
    pub(crate) home: &'static str,
    /// ISO 639 of the guest.
    pub(crate) language: &'static str,
    pub(crate) note: &'static str,
    /// What codes and telephone numbers are made of.
    pub(crate) mark: u64,
}

/// What decides a stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) key: u64,
    pub(super) base: u64,
    pub(super) index: u32,
    pub(super) unit: u32,
    /// Which of the listing's stays it is; nothing for one that was added later.
    pub(super) slot: Option<u32>,
    /// Stays of each listing.
    pub(super) slots: u32,
    pub(super) statuses: &'static [StayStatus],
}

impl Stay {
    /// The stay that an origin decides.
    pub(super) fn of(origin: &Origin) -> Self {
        let mut dice = Dice::new(origin.key, u64::from(origin.index));
        let (arrival, nights) = when(&mut dice, origin);
        let departure = arrival + Days::new(nights);
        let booked = booked(&mut dice, arrival);
        let status = status(&mut dice, arrival, departure, origin.statuses);
        let updated = updated(&mut dice, status, booked, departure);
        let (home, language) = dice.pick(&HOMES);
        let party = u64::from(status != StayStatus::Blocked);
        let adults = 1 + dice.below(4);
        let children = dice.below(6).saturating_sub(3);
        let infants = dice.below(8).saturating_sub(6);
        let pets = dice.below(10).saturating_sub(8);
        let guests = |count: u64| u32::try_from(count * party).unwrap_or(0);
        Self {
            index: origin.index,
            number: origin.base + u64::from(origin.index),
            unit: origin.unit,
            status,
            arrival,
            departure,
            adults: guests(adults),
            children: guests(children),
            infants: guests(infants),
            pets: guests(pets),
            cents: party * nights * (5_500 + dice.below(34_000)),
            booked,
            updated,
            cancelled: (status == StayStatus::Cancelled).then_some(updated),
            source: dice.pick(&SOURCES),
            first_name: dice.pick(&FIRST),
            last_name: dice.pick(&LAST),
            home,
            language,
            note: dice.pick(&NOTES),
            mark: dice.next(),
        }
    }

    /// Nights from arrival to departure.
    pub(crate) fn nights(&self) -> i64 {
        (self.departure - self.arrival).num_days()
    }

    /// Adults and children; infants are not counted.
    pub(crate) fn guests(&self) -> u32 {
        self.adults + self.children
    }

    /// The amount with two decimals, such as `1234.50`.
    pub(crate) fn total(&self) -> String {
        format!("{}.{:02}", self.cents / 100, self.cents % 100)
    }

    /// The amount as a number, for channels that give numbers. Exact to the cent as JSON prints it.
    pub(crate) fn amount(&self) -> serde_json::Number {
        self.total()
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .unwrap_or_else(|| serde_json::Number::from(0))
    }

    /// The code that a guest is given, ten characters.
    pub(crate) fn code(&self) -> String {
        let letters = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let mut rest = self.mark;
        let mut code = String::from("HM");
        for _ in 0..8 {
            let at = usize::try_from(rest % 32).unwrap_or(0);
            code.push(char::from(letters.get(at).copied().unwrap_or(b'A')));
            rest /= 32;
        }
        code
    }

    /// The guest's whole name.
    pub(crate) fn guest_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// An address under a name that no mail reaches.
    pub(crate) fn email(&self) -> String {
        format!("guest-{}@guests.example", self.mark % 1_000_000_007)
    }

    /// A telephone number that nobody has.
    pub(crate) fn phone(&self) -> String {
        format!("+999 555 {:07}", self.mark % 10_000_000)
    }
}

/// Arrival and nights.
fn when(dice: &mut Dice, origin: &Origin) -> (NaiveDate, u64) {
    let first = BASE - Days::new(SPAN - AHEAD);
    let Some(slot) = origin.slot else {
        let arrival = BASE + Days::new(1 + dice.below(AHEAD - 20));
        return (arrival, 1 + dice.below(10));
    };
    let slots = u64::from(origin.slots.max(1));
    let step = (SPAN / slots).max(1);
    let nights = 1 + dice.below(step.min(12));
    let slack = dice.below(step.saturating_sub(nights) + 1);
    let start = u64::from(slot) * SPAN / slots;
    (first + Days::new(start + slack), nights)
}

/// Up to half a year before the arrival, and always before the base day.
fn booked(dice: &mut Dice, arrival: NaiveDate) -> DateTime<Utc> {
    let latest = arrival.min(BASE);
    let seconds = DAY + dice.below(180 * DAY);
    let lead = TimeDelta::seconds(i64::try_from(seconds).unwrap_or(0));
    latest.and_time(chrono::NaiveTime::MIN).and_utc() - lead
}

/// A likely status for the dates, of those that the channel knows.
fn status(dice: &mut Dice, arrival: NaiveDate, departure: NaiveDate, known: &[StayStatus]) -> StayStatus {
    let roll = dice.below(100);
    let likely = match roll {
        0..=7 => StayStatus::Cancelled,
        8..=10 => StayStatus::Blocked,
        11 => StayStatus::Declined,
        12..=13 => StayStatus::Expired,
        14..=15 if departure <= BASE => StayStatus::NoShow,
        14..=17 if arrival > BASE => StayStatus::Pending,
        18..=20 if arrival > BASE => StayStatus::Inquiry,
        _ if departure <= BASE => StayStatus::CheckedOut,
        _ if arrival <= BASE => StayStatus::CheckedIn,
        _ => StayStatus::Confirmed,
    };
    if known.contains(&likely) {
        likely
    } else {
        StayStatus::Confirmed
    }
}

/// The last change: the guest's leaving, or something within a month of the booking.
fn updated(
    dice: &mut Dice,
    status: StayStatus,
    booked: DateTime<Utc>,
    departure: NaiveDate,
) -> DateTime<Utc> {
    let seconds = i64::try_from(dice.below(30 * DAY)).unwrap_or(0);
    let latest = BASE.and_time(chrono::NaiveTime::MIN).and_utc();
    if status == StayStatus::CheckedOut {
        let left = departure.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(10);
        return (left + TimeDelta::seconds(seconds / 1_000)).min(latest);
    }
    (booked + TimeDelta::seconds(seconds)).min(latest)
}
