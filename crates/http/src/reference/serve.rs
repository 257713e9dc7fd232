//! `GET /api/v1/schema/`.

use std::{fmt::Display, sync::OnceLock};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT, CONTENT_TYPE, VARY},
    web::{Bytes, Data},
};
use utoipa::openapi::OpenApi;

use super::document;
use crate::{failure::Failure, jsonapi::Problem, query::Query, state::AppState};

const JSON: &str = "application/json";
const YAML: &str = "application/yaml";

/// The document as it is served. Each form is made when it is first asked for: it is large, and most processes are never
/// asked.
#[derive(Debug, Default)]
pub(crate) struct Reference {
    json: OnceLock<Bytes>,
    yaml: OnceLock<Bytes>,
}

impl Reference {
    fn json(&self, state: &AppState) -> Result<Bytes, Problem> {
        kept(&self.json, || document_of(state).to_pretty_json())
    }

    fn yaml(&self, state: &AppState) -> Result<Bytes, Problem> {
        kept(&self.yaml, || document_of(state).to_yaml())
    }
}

fn document_of(state: &AppState) -> OpenApi {
    document(state.gateway.channels(), &state.public_url)
}

/// What was made before, or is made now.
fn kept<E: Display>(
    place: &OnceLock<Bytes>,
    make: impl FnOnce() -> Result<String, E>,
) -> Result<Bytes, Problem> {
    if let Some(made) = place.get() {
        return Ok(made.clone());
    }
    let text = make().map_err(|error| {
        tracing::error!(%error, "the reference could not be written down");
        Problem::from(Failure::Internal)
    })?;
    Ok(place.get_or_init(|| text.into()).clone())
}

/// The handler.
pub(crate) async fn schema(
    request: HttpRequest,
    reference: Data<Reference>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (media_type, text) = if is_yaml_wanted(&request)? {
        (YAML, reference.yaml(&state)?)
    } else {
        (JSON, reference.json(&state)?)
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((VARY, ACCEPT.as_str()))
        .body(text))
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
