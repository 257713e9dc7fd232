//! Field by field: what the answers say, read by the documentation, is what the truth holds.

mod feeds;
mod hotels;
mod managers;

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde_json::Value;

use crate::bench::{Bench, text};

const SECRET: &str = "good-5x80";

/// Both lists of an account, in the form of the truth.
struct Told {
    listings: Vec<Value>,
    reservations: Vec<Value>,
}

fn agree(bench: &Bench, slug: &str, told: Told) {
    let truth = bench.truth(slug, SECRET);
    let by_id = |mut rows: Vec<Value>, id: &str| {
        rows.sort_by_key(|row| text(row, id));
        rows
    };
    for (name, rows, id) in [
        ("listings", told.listings, "/channel-listing-id"),
        ("reservations", told.reservations, "/channel-reservation-id"),
    ] {
        let wanted = by_id(truth[name].as_array().unwrap().clone(), id);
        let rows = by_id(rows, id);
        assert_eq!(rows.len(), wanted.len(), "{slug} {name}");
        for (row, wanted) in rows.iter().zip(&wanted) {
            assert_eq!(row, wanted, "{slug} {name}");
        }
    }
}

/// An instant with its zone.
fn zoned(value: &Value) -> Value {
    match value.as_str() {
        Some(text) => micros(DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)),
        None => Value::Null,
    }
}

/// A time that is meant in UTC and does not say so.
fn unzoned(value: &Value, form: &str) -> Value {
    match value.as_str() {
        Some(text) => micros(NaiveDateTime::parse_from_str(text, form).unwrap().and_utc()),
        None => Value::Null,
    }
}

fn micros(at: DateTime<Utc>) -> Value {
    Value::String(at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// The day at the head of a time.
fn day(value: &Value) -> Value {
    Value::String(value.as_str().unwrap().get(..10).unwrap().to_owned())
}

/// A number as an amount.
fn amount(value: &Value) -> Value {
    Value::String(format!("{:.2}", value.as_f64().unwrap()))
}

/// Children of all ages together.
fn sum(row: &Value, names: &[&str]) -> u64 {
    names.iter().map(|name| row[*name].as_u64().unwrap()).sum()
}

/// Texts of numbers and numbers alike, as texts.
fn id(value: &Value) -> Value {
    Value::String(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// The rows of an answer.
fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

/// The meaning of a vendor's word.
fn meaning(word: &Value, words: &[(&str, &str)]) -> Value {
    let word = word.as_str().unwrap();
    let known = words.iter().find(|(known, _)| *known == word);
    Value::String(
        known
            .unwrap_or_else(|| panic!("undocumented: {word}"))
            .1
            .to_owned(),
    )
}
