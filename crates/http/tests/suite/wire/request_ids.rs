//! `X-Request-ID`.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, logs};

on_each_backend!(
    a_good_id_is_taken_everywhere,
    a_bad_id_is_replaced,
    the_id_stands_in_the_record_and_in_the_log,
);

fn a_good_id_is_taken_everywhere(backend: Backend) {
    let app = TestApp::start(backend);
    let longest = "a".repeat(128);
    for id in ["x", "Client-7.request_42", "----", &longest] {
        for path in [
            "/healthz",
            "/api/v1/users/",
            "/api/v1/properties",
            "/nowhere",
            "/o/token",
        ] {
            let answer = app.request("GET", path).header("X-Request-ID", id).send();
            assert_eq!(answer.header("x-request-id"), Some(id), "{path}");
        }
    }
}

fn a_bad_id_is_replaced(backend: Backend) {
    let app = TestApp::start(backend);
    let long = "a".repeat(129);
    let bad: [&[u8]; 9] = [
        b"",
        b"two words",
        b"a,b",
        b"<script>",
        b"a\tb",
        "ä".as_bytes(),
        b"\xff\xfe",
        b"%0d%0aSet-Cookie:x",
        long.as_bytes(),
    ];
    let mut made: Vec<String> = bad
        .into_iter()
        .map(|id| {
            let answer = app.request("GET", "/healthz").header("X-Request-ID", id).send();
            answer.header("x-request-id").expect("there is one").to_owned()
        })
        .collect();
    let twice = app
        .request("GET", "/healthz")
        .header("X-Request-ID", "one")
        .header("X-Request-ID", "two")
        .send();
    made.push(twice.header("x-request-id").expect("there is one").to_owned());
    for id in &made {
        assert!(id.parse::<innkeeper_domain::ids::UserId>().is_ok(), "{id}");
    }
    made.sort();
    made.dedup();
    assert_eq!(made.len(), 10, "each is another");
    // A line break ends the header: nothing of it comes back.
    let broken = app
        .request("GET", "/healthz")
        .header("X-Request-ID", "a\r\nSet-Cookie: x=1")
        .send();
    assert_eq!(broken.header("x-request-id"), Some("a"));
    assert_eq!(broken.header("set-cookie"), None);
}

fn the_id_stands_in_the_record_and_in_the_log(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let id = format!("request-of-{backend}");
    ada.request("POST", "/api/v1/properties")
        .header("X-Request-ID", &id)
        .json_text(r#"{"property": {"title": "Sea Inn", "currency": "EUR"}}"#)
        .send()
        .expect(201);
    assert_eq!(app.count(&format!("audit_records WHERE request_id = '{id}'")), 2);
    let lines = logs().lines_with(&id);
    let answered: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("request answered"))
        .collect();
    assert_eq!(answered.len(), 1, "one line a request: {lines:?}");
    for part in [
        r#""http.method":"POST""#,
        r#""http.route":"/api/v1/properties""#,
        r#""http.status":201"#,
        &format!(r#""tenant.id":"{}""#, app.home().tenant()),
        r#""token.id":""#,
    ] {
        assert!(answered[0].contains(part), "{part} is not in {}", answered[0]);
    }
}
