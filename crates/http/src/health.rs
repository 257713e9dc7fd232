//! Whether the process lives, whether it can do its work, and its metrics.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_TYPE, RETRY_AFTER},
    web::Data,
};
use serde_json::json;

use crate::{
    blocking::Lane,
    state::{AppState, Readiness},
};

/// What the probes need, which is less than the API does: a process without the API has them too.
#[derive(Clone)]
pub(crate) struct Probes {
    lane: Lane,
    readiness: Arc<dyn Readiness>,
}

impl Probes {
    /// Those of a process that serves the API.
    pub(crate) fn of(state: &AppState) -> Self {
        Self {
            lane: state.blocking.probes.clone(),
            readiness: state.readiness.clone(),
        }
    }

    /// Those of a process that serves nothing else.
    pub(crate) fn alone(readiness: Arc<dyn Readiness>) -> Self {
        Self {
            lane: Lane::for_probes(),
            readiness,
        }
    }
}

/// `GET /healthz`: the process answers.
pub(crate) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// `GET /readyz`: the store is reachable and its schema is the binary's.
pub(crate) async fn readyz(probes: Data<Probes>) -> HttpResponse {
    let readiness = probes.readiness.clone();
    match probes.lane.run(move || readiness.ready()).await {
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
pub(crate) async fn metrics(probes: Data<Probes>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(probes.readiness.metrics())
}
