//! What becomes of an outgoing message: how often it is tried, when again, and when it is given up.

use std::{fmt, str::FromStr, time::Duration};

use crate::{
    ports::{Handover, MailFault},
    time::Timestamp,
};

/// What has become of an outgoing message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// It waits to be sent, is being sent, or waits to be tried again.
    Pending,
    /// A mail server took it, or a file was written.
    Sent,
    /// It was shown in the log, and nobody else got it.
    Logged,
    /// It was given up.
    Failed,
    /// What it says is no longer so.
    Cancelled,
}

/// A text that is not a message's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a state of a message")]
pub struct UnknownMessageState;

impl MessageState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Sent,
        Self::Logged,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The state as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Logged => "logged",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for MessageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MessageState {
    type Err = UnknownMessageState;

    fn from_str(text: &str) -> Result<Self, UnknownMessageState> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(UnknownMessageState)
    }
}

/// How long a sender has a message to itself. Longer than [`HANDOVER_LIMIT`], so that nobody else takes it meanwhile.
pub const MAIL_LEASE: Duration = Duration::from_mins(1);

/// The longest that handing a mail over may take. Mailers must keep to it.
pub const HANDOVER_LIMIT: Duration = Duration::from_secs(40);

/// How often a message is tried before it is given up: for eight to ten hours, with the standard wait.
pub const MOST_MAIL_ATTEMPTS: u32 = 15;

const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// How long a message waits between attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailBackoff {
    /// The wait after the first attempt. It doubles with each further one, up to an hour.
    pub first: Duration,
}

impl MailBackoff {
    /// The waits of an installation that says nothing else. Servers that greylist want a few minutes.
    pub const STANDARD: Self = Self {
        first: Duration::from_secs(30),
    };

    /// The wait after the `attempts`th attempt, and up to a quarter more, by 64 random bits: what failed together need
    /// not be tried again together.
    pub fn wait(self, attempts: u32, random: u64) -> Duration {
        let doublings = attempts.saturating_sub(1).min(16);
        let wait = self.first.saturating_mul(1 << doublings).min(LONGEST_WAIT);
        let jitter = u128::from(random) * (wait / 4).as_micros();
        wait + Duration::from_micros(u64::try_from(jitter >> 64).unwrap_or(0))
    }
}

/// What is written down after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// A mail server took it, or a file was written.
    Sent,
    /// It was shown in the log.
    Logged,
    /// It was not sent, since what it says is no longer so.
    Cancelled,
    /// It is tried again.
    Again {
        /// Not before then.
        at: Timestamp,
        /// Why this attempt failed.
        fault: MailFault,
    },
    /// It was given up.
    Failed(MailFault),
}

impl Settlement {
    /// The state of the message after it.
    pub const fn state(self) -> MessageState {
        match self {
            Self::Sent => MessageState::Sent,
            Self::Logged => MessageState::Logged,
            Self::Cancelled => MessageState::Cancelled,
            Self::Again { .. } => MessageState::Pending,
            Self::Failed(_) => MessageState::Failed,
        }
    }

    /// Why the attempt failed, if it did.
    pub const fn fault(self) -> Option<MailFault> {
        match self {
            Self::Sent | Self::Logged | Self::Cancelled => None,
            Self::Again { fault, .. } | Self::Failed(fault) => Some(fault),
        }
    }
}

/// What an attempt means for the message: a final fault ends it at once, any other after [`MOST_MAIL_ATTEMPTS`].
pub fn decide_settlement(
    handed: Result<Handover, MailFault>,
    attempts: u32,
    backoff: MailBackoff,
    now: Timestamp,
    random: u64,
) -> Settlement {
    match handed {
        Ok(Handover::Sent) => Settlement::Sent,
        Ok(Handover::Logged) => Settlement::Logged,
        Err(fault) if fault.is_final() => Settlement::Failed(fault),
        Err(fault) => again_or_failed(fault, attempts, backoff, now, random),
    }
}

/// The same for a message that could not be read. Whatever the fault, it is tried again: another version of the program
/// may know its kind, and the right master key open its secret.
pub fn decide_unreadable(attempts: u32, backoff: MailBackoff, now: Timestamp, random: u64) -> Settlement {
    again_or_failed(MailFault::Uncomposable, attempts, backoff, now, random)
}

fn again_or_failed(
    fault: MailFault,
    attempts: u32,
    backoff: MailBackoff,
    now: Timestamp,
    random: u64,
) -> Settlement {
    if attempts >= MOST_MAIL_ATTEMPTS {
        Settlement::Failed(fault)
    } else {
        let at = now + backoff.wait(attempts, random);
        Settlement::Again { at, fault }
    }
}
