//! How calls are counted: a pure function over the windows of one scope, which the store loads and keeps.

use std::time::Duration;

use innkeeper_domain::{
    accounts::Urgency,
    ports::{BudgetWindow, Grant},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// How long calls that were granted may be made.
const CALLS_LAST: Duration = Duration::from_secs(5);

/// One of so many units of each window is kept for people.
const KEPT_FOR_PEOPLE: u32 = 5;

/// What was counted against one scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    pub(crate) windows: Windows,
    /// Until when the channel lets nothing through.
    pub(crate) blocked_until: Option<Timestamp>,
}

/// The windows that are running. Each begins with the first unit that is taken after the end of the one before.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) struct Windows(Vec<Running>);

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
struct Running {
    /// How long it is, in microseconds.
    span: u64,
    /// When it began, in microseconds since 1970.
    start: i64,
    used: u32,
}

impl Windows {
    /// Reads what [`Windows::text`] wrote.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The windows as they are stored.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_else(|_| "[]".to_owned())
    }

    /// The window of this length that runs at `now`, or one that begins then.
    fn at(&self, span: Duration, now: Timestamp) -> Running {
        let span = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        let fresh = Running {
            span,
            start: now.as_micros(),
            used: 0,
        };
        // One that begins later was begun by a clock that was wrong, unless by little.
        let runs =
            |window: &&Running| window.span == span && window.end() > now && window.begin() <= fresh.end();
        self.0.iter().find(runs).copied().unwrap_or(fresh)
    }
}

impl Running {
    fn begin(&self) -> Timestamp {
        Timestamp::from_micros(self.start)
    }

    fn end(&self) -> Timestamp {
        self.begin() + Duration::from_micros(self.span)
    }
}

impl Counters {
    /// Takes up to `wanted` units, at least one, out of every window, or says when to ask again.
    pub(crate) fn take(
        &mut self,
        windows: &[BudgetWindow],
        wanted: u32,
        urgency: Urgency,
        now: Timestamp,
    ) -> Grant {
        if let Some(until) = self.blocked_until.filter(|until| *until > now) {
            return Grant::NotBefore(until);
        }
        let mut units = wanted.max(1);
        let (mut until, mut not_before) = (now + CALLS_LAST, None);
        let mut running = Vec::with_capacity(windows.len());
        for window in windows {
            let counted = self.windows.at(window.span, now);
            let kept = match urgency {
                Urgency::Person => 0,
                Urgency::Background => window.units / KEPT_FOR_PEOPLE,
            };
            let left = (window.units - kept).saturating_sub(counted.used);
            if left == 0 {
                not_before = not_before.max(Some(counted.end()));
            }
            units = units.min(left);
            until = until.min(counted.end());
            running.push(counted);
        }
        if let Some(not_before) = not_before {
            return Grant::NotBefore(not_before);
        }
        for window in &mut running {
            window.used = window.used.saturating_add(units);
        }
        self.windows = Windows(running);
        Grant::Calls { units, until }
    }

    /// When nothing of this matters any more.
    pub(crate) fn expires_at(&self) -> Timestamp {
        let ends = self.windows.0.iter().map(Running::end);
        let end = ends.chain(self.blocked_until).max();
        end.unwrap_or(Timestamp::from_micros(0))
    }
}
