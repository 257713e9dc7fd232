//! Values as channels write them, to values as we know them. No value is `None`; one that is not what it must be is
//! an error, for nothing is guessed.

use std::borrow::Cow;

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use innkeeper_domain::{
    accounts::{Amount, LISTING_KEY_MAX, ReservationStatus},
    time::Timestamp,
};
use rust_decimal::Decimal as Number;
use serde_json::Value;

use super::scene::Scene;
use crate::manifest::fields::{Date, DateFormat, Decimal, Flag, Instant, InstantFormat, Status, Text, Whole};

/// A value that is not what it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wrong;

type Found<T> = Result<Option<T>, Wrong>;

/// The spelling of a scalar; an element of XML is its text.
pub(crate) fn spelled(value: &Value) -> Result<Cow<'_, str>, Wrong> {
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text.trim())),
        Value::Number(number) => Ok(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Ok(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Object(members) => match members.get("#text") {
            Some(Value::String(text)) => Ok(Cow::Borrowed(text)),
            _ => Err(Wrong),
        },
        Value::Null | Value::Array(_) => Err(Wrong),
    }
}

/// A text.
pub(crate) fn text(source: &Text, scene: &Scene<'_>) -> Found<String> {
    if let Some(constant) = &source.constant {
        return Ok(Some(constant.clone()));
    }
    if source.of_listing {
        return Ok(scene.listing.map(str::to_owned));
    }
    if !source.join.is_empty() {
        let parts: Result<Vec<_>, _> = scene.all(&source.join).into_iter().map(spelled).collect();
        let parts: Vec<_> = parts?.into_iter().filter(|part| !part.is_empty()).collect();
        let with = source.with.as_deref().unwrap_or(" ");
        return Ok((!parts.is_empty()).then(|| parts.join(with)));
    }
    let Some(value) = source.path.as_ref().and_then(|paths| scene.first(paths)) else {
        return Ok(None);
    };
    let value = spelled(value)?;
    let other = source
        .table
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(&value));
    Ok(Some(
        other.map_or_else(|| value.into_owned(), |(_, other)| other.clone()),
    ))
}

/// An id: not longer than ids may be.
pub(crate) fn id(source: &Text, scene: &Scene<'_>) -> Found<String> {
    match text(source, scene)? {
        Some(id) if id.chars().count() > LISTING_KEY_MAX || id.chars().any(char::is_control) => Err(Wrong),
        id => Ok(id),
    }
}

fn whole(value: &Value) -> Result<u32, Wrong> {
    if let Some(whole) = value.as_u64() {
        return u32::try_from(whole).map_err(|_error| Wrong);
    }
    let text = spelled(value)?;
    let digits = text.split_once('.').map_or(&*text, |(whole, rest)| {
        if rest.bytes().all(|digit| digit == b'0') {
            whole
        } else {
            ""
        }
    });
    digits.parse().map_err(|_error| Wrong)
}

pub(crate) fn count(source: &Whole, scene: &Scene<'_>) -> Found<u32> {
    if let Some(path) = &source.count {
        return match scene.at(path) {
            Some(Value::Array(elements)) => u32::try_from(elements.len()).map(Some).map_err(|_error| Wrong),
            Some(_) => Err(Wrong),
            None => Ok(None),
        };
    }
    if !source.sum.is_empty() {
        let values = scene.all(&source.sum);
        let sum = values
            .iter()
            .try_fold(0_u32, |sum, value| sum.checked_add(whole(value).ok()?));
        return if values.is_empty() {
            Ok(None)
        } else {
            sum.map(Some).ok_or(Wrong)
        };
    }
    source
        .path
        .as_ref()
        .and_then(|paths| scene.first(paths))
        .map(whole)
        .transpose()
}

pub(crate) fn flag(source: &Flag, scene: &Scene<'_>) -> Found<bool> {
    if source.constant.is_some() {
        return Ok(source.constant);
    }
    if !source.when.is_empty() {
        return Ok(Some(source.when.iter().all(|condition| scene.holds(condition))));
    }
    let Some(value) = source.path.as_ref().and_then(|paths| scene.first(paths)) else {
        return Ok(None);
    };
    match spelled(value)?.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "active" => Ok(Some(true)),
        "false" | "0" | "no" | "inactive" => Ok(Some(false)),
        _ => Err(Wrong),
    }
}

