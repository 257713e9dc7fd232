//! The codes that this dialect tells failures by: there is no other way to name one.

use actix_web::http::StatusCode;
use innkeeper_domain::accounts::{ChannelFault, CredentialCode, FaultSide};
use serde::{Serialize, Serializer};

/// What went wrong, as a client tells it from other failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    ParseError,
    Required,
    Blank,
    Invalid,
    MaxLength,
    NotAuthenticated,
    AuthenticationFailed,
    PermissionDenied,
    NotFound,
    MethodNotAllowed,
    Conflict,
    RefreshInProgress,
    TooLarge,
    MediaType,
    UnknownChannel,
    AlreadyConnected,
    /// One key of the credentials is wrong.
    Credential(CredentialCode),
    /// The channel refused, or it failed.
    Channel(ChannelFault),
    Internal,
    Unavailable,
}

impl Code {
    /// Every code that is about no channel, by its status.
    const PLAIN: [Self; 16] = [
        Self::ParseError,
        Self::Required,
        Self::Blank,
        Self::Invalid,
        Self::MaxLength,
        Self::NotAuthenticated,
        Self::AuthenticationFailed,
        Self::PermissionDenied,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::RefreshInProgress,
        Self::TooLarge,
        Self::MediaType,
        Self::Internal,
        Self::Unavailable,
    ];

    /// Every code that an answer can have.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN.into_iter().chain(Self::of_channels())
    }

    /// Those that tell why an account cannot be added, and stand in `meta` too.
    pub(crate) fn of_channels() -> impl Iterator<Item = Self> {
        let faults = ChannelFault::ALL.into_iter();
        // A fault of ours is told as any other.
        let faults = faults.filter(|fault| fault.side() != FaultSide::Ours);
        [Self::UnknownChannel, Self::AlreadyConnected]
            .into_iter()
            .chain(CredentialCode::ALL.into_iter().map(Self::Credential))
            .chain(faults.map(Self::Channel))
    }

    /// The code on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ParseError => "parse_error",
            Self::Required => "required",
            Self::Blank => "blank",
            Self::Invalid => "invalid",
            Self::MaxLength => "max_length",
            Self::NotAuthenticated => "not_authenticated",
            Self::AuthenticationFailed => "authentication_failed",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict => "conflict",
            Self::RefreshInProgress => "refresh_in_progress",
            Self::TooLarge => "payload_too_large",
            Self::MediaType => "unsupported_media_type",
            Self::UnknownChannel => "unknown_channel",
            Self::AlreadyConnected => "already_connected",
            Self::Credential(code) => code.as_str(),
            Self::Channel(fault) => fault.as_str(),
            Self::Internal => "internal_error",
            Self::Unavailable => "unavailable",
        }
    }

    /// The status that it comes with, always the same.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::ParseError | Self::Required | Self::Blank | Self::Invalid | Self::MaxLength => {
                StatusCode::BAD_REQUEST
            }
            Self::NotAuthenticated | Self::AuthenticationFailed => StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict | Self::RefreshInProgress => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::UnknownChannel | Self::AlreadyConnected | Self::Credential(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Channel(fault) => match fault.side() {
                FaultSide::Account => StatusCode::UNPROCESSABLE_ENTITY,
                FaultSide::Channel => StatusCode::BAD_GATEWAY,
                FaultSide::Ours => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl From<CredentialCode> for Code {
    fn from(code: CredentialCode) -> Self {
        Self::Credential(code)
    }
}

impl From<ChannelFault> for Code {
    fn from(fault: ChannelFault) -> Self {
        Self::Channel(fault)
    }
}
