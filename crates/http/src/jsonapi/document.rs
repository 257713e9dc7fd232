//! Documents that come in and go out.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header::CONTENT_TYPE, web::Payload};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use validator::Validate;

use super::Problem;
use crate::{body, forms, forms::codes};

/// The media type of every answer.
pub(super) const MEDIA_TYPE: &str = "application/vnd.api+json";
const ACCEPTED: &[&str] = &[MEDIA_TYPE, "application/json"];

/// Reads the attributes of a document of type `kind`.
///
/// # Errors
///
/// 400 for a malformed document, one error object for each wrong attribute; 409 for another type.
pub(super) async fn attributes<T: DeserializeOwned + Validate>(
    request: &HttpRequest,
    payload: Payload,
    kind: &str,
) -> Result<T, Problem> {
    let form: T = forms::read(bare_attributes(request, payload, kind).await?)?;
    form.validate().map_err(|errors| Problem::attributes(&errors))?;
    Ok(form)
}

/// The same before anything is read into a form.
///
/// # Errors
///
/// 400 for a malformed document; 409 for another type.
pub(super) async fn bare_attributes(
    request: &HttpRequest,
    payload: Payload,
    kind: &str,
) -> Result<Map<String, Value>, Problem> {
    let mut document = body::object(request, payload, ACCEPTED).await?;
    let mut data = match document.remove("data") {
        Some(Value::Object(data)) => data,
        None => return Err(Problem::pointer(codes::REQUIRED, "/data")),
        Some(_) => return Err(Problem::pointer(codes::INVALID, "/data")),
    };
    match data.get("type") {
        Some(Value::String(sent)) if sent == kind => {}
        Some(Value::String(_)) => return Err(Problem::wrong_type(kind)),
        None => return Err(Problem::pointer(codes::REQUIRED, "/data/type")),
        Some(_) => return Err(Problem::pointer(codes::INVALID, "/data/type")),
    }
    match data.remove("attributes") {
        None => Ok(Map::new()),
        Some(Value::Object(attributes)) => Ok(attributes),
        Some(_) => Err(Problem::pointer(codes::INVALID, "/data/attributes")),
    }
}

/// One resource.
#[derive(Debug, Serialize)]
pub(super) struct Resource<A> {
    pub(super) r#type: &'static str,
    pub(super) id: String,
    pub(super) attributes: A,
}

#[derive(Debug, Serialize)]
struct Document<T> {
    data: T,
}

/// Completes an answer with one resource.
pub(super) fn answer<A: Serialize>(mut response: HttpResponseBuilder, resource: Resource<A>) -> HttpResponse {
    response
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .json(Document { data: resource })
}
