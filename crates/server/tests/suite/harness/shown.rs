//! What a document shows of an answer, held against the answer.
//!
//! A shown answer is shortened, and its ids and instants are those of another day. So `…` stands for anything, alone
//! or within a text, as a key for more keys, and at the end of a list for more items; an instant is any instant; and an
//! id is any id, but throughout a document the same one.

use std::{collections::HashMap, sync::LazyLock};

use regex::Regex;
use serde_json::{Deserializer, Value};

/// Anything.
const ELLIPSIS: &str = "…";

/// The ids of the document, and what they are in this run.
#[derive(Clone, Default)]
pub(crate) struct Known {
    ids: HashMap<String, String>,
}

/// Finds each shown value among the lines of an answer, in order.
///
/// # Errors
///
/// The shown value that no line is like, and how the last line that could be it differs.
pub(crate) fn compare(shown: &str, answer: &str, known: &mut Known) -> Result<(), String> {
    let mut lines = answer.lines();
    for value in Deserializer::from_str(shown).into_iter::<Value>() {
        let value = value.map_err(|error| format!("what is shown is no JSON: {error}\n{shown}"))?;
        let mut differences = Vec::new();
        let found = lines.any(|line| {
            let Ok(actual) = serde_json::from_str::<Value>(line) else {
                return false;
            };
            let mut trial = known.clone();
            match trial.is_like(&value, &actual, "") {
                Ok(()) => {
                    *known = trial;
                    true
                }
                Err(difference) => {
                    differences.push(difference);
                    false
                }
            }
        });
        if !found {
            return Err(format!(
                "shown: {value}\nbut: {}\nanswer: {answer}",
                differences.join("\n     ")
            ));
        }
    }
    Ok(())
}

impl Known {
    fn is_like(&mut self, shown: &Value, actual: &Value, at: &str) -> Result<(), String> {
        let differs = || Err(format!("{at}: shown {shown}, answered {actual}"));
        match (shown, actual) {
            (Value::String(shown), _) if shown == ELLIPSIS => Ok(()),
            (Value::String(shown), Value::String(actual)) if self.is_text_like(shown, actual) => Ok(()),
            (Value::Array(shown), Value::Array(actual)) => {
                let more = shown.last().is_some_and(|last| last == ELLIPSIS);
                let shown = if more { &shown[..shown.len() - 1] } else { shown };
                if shown.len() > actual.len() || (!more && shown.len() < actual.len()) {
                    return differs();
                }
                let mut pairs = shown.iter().zip(actual).enumerate();
                pairs.try_for_each(|(place, (shown, actual))| {
                    self.is_like(shown, actual, &format!("{at}/{place}"))
                })
            }
            (Value::Object(shown), Value::Object(actual)) => {
                let more = shown.contains_key(ELLIPSIS);
                if let Some(untold) = actual.keys().find(|key| !more && !shown.contains_key(*key)) {
                    return Err(format!("{at}: {untold} is not shown"));
                }
                let mut keys = shown.iter().filter(|(key, _)| *key != ELLIPSIS);
                keys.try_for_each(|(key, value)| match actual.get(key) {
                    None => Err(format!("{at}: no {key}")),
                    Some(actual) => self.is_like(value, actual, &format!("{at}/{key}")),
                })
            }
            (shown, actual) if shown == actual => Ok(()),
            _ => differs(),
        }
    }

    fn is_text_like(&mut self, shown: &str, actual: &str) -> bool {
        static ID: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$").unwrap()
        });
        static INSTANT: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$").unwrap());
        if ID.is_match(shown) && ID.is_match(actual) {
            let is_new = !self.ids.values().any(|known| known == actual);
            return match self.ids.get(shown) {
                Some(known) => known == actual,
                None => is_new && self.ids.insert(shown.to_owned(), actual.to_owned()).is_none(),
            };
        }
        if INSTANT.is_match(shown) && INSTANT.is_match(actual) {
            return true;
        }
        match shown.split_once(ELLIPSIS) {
            None => shown == actual,
            Some((start, end)) => {
                let rest = actual.strip_prefix(start);
                rest.is_some_and(|rest| rest.ends_with(end))
            }
        }
    }
}

#[test]
fn what_is_shown_is_held_against_what_was_answered() {
    const A: &str = "0197c1d2-0000-7000-8000-00000000000a";
    const B: &str = "0197c1d2-0000-7000-8000-00000000000b";
    const X: &str = "019ffff2-0000-7000-8000-00000000000f";
    const Y: &str = "019ffff2-0000-7000-8000-0000000000ff";
    let id = |one: &str| format!(r#""{one}""#);
    let pair = |one: &str, other: &str| format!(r#"["{one}", "{other}"]"#);
    let cases = [
        (r#"{"a": 1}"#.to_owned(), r#"{"a":1}"#.to_owned(), true),
        (r#"{"a": 1}"#.to_owned(), r#"{"a":1,"b":2}"#.to_owned(), false),
        (
            r#"{"a": 1, "…": "…"}"#.to_owned(),
            r#"{"a":1,"b":2}"#.to_owned(),
            true,
        ),
        (r#"{"a": 1, "…": "…"}"#.to_owned(), r#"{"b":2}"#.to_owned(), false),
        ("[1, \"…\"]".to_owned(), "[1,2,3]".to_owned(), true),
        ("[1]".to_owned(), "[1,2,3]".to_owned(), false),
        ("[1, 2]".to_owned(), "[1]".to_owned(), false),
        (r#""innt_…""#.to_owned(), r#""innt_abc""#.to_owned(), true),
        (r#""innt_…""#.to_owned(), r#""innk_abc""#.to_owned(), false),
        ("201".to_owned(), "noise\n201".to_owned(), true),
        ("201".to_owned(), "200".to_owned(), false),
        ("1 2".to_owned(), "2\n1".to_owned(), false),
        (id(A), id(X), true),
        (pair(A, A), pair(X, X), true),
        (pair(A, A), pair(X, Y), false),
        (pair(A, B), pair(X, X), false),
        (
            r#""2030-01-01T00:00:00.000000Z""#.to_owned(),
            r#""2026-11-22T08:00:00.123456Z""#.to_owned(),
            true,
        ),
    ];
    for (shown, answer, expected) in cases {
        let compared = compare(&shown, &answer, &mut Known::default());
        assert_eq!(
            compared.is_ok(),
            expected,
            "{shown} beside {answer}: {compared:?}"
        );
    }
}