fn number(value: &Value, scale: u32) -> Result<Number, Wrong> {
    let text = spelled(value)?;
    let number = text
        .parse::<Number>()
        .or_else(|_| Number::from_scientific(&text))
        .map_err(|_error| Wrong)?;
    number
        .checked_div(Number::from(10_u64.pow(scale.min(9))))
        .ok_or(Wrong)
}

/// An amount with at least two decimals, as money is written.
pub(crate) fn amount(source: &Decimal, scene: &Scene<'_>) -> Found<Amount> {
    let values = match &source.path {
        Some(paths) => scene.first(paths).into_iter().collect(),
        None => scene.all(&source.sum),
    };
    if values.is_empty() {
        return Ok(None);
    }
    let mut sum = Number::ZERO;
    for value in values {
        sum = sum.checked_add(number(value, source.scale)?).ok_or(Wrong)?;
    }
    let mut sum = sum.round_dp(4).normalize();
    if sum.scale() < 2 {
        sum.rescale(2);
    }
    sum.to_string().parse().map(Some).map_err(|_error| Wrong)
}

pub(crate) fn date(source: &Date, scene: &Scene<'_>, zone: Option<Tz>) -> Found<NaiveDate> {
    let Some(value) = source.path.as_ref().and_then(|paths| scene.first(paths)) else {
        return Ok(None);
    };
    let text = spelled(value)?;
    let named = || spelled(scene.first(source.zone.as_ref()?)?).ok()?.parse().ok();
    let zone = named().or(zone);
    let by = |format| NaiveDate::parse_from_str(&text, format).ok();
    let local = |at: Timestamp| {
        let at = DateTime::from_timestamp_micros(at.as_micros())?;
        Some(zone.map_or_else(|| at.date_naive(), |zone| at.with_timezone(&zone).date_naive()))
    };
    let date = match source.format {
        DateFormat::Iso => text.get(..10).and_then(day),
        DateFormat::Compact => text
            .get(..8)
            .and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok()),
        DateFormat::DayMonthYear => by("%d/%m/%Y"),
        DateFormat::MonthDayYear => by("%m/%d/%Y"),
        DateFormat::Unix => read_instant(&text, InstantFormat::Unix, zone).and_then(local),
        DateFormat::Instant => read_instant(&text, InstantFormat::Local, zone).and_then(local),
    };
    let date = date.and_then(|date| date.checked_add_days(Days::new(source.plus_days.into())));
    date.map(Some).ok_or(Wrong)
}

pub(crate) fn instant(source: &Instant, scene: &Scene<'_>, zone: Option<Tz>) -> Found<Timestamp> {
    let Some(value) = source.path.as_ref().and_then(|paths| scene.first(paths)) else {
        return Ok(None);
    };
    read_instant(&spelled(value)?, source.format, zone)
        .map(Some)
        .ok_or(Wrong)
}

/// An instant in one of the spellings; what names no zone is of `zone` where the format says so and it is known.
pub(crate) fn read_instant(text: &str, format: InstantFormat, zone: Option<Tz>) -> Option<Timestamp> {
    let micros = |factor: i64| {
        let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
        whole.parse::<i64>().ok()?.checked_mul(factor)
    };
    let micros = match format {
        InstantFormat::Unix => micros(1_000_000)?,
        InstantFormat::UnixMillis => micros(1_000)?,
        InstantFormat::Compact => {
            let bare = text.trim_end_matches('Z');
            let at = NaiveDateTime::parse_from_str(bare, "%Y%m%dT%H%M%S").ok();
            let at = at.or_else(|| {
                let day = NaiveDate::parse_from_str(bare, "%Y%m%d").ok()?;
                Some(day.and_time(NaiveTime::MIN))
            });
            at?.and_utc().timestamp_micros()
        }
        InstantFormat::Utc | InstantFormat::Spaced | InstantFormat::Date => written(text, None)?,
        InstantFormat::Local => written(text, zone)?,
    };
    // Beyond the year 9999 nothing can be shown.
    let at = Timestamp::from_micros(micros);
    (0..253_402_300_800_000_000).contains(&micros).then_some(at)
}

/// The number that some bytes spell in plain digits.
fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        Some(number * 10 + digit)
    })
}

