//! What goes wrong with a channel, in classes. One table drives the check at adding, runs, health and answers.

use std::time::Duration;

/// The class of a channel's failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelFault {
    /// The credentials are wrong.
    InvalidCredentials,
    /// The consent behind them expired or was taken back.
    AuthorizationRevoked,
    /// The channel wants the person themself: a second factor, new terms.
    UserActionRequired,
    /// The credentials are right, but a right or a plan is missing.
    InsufficientPermissions,
    /// The channel's account is bound to another system.
    ConnectedElsewhere,
    /// A code that works once was used before.
    CodeAlreadyUsed,
    /// Too many requests for the channel.
    RateLimited,
    /// The channel cannot be reached, or says that it is out of order.
    Unavailable,
    /// The channel's answer cannot be understood.
    BadResponse,
    /// The account lacks what is asked for.
    Unsupported,
    /// A fault of ours.
    Internal,
    /// The import crashed again and again.
    Crashed,
}

/// With whom a failure lies, and so who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultSide {
    /// The account: its credentials, its rights, or what its owner has yet to do. The channel works.
    Account,
    /// The channel: another time it may do better.
    Channel,
    /// This service.
    Ours,
}

impl ChannelFault {
    /// Every class.
    pub const ALL: [Self; 12] = [
        Self::InvalidCredentials,
        Self::AuthorizationRevoked,
        Self::UserActionRequired,
        Self::InsufficientPermissions,
        Self::ConnectedElsewhere,
        Self::CodeAlreadyUsed,
        Self::RateLimited,
        Self::Unavailable,
        Self::BadResponse,
        Self::Unsupported,
        Self::Internal,
        Self::Crashed,
    ];

    /// The code on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidCredentials => "invalid_credentials",
            Self::AuthorizationRevoked => "authorization_revoked",
            Self::UserActionRequired => "user_action_required",
            Self::InsufficientPermissions => "insufficient_permissions",
            Self::ConnectedElsewhere => "connected_elsewhere",
            Self::CodeAlreadyUsed => "code_already_used",
            Self::RateLimited => "channel_rate_limited",
            Self::Unavailable => "channel_unavailable",
            Self::BadResponse => "channel_bad_response",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
            Self::Crashed => "crashed",
        }
    }

    /// The class with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.as_str() == code)
    }

    /// With whom it lies: told to whoever adds an account, and learnt from about the channel.
    pub const fn side(self) -> FaultSide {
        match self {
            Self::InvalidCredentials
            | Self::AuthorizationRevoked
            | Self::UserActionRequired
            | Self::InsufficientPermissions
            | Self::ConnectedElsewhere
            | Self::CodeAlreadyUsed
            | Self::Unsupported => FaultSide::Account,
            Self::RateLimited | Self::Unavailable | Self::BadResponse => FaultSide::Channel,
            Self::Internal | Self::Crashed => FaultSide::Ours,
        }
    }

    /// Whether the channel refused the credentials themselves, so that no later try can do better with them.
    pub const fn is_refusal(self) -> bool {
        match self {
            Self::InvalidCredentials
            | Self::AuthorizationRevoked
            | Self::UserActionRequired
            | Self::ConnectedElsewhere
            | Self::CodeAlreadyUsed => true,
            Self::InsufficientPermissions
            | Self::RateLimited
            | Self::Unavailable
            | Self::BadResponse
            | Self::Unsupported
            | Self::Internal
            | Self::Crashed => false,
        }
    }

    /// What happened, for the person whose account it is. Never anything that the channel said.
    pub const fn told(self) -> &'static str {
        match self {
            Self::InvalidCredentials => "The channel does not accept the credentials.",
            Self::AuthorizationRevoked => "The permission to read this account has ended.",
            Self::UserActionRequired => "The channel wants you to confirm something there first.",
            Self::InsufficientPermissions => {
                "The credentials lack a permission, or the plan lacks this interface."
            }
            Self::ConnectedElsewhere => "The channel has this account connected to another system.",
            Self::CodeAlreadyUsed => "This code was used before.",
            Self::RateLimited => "The channel asks to wait.",
            Self::Unavailable => "The channel cannot be reached.",
            Self::BadResponse => "The channel answered in a form that is not understood.",
            Self::Unsupported => "The channel does not offer this for the account.",
            Self::Internal => "Something went wrong here.",
            Self::Crashed => "The import broke off again and again.",
        }
    }

    /// What the person can do about it; `None` if there is nothing but to wait.
    pub const fn action(self) -> Option<&'static str> {
        match self {
            Self::InvalidCredentials | Self::AuthorizationRevoked => {
                Some("Add the account again with credentials that work; everything imported stays.")
            }
            Self::UserActionRequired => Some("Sign in at the channel, do what it asks, then refresh."),
            Self::InsufficientPermissions => {
                Some("Give the credentials the right to read listings and reservations, then refresh.")
            }
            Self::ConnectedElsewhere => Some("Disconnect the other system at the channel, then refresh."),
            Self::CodeAlreadyUsed => Some("Make a new code at the channel, and add the account with it."),
            Self::Crashed => Some("Tell the operator of this service."),
            Self::RateLimited
            | Self::Unavailable
            | Self::BadResponse
            | Self::Unsupported
            | Self::Internal => None,
        }
    }
}

/// A failed call to a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .fault.as_str())]
pub struct ChannelFailure {
    /// The class.
    pub fault: ChannelFault,
    /// How long the channel asks to wait, if it says so.
    pub retry_after: Option<Duration>,
}

impl From<ChannelFault> for ChannelFailure {
    fn from(fault: ChannelFault) -> Self {
        Self {
            fault,
            retry_after: None,
        }
    }
}
