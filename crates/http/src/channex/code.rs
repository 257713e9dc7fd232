//! The codes that this dialect tells failures by: there is no other way to name one.

use actix_web::http::StatusCode;

/// What went wrong, as a client tells it from other failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    MediaType,
    Validation,
    TooMany,
    Internal,
    Unavailable,
}

impl Code {
    /// Every code, by its status.
    pub(crate) const ALL: [Self; 11] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::MediaType,
        Self::Validation,
        Self::TooMany,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The code on the wire.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "resource_not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "payload_too_large",
            Self::MediaType => "unsupported_media_type",
            Self::Validation => "validation_error",
            Self::TooMany => "http_too_many_requests",
            Self::Internal => "internal_server_error",
            Self::Unavailable => "service_unavailable",
        }
    }

    /// The title beside it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "Bad Request",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "Resource Not Found",
            Self::MethodNotAllowed => "Method Not Allowed",
            Self::TooLarge => "Payload Too Large",
            Self::MediaType => "Unsupported Media Type",
            Self::Validation => "Validation Error",
            Self::TooMany => "Too Many Requests",
            Self::Internal => "Internal Server Error",
            Self::Unavailable => "Service Unavailable",
        }
    }

    /// The status that it comes with, always the same.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Validation => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
