//! `GET /api/v1/schema/`.

use std::io;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT, CONTENT_TYPE, VARY},
    web::{Bytes, Data},
};

use super::document;
use crate::{jsonapi::Problem, query::Query, state::AppState};

const JSON: &str = "application/json";
const YAML: &str = "application/yaml";

/// The document as it is served, made once.
#[derive(Debug)]
pub(crate) struct Reference {
    json: Bytes,
    yaml: Bytes,
}

impl Reference {
    /// The document of an application.
    ///
    /// # Errors
    ///
    /// What could not be written as JSON or YAML.
    pub(crate) fn of(state: &AppState) -> io::Result<Self> {
        let document = document(state.gateway.channels(), &state.public_url);
        Ok(Self {
            json: document.to_pretty_json()?.into(),
            yaml: document.to_yaml().map_err(io::Error::other)?.into(),
        })
    }
}

/// The handler.
pub(crate) async fn schema(
    request: HttpRequest,
    reference: Data<Reference>,
) -> Result<HttpResponse, Problem> {
    let (media_type, text) = if is_yaml_wanted(&request)? {
        (YAML, &reference.yaml)
    } else {
        (JSON, &reference.json)
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((VARY, ACCEPT.as_str()))
        .body(text.clone()))
}

/// The query decides, else what the client says it reads.
fn is_yaml_wanted(request: &HttpRequest) -> Result<bool, Problem> {
    let query = Query::of(request).map_err(Problem::query)?;
    match query.last("format") {
        Some("yaml") => Ok(true),
        Some("json") => Ok(false),
        Some(_) => Err(Problem::parameter("format")),
        None => {
            let accepted = request
                .headers()
                .get(ACCEPT)
                .and_then(|accepted| accepted.to_str().ok());
            Ok(accepted.is_some_and(|accepted| accepted.contains("yaml")))
        }
    }
}
