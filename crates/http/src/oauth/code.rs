//! The codes that the token endpoint tells failures by: there is no other way to name one.

use actix_web::http::StatusCode;

/// What went wrong. RFC 6749 has fewer words than HTTP has statuses, so that some share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    InvalidRequest,
    UnsupportedGrantType,
    InvalidScope,
    InvalidClient,
    MethodNotAllowed,
    TooLarge,
    MediaType,
    Internal,
    Unavailable,
}

impl Code {
    /// Every code, by its status.
    pub(crate) const ALL: [Self; 9] = [
        Self::InvalidRequest,
        Self::UnsupportedGrantType,
        Self::InvalidScope,
        Self::InvalidClient,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::MediaType,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The value of `error` on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest | Self::MethodNotAllowed | Self::TooLarge | Self::MediaType => {
                "invalid_request"
            }
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidClient => "invalid_client",
            Self::Internal => "server_error",
            Self::Unavailable => "temporarily_unavailable",
        }
    }

    /// The status that it comes with.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest | Self::UnsupportedGrantType | Self::InvalidScope => StatusCode::BAD_REQUEST,
            Self::InvalidClient => StatusCode::UNAUTHORIZED,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
