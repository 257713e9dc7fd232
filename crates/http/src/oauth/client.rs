//! How a client shows who it is: in the body, or as HTTP Basic; never in the URL (D-38).

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::Problem;

/// A `client_id` and `client_secret`.
pub(super) type Client = (String, String);

/// The client of HTTP Basic, if the request has the header.
///
/// # Errors
///
/// 401 if the header is anything else.
pub(super) fn basic(request: &HttpRequest) -> Result<Option<Client>, Problem> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let Some(header) = headers.next() else {
        return Ok(None);
    };
    if headers.next().is_some() {
        return Err(Problem::invalid_client());
    }
    header
        .to_str()
        .ok()
        .and_then(decode)
        .map(Some)
        .ok_or_else(Problem::invalid_client)
}

fn decode(header: &str) -> Option<Client> {
    let (scheme, encoded) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

/// Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
fn form_decoded(text: &str) -> String {
    let encoded = format!("v={text}");
    let decoded = url::form_urlencoded::parse(encoded.as_bytes()).next();
    decoded.map(|(_, value)| value.into_owned()).unwrap_or_default()
}
