//! Which slot comes first, when it may be taken, and when it must be looked at again: what an adapter keeps in columns
//! of their own, so that choosing reads no rule.

use std::time::Duration;

use crate::{
    sync::{Pending, Place, RunKind, Slot, Started, WaitReason, lease},
    time::Timestamp,
};

/// How urgent a slot's work is. Workers look among refreshes first, but for those who always take the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Somebody asked for it and waits.
    Refresh,
    /// An account was added.
    InitialImport,
    /// It was time.
    Scheduled,
}

impl Class {
    /// Every class, most urgent first.
    pub const ALL: [Self; 3] = [Self::Refresh, Self::InitialImport, Self::Scheduled];

    /// The class as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::InitialImport => "initial_import",
            Self::Scheduled => "scheduled",
        }
    }

    /// The class with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }

    /// How much earlier the work ranks than it was asked for: it goes before all work of a lower class that is not
    /// older by as much, and after that which is, so that nothing waits for ever (I18).
    pub const fn credit(self) -> Duration {
        match self {
            Self::Refresh => Duration::from_hours(6),
            Self::InitialImport => Duration::from_hours(3),
            Self::Scheduled => Duration::ZERO,
        }
    }

    const fn of(kind: RunKind, raised: bool) -> Self {
        match kind {
            RunKind::Refresh => Self::Refresh,
            RunKind::InitialImport if raised => Self::Refresh,
            RunKind::InitialImport => Self::InitialImport,
            RunKind::Scheduled => Self::Scheduled,
        }
    }
}

impl Pending {
    /// How urgent it is.
    pub const fn class(&self) -> Class {
        Class::of(self.kind, self.raised)
    }

    fn rank(&self) -> Timestamp {
        self.first_requested_at - self.class().credit()
    }

    fn may_start(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|instant| instant <= now)
    }
}

impl Started {
    /// How urgent it is.
    pub const fn class(&self) -> Class {
        Class::of(self.kind, self.raised)
    }

    fn rank(&self) -> Timestamp {
        self.first_requested_at - self.class().credit()
    }

    /// When the run is given up if nothing happens: its deadline, or a day after the channel began to let nothing
    /// through, should it still be waiting for that then.
    pub(super) fn given_up_at(&self) -> Timestamp {
        let starved = self
            .rate_limited_since
            .map(|since| since + lease::LONGEST_RATE_WAIT);
        match (self.waiting(), starved) {
            (Some((WaitReason::Rate, until)), Some(starved)) if until > starved => self.deadline.min(starved),
            _ => self.deadline,
        }
    }
}

impl Slot {
    /// Whether a worker may take it at `now`. While it waits for an instant, this turns true with a [`Wake`] after
    /// [`Slot::wake_at`].
    ///
    /// [`Wake`]: crate::sync::Command::Wake
    pub fn ready(&self, now: Timestamp) -> bool {
        match (&self.started, &self.pending) {
            (Some(started), _) => match started.place {
                Place::Running(_) => false,
                Place::Waiting { until, .. } => until <= now && now < started.deadline,
            },
            (None, Some(pending)) => pending.may_start(now),
            (None, None) => false,
        }
    }

    /// How urgent its work is, if it has any. A started run is as urgent as the one that waits behind it.
    pub fn class(&self) -> Option<Class> {
        let started = self.started.map(|started| started.class());
        let pending = self.pending.map(|pending| pending.class());
        started.into_iter().chain(pending).min()
    }

    /// Its place in the line, if it has work: lower comes first, within a class and across them.
    pub fn rank(&self) -> Option<Timestamp> {
        let started = self.started.map(|started| started.rank());
        let pending = self.pending.map(|pending| pending.rank());
        started.into_iter().chain(pending).min()
    }

    /// When to send it a [`Wake`], unless something happens before: a wait ends, a lease passes, or a run's time is
    /// over. It may lie in the past.
    ///
    /// [`Wake`]: crate::sync::Command::Wake
    pub fn wake_at(&self, now: Timestamp) -> Option<Timestamp> {
        match (&self.started, &self.pending) {
            (Some(started), _) => Some(match started.place {
                Place::Running(claim) => claim.lease_until,
                Place::Waiting { until, .. } if until > now => until.min(started.given_up_at()),
                Place::Waiting { .. } => started.deadline,
            }),
            (None, Some(pending)) => pending.not_before.filter(|instant| *instant > now),
            (None, None) => None,
        }
    }
}
