//! Every failure as this dialect tells it.

use std::{collections::BTreeMap, fmt, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use innkeeper_domain::{
    access::Denied,
    people::{InviteRefusal, LastOwner, UpdateRefusal, WithdrawRefusal},
    usecases::{
        DeletePropertyError, EditPropertyError, InviteError, ReadError, ResendError, UpdateError,
        WithdrawError,
    },
    values::{Invalid, Problem as Wrong},
};
use serde_json::{Value, json};

use super::code::Code;
use crate::{entrance::FlowError, failure::Failure};

/// Field name → messages.
pub(crate) type Details = BTreeMap<String, Vec<String>>;

/// A failure on its way out.
#[derive(Debug)]
pub(crate) enum Problem {
    BadRequest(&'static str),
    Unauthorized { token_sent: bool },
    Forbidden,
    NotFound,
    MethodNotAllowed(&'static str),
    TooLarge,
    MediaType,
    Validation(Details),
    TooMany(Duration),
    Internal,
    Unavailable,
}

impl Problem {
    /// One wrong parameter or field.
    pub(crate) fn about(name: impl Into<String>, message: &str) -> Self {
        Self::Validation(Details::from([(name.into(), vec![message.to_owned()])]))
    }

    fn code(&self) -> Code {
        match self {
            Self::BadRequest(_) => Code::BadRequest,
            Self::Unauthorized { .. } => Code::Unauthorized,
            Self::Forbidden => Code::Forbidden,
            Self::NotFound => Code::NotFound,
            Self::MethodNotAllowed(_) => Code::MethodNotAllowed,
            Self::TooLarge => Code::TooLarge,
            Self::MediaType => Code::MediaType,
            Self::Validation(_) => Code::Validation,
            Self::TooMany(_) => Code::TooMany,
            Self::Internal => Code::Internal,
            Self::Unavailable => Code::Unavailable,
        }
    }

    fn details(&self) -> Option<Value> {
        match self {
            Self::BadRequest(why) => Some(json!(why)),
            Self::Validation(details) => Some(json!(details)),
            Self::Unauthorized { .. }
            | Self::Forbidden
            | Self::NotFound
            | Self::MethodNotAllowed(_)
            | Self::TooLarge
            | Self::MediaType
            | Self::TooMany(_)
            | Self::Internal
            | Self::Unavailable => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().as_str())
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.code().status()
    }

    fn error_response(&self) -> HttpResponse {
        let code = self.code();
        let mut response = HttpResponse::build(code.status());
        match self {
            Self::Unauthorized { token_sent } => {
                response.insert_header((WWW_AUTHENTICATE, challenge(*token_sent)));
            }
            Self::MethodNotAllowed(allowed) => {
                response.insert_header((ALLOW, *allowed));
            }
            Self::TooMany(after) => {
                response.insert_header((RETRY_AFTER, after.as_secs()));
            }
            Self::Unavailable => {
                response.insert_header((RETRY_AFTER, 1));
            }
            Self::BadRequest(_)
            | Self::Forbidden
            | Self::NotFound
            | Self::TooLarge
            | Self::MediaType
            | Self::Validation(_)
            | Self::Internal => {}
        }
        let mut errors = json!({"code": code.as_str(), "title": code.title()});
        if let (Some(details), Some(errors)) = (self.details(), errors.as_object_mut()) {
            errors.insert("details".to_owned(), details);
        }
        response.json(json!({"errors": errors}))
    }
}

/// The value of `WWW-Authenticate` (RFC 6750, section 3).
pub(crate) fn challenge(token_sent: bool) -> &'static str {
    if token_sent {
        r#"Bearer realm="api", error="invalid_token""#
    } else {
        r#"Bearer realm="api""#
    }
}

fn message(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Blank => "can't be blank".to_owned(),
        Wrong::Invalid => "is invalid".to_owned(),
        Wrong::Format => "has invalid format".to_owned(),
        Wrong::TooLong { max } => format!("should be at most {max} character(s)"),
        Wrong::TooShort { min } => format!("should be at least {min} character(s)"),
        Wrong::UnknownPolicy { key } => format!("unknown policy: {key}"),
        Wrong::Refused { why } => (*why).to_owned(),
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let mut details = Details::new();
        for error in invalid.errors() {
            details
                .entry(error.field.to_owned())
                .or_default()
                .push(message(&error.problem));
        }
        Self::Validation(details)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoToken => Self::Unauthorized { token_sent: false },
            Failure::BadToken => Self::Unauthorized { token_sent: true },
            Failure::Forbidden => Self::Forbidden,
            Failure::NotFound => Self::NotFound,
            Failure::Method(allowed) => Self::MethodNotAllowed(allowed),
            Failure::MalformedBody(why) => Self::BadRequest(why),
            Failure::TooLarge => Self::TooLarge,
            Failure::MediaType => Self::MediaType,
            Failure::Overloaded => Self::Unavailable,
            Failure::Internal => Self::Internal,
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

impl From<LastOwner> for Problem {
    fn from(LastOwner: LastOwner) -> Self {
        Self::BadRequest("Property must keep at least one owner")
    }
}

impl From<InviteError> for Problem {
    fn from(error: InviteError) -> Self {
        match error {
            // A property nobody has, one that is not visible and one where the caller may not invite look alike.
            InviteError::Refused(InviteRefusal::Denied(_)) => Self::Forbidden,
            InviteError::Refused(InviteRefusal::Invalid(invalid)) => invalid.into(),
            InviteError::Refused(InviteRefusal::AlreadyInvited) => Self::BadRequest("User already invited"),
            InviteError::Refused(InviteRefusal::PropertyFull) => {
                Self::BadRequest("Property has reached its limit of users")
            }
            InviteError::TooManyMails(too_many) => Self::TooMany(too_many.retry_after),
            InviteError::Store(error) => Failure::from(error).into(),
        }
    }
}

impl From<UpdateError> for Problem {
    fn from(error: UpdateError) -> Self {
        match error {
            UpdateError::Refused(UpdateRefusal::Denied(denied)) => denied.into(),
            UpdateError::Refused(UpdateRefusal::Invalid(invalid)) => invalid.into(),
            UpdateError::Refused(UpdateRefusal::LastOwner(last)) => last.into(),
            UpdateError::Store(error) => Failure::from(error).into(),
        }
    }
}

impl From<WithdrawError> for Problem {
    fn from(error: WithdrawError) -> Self {
        match error {
            WithdrawError::Refused(WithdrawRefusal::Denied(denied)) => denied.into(),
            WithdrawError::Refused(WithdrawRefusal::Oneself) => {
                Self::BadRequest("User can not withdraw themself")
            }
            WithdrawError::Refused(WithdrawRefusal::LastOwner(last)) => last.into(),
            WithdrawError::Store(error) => Failure::from(error).into(),
        }
    }
}

impl From<ResendError> for Problem {
    fn from(error: ResendError) -> Self {
        match error {
            ResendError::Denied(denied) => denied.into(),
            ResendError::AlreadyOnboarded => Self::BadRequest("User already on-boarded"),
            ResendError::Disabled => Self::BadRequest("User is disabled"),
            ResendError::TooManyMails(too_many) => Self::TooMany(too_many.retry_after),
            ResendError::Store(error) => Failure::from(error).into(),
        }
    }
}

impl From<FlowError> for Problem {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Failure(failure) => failure.into(),
            FlowError::Invalid(invalid) => invalid.into(),
            FlowError::OtherPerson => Self::Forbidden,
            FlowError::Wrong => Self::Unauthorized { token_sent: false },
            FlowError::TooMany(wait) => Self::TooMany(wait),
        }
    }
}

impl From<EditPropertyError> for Problem {
    fn from(error: EditPropertyError) -> Self {
        match error {
            EditPropertyError::Denied(denied) => denied.into(),
            EditPropertyError::Invalid(invalid) => invalid.into(),
            EditPropertyError::Store(error) => Failure::from(error).into(),
        }
    }
}

impl From<DeletePropertyError> for Problem {
    fn from(error: DeletePropertyError) -> Self {
        match error {
            DeletePropertyError::Denied(denied) => denied.into(),
            DeletePropertyError::HasUsers => Self::about("property", "has user(s)"),
            DeletePropertyError::Store(error) => Failure::from(error).into(),
        }
    }
}
