//! Reads settings one by one and remembers everything that is wrong.
//!
//! A key that nobody asked for is not a setting, so there is no second list of keys to keep.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    time::Duration,
};

use figment::value::Value;
use serde_json::Value as Json;

use super::{
    problem::{Origin, Problem},
    sources::{Found, Gathered},
};
use crate::durations;

/// A setting in force, as it may be shown to anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its key, such as `http.listen`.
    pub(crate) key: String,
    /// Its value, secrets masked.
    pub(crate) value: Json,
    /// Who set it.
    pub(crate) origin: Origin,
}

/// How a value is shown; a type that holds a secret shows something else.
pub(super) trait Shown {
    /// The value for `config show`.
    fn shown(&self) -> Json;
}

/// Reads settings and collects what is wrong with them.
#[derive(Debug)]
pub(super) struct Reader {
    found: BTreeMap<String, Found>,
    empty: BTreeSet<String>,
    problems: Vec<Problem>,
    settings: Vec<Setting>,
}

impl Reader {
    pub(super) fn over(gathered: Gathered) -> Self {
        Self {
            found: gathered.found,
            empty: gathered.empty,
            problems: gathered.problems,
            settings: Vec::new(),
        }
    }

    /// The setting `key`, or `default` where it is not set. A wrong one becomes a problem and reads as the default,
    /// so that the others are judged too.
    pub(super) fn read<T: Shown>(
        &mut self,
        key: &str,
        default: T,
        parse: impl FnOnce(Raw<'_>) -> Result<T, String>,
    ) -> T {
        let (value, origin) = self.take(key, parse);
        let value = value.unwrap_or(default);
        self.note(key, value.shown(), origin);
        value
    }

    /// The setting `key`, if it is set.
    pub(super) fn read_optional<T: Shown>(
        &mut self,
        key: &str,
        parse: impl FnOnce(Raw<'_>) -> Result<T, String>,
    ) -> Option<T> {
        let (value, origin) = self.take(key, parse);
        self.note(key, value.as_ref().map_or(Json::Null, Shown::shown), origin);
        value
    }

    fn take<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(Raw<'_>) -> Result<T, String>,
    ) -> (Option<T>, Origin) {
        self.empty.remove(key);
        let Some(found) = self.found.remove(key) else {
            return (None, Origin::Default);
        };
        match parse(Raw(&found.value)) {
            Ok(value) => (Some(value), found.origin),
            Err(what) => {
                self.problems.push(Problem::of_key(key, &found.origin, what));
                (None, found.origin)
            }
        }
    }

    /// Every setting below `level`, which holds names of the user's choice: their keys and texts.
    pub(super) fn read_level(&mut self, level: &str) -> Vec<(String, String)> {
        let prefix = format!("{level}.");
        let keys: Vec<String> = self
            .found
            .keys()
            .filter(|key| key.starts_with(&prefix))
            .cloned()
            .collect();
        self.empty.retain(|key| !key.starts_with(&prefix));
        let mut texts = Vec::new();
        for key in keys {
            if let (Some(text), origin) = self.take(&key, |raw| raw.text().map(str::to_owned)) {
                self.note(&key, Json::from(MASK), origin);
                texts.push((key.strip_prefix(&prefix).unwrap_or_default().to_owned(), text));
            }
        }
        texts
    }

    fn note(&mut self, key: &str, value: Json, origin: Origin) {
        self.settings.push(Setting {
            key: key.to_owned(),
            value,
            origin,
        });
    }

    /// Corrects what is shown for a setting whose default follows from others.
    pub(super) fn show_instead(&mut self, key: &str, value: Json) {
        if let Some(setting) = self.settings.iter_mut().find(|setting| setting.key == key) {
            setting.value = value;
        }
    }

    /// How many problems there are so far.
    pub(super) fn problems(&self) -> usize {
        self.problems.len()
    }

    /// A problem that only shows between settings.
    pub(super) fn problem(&mut self, key: &str, what: impl Into<String>) {
        let origin = self.settings.iter().find(|setting| setting.key == key);
        let origin = origin.map_or(Origin::Default, |setting| setting.origin.clone());
        self.problems.push(Problem::of_key(key, &origin, what));
    }

    /// All settings, or all problems.
    pub(super) fn finish(mut self) -> Result<Vec<Setting>, Vec<Problem>> {
        for (key, found) in &self.found {
            self.problems
                .push(Problem::of_key(key, &found.origin, "is not a setting"));
        }
        for key in &self.empty {
            self.problems
                .push(Problem::of_key(key, &Origin::Variable, "is not a setting"));
        }
        if self.problems.is_empty() {
            Ok(self.settings)
        } else {
            Err(self.problems)
        }
    }
}

/// What stands in the place of a secret.
pub(super) const MASK: &str = "***";

/// A value as it was written. Variables are always texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a>(&'a Value);

impl<'a> Raw<'a> {
    pub(super) fn text(self) -> Result<&'a str, String> {
        self.0.as_str().ok_or_else(|| "must be a text".to_owned())
    }

    pub(super) fn number(self, range: RangeInclusive<u32>) -> Result<u32, String> {
        let number = match self.0 {
            Value::String(_, text) => text.parse().ok(),
            Value::Num(_, number) => number.to_u128_lossy().and_then(|n| u32::try_from(n).ok()),
            _ => None,
        };
        number
            .filter(|number| range.contains(number))
            .ok_or_else(|| format!("must be a number from {} to {}", range.start(), range.end()))
    }

    /// A length of time; `0` may be a number too.
    pub(super) fn duration(self) -> Result<Duration, String> {
        match self.0 {
            Value::String(_, text) => durations::parse(text),
            Value::Num(_, number) if number.to_u128_lossy() == Some(0) => Ok(Duration::ZERO),
            _ => durations::parse(""),
        }
    }

    /// A list of texts; in one text, commas separate them.
    pub(super) fn list(self) -> Result<Vec<&'a str>, String> {
        match self.0 {
            Value::String(_, text) => Ok(text
                .split(',')
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .collect()),
            Value::Array(_, values) => values.iter().map(|value| Raw(value).text()).collect(),
            _ => Err("must be a list of texts".to_owned()),
        }
    }
}

impl Shown for String {
    fn shown(&self) -> Json {
        Json::from(self.as_str())
    }
}

impl Shown for u32 {
    fn shown(&self) -> Json {
        Json::from(*self)
    }
}

impl Shown for Duration {
    fn shown(&self) -> Json {
        Json::from(durations::show(*self))
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn shown(&self) -> Json {
        self.iter().map(Shown::shown).collect()
    }
}
