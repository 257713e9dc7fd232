//! What a request for reservations may ask for.

use chrono::{DateTime, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use serde_json::Value;

use super::{RESERVATION, ZONE, failed};
use crate::{
    answer::Answer,
    channels::{
        moments::{self, Within},
        uuids,
    },
    world::Stay,
};

/// The longest that an interval may be.
const MONTHS: Months = Months::new(3);

/// Everything that a reservation must meet.
#[derive(Debug)]
pub(super) struct Filter {
    created: Option<Within<DateTime<Utc>>>,
    updated: Option<Within<DateTime<Utc>>>,
    colliding: Option<Within<DateTime<Utc>>>,
    start: Option<Within<DateTime<Utc>>>,
    end: Option<Within<DateTime<Utc>>>,
    states: Vec<String>,
    pub(super) numbers: Option<Vec<u64>>,
}

impl Filter {
    /// The filter of a body; a refusal for an interval that is too long or no interval.
    pub(super) fn of(body: &Value) -> Result<Self, Answer> {
        Ok(Self {
            created: interval(body, "CreatedUtc")?,
            updated: interval(body, "UpdatedUtc")?,
            colliding: interval(body, "CollidingUtc")?,
            start: interval(body, "ScheduledStartUtc")?,
            end: interval(body, "ScheduledEndUtc")?,
            states: texts(body, "States").unwrap_or_default(),
            numbers: reservations(body, "ReservationIds"),
        })
    }

    pub(super) fn keeps(&self, stay: &Stay, state: &str) -> bool {
        let (start, end) = (at(stay.arrival, 14), at(stay.departure, 12));
        let holds = |within: Option<Within<DateTime<Utc>>>, moment: &DateTime<Utc>| {
            within.is_none_or(|within| within.holds(moment))
        };
        holds(self.created, &stay.booked)
            && holds(self.updated, &stay.updated)
            && holds(self.start, &start)
            && holds(self.end, &end)
            && self.colliding.is_none_or(|within| {
                within.from.is_none_or(|from| end >= from) && within.to.is_none_or(|to| start <= to)
            })
            && (self.states.is_empty() || self.states.iter().any(|known| known == state))
            && self
                .numbers
                .as_ref()
                .is_none_or(|numbers| numbers.contains(&stay.number))
    }
}

/// An hour of the hotel's clock.
pub(super) fn at(date: NaiveDate, hour: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    let local = date.and_time(time);
    let there = ZONE.from_local_datetime(&local).earliest();
    there.map_or_else(|| local.and_utc(), |there| there.with_timezone(&Utc))
}

/// The numbers of the reservations that a field names.
pub(super) fn reservations(body: &Value, name: &str) -> Option<Vec<u64>> {
    let ids = texts(body, name)?;
    Some(
        ids.iter()
            .filter_map(|id| uuids::number(RESERVATION, id))
            .collect(),
    )
}

fn texts(body: &Value, name: &str) -> Option<Vec<String>> {
    let texts = body.get(name)?.as_array()?.iter().filter_map(Value::as_str);
    Some(texts.map(str::to_owned).collect())
}

/// An interval; each may be at most three months long.
fn interval(body: &Value, name: &str) -> Result<Option<Within<DateTime<Utc>>>, Answer> {
    let Some(interval) = body.get(name).filter(|interval| !interval.is_null()) else {
        return Ok(None);
    };
    let end = |end: &str| {
        interval
            .get(end)
            .and_then(Value::as_str)
            .and_then(moments::instant)
    };
    let (Some(from), Some(to)) = (end("StartUtc"), end("EndUtc")) else {
        return Err(failed(400, &format!("Invalid {name}.")));
    };
    if from > to || from.checked_add_months(MONTHS).is_none_or(|latest| to > latest) {
        return Err(failed(400, &format!("{name} must not be longer than 3 months.")));
    }
    Ok(Some(Within {
        from: Some(from),
        to: Some(to),
    }))
}
