//! Answers that are none.

use std::fmt;

use actix_web::{ResponseError, error::BlockingError, http::StatusCode};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// No such token, or none at all.
    Token,
    /// Nothing there that the caller may see or change.
    NotFound,
    /// The request makes no sense.
    Malformed,
    /// Too many wait.
    Overloaded,
    /// The database failed.
    Failed,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Token => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<diesel::result::Error> for Refused {
    fn from(_: diesel::result::Error) -> Self {
        Self::Failed
    }
}

impl From<diesel::r2d2::PoolError> for Refused {
    fn from(_: diesel::r2d2::PoolError) -> Self {
        Self::Overloaded
    }
}

impl From<BlockingError> for Refused {
    fn from(_: BlockingError) -> Self {
        Self::Failed
    }
}