/// `2026-07-01`. What is spelled in plain digits is read without the parser of formats, which costs more than all else
/// of a record.
fn day(text: &str) -> Option<NaiveDate> {
    let plain = || {
        let (year, month_and_day) = text.as_bytes().split_at_checked(4)?;
        let [b'-', m1, m2, b'-', d1, d2] = month_and_day else {
            return None;
        };
        let year = i32::try_from(digits(year)?).ok()?;
        NaiveDate::from_ymd_opt(year, digits(&[*m1, *m2])?, digits(&[*d1, *d2])?)
    };
    plain().or_else(|| text.parse().ok())
}

/// `10:00:00`, with or without fractions, or `10:00`.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    let plain = || {
        let [h1, h2, b':', m1, m2, b':', s1, s2] = text.as_bytes() else {
            return None;
        };
        NaiveTime::from_hms_opt(digits(&[*h1, *h2])?, digits(&[*m1, *m2])?, digits(&[*s1, *s2])?)
    };
    let by = |format| NaiveTime::parse_from_str(text, format).ok();
    plain().or_else(|| by("%H:%M:%S%.f")).or_else(|| by("%H:%M"))
}

/// `2026-07-01`, with or without a time of day, with or without a zone.
fn written(text: &str, zone: Option<Tz>) -> Option<i64> {
    let date = day(text.get(..10)?)?;
    let rest = text.get(10..)?.trim_start_matches(['T', ' ']).trim_end();
    if rest.is_empty() {
        return at_local(date.and_time(NaiveTime::MIN), zone);
    }
    let split = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, offset) = (rest.get(..split)?.trim_end(), rest.get(split..)?);
    let at = date.and_time(time_of_day(time)?);
    match offset {
        "" => at_local(at, zone),
        "Z" | "z" => Some(at.and_utc().timestamp_micros()),
        _ => {
            let sign = if offset.starts_with('-') { 1 } else { -1 };
            let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
            let hours: i64 = digits.get(..2)?.parse().ok()?;
            let minutes: i64 = digits
                .get(2..)
                .filter(|rest| !rest.is_empty())
                .map_or(Ok(0), str::parse)
                .ok()?;
            let at = at.checked_add_signed(TimeDelta::try_minutes(sign * (hours * 60 + minutes))?)?;
            Some(at.and_utc().timestamp_micros())
        }
    }
}

fn at_local(at: NaiveDateTime, zone: Option<Tz>) -> Option<i64> {
    let Some(zone) = zone else {
        return Some(at.and_utc().timestamp_micros());
    };
    let found = match zone.from_local_datetime(&at) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at,
        // An hour that was skipped in spring: the clocks had moved on by then.
        LocalResult::None => zone
            .from_local_datetime(&at.checked_add_signed(TimeDelta::hours(1))?)
            .earliest()?,
    };
    Some(found.with_timezone(&Utc).timestamp_micros())
}

/// An instant as a channel wants it to be written.
pub(crate) fn write_instant(at: Timestamp, format: InstantFormat) -> Option<String> {
    let utc = DateTime::from_timestamp_micros(at.as_micros())?;
    Some(match format {
        InstantFormat::Utc | InstantFormat::Local => utc.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        InstantFormat::Spaced => utc.format("%Y-%m-%d %H:%M:%S").to_string(),
        InstantFormat::Compact => utc.format("%Y%m%dT%H%M%SZ").to_string(),
        InstantFormat::Date => utc.format("%Y-%m-%d").to_string(),
        InstantFormat::Unix => utc.timestamp().to_string(),
        InstantFormat::UnixMillis => utc.timestamp_millis().to_string(),
    })
}

/// A status; a word that is not known is [`ReservationStatus::Unknown`], so that no reservation is lost over it.
pub(crate) fn status(source: &Status, scene: &Scene<'_>) -> ReservationStatus {
    let rule = source
        .rules
        .iter()
        .find(|rule| rule.when.iter().all(|condition| scene.holds(condition)));
    if let Some(rule) = rule {
        return rule.then.0;
    }
    let word = source
        .path
        .as_ref()
        .and_then(|paths| scene.first(paths))
        .and_then(|value| spelled(value).ok());
    let known = word.and_then(|word| {
        source
            .table
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(&word))
    });
    known.map_or(ReservationStatus::Unknown, |(_, status)| status.0)
}

#[cfg(test)]
mod tests;
