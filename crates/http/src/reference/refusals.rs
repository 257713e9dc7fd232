//! Refusals, as the code that refuses tells them.

use actix_web::{ResponseError, body::MessageBody};
use serde_json::Value;
use utoipa::openapi::{
    Response,
    content::ContentBuilder,
    example::ExampleBuilder,
    path::{Parameter, ParameterIn},
    response::ResponseBuilder,
};

use super::{
    headers,
    operation::{Access, Operation},
    shape::Shape,
    tag::Tag,
};
use crate::{channex, failure::Failure, jsonapi, oauth, problem::Dialect};

/// A failure on its way out, of any dialect.
pub(crate) trait Told: ResponseError {}

impl Told for channex::Problem {}
impl Told for jsonapi::Problem {}
impl Told for oauth::Problem {}

/// One way to be refused.
#[derive(Clone)]
pub(super) struct Refusal {
    name: &'static str,
    why: &'static str,
    pub(super) status: u16,
    body: Value,
    headers: Vec<String>,
}

impl Refusal {
    /// Asks the problem itself for status, headers and body.
    pub(super) fn of(name: &'static str, why: &'static str, problem: &dyn Told) -> Self {
        let response = problem.error_response();
        let headers = response.headers().keys().map(ToString::to_string);
        let headers = headers.filter(|name| name != "content-type").collect();
        let status = response.status().as_u16();
        let bytes = response.into_body().try_into_bytes().unwrap_or_default();
        Self {
            name,
            why,
            status,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
            headers,
        }
    }
}

/// Every refusal of an operation: its own, and the usual ones of the dialect.
pub(super) fn all(operation: &Operation, dialect: Dialect) -> Vec<Refusal> {
    let mut all = operation.refusals.clone();
    all.extend(usual(operation, dialect));
    all
}

fn usual(operation: &Operation, dialect: Dialect) -> Vec<Refusal> {
    // Probes read nothing, and tell by themselves what they lack.
    if operation.tag == Tag::Health {
        return Vec::new();
    }
    let mut failures = Vec::new();
    match operation.access {
        Access::Open => {}
        Access::Client => {
            let why = "The client is unknown, its secret is wrong, or none was shown.";
            failures.push(("invalid_client", why, Failure::NoToken));
        }
        Access::AnyToken => failures.extend(no_token()),
        Access::Action(_) => {
            failures.extend(no_token());
            failures.push((
                "forbidden",
                "The token or its subject may not do this.",
                Failure::Forbidden,
            ));
        }
    }
    let names_something = |parameter: &Parameter| parameter.parameter_in == ParameterIn::Path;
    if operation.parameters.iter().any(names_something) {
        let why = "There is no such thing, or the caller may not see it: the two look alike.";
        failures.push(("not_found", why, Failure::NotFound));
    }
    if operation.body.is_some() {
        let malformed = Failure::MalformedBody(match dialect {
            Dialect::Channex | Dialect::JsonApi => "the body is not valid JSON",
            Dialect::OAuth | Dialect::Html => "the body broke off",
        });
        failures.push(("malformed", "The body cannot be read.", malformed));
        failures.push(("too_large", "The body is longer than 64 KiB.", Failure::TooLarge));
        failures.push((
            "media_type",
            "The body's media type is not one that is read here.",
            Failure::MediaType,
        ));
    }
    failures.push((
        "internal",
        "Something went wrong on the server; its log tells more under the request's id.",
        Failure::Internal,
    ));
    failures.push((
        "busy",
        "The service cannot answer now; try again.",
        Failure::Overloaded,
    ));
    failures
        .into_iter()
        .filter_map(|(name, why, failure)| told(name, why, failure, dialect))
        .collect()
}

fn no_token() -> [(&'static str, &'static str, Failure); 2] {
    [
        ("no_token", "No token was sent.", Failure::NoToken),
        (
            "bad_token",
            "The token sent is unknown, expired or revoked.",
            Failure::BadToken,
        ),
    ]
}

/// Pages for people tell their failures as pages, and so list them themselves.
fn told(name: &'static str, why: &'static str, failure: Failure, dialect: Dialect) -> Option<Refusal> {
    match dialect {
        Dialect::Channex => Some(Refusal::of(name, why, &channex::Problem::from(failure))),
        Dialect::JsonApi => Some(Refusal::of(name, why, &jsonapi::Problem::from(failure))),
        Dialect::OAuth => Some(Refusal::of(name, why, &oauth::Problem::from(failure))),
        Dialect::Html => None,
    }
}

/// The shape of a refusal.
pub(super) fn shape(dialect: Dialect, status: u16) -> Shape {
    match dialect {
        Dialect::Channex => channex::reference::refusal(status),
        Dialect::JsonApi | Dialect::Html => jsonapi::reference::refusal(),
        Dialect::OAuth => oauth::reference::refusal(),
    }
}

/// One response for all refusals of one status.
pub(super) fn response(refusals: &[Refusal], shape: &Shape, media_type: &str) -> Response {
    let why = match refusals {
        [one] => one.why.to_owned(),
        several => {
            let list = several.iter().map(|refusal| format!("- {}", refusal.why));
            list.collect::<Vec<_>>().join("\n")
        }
    };
    let examples = refusals.iter().map(|refusal| {
        let example = ExampleBuilder::new()
            .summary(refusal.why)
            .value(Some(refusal.body.clone()));
        (refusal.name, example.build())
    });
    let content = ContentBuilder::new()
        .schema(Some(shape.schema.clone()))
        .examples_from_iter(examples);
    let mut names: Vec<&str> = refusals
        .iter()
        .flat_map(|refusal| refusal.headers.iter().map(String::as_str))
        .collect();
    names.push(headers::REQUEST_ID);
    names.sort_unstable();
    names.dedup();
    let response = ResponseBuilder::new()
        .description(why)
        .content(media_type, content.build());
    names
        .into_iter()
        .fold(response, |response, name| {
            let (name, place) = headers::reference(name);
            response.header_ref(name, place)
        })
        .build()
}
