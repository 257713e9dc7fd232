//! Which dialect a path speaks, for failures that happen before any handler.

use actix_web::{HttpRequest, HttpResponse, ResponseError};

use crate::{channex, failure::Failure, jsonapi, oauth, onboarding};

/// How a path answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `application/json` with `errors` as an object.
    Channex,
    /// `application/vnd.api+json`.
    JsonApi,
    /// RFC 6749.
    OAuth,
    /// Pages for people.
    Html,
}

const CHANNEX: [&str; 9] = [
    "property_users",
    "properties",
    "groups",
    "group_users",
    "audit_records",
    "confirm_invite",
    "sign_in",
    "request_restore_password",
    "restore_password",
];

impl Dialect {
    /// The dialect of a path, served or not.
    pub(crate) fn of(path: &str) -> Self {
        let path = path.trim_matches('/');
        if path == "o/token" {
            return Self::OAuth;
        }
        if path.split('/').next() == Some("onboarding") {
            return Self::Html;
        }
        let first = path
            .strip_prefix("api/v1/")
            .and_then(|rest| rest.split('/').next());
        if first.is_some_and(|first| CHANNEX.contains(&first)) {
            Self::Channex
        } else {
            Self::JsonApi
        }
    }
}

/// A path that is not served.
pub(crate) async fn unknown_path(request: HttpRequest) -> HttpResponse {
    tell(Dialect::of(request.path()), Failure::NotFound, &request)
}

/// A method that a served path does not know.
pub(crate) fn unknown_method(request: &HttpRequest, allowed: &'static str) -> HttpResponse {
    // The path may have come with encoded letters; the template has none.
    let path = request.match_pattern();
    let dialect = Dialect::of(path.as_deref().unwrap_or(request.path()));
    tell(dialect, Failure::Method(allowed), request)
}

/// A page of an origin that may not call.
pub(crate) fn foreign_origin(request: &HttpRequest) -> HttpResponse {
    tell(Dialect::of(request.path()), Failure::Forbidden, request)
}

fn tell(dialect: Dialect, failure: Failure, request: &HttpRequest) -> HttpResponse {
    match dialect {
        Dialect::Channex => channex::Problem::from(failure).error_response(),
        Dialect::JsonApi => jsonapi::Problem::from(failure).error_response(),
        Dialect::OAuth => oauth::Problem::from(failure).error_response(),
        Dialect::Html => onboarding::Problem::told(&failure, request).error_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_a_dialect() {
        for (path, dialect) in [
            ("/api/v1/property_users", Dialect::Channex),
            ("/api/v1/property_users/", Dialect::Channex),
            ("/api/v1/property_users/x/onboarding/resend", Dialect::Channex),
            ("/api/v1/sign_in", Dialect::Channex),
            ("/api/v1/property_users_of_mine", Dialect::JsonApi),
            ("/api/v1/users/", Dialect::JsonApi),
            ("/api/v1", Dialect::JsonApi),
            ("/", Dialect::JsonApi),
            ("/property_users", Dialect::JsonApi),
            ("/onboarding/inno_x", Dialect::Html),
            ("/onboarding", Dialect::Html),
            ("/onboarding_of_mine", Dialect::JsonApi),
            ("/api/v1/onboarding", Dialect::JsonApi),
            ("/o/token/", Dialect::OAuth),
            ("/o/token", Dialect::OAuth),
        ] {
            assert_eq!(Dialect::of(path), dialect, "{path}");
        }
    }
}
