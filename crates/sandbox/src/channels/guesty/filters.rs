//! The filters of a search: a JSON array of field, operator and value.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::records::{listing_id, status, stay_id};
use crate::world::{Account, Stay};

/// One condition as it was sent.
#[derive(Debug, Deserialize)]
struct Filter {
    field: String,
    operator: String,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    from: Value,
    #[serde(default)]
    to: Value,
}

/// All conditions; each must hold.
#[derive(Debug)]
pub(super) struct Filters(Vec<Filter>);

impl Filters {
    /// Reads the parameter; nothing when it is not valid.
    pub(super) fn read(text: Option<&str>) -> Option<Self> {
        let filters: Vec<Filter> = match text {
            Some(text) if !text.is_empty() => serde_json::from_str(text).ok()?,
            _ => Vec::new(),
        };
        filters.iter().all(Filter::known).then_some(Self(filters))
    }

    /// Whether a reservation is wanted.
    pub(super) fn keep(&self, account: &Account, stay: &Stay) -> bool {
        self.0.iter().all(|filter| filter.holds(account, stay))
    }
}

impl Filter {
    /// Whether field, operator and values are understood.
    fn known(&self) -> bool {
        let between = self.operator == "$between";
        match self.field.as_str() {
            "lastUpdatedAt" | "createdAt" | "checkIn" | "checkOut" => {
                let compares = matches!(self.operator.as_str(), "$eq" | "$gt" | "$gte" | "$lt" | "$lte");
                if between {
                    moment(&self.from).is_some() && moment(&self.to).is_some()
                } else {
                    compares && moment(&self.value).is_some()
                }
            }
            "_id" | "status" | "listingId" | "confirmationCode" => {
                matches!(self.operator.as_str(), "$eq" | "$contains" | "$in" | "$not")
            }
            _ => false,
        }
    }

    fn holds(&self, account: &Account, stay: &Stay) -> bool {
        let unit = || account.unit(stay.unit);
        match self.field.as_str() {
            "lastUpdatedAt" => self.compares(stay.updated),
            "createdAt" => self.compares(stay.booked),
            "checkIn" => self.compares(unit().instant(stay.arrival, 15)),
            "checkOut" => self.compares(unit().instant(stay.departure, 11)),
            "status" => self.matches(status(stay)),
            "listingId" => self.matches(&listing_id(unit().number)),
            "confirmationCode" => self.matches(&stay.code()),
            _ => self.matches(&stay_id(stay.number)),
        }
    }

    fn compares(&self, at: DateTime<Utc>) -> bool {
        let value = moment(&self.value);
        match self.operator.as_str() {
            "$between" => {
                moment(&self.from).is_some_and(|from| from <= at)
                    && moment(&self.to).is_some_and(|to| at <= to)
            }
            "$gt" => value.is_some_and(|value| at > value),
            "$gte" => value.is_some_and(|value| at >= value),
            "$lt" => value.is_some_and(|value| at < value),
            "$lte" => value.is_some_and(|value| at <= value),
            _ => value == Some(at),
        }
    }

    fn matches(&self, text: &str) -> bool {
        let list = || {
            self.value
                .as_array()
                .is_some_and(|values| values.iter().any(|value| value == text))
        };
        match self.operator.as_str() {
            "$contains" => self.value.as_str().is_some_and(|part| text.contains(part)),
            "$in" => list(),
            "$not" => self.value != text,
            _ => self.value == text,
        }
    }
}

/// A date or an instant.
fn moment(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    let instant = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    instant.ok().or_else(|| {
        let day: NaiveDate = text.parse().ok()?;
        Some(day.and_time(chrono::NaiveTime::MIN).and_utc())
    })
}
