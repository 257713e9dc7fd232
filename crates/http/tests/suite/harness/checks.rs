//! What holds for every answer of the whole suite: a request id, the dialect of its path, and nothing of our insides.

use serde_json::Value;

use super::answer::Answer;

/// Beginnings of paths that speak Channex, served or not.
const CHANNEX: [&str; 9] = [
    "property_users",
    "properties",
    "groups",
    "group_users",
    "audit_records",
    "confirm_invite",
    "sign_in",
    "request_restore_password",
    "restore_password",
];

const PROBES: [&str; 3] = ["healthz", "readyz", "metrics"];

/// Words that an error must never tell: SQL, paths, types, backends.
const INSIDES: [&str; 17] = [
    "SELECT",
    "INSERT",
    "UPDATE ",
    "DELETE FROM",
    "no such table",
    "relation \"",
    "sqlite",
    "SQLite",
    "postgres",
    "Postgres",
    "diesel",
    "::",
    ".rs",
    "src/",
    "panicked",
    "innkeeper_",
    "StoreError",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Channex,
    JsonApi,
    OAuth,
    Probe,
    Html,
    Reference,
}

fn dialect_of(path: &str) -> Dialect {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["o", "token"] => Dialect::OAuth,
        ["onboarding", ..] => Dialect::Html,
        ["api", "v1", first, ..] if CHANNEX.contains(first) => Dialect::Channex,
        ["api", "v1", "schema" | "docs", ..] => Dialect::Reference,
        [probe] if PROBES.contains(probe) => Dialect::Probe,
        _ => Dialect::JsonApi,
    }
}

/// Checks one answer to a request for `path`.
pub(crate) fn holds_for_every_answer(path: &str, answer: &Answer) {
    let id = answer.header("x-request-id").unwrap_or_default();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    assert!(
        (1..=128).contains(&id.len()) && id.bytes().all(fits),
        "no request id: {answer:?}"
    );
    let origin_form = path
        .strip_prefix("http://")
        .and_then(|rest| rest.find('/').and_then(|place| rest.get(place..)));
    let dialect = dialect_of(origin_form.unwrap_or(path));
    // What the reference is served as is told by itself.
    let has_its_own_type = dialect == Dialect::Reference && answer.status < 400;
    if !answer.body.is_empty() && !has_its_own_type {
        let media_type = match (dialect, path) {
            (Dialect::Probe, "/metrics" | "/metrics/") if answer.status == 200 => "text/plain; version=0.0.4",
            (Dialect::Channex | Dialect::OAuth, _) => "application/json",
            (Dialect::Html, _) => "text/html; charset=utf-8",
            // Probes are no API, but their errors are those of all else.
            (Dialect::Probe, _) if answer.status < 400 || answer.status == 503 => "application/json",
            (Dialect::JsonApi | Dialect::Probe | Dialect::Reference, _) => "application/vnd.api+json",
        };
        assert_eq!(
            answer.header("content-type"),
            Some(media_type),
            "{path}: {answer:?}"
        );
    }
    assert_eq!(answer.header("set-cookie"), None, "{answer:?}");
    if answer.status >= 400 {
        tells_no_insides(answer);
        if dialect != Dialect::Probe || answer.status != 503 {
            is_error_of(dialect, path, answer);
        }
    } else if dialect == Dialect::Channex && !answer.body.is_empty() {
        let body = answer.json();
        assert!(
            body.get("data").is_some() || body.get("meta").is_some(),
            "a success has data or meta: {answer}"
        );
    }
}

fn tells_no_insides(answer: &Answer) {
    for word in INSIDES {
        assert!(!answer.body.contains(word), "the error tells {word:?}: {answer}");
    }
}

fn is_error_of(dialect: Dialect, path: &str, answer: &Answer) {
    if answer.body.is_empty() {
        // The answer to HEAD has no body.
        return;
    }
    if dialect == Dialect::Html {
        assert!(answer.body.starts_with("<!doctype html>"), "{path}: {answer}");
        return;
    }
    let body = answer.json();
    let keys = |value: &Value| -> Vec<String> {
        value
            .as_object()
            .map(|object| object.keys().cloned().collect())
            .unwrap_or_default()
    };
    match dialect {
        Dialect::Channex => {
            assert_eq!(keys(&body), ["errors"], "{path}: {answer}");
            let known = [vec!["code", "title"], vec!["code", "details", "title"]];
            let found = keys(&body["errors"]);
            assert!(known.iter().any(|known| *known == found), "{path}: {answer}");
        }
        Dialect::JsonApi | Dialect::Probe | Dialect::Reference => {
            let errors = body["errors"].as_array().expect("a list of errors");
            assert!(!errors.is_empty(), "{path}: {answer}");
            // What a channel's name stands beside stands above all errors, too.
            if errors[0]["meta"]["channel"].is_null() && errors[0]["meta"]["code"].is_null() {
                assert_eq!(keys(&body), ["errors"], "{path}: {answer}");
            } else {
                assert_eq!(keys(&body), ["errors", "meta"], "{path}: {answer}");
                assert_eq!(body["meta"], errors[0]["meta"], "{path}: {answer}");
            }
            for error in errors {
                for key in ["status", "code", "title", "detail"] {
                    assert!(error[key].is_string(), "{path}: no {key}: {answer}");
                }
                assert_eq!(error["status"], answer.status.to_string(), "{path}: {answer}");
            }
        }
        Dialect::OAuth => {
            assert_eq!(keys(&body), ["error", "error_description"], "{path}: {answer}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer}");
        }
        Dialect::Html => {}
    }
}
