//! The operations of the probes.

use serde_json::json;

use super::{Answer, Operation, Shape, Tag, values::words};

const JSON: &str = "application/json";
const PROMETHEUS: &str = "text/plain; version=0.0.4";

/// `GET /healthz`.
pub(crate) fn get_health() -> Operation {
    health("getHealth").answers(Answer::new(200, "The process answers.").shows_as(
        JSON,
        status("ok"),
        json!({"status": "ok"}),
    ))
}

/// `HEAD /healthz`.
pub(crate) fn head_health() -> Operation {
    health("headHealth").answers(Answer::new(200, "The process answers."))
}

fn health(id: &'static str) -> Operation {
    Operation::new(Tag::Health, id, "Does the process live?")
}

/// `GET /readyz`.
pub(crate) fn get_readiness() -> Operation {
    let not_ready = Shape::object([
        ("status", Shape::plain(words("Always the same.", ["not ready"]))),
        ("reason", Shape::text()),
    ]);
    readiness("getReadiness")
        .answers(Answer::new(200, "Ready for work.").shows_as(
            JSON,
            status("ready"),
            json!({"status": "ready"}),
        ))
        .answers(
            Answer::new(503, "Not ready.")
                .shows_as(
                    JSON,
                    not_ready,
                    json!({"status": "not ready", "reason": "the schema is behind"}),
                )
                .with_header("Retry-After"),
        )
}

/// `HEAD /readyz`.
pub(crate) fn head_readiness() -> Operation {
    readiness("headReadiness")
        .answers(Answer::new(200, "Ready for work."))
        .answers(Answer::new(503, "Not ready.").with_header("Retry-After"))
}

fn readiness(id: &'static str) -> Operation {
    Operation::new(Tag::Health, id, "Can the process do its work?")
        .text("The store is reachable, and its schema is the one that this version needs.")
}

/// `GET /metrics`.
pub(crate) fn get_metrics() -> Operation {
    metrics("getMetrics").answers(
        Answer::new(200, "Metrics in the text format of Prometheus.").shows_as(
            PROMETHEUS,
            Shape::text(),
            json!("innkeeper_http_requests_total 7"),
        ),
    )
}

/// `HEAD /metrics`.
pub(crate) fn head_metrics() -> Operation {
    metrics("headMetrics").answers(Answer::new(200, "There are metrics."))
}

fn metrics(id: &'static str) -> Operation {
    Operation::new(Tag::Health, id, "The process in numbers")
}

fn status(word: &str) -> Shape {
    Shape::object([("status", Shape::plain(words("Always the same.", [word])))])
}
