//! How an account fares: beside its imports, and never in the way of reading what they brought.

use super::ChannelFault;
use crate::time::Timestamp;

/// How an account fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HealthState {
    /// The last import succeeded, or none has ended yet.
    Healthy,
    /// The last import brought a part only, or was stopped by a guard.
    Degraded,
    /// The channel asks to wait for longer than a minute.
    RateLimited,
    /// The channel is out of order.
    ChannelDown,
    /// The channel refuses the credentials: new ones are needed.
    NeedsReauth,
    /// The person has to do something at the channel.
    ActionRequired,
    /// The credentials cannot be opened with the keys at hand.
    Unreadable,
}

impl HealthState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Healthy,
        Self::Degraded,
        Self::RateLimited,
        Self::ChannelDown,
        Self::NeedsReauth,
        Self::ActionRequired,
        Self::Unreadable,
    ];

    /// The state as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::RateLimited => "rate_limited",
            Self::ChannelDown => "channel_down",
            Self::NeedsReauth => "needs_reauth",
            Self::ActionRequired => "action_required",
            Self::Unreadable => "unreadable",
        }
    }

    /// The state with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the stored credentials work as far as is known.
    pub const fn is_valid(self) -> bool {
        match self {
            Self::Healthy | Self::Degraded | Self::RateLimited | Self::ChannelDown => true,
            Self::NeedsReauth | Self::ActionRequired | Self::Unreadable => false,
        }
    }

    /// Whether a page that came in proves it over. Where the person has to act, only a success does: what is missing
    /// may be missing for the pages to come.
    pub const fn ends_with_a_page(self) -> bool {
        match self {
            Self::RateLimited | Self::ChannelDown | Self::NeedsReauth | Self::Unreadable => true,
            Self::Healthy | Self::Degraded | Self::ActionRequired => false,
        }
    }

    /// The state that a failed import, or a refused check, leaves behind; `None` leaves the state as it is.
    pub const fn after(fault: ChannelFault) -> Option<Self> {
        match fault {
            ChannelFault::InvalidCredentials
            | ChannelFault::AuthorizationRevoked
            | ChannelFault::CodeAlreadyUsed => Some(Self::NeedsReauth),
            ChannelFault::UserActionRequired
            | ChannelFault::InsufficientPermissions
            | ChannelFault::ConnectedElsewhere => Some(Self::ActionRequired),
            ChannelFault::RateLimited => Some(Self::RateLimited),
            ChannelFault::Unavailable => Some(Self::ChannelDown),
            ChannelFault::BadResponse | ChannelFault::Unsupported | ChannelFault::Crashed => {
                Some(Self::Degraded)
            }
            ChannelFault::Internal => None,
        }
    }
}

/// How an account fares, why, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The state.
    pub state: HealthState,
    /// Why, unless all is well.
    pub fault: Option<ChannelFault>,
    /// Since when.
    pub since: Timestamp,
}

impl Health {
    /// All is well since `now`.
    pub const fn healthy(now: Timestamp) -> Self {
        Self {
            state: HealthState::Healthy,
            fault: None,
            since: now,
        }
    }

    /// The health from `now` on; the same state for the same reason keeps its beginning.
    #[must_use]
    pub fn becoming(self, state: HealthState, fault: Option<ChannelFault>, now: Timestamp) -> Self {
        if self.state == state && self.fault == fault {
            self
        } else {
            Self {
                state,
                fault,
                since: now,
            }
        }
    }
}
