//! Every failure as RFC 6749, section 5.2, tells it.

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use innkeeper_domain::{tokens::MintRefusal, usecases::MintError};
use serde_json::json;

use crate::failure::Failure;

/// A failure on its way out.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
    allow: Option<&'static str>,
}

impl Problem {
    const fn new(status: StatusCode, error: &'static str, description: &'static str) -> Self {
        Self {
            status,
            error,
            description,
            allow: None,
        }
    }

    pub(super) const fn invalid_request(description: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    pub(super) const fn unsupported_grant_type() -> Self {
        let description = "The only grant_type is client_credentials.";
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", description)
    }

    /// One answer for a client that is unknown, one whose secret is wrong, and none at all (D-38).
    pub(super) const fn invalid_client() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "The client could not be authenticated.",
        )
    }

    /// A method that the path does not know.
    pub(crate) const fn method_not_allowed(allowed: &'static str) -> Self {
        let problem = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "invalid_request",
            "Tokens are asked for with POST.",
        );
        Self {
            allow: Some(allowed),
            ..problem
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.error)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((PRAGMA, "no-cache"));
        if let Some(allowed) = self.allow {
            response.insert_header((ALLOW, allowed));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, r#"Basic realm="api""#));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, 1));
        }
        response.json(json!({"error": self.error, "error_description": self.description}))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoToken | Failure::BadToken => Self::invalid_client(),
            Failure::Forbidden | Failure::NotFound => Self::invalid_request("The request is not allowed."),
            Failure::Method(allowed) => Self::method_not_allowed(allowed),
            Failure::MalformedBody(why) => Self::invalid_request(why),
            Failure::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "invalid_request",
                "The request body is too large.",
            ),
            Failure::MediaType => Self::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "invalid_request",
                "The body must be application/x-www-form-urlencoded.",
            ),
            Failure::Overloaded => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "The service cannot answer now; try again.",
            ),
            Failure::Internal => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "Something went wrong on our side.",
            ),
        }
    }
}

impl From<MintError> for Problem {
    fn from(error: MintError) -> Self {
        let invalid_scope = |description| Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description);
        match error {
            MintError::InvalidClient => Self::invalid_client(),
            MintError::Refused(MintRefusal::Scope) => {
                invalid_scope("A requested scope is unknown, or not allowed to this application.")
            }
            MintError::Refused(MintRefusal::Subject) => {
                invalid_scope("The user or credential is not available to this application.")
            }
            MintError::Refused(MintRefusal::UserRequired) => {
                invalid_scope("This application must name a user_id.")
            }
            MintError::Store(error) => Failure::from(error).into(),
        }
    }
}
