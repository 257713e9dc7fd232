//! Every failure as this dialect tells it.

use std::{fmt, time::Duration};

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use innkeeper_domain::{
    access::Denied,
    tokens::KeyRefusal,
    usecases::{ApiKeyError, CreateUserError, ReadError, RemoveUserError},
    values::{FieldError, Invalid, Problem as Wrong},
};
use serde_json::Value;
use validator::ValidationErrors;

use super::{
    code::Code,
    document::MEDIA_TYPE,
    error::{ErrorMeta, ErrorObject, Errors, OwnedAloneMeta, Source},
};
use crate::{channex, failure::Failure, forms::codes};

/// A failure on its way out: one status, and one error object for each thing that is wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    header: Option<(HeaderName, HeaderValue)>,
    document: Errors,
}

impl Problem {
    pub(super) fn one(code: Code, detail: &str) -> Self {
        Self::at(code, detail, None)
    }

    pub(super) fn at(code: Code, detail: &str, source: Option<Source>) -> Self {
        let status = code.status();
        let error = ErrorObject {
            status: status.as_str().to_owned(),
            code,
            title: status.canonical_reason().unwrap_or_default(),
            detail: detail.to_owned(),
            source,
            meta: None,
        };
        Self {
            status,
            header: None,
            document: Errors {
                errors: vec![error],
                meta: None,
            },
        }
    }

    fn with_header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, HeaderValue::from_static(value)));
        self
    }

    /// Tells when to ask again: in whole seconds, and in one at the earliest.
    pub(super) fn retry_after(mut self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.header = Some((RETRY_AFTER, HeaderValue::from(seconds.max(1))));
        self
    }

    /// The same with something to tell beside every error object.
    pub(super) fn with_meta(mut self, meta: &ErrorMeta) -> Self {
        for error in &mut self.document.errors {
            error.meta = Some(meta.clone());
        }
        self
    }

    /// The same with the first error's `meta` for the whole document as well.
    pub(super) fn with_meta_on_top(mut self) -> Self {
        let first = self.document.errors.first();
        self.document.meta = first.and_then(|error| error.meta.clone()).map(Box::new);
        self
    }

    /// One wrong place in the document, such as `/data/type`.
    pub(super) fn pointer(code: Code, pointer: &str) -> Self {
        let source = Some(Source::Pointer(pointer.to_owned()));
        Self::at(code, detail_of(code), source)
    }

    /// One wrong parameter of the query.
    pub(crate) fn parameter(name: &str) -> Self {
        let source = Some(Source::Parameter(name.to_owned()));
        Self::at(Code::Invalid, detail_of(Code::Invalid), source)
    }

    /// A query that is no query.
    pub(crate) fn query(why: &'static str) -> Self {
        Self::one(Code::Invalid, why)
    }

    /// A document of another type than the path takes.
    pub(super) fn wrong_type(expected: &str) -> Self {
        let detail = format!("The resource type must be `{expected}`.");
        let source = Some(Source::Pointer("/data/type".to_owned()));
        Self::at(Code::Conflict, &detail, source)
    }

    /// Something that is not there, or not visible.
    pub(crate) fn not_found() -> Self {
        Self::one(Code::NotFound, "Not found.")
    }

    /// A method that the path does not know.
    pub(crate) fn method_not_allowed(allowed: &'static str) -> Self {
        let detail = "This method is not allowed here.";
        let problem = Self::one(Code::MethodNotAllowed, detail);
        problem.with_header(ALLOW, allowed)
    }

    /// The findings of a form of attributes, one error object each.
    pub(super) fn attributes(errors: &ValidationErrors) -> Self {
        let mut problems: Vec<Self> = Vec::new();
        for (field, errors) in errors.field_errors() {
            let pointer = attribute(&field);
            problems.extend(errors.iter().map(|error| {
                let max = error.params.get("max").and_then(Value::as_u64);
                Self::finding(code_of(&error.code), max, &pointer)
            }));
        }
        Self::all(problems)
    }

    fn finding(code: Code, max: Option<u64>, pointer: &str) -> Self {
        let detail = match max {
            Some(max) => format!("Ensure this field has no more than {max} characters."),
            None => detail_of(code).to_owned(),
        };
        Self::at(code, &detail, Some(Source::Pointer(pointer.to_owned())))
    }

    /// Several problems of one document as one, in the order of the places that they are about.
    pub(super) fn all(problems: Vec<Self>) -> Self {
        let status = problems
            .first()
            .map_or(StatusCode::BAD_REQUEST, |problem| problem.status);
        let errors = problems.into_iter().flat_map(|problem| problem.document.errors);
        let mut errors: Vec<ErrorObject> = errors.collect();
        errors.sort_by_key(|error| match &error.source {
            Some(Source::Pointer(place) | Source::Parameter(place)) => place.clone(),
            None => String::new(),
        });
        Self {
            status,
            header: None,
            document: Errors { errors, meta: None },
        }
    }
}

