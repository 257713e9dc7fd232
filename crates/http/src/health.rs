//! Whether the process lives, whether it can do its work, and its metrics.

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_TYPE, RETRY_AFTER},
    web::Data,
};
use serde_json::json;

use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub(crate) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// `GET /readyz`: the store is reachable and its schema is the binary's.
pub(crate) async fn readyz(state: Data<AppState>) -> HttpResponse {
    let readiness = state.readiness.clone();
    match state.blocking.probes.run(move || readiness.ready()).await {
        Ok(Ok(())) => HttpResponse::Ok().json(json!({"status": "ready"})),
        Ok(Err(reason)) => not_ready(&reason),
        Err(_overloaded) => not_ready("overloaded"),
    }
}

fn not_ready(reason: &str) -> HttpResponse {
    let mut response = HttpResponse::ServiceUnavailable();
    response.insert_header((RETRY_AFTER, 1));
    response.json(json!({"status": "not ready", "reason": reason}))
}

/// `GET /metrics`, in the text format of Prometheus.
pub(crate) async fn metrics(state: Data<AppState>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(state.readiness.metrics())
}
