//! Calendars as documents. Whoever adds one names any place of the network, so that nothing in it is trusted.

use chrono::{Days, NaiveDate};
use icalendar::parser::{Component, Property, read_calendar_simple, unfold};
use serde_json::{Map, Value};

/// A calendar whose parts are nested deeper than this is refused: the parser calls itself for each.
const MOST_NESTED: usize = 8;

/// The properties of a calendar, and its `events`; `None` if the text is no calendar.
pub(crate) fn document(text: &str) -> Option<Value> {
    let unfolded = unfold(text.trim_start_matches('\u{feff}'));
    if !is_shallow(&unfolded) {
        return None;
    }
    let parts = read_calendar_simple(&unfolded).ok()?;
    let calendar = parts.iter().find(|part| is_named(part, "VCALENDAR"))?;
    let mut document = members(&calendar.properties);
    let events = calendar.components.iter().filter(|part| is_named(part, "VEVENT"));
    let events = events.map(|event| Value::Object(ended(members(&event.properties))));
    document.insert("events".to_owned(), events.collect());
    Some(Value::Object(document))
}

/// Names of parts are the same in capital and small letters.
fn is_named(part: &Component<'_>, name: &str) -> bool {
    part.name.as_str().eq_ignore_ascii_case(name)
}

fn members(properties: &[Property<'_>]) -> Map<String, Value> {
    let members = properties.iter().map(|property| {
        let name = property.name.as_str().to_ascii_uppercase();
        (name, plain(property.val.as_str()).into())
    });
    members.collect()
}

/// Whether no part is nested too deeply. A part counts as ended only where the parser cannot see it otherwise: by the
/// name that it began with, alone on its line.
fn is_shallow(text: &str) -> bool {
    let after = |line: &'_ str, word: &str| {
        let start = line.get(..word.len())?;
        start.eq_ignore_ascii_case(word).then_some(word.len())
    };
    let mut open = Vec::new();
    text.lines().all(|line| {
        if let Some(name) = after(line, "BEGIN:").and_then(|at| line.get(at..)) {
            open.push(name);
        } else if let Some(name) = after(line, "END:").and_then(|at| line.get(at..))
            && open.last() == Some(&name)
        {
            open.pop();
        }
        open.len() <= MOST_NESTED
    })
}

/// An event with its end: one without is as long as it says, and otherwise ends with the day that it begins on.
fn ended(mut event: Map<String, Value>) -> Map<String, Value> {
    let text = |name: &str| event.get(name).and_then(Value::as_str).map(str::trim);
    if text("DTEND").is_some_and(|end| !end.is_empty()) {
        return event;
    }
    let end = text("DTSTART").and_then(|start| {
        let day = NaiveDate::parse_from_str(start.get(..8)?, "%Y%m%d").ok()?;
        let days = match text("DURATION") {
            Some(duration) => whole_days(duration)?,
            None => u64::from(start.len() == 8),
        };
        Some(
            day.checked_add_days(Days::new(days))?
                .format("%Y%m%d")
                .to_string(),
        )
    });
    if let Some(end) = end {
        event.insert("DTEND".to_owned(), end.into());
    }
    event
}

/// The days of a duration of whole days or weeks, such as `P3D` or `P1W`; others do not tell the day of the end.
fn whole_days(duration: &str) -> Option<u64> {
    let count = duration.trim_start_matches('+').strip_prefix('P')?;
    let count = count.strip_suffix("T0S").unwrap_or(count);
    match count.strip_suffix('W') {
        Some(weeks) => weeks.parse::<u64>().ok()?.checked_mul(7),
        None => count.strip_suffix('D')?.parse().ok(),
    }
}

/// A text without the escapes of calendars.
fn plain(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match if c == '\\' { rest.next() } else { Some(c) } {
            Some('n' | 'N') if c == '\\' => read.push('\n'),
            Some(other) => read.push(other),
            None => read.push(c),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn escapes_are_read_from_the_left() {
        for (written, read) in [
            ("a\\, b\\; c", "a, b; c"),
            ("a\\nb\\Nc", "a\nb\nc"),
            ("C:\\\\new", "C:\\new"),
            ("end\\", "end\\"),
        ] {
            assert_eq!(plain(written), read, "{written}");
        }
    }

    #[test]
    fn an_event_without_an_end_has_the_one_that_it_implies() {
        for (start, duration, end) in [
            ("20260701", None, Some("20260702")),
            ("20260701T150000", None, Some("20260701")),
            ("20260701", Some("P3D"), Some("20260704")),
            ("20260701T150000Z", Some("P1W"), Some("20260708")),
            ("20260701T150000Z", Some("PT19H"), None),
            ("20260701", Some("P99999999999999999999D"), None),
            ("20260701", Some("-P1D"), None),
            ("first of July", None, None),
        ] {
            let mut event = Map::new();
            event.insert("DTSTART".to_owned(), start.into());
            event.extend(duration.map(|duration| ("DURATION".to_owned(), duration.into())));
            let found = ended(event).remove("DTEND");
            assert_eq!(found, end.map(Value::from), "{start} {duration:?}");
        }
    }

    #[test]
    fn parts_nested_too_deeply_are_refused_before_they_are_read() {
        let nested = |depth: usize, end: &str| "BEGIN:A\n".repeat(depth) + &format!("{end}\n").repeat(depth);
        let fits = |text: &str| is_shallow(text);
        assert!(fits(&nested(MOST_NESTED, "END:A")));
        assert!(!fits(&nested(MOST_NESTED + 1, "END:A")));
        assert!(fits(&"BEGIN:A\r\nEND:A\r\n".repeat(100)));
        for never_ended in ["END:B", "END:Ax", "END:A ", "ENDED:A", " END:A"] {
            let text = format!("BEGIN:A\n{never_ended}\n").repeat(100);
            assert!(!fits(&text), "{never_ended}");
        }
        let none = document("BEGIN:VEVENT\nUID:1\nEND:VEVENT\n");
        assert_eq!(none, None, "an event alone is no calendar");
        let small = document("begin:vcalendar\nbegin:vevent\nuid:1\nend:vevent\nend:vcalendar\n");
        assert_eq!(small, Some(json!({"events": [{"UID": "1"}]})));
    }
}