fn attribute(field: &str) -> String {
    format!("/data/attributes/{}", field.replace('_', "-"))
}

/// The codes of a check, as this dialect knows them.
fn code_of(code: &str) -> Code {
    match code {
        codes::REQUIRED => Code::Required,
        codes::BLANK => Code::Blank,
        codes::MAX_LENGTH => Code::MaxLength,
        _ => Code::Invalid,
    }
}

fn detail_of(code: Code) -> &'static str {
    match code {
        Code::Required => "This field is required.",
        Code::Blank => "This field may not be blank.",
        _ => "This value is not valid.",
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.document.errors.first();
        f.write_str(first.map_or("", |error| error.code.as_str()))
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response: HttpResponseBuilder = HttpResponse::build(self.status);
        response.insert_header((CONTENT_TYPE, MEDIA_TYPE));
        if let Some(header) = &self.header {
            response.insert_header(header.clone());
        }
        response.json(&self.document)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoToken => {
                let detail = "Authentication credentials were not provided.";
                let problem = Self::one(Code::NotAuthenticated, detail);
                problem.with_header(WWW_AUTHENTICATE, channex::challenge(false))
            }
            Failure::BadToken => {
                let detail = "The token is not valid.";
                let problem = Self::one(Code::AuthenticationFailed, detail);
                problem.with_header(WWW_AUTHENTICATE, channex::challenge(true))
            }
            Failure::Forbidden => {
                let detail = "You do not have permission to perform this action.";
                Self::one(Code::PermissionDenied, detail)
            }
            Failure::NotFound => Self::not_found(),
            Failure::Method(allowed) => Self::method_not_allowed(allowed),
            Failure::MalformedBody(why) => Self::one(Code::ParseError, why),
            Failure::TooLarge => {
                let detail = "The request body is too large.";
                Self::one(Code::TooLarge, detail)
            }
            Failure::MediaType => {
                let detail = "The media type of the request body is not supported.";
                Self::one(Code::MediaType, detail)
            }
            Failure::Overloaded => {
                let detail = "The service cannot answer now; try again.";
                let problem = Self::one(Code::Unavailable, detail);
                problem.with_header(RETRY_AFTER, "1")
            }
            Failure::Internal => {
                let detail = "Something went wrong on our side.";
                Self::one(Code::Internal, detail)
            }
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        Failure::from(denied).into()
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        Failure::from(error).into()
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let finding = |FieldError { field, problem }: &FieldError| {
            let (code, max) = match problem {
                Wrong::Blank => (Code::Required, None),
                Wrong::TooLong { max } => (Code::MaxLength, u64::try_from(*max).ok()),
                Wrong::Invalid
                | Wrong::Format
                | Wrong::TooShort { .. }
                | Wrong::UnknownPolicy { .. }
                | Wrong::Refused { .. } => (Code::Invalid, None),
            };
            Self::finding(code, max, &attribute(field))
        };
        Self::all(invalid.errors().iter().map(finding).collect())
    }
}

impl From<CreateUserError> for Problem {
    fn from(error: CreateUserError) -> Self {
        match error {
            CreateUserError::Denied(denied) => denied.into(),
            CreateUserError::EmailTaken => {
                let source = Some(Source::Pointer("/data/attributes/email".to_owned()));
                let detail = "A user with this email already exists.";
                Self::at(Code::Conflict, detail, source)
            }
            CreateUserError::Store(error) => Failure::from(error).into(),
        }
    }
}

impl From<RemoveUserError> for Problem {
    fn from(error: RemoveUserError) -> Self {
        match error {
            RemoveUserError::Denied(denied) => denied.into(),
            RemoveUserError::OwnedAlone(alone) => {
                let detail = "The user is the only owner of properties; give them another owner first.";
                let problem = Self::one(Code::Conflict, detail);
                problem.with_meta(&ErrorMeta::OwnedAlone(OwnedAloneMeta {
                    property_ids: alone.0,
                }))
            }
            RemoveUserError::Store(error) => Failure::from(error).into(),
        }
    }
}

impl From<ApiKeyError> for Problem {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::Refused(KeyRefusal::Denied(denied)) => denied.into(),
            ApiKeyError::Refused(KeyRefusal::Invalid(invalid)) => invalid.into(),
            ApiKeyError::Store(error) => Failure::from(error).into(),
        }
    }
}
