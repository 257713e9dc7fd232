use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;
use crate::manifest::fields::Short;

/// A source as a manifest has it.
fn source<T: crate::manifest::fields::FromPaths + DeserializeOwned>(text: &str) -> T {
    let mut table: std::collections::BTreeMap<String, Short<T>> =
        toml::from_str(&format!("it = {text}")).unwrap_or_else(|error| panic!("{text}: {error}"));
    table.remove("it").unwrap().0
}

fn zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

#[test]
fn scalars_are_read_in_every_spelling() {
    let page = Value::Null;
    let record = json!({
        "n": 7, "s": " 7 ", "f": 7.0, "half": 7.5, "neg": -1, "e": "", "t": "Sea view", "yes": 1, "no": "false",
        "list": [1, 2, 3], "rooms": [{"p": 2}, {"p": "3"}], "money": 12.5, "cents": 123_456, "text": "1,250.00",
        "sci": 1e3, "long": "0.123456", "a": "Rua", "b": "5", "xml": {"@c": "EUR", "#text": "9.90"}
    });
    let scene = Scene {
        listing: Some("L1"),
        ..Scene::of(&record, &page)
    };
    let amounts = |it: &str| amount(&source(it), &scene).map(|it| it.map(|it| it.to_string()));
    for (it, expected) in [
        ("'money'", Ok(Some("12.50"))),
        ("'n'", Ok(Some("7.00"))),
        ("'s'", Ok(Some("7.00"))),
        ("'neg'", Ok(Some("-1.00"))),
        ("'sci'", Ok(Some("1000.00"))),
        ("'long'", Ok(Some("0.1235"))),
        ("{ path = 'cents', scale = 2 }", Ok(Some("1234.56"))),
        ("{ sum = ['money', 'n'] }", Ok(Some("19.50"))),
        ("'xml'", Ok(Some("9.90"))),
        ("'text'", Err(Wrong)),
        ("'t'", Err(Wrong)),
        ("'list'", Err(Wrong)),
        ("'e'", Ok(None)),
        ("{ sum = ['missing'] }", Ok(None)),
    ] {
        assert_eq!(
            amounts(it),
            expected.map(|it| it.map(str::to_owned)),
            "amount {it}"
        );
    }
    for (it, expected) in [
        ("'n'", Ok(Some(7))),
        ("'s'", Ok(Some(7))),
        ("'f'", Ok(Some(7))),
        ("'half'", Err(Wrong)),
        ("'neg'", Err(Wrong)),
        ("'t'", Err(Wrong)),
        ("['missing', 'n']", Ok(Some(7))),
        ("'missing'", Ok(None)),
        ("{ sum = ['rooms.*.p'] }", Ok(Some(5))),
        ("{ sum = ['missing', 'n'] }", Ok(Some(7))),
        ("{ count = 'list' }", Ok(Some(3))),
        ("{ count = 'n' }", Err(Wrong)),
        ("{ sum = ['t'] }", Err(Wrong)),
    ] {
        assert_eq!(count(&source(it), &scene), expected, "count {it}");
    }
    for (it, expected) in [
        ("'yes'", Ok(Some(true))),
        ("'no'", Ok(Some(false))),
        ("'n'", Err(Wrong)),
        ("'missing'", Ok(None)),
        ("{ constant = true }", Ok(Some(true))),
        (
            "{ when = [{ path = 'n', is = [7, 8] }, { path = 'e', set = false }] }",
            Ok(Some(true)),
        ),
        ("{ when = [{ path = 't', contains = 'SEA' }] }", Ok(Some(true))),
        ("{ when = [{ path = 'n', set = false }] }", Ok(Some(false))),
    ] {
        assert_eq!(flag(&source(it), &scene), expected, "flag {it}");
    }
    for (it, expected) in [
        ("'t'", Ok(Some("Sea view"))),
        ("'n'", Ok(Some("7"))),
        ("'e'", Ok(None)),
        ("'list'", Err(Wrong)),
        ("{ join = ['a', 'missing', 'b'] }", Ok(Some("Rua 5"))),
        ("{ join = ['a', 'b'], with = ', ' }", Ok(Some("Rua, 5"))),
        ("{ path = 't', table = { 'sea VIEW' = 'x' } }", Ok(Some("x"))),
        ("{ constant = 'c' }", Ok(Some("c"))),
        ("{ of_listing = true }", Ok(Some("L1"))),
    ] {
        assert_eq!(
            text(&source(it), &scene),
            expected.map(|it| it.map(str::to_owned)),
            "text {it}"
        );
    }
}

#[test]
fn days_are_read_in_every_format() {
    let page = Value::Null;
    let record = json!({
        "iso": "2026-07-01", "long": "2026-07-01T15:00:00+02:00", "compact": "20260701T150000Z",
        "dmy": "01/07/2026", "unix": 1_782_860_400, "late": "2026-06-30T23:30:00Z", "bad": "2026-02-30", "word": "soon"
    });
    let scene = Scene::of(&record, &page);
    for (it, zone_name, expected) in [
        ("'iso'", "", Ok("2026-07-01")),
        ("'long'", "", Ok("2026-07-01")),
        ("'bad'", "", Err(Wrong)),
        ("'word'", "", Err(Wrong)),
        ("{ path = 'iso', plus_days = 1 }", "", Ok("2026-07-02")),
        ("{ path = 'compact', format = 'compact' }", "", Ok("2026-07-01")),
        (
            "{ path = 'dmy', format = 'day_month_year' }",
            "",
            Ok("2026-07-01"),
        ),
        (
            "{ path = 'dmy', format = 'month_day_year' }",
            "",
            Ok("2026-01-07"),
        ),
        ("{ path = 'unix', format = 'unix' }", "", Ok("2026-06-30")),
        (
            "{ path = 'unix', format = 'unix' }",
            "Europe/Lisbon",
            Ok("2026-07-01"),
        ),
        ("{ path = 'late', format = 'instant' }", "", Ok("2026-06-30")),
        (
            "{ path = 'late', format = 'instant' }",
            "Europe/Lisbon",
            Ok("2026-07-01"),
        ),
        (
            "{ path = 'late', format = 'instant' }",
            "America/New_York",
            Ok("2026-06-30"),
        ),
    ] {
        let found = date(&source(it), &scene, zone(zone_name)).map(|it| it.unwrap().to_string());
        assert_eq!(found, expected.map(str::to_owned), "{it} {zone_name}");
    }
}

