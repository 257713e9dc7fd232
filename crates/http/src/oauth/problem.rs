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

use super::code::Code;
use crate::failure::Failure;

/// A failure on its way out.
#[derive(Debug)]
pub(crate) struct Problem {
    code: Code,
    description: &'static str,
    allow: Option<&'static str>,
}

impl Problem {
    const fn new(code: Code, description: &'static str) -> Self {
        Self {
            code,
            description,
            allow: None,
        }
    }

    const fn invalid_request(description: &'static str) -> Self {
        Self::new(Code::InvalidRequest, description)
    }

    /// A parameter that is repeated (RFC 6749, section 3.2).
    pub(super) const fn twice() -> Self {
        Self::invalid_request("A parameter stands twice in the request.")
    }

    pub(super) const fn no_grant_type() -> Self {
        Self::invalid_request("The grant_type is missing.")
    }

    /// A client that shows itself in the body and in a header.
    pub(super) const fn two_ways() -> Self {
        Self::invalid_request("The client must authenticate in one way only.")
    }

    pub(super) const fn unsupported_grant_type() -> Self {
        let description = "The only grant_type is client_credentials.";
        Self::new(Code::UnsupportedGrantType, description)
    }

    /// One answer for a client that is unknown, one whose secret is wrong, and none at all (D-38).
    pub(super) const fn invalid_client() -> Self {
        Self::new(Code::InvalidClient, "The client could not be authenticated.")
    }

    /// A method that the path does not know.
    pub(crate) const fn method_not_allowed(allowed: &'static str) -> Self {
        let problem = Self::new(Code::MethodNotAllowed, "Tokens are asked for with POST.");
        Self {
            allow: Some(allowed),
            ..problem
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.code.status());
        response
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((PRAGMA, "no-cache"));
        if let Some(allowed) = self.allow {
            response.insert_header((ALLOW, allowed));
        }
        if self.code == Code::InvalidClient {
            response.insert_header((WWW_AUTHENTICATE, r#"Basic realm="api""#));
        }
        if self.code == Code::Unavailable {
            response.insert_header((RETRY_AFTER, 1));
        }
        response.json(json!({"error": self.code.as_str(), "error_description": self.description}))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoToken | Failure::BadToken => Self::invalid_client(),
            Failure::Forbidden | Failure::NotFound => Self::invalid_request("The request is not allowed."),
            Failure::Method(allowed) => Self::method_not_allowed(allowed),
            Failure::MalformedBody(why) => Self::invalid_request(why),
            Failure::TooLarge => Self::new(Code::TooLarge, "The request body is too large."),
            Failure::MediaType => Self::new(
                Code::MediaType,
                "The body must be application/x-www-form-urlencoded.",
            ),
            Failure::Overloaded => Self::new(Code::Unavailable, "The service cannot answer now; try again."),
            Failure::Internal => Self::new(Code::Internal, "Something went wrong on our side."),
        }
    }
}

impl From<MintError> for Problem {
    fn from(error: MintError) -> Self {
        let invalid_scope = |description| Self::new(Code::InvalidScope, description);
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
