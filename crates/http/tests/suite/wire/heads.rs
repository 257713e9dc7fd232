//! Requests whose head is no HTTP: there is no path whose dialect they could be told in.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, exchange, talk};

on_each_backend!(
    a_head_that_is_none_gets_nowhere,
    a_body_has_one_length,
    a_body_that_was_not_read_is_not_the_next_request
);

fn a_head_that_is_none_gets_nowhere(backend: Backend) {
    let app = TestApp::start(backend);
    let many = "x: y\r\n".repeat(200);
    let long = "y".repeat(200_000);
    for head in [
        "nonsense\r\n\r\n".to_owned(),
        "GET /healthz\r\n\r\n".to_owned(),
        "GET /healthz HTTP/9.9\r\n\r\n".to_owned(),
        "GET /he althz HTTP/1.1\r\nHost: test\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: test\r\nbad header: x\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: test\r\nno colon\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: test\r\nx: a\0b\r\n\r\n".to_owned(),
        "GET /healthz HTTP/1.1\r\nHost: test\r\nx: a\r\n folded\r\n\r\n".to_owned(),
        format!("GET /healthz HTTP/1.1\r\nHost: test\r\n{many}\r\n"),
        format!("GET /healthz HTTP/1.1\r\nHost: test\r\nx: {long}\r\n\r\n"),
        format!("GET /healthz?{long} HTTP/1.1\r\nHost: test\r\n\r\n"),
    ] {
        let answer = exchange(&app, head.as_bytes(), false);
        let start: String = head.chars().take(60).collect();
        assert!([400, 413, 414, 431].contains(&answer.status), "{start}: {answer}");
        assert_eq!(answer.body, "", "{start}");
    }
    assert_eq!(app.stranger().get("/healthz").status, 200);
}

/// Two lengths, or a length and chunks, could be read as two requests by a proxy and as one by us.
fn a_body_has_one_length(backend: Backend) {
    let app = TestApp::start(backend);
    let smuggled = "GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n";
    for lengths in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: x\r\n",
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    ] {
        let head = format!("POST /o/token HTTP/1.1\r\nHost: test\r\n{lengths}\r\n0\r\n\r\n{smuggled}");
        let answer = exchange(&app, head.as_bytes(), false);
        assert_eq!(answer.status, 400, "{lengths}: {answer}");
        assert!(!answer.body.contains("up 1"), "{lengths}");
    }
}

/// Refusals come before the body is read, and connections are used again.
fn a_body_that_was_not_read_is_not_the_next_request(backend: Backend) {
    let app = TestApp::start(backend);
    let inner = "GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n";
    let last = "GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    let token = app.application().token;
    for (path, token, times, status) in [
        ("/api/v1/property_users", "", 1, "401"),
        ("/api/v1/users", "", 20, "401"),
        ("/api/v1/nothing", "", 20, "404"),
        ("/api/v1/property_users", token.as_str(), 1, "400"),
        ("/api/v1/property_users", token.as_str(), 2_000, "413"),
        ("/o/token", "", 2_000, "415"),
    ] {
        let body = inner.repeat(times);
        let authorization = match token {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        let media_type = if path == "/o/token" {
            "text/plain"
        } else {
            "application/json"
        };
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: test\r\n{authorization}Content-Type: {media_type}\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        let answers = talk(&app, format!("{head}{body}{last}").as_bytes());
        assert!(
            answers.starts_with(&format!("HTTP/1.1 {status}")),
            "{path} {times}: {answers}"
        );
        assert!(!answers.contains("up 1"), "{path} {times}: {answers}");
        // Either the body was skipped and the next request answered, or the connection ended.
        assert!(
            answers.matches("HTTP/1.1 ").count() <= 2,
            "{path} {times}: {answers}"
        );
    }
}