#[test]
fn instants_are_read_in_every_format_and_zone() {
    use InstantFormat::{Compact, Local, Spaced, Unix, UnixMillis, Utc};
    for (written, format, zone_name, expected) in [
        (
            "2026-07-01T10:00:00Z",
            Utc,
            "",
            Some("2026-07-01T10:00:00.000000Z"),
        ),
        (
            "2026-07-01T10:00:00.1234567+02:00",
            Utc,
            "",
            Some("2026-07-01T08:00:00.123456Z"),
        ),
        (
            "2026-07-01T10:00:00-0530",
            Utc,
            "",
            Some("2026-07-01T15:30:00.000000Z"),
        ),
        (
            "2026-07-01 10:00:00",
            Utc,
            "Europe/Lisbon",
            Some("2026-07-01T10:00:00.000000Z"),
        ),
        (
            "2026-07-01 10:00",
            Spaced,
            "",
            Some("2026-07-01T10:00:00.000000Z"),
        ),
        ("2026-07-01", Utc, "", Some("2026-07-01T00:00:00.000000Z")),
        (
            "2026-07-01 10:00:00",
            Local,
            "Europe/Lisbon",
            Some("2026-07-01T09:00:00.000000Z"),
        ),
        (
            "2026-07-01 10:00:00",
            Local,
            "",
            Some("2026-07-01T10:00:00.000000Z"),
        ),
        (
            "2026-07-01T10:00:00Z",
            Local,
            "Europe/Lisbon",
            Some("2026-07-01T10:00:00.000000Z"),
        ),
        // The hour that is skipped, and the one that comes twice.
        (
            "2026-03-29 01:30:00",
            Local,
            "Europe/Lisbon",
            Some("2026-03-29T01:30:00.000000Z"),
        ),
        (
            "2026-10-25 01:30:00",
            Local,
            "Europe/Lisbon",
            Some("2026-10-25T00:30:00.000000Z"),
        ),
        (
            "20260701T100000Z",
            Compact,
            "",
            Some("2026-07-01T10:00:00.000000Z"),
        ),
        ("1782900000", Unix, "", Some("2026-07-01T10:00:00.000000Z")),
        (
            "1782900000123",
            UnixMillis,
            "",
            Some("2026-07-01T10:00:00.123000Z"),
        ),
        ("2026-07-01T25:00:00Z", Utc, "", None),
        ("2026-13-01", Utc, "", None),
        ("yesterday", Utc, "", None),
        ("", Utc, "", None),
        ("99999999999999999", Unix, "", None),
        ("-5", Unix, "", None),
    ] {
        let found = read_instant(written, format, zone(zone_name)).map(|at| at.to_string());
        assert_eq!(found.as_deref(), expected, "{written} {format:?} {zone_name}");
    }
    let at = Timestamp::from_micros(1_782_900_000_000_000);
    for (format, expected) in [
        (Utc, "2026-07-01T10:00:00Z"),
        (Spaced, "2026-07-01 10:00:00"),
        (Compact, "20260701T100000Z"),
        (InstantFormat::Date, "2026-07-01"),
        (Unix, "1782900000"),
        (UnixMillis, "1782900000000"),
    ] {
        assert_eq!(write_instant(at, format).as_deref(), Some(expected), "{format:?}");
    }
}

#[test]
fn a_status_has_rules_before_its_table_and_is_never_lost() {
    let page = Value::Null;
    let source = source::<Status>(
        "{ path = 'status', table = { Booked = 'confirmed' }, \
         rules = [{ when = [{ path = 'canceled_at', set = true }], then = 'cancelled' }] }",
    );
    for (record, expected) in [
        (json!({"status": "booked"}), ReservationStatus::Confirmed),
        (
            json!({"status": "Booked", "canceled_at": "2026"}),
            ReservationStatus::Cancelled,
        ),
        (
            json!({"status": "Booked", "canceled_at": null}),
            ReservationStatus::Confirmed,
        ),
        (json!({"status": "something new"}), ReservationStatus::Unknown),
        (json!({"status": []}), ReservationStatus::Unknown),
        (json!({}), ReservationStatus::Unknown),
    ] {
        assert_eq!(status(&source, &Scene::of(&record, &page)), expected, "{record}");
    }
}

proptest! {
    #[test]
    fn days_and_times_are_what_the_parser_of_formats_reads(
        date in "[0-9]{4}-[01][0-9]-[0-3][0-9]|[0-9+ -]{8,11}", time in "[0-2][0-9]:[0-6][0-9]:[0-6][0-9]|[0-9:. ]{4,9}",
    ) {
        prop_assert_eq!(day(&date), date.parse().ok());
        let by = |format| NaiveTime::parse_from_str(&time, format).ok();
        prop_assert_eq!(time_of_day(&time), by("%H:%M:%S%.f").or_else(|| by("%H:%M")));
    }
}
