//! What a search for bookings may be limited to.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use crate::{
    call::Call,
    world::{Account, BASE, Stay, StayStatus},
};

/// The limits that a search may set.
#[derive(Debug)]
pub(super) struct Search {
    stay: (Option<NaiveDate>, Option<NaiveDate>),
    arrival: (Option<NaiveDate>, Option<NaiveDate>),
    departure: (Option<NaiveDate>, Option<NaiveDate>),
    created: (Option<NaiveDateTime>, Option<NaiveDateTime>),
    modified: (Option<NaiveDateTime>, Option<NaiveDateTime>),
    apartment: Option<u64>,
    cancellations: bool,
    no_blocks: bool,
}

impl Search {
    /// The name of the parameter that is not valid, if one is.
    pub(super) fn read(call: &Call<'_>) -> Result<Self, &'static str> {
        let yes = |name: &str| call.param(name).is_some_and(|text| matches!(text, "1" | "true"));
        let mut search = Self {
            stay: (day(call, "from")?, day(call, "to")?),
            arrival: (day(call, "arrivalFrom")?, day(call, "arrivalTo")?),
            departure: (day(call, "departureFrom")?, day(call, "departureTo")?),
            created: (
                moment(call, "created_from", false)?,
                moment(call, "created_to", true)?,
            ),
            modified: (
                moment(call, "modifiedFrom", false)?,
                moment(call, "modifiedTo", true)?,
            ),
            apartment: read(call, "apartmentId", |text| text.parse().ok())?,
            cancellations: yes("showCancellation"),
            no_blocks: yes("excludeBlocked"),
        };
        // Who names no time sees what is to come.
        let days = [search.stay, search.arrival, search.departure];
        let moments = [search.created, search.modified];
        if days.iter().all(|range| *range == (None, None))
            && moments.iter().all(|range| *range == (None, None))
        {
            search.stay.0 = Some(BASE);
        }
        Ok(search)
    }

    pub(super) fn keeps(&self, account: &Account, stay: &Stay) -> bool {
        let after = |from: Option<NaiveDate>, day: NaiveDate| from.is_none_or(|from| from <= day);
        let before = |to: Option<NaiveDate>, day: NaiveDate| to.is_none_or(|to| day <= to);
        let during = |range: (Option<NaiveDateTime>, Option<NaiveDateTime>), at: DateTime<Utc>| {
            let at = at.naive_utc();
            range.0.is_none_or(|from| from <= at) && range.1.is_none_or(|to| at <= to)
        };
        let shown = match stay.status {
            StayStatus::Cancelled => self.cancellations,
            StayStatus::Blocked => !self.no_blocks,
            _ => true,
        };
        shown
            && after(self.stay.0, stay.departure)
            && before(self.stay.1, stay.arrival)
            && after(self.arrival.0, stay.arrival)
            && before(self.arrival.1, stay.arrival)
            && after(self.departure.0, stay.departure)
            && before(self.departure.1, stay.departure)
            && during(self.created, stay.booked)
            && during(self.modified, stay.updated)
            && self
                .apartment
                .is_none_or(|id| account.unit(stay.unit).number == id)
    }
}

/// A parameter, or its name when it is not valid.
fn read<T>(
    call: &Call<'_>,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, &'static str> {
    match call.param(name) {
        Some(text) => parse(text).map(Some).ok_or(name),
        None => Ok(None),
    }
}

fn day(call: &Call<'_>, name: &'static str) -> Result<Option<NaiveDate>, &'static str> {
    read(call, name, |text| text.parse().ok())
}

/// A date, or a date and a time in UTC; a date alone begins or ends with its day.
fn moment(call: &Call<'_>, name: &'static str, end: bool) -> Result<Option<NaiveDateTime>, &'static str> {
    let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    read(call, name, |text| {
        let timed = |format: &&str| NaiveDateTime::parse_from_str(text, format).ok();
        let whole = || {
            let day: NaiveDate = text.parse().ok()?;
            if end {
                day.and_hms_opt(23, 59, 59)
            } else {
                day.and_hms_opt(0, 0, 0)
            }
        };
        formats.iter().find_map(timed).or_else(whole)
    })
}
