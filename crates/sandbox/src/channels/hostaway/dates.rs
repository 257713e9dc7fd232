//! Which days a search is limited to.

use chrono::NaiveDate;

use crate::{call::Call, world::Stay};

/// Ranges of dates, both ends included.
#[derive(Debug)]
pub(super) struct Dates {
    activity: (Option<NaiveDate>, Option<NaiveDate>),
    arrival: (Option<NaiveDate>, Option<NaiveDate>),
    departure: (Option<NaiveDate>, Option<NaiveDate>),
}

impl Dates {
    pub(super) fn of(call: &Call<'_>) -> Self {
        let date = |name: &str| call.param(name).and_then(|text| text.get(..10)?.parse().ok());
        Self {
            activity: (date("latestActivityStart"), date("latestActivityEnd")),
            arrival: (date("arrivalStartDate"), date("arrivalEndDate")),
            departure: (date("departureStartDate"), date("departureEndDate")),
        }
    }

    pub(super) fn hold(&self, stay: &Stay) -> bool {
        let within = |(from, to): (Option<NaiveDate>, Option<NaiveDate>), day: NaiveDate| {
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
        };
        within(self.activity, stay.updated.date_naive())
            && within(self.arrival, stay.arrival)
            && within(self.departure, stay.departure)
    }
}
