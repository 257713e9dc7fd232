//! Reading request bodies, within limits.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    web::{BytesMut, Payload},
};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use tokio::time::timeout;
use zeroize::Zeroize;

use crate::{failure::Failure, json};

/// The longest body.
const MAX_BODY: usize = 64 * 1024;
/// How long a client may take to send it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Reads a body of one of the media types, to its end or to the limit.
///
/// # Errors
///
/// [`Failure::MediaType`], [`Failure::TooLarge`], or [`Failure::MalformedBody`] if it breaks off or drips.
pub(crate) async fn bytes(
    request: &HttpRequest,
    mut payload: Payload,
    media_types: &[&str],
) -> Result<BytesMut, Failure> {
    require_media_type(request, media_types)?;
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    let announced = announced.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MAX_BODY) {
        return Err(Failure::TooLarge);
    }
    let whole = timeout(PATIENCE, collect(&mut payload, announced.unwrap_or(0))).await;
    whole.unwrap_or(Err(Failure::MalformedBody("the body came too slowly")))
}

/// A body that says how long it is lies in one place from the start, so that no copy of it is left behind.
async fn collect(payload: &mut Payload, announced: usize) -> Result<BytesMut, Failure> {
    let mut body = BytesMut::with_capacity(announced);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.ok().ok_or(Failure::MalformedBody("the body broke off"))?;
        if body.len() + chunk.len() > MAX_BODY {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads a JSON object.
///
/// # Errors
///
/// As [`bytes`], and [`Failure::MalformedBody`] if it is no JSON object or repeats a key.
pub(crate) async fn object(
    request: &HttpRequest,
    payload: Payload,
    media_types: &[&str],
) -> Result<Map<String, Value>, Failure> {
    let mut body = bytes(request, payload, media_types).await?;
    let parsed = json::parse(&body);
    // It may hold somebody's credentials.
    body.zeroize();
    match parsed.map_err(Failure::MalformedBody)? {
        Value::Object(object) => Ok(object),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Failure::MalformedBody("the body is not a JSON object"))
        }
    }
}

/// A body without a type is taken for the right one; a compressed one is not read.
fn require_media_type(request: &HttpRequest, media_types: &[&str]) -> Result<(), Failure> {
    if request.headers().contains_key(CONTENT_ENCODING) {
        return Err(Failure::MediaType);
    }
    let Some(sent) = request.headers().get(CONTENT_TYPE) else {
        return Ok(());
    };
    let essence = sent
        .to_str()
        .ok()
        .and_then(|sent| sent.split(';').next())
        .unwrap_or_default()
        .trim();
    if media_types
        .iter()
        .any(|media_type| media_type.eq_ignore_ascii_case(essence))
    {
        Ok(())
    } else {
        Err(Failure::MediaType)
    }
}
