//! Every failure as a page tells it.

use std::{fmt, time::Duration};

use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, http::StatusCode};
use innkeeper_domain::effects::RequestId;

use super::{page::Notice, texts::Texts};
use crate::failure::Failure;

/// A failure on its way out, in the language of whoever asked.
pub(crate) struct Problem {
    notice: Notice,
    texts: Texts,
}

impl Problem {
    /// The failure of a request.
    pub(crate) fn told(failure: &Failure, request: &HttpRequest) -> Self {
        let (status, message) = match failure {
            Failure::NoToken | Failure::BadToken | Failure::NotFound => (StatusCode::NOT_FOUND, "unfit"),
            Failure::Forbidden => (StatusCode::FORBIDDEN, "unfit"),
            Failure::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, "unfit"),
            Failure::MalformedBody(_) => (StatusCode::BAD_REQUEST, "unfit"),
            Failure::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "unfit"),
            Failure::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unfit"),
            Failure::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Failure::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "broken"),
        };
        Self::new(status, message, request).with(failure)
    }

    /// Too many tries in a short time.
    pub(super) fn too_many(after: Duration, request: &HttpRequest) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "later", request);
        problem.notice.retry_after = Some(after.as_secs().max(1));
        problem
    }

    fn new(status: StatusCode, message: &'static str, request: &HttpRequest) -> Self {
        let id = request.extensions().get::<RequestId>().cloned();
        let notice = Notice {
            status,
            message,
            allow: None,
            retry_after: None,
            request: id.map(|id| id.as_str().to_owned()).unwrap_or_default(),
        };
        Self {
            notice,
            texts: Texts::of(request),
        }
    }

    fn with(mut self, failure: &Failure) -> Self {
        match failure {
            Failure::Method(allowed) => self.notice.allow = Some(*allowed),
            Failure::Overloaded => self.notice.retry_after = Some(1),
            _ => {}
        }
        self
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.notice.message)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.notice.status
    }

    fn error_response(&self) -> HttpResponse {
        self.notice.answer(self.texts)
    }
}
