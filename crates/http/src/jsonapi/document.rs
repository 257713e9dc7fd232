//! Documents that come in and go out.

use std::fmt::Display;

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header::CONTENT_TYPE, web::Payload};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use super::{Code, Problem};
use crate::{
    body, forms,
    reference::{Shape, values::Id},
};

/// The media type of every answer.
pub(super) const MEDIA_TYPE: &str = "application/vnd.api+json";
const ACCEPTED: &[&str] = &[MEDIA_TYPE, "application/json"];

/// Reads the attributes of a document of the type of `A` into a form.
///
/// # Errors
///
/// 400 for a malformed document, one error object for each wrong attribute; 409 for another type.
pub(super) async fn attributes<A: Attributes, T: DeserializeOwned + Validate>(
    request: &HttpRequest,
    payload: Payload,
) -> Result<T, Problem> {
    form(bare_attributes::<A>(request, payload).await?)
}

/// Reads attributes into a form.
///
/// # Errors
///
/// 400 with one error object for each wrong attribute.
pub(super) fn form<T: DeserializeOwned + Validate>(attributes: Map<String, Value>) -> Result<T, Problem> {
    let form: T = forms::read(attributes)?;
    form.validate().map_err(|errors| Problem::attributes(&errors))?;
    Ok(form)
}

/// The attributes of a document of the type of `A`, before anything is read into a form.
///
/// # Errors
///
/// 400 for a malformed document; 409 for another type.
pub(super) async fn bare_attributes<A: Attributes>(
    request: &HttpRequest,
    payload: Payload,
) -> Result<Map<String, Value>, Problem> {
    let mut document = body::object(request, payload, ACCEPTED).await?;
    let mut data = match document.remove("data") {
        Some(Value::Object(data)) => data,
        None => return Err(Problem::pointer(Code::Required, "/data")),
        Some(_) => return Err(Problem::pointer(Code::Invalid, "/data")),
    };
    match data.get("type") {
        Some(Value::String(sent)) if sent == A::TYPE => {}
        Some(Value::String(_)) => return Err(Problem::wrong_type(A::TYPE)),
        None => return Err(Problem::pointer(Code::Required, "/data/type")),
        Some(_) => return Err(Problem::pointer(Code::Invalid, "/data/type")),
    }
    match data.remove("attributes") {
        None => Ok(Map::new()),
        Some(Value::Object(attributes)) => Ok(attributes),
        Some(_) => Err(Problem::pointer(Code::Invalid, "/data/attributes")),
    }
}

/// What a type of resource tells.
pub(super) trait Attributes: Serialize + ToSchema {
    /// The type on the wire.
    const TYPE: &'static str;
    /// What the reference calls such a resource.
    const NAME: &'static str;

    /// Its id, as the reference tells it.
    fn id() -> Shape {
        Shape::of::<Id>()
    }
}

/// One resource.
#[derive(Debug, Serialize)]
pub(super) struct Resource<A> {
    r#type: &'static str,
    id: String,
    pub(super) attributes: A,
}

impl<A: Attributes> Resource<A> {
    /// The resource with this id.
    pub(super) fn new(id: impl Display, attributes: A) -> Self {
        Self {
            r#type: A::TYPE,
            id: id.to_string(),
            attributes,
        }
    }
}

#[derive(Debug, Serialize)]
struct Document<T> {
    data: T,
}

/// Completes an answer with one resource.
pub(super) fn answer<A: Attributes>(
    mut response: HttpResponseBuilder,
    resource: Resource<A>,
) -> HttpResponse {
    response
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .json(Document { data: resource })
}
