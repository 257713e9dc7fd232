//! The request's id, one log line and the metrics of every request.

use std::time::Instant;

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web::Data,
};
use innkeeper_domain::{access::Bearer, effects::RequestId};
use tracing::{Instrument, field::display};

use crate::{
    caller::{Identity, fresh_ids},
    state::AppState,
};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, carries the name through logs and back to the caller, and measures.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let id = id_of(&request);
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", request.id = id.as_str());
    let mut response = next.call(request).instrument(span.clone()).await?;
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    span.in_scope(|| report(&response, begun));
    Ok(response)
}

/// The id that was sent if it fits, else a fresh one; never raw bytes of the caller (D-60).
fn id_of(request: &ServiceRequest) -> RequestId {
    let mut sent = request.headers().get_all(&X_REQUEST_ID);
    let one = sent.next().filter(|_| sent.next().is_none());
    let fits = one.and_then(|id| id.to_str().ok()).and_then(RequestId::parse);
    fits.unwrap_or_else(|| {
        let state = request.app_data::<Data<AppState>>();
        RequestId::made(
            state
                .map(|state| fresh_ids(state, state.clock.now()).make::<()>().uuid())
                .unwrap_or_default(),
        )
    })
}

/// Names the route by its template: paths may hold what people typed.
fn report<B>(response: &ServiceResponse<B>, begun: Instant) {
    let request = response.request();
    let route = request.match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let method = request.method().as_str();
    let status = response.status().as_u16();
    let elapsed = begun.elapsed();
    let identity = request.extensions().get::<Identity>().copied();
    let tenant = identity.map(|identity| display(identity.tenant));
    let token = identity
        .and_then(|identity| identity.token)
        .map(|token| match token {
            Bearer::AccessToken(id) => display(id.uuid()),
            Bearer::ApiKey(id) => display(id.uuid()),
        });
    tracing::info!(
        http.method = method,
        http.route = route,
        http.status = status,
        duration.ms = elapsed.as_secs_f64() * 1_000.0,
        tenant.id = tenant,
        token.id = token,
        "request answered"
    );
    // A method the service does not know is one label, so that callers cannot make labels up.
    let known = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"];
    let method = known
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("OTHER");
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("innkeeper_http_requests_total", &labels).increment(1);
    metrics::histogram!("innkeeper_http_request_duration_seconds", &labels).record(elapsed.as_secs_f64());
}
