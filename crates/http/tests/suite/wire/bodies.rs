//! Bodies: wrong ones in the dialect of the route, and ones that do not matter.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    harness::{Answer, Caller, NOBODY, TestApp, assert_shows, exchange},
    routes::{ROUTES, Row},
};

on_each_backend!(
    wrong_bodies_are_told_in_the_dialect_of_the_route,
    sixty_four_kibibytes_are_the_most,
    bodies_of_reads_and_deletions_do_not_matter,
    media_types_are_those_of_the_dialect,
);

fn writes() -> impl Iterator<Item = Row> {
    ROUTES.into_iter().filter(|row| row.takes_body())
}

fn send(caller: &Caller<'_>, row: Row, media_type: &str, body: &[u8]) -> Answer {
    let path = row.target(NOBODY);
    let request = caller.request(row.method, &path);
    request.header("Content-Type", media_type).bytes(body).send()
}

fn wrong_bodies_are_told_in_the_dialect_of_the_route(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = app.application();
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_object = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
    let bodies: [(&str, &[u8]); 14] = [
        ("nothing", b""),
        ("half", b"{\"data\":"),
        ("null", b"null"),
        ("a list", b"[{}]"),
        ("a text", b"\"data\""),
        ("a number", b"1e999"),
        ("two documents", b"{}{}"),
        ("a comment", b"{} // x"),
        ("no UTF-8", b"{\"a\": \"\xff\"}"),
        ("UTF-16", b"\xff\xfe{\x00}\x00"),
        ("a byte order mark", b"\xef\xbb\xbf{}"),
        ("a key twice", br#"{"a": {"b": 1, "\u0062": 2}}"#),
        ("deep lists", deep.as_bytes()),
        ("deep objects", deep_object.as_bytes()),
    ];
    for row in writes() {
        let told: Vec<String> = bodies
            .iter()
            .map(|(case, body)| {
                let answer = send(&caller, row, "application/json", body);
                assert_eq!(answer.status, 400, "{row:?} {case}: {answer}");
                format!("{case} -> {}", answer.refusal())
            })
            .collect();
        let told = told.join("\n");
        if row.path.starts_with("/api/v1/prop") {
            assert_shows!(told, @"
            nothing -> 400 the body is not valid JSON
            half -> 400 the body is not valid JSON
            null -> 400 the body is not a JSON object
            a list -> 400 the body is not a JSON object
            a text -> 400 the body is not a JSON object
            a number -> 400 the body is not valid JSON
            two documents -> 400 the body is not valid JSON
            a comment -> 400 the body is not valid JSON
            no UTF-8 -> 400 the body is not valid JSON
            UTF-16 -> 400 the body is not valid JSON
            a byte order mark -> 400 the body is not valid JSON
            a key twice -> 400 a key stands twice in one object
            deep lists -> 400 the body is not valid JSON
            deep objects -> 400 the body is not valid JSON
            ");
        } else {
            assert_shows!(told, @"
            nothing -> 400 parse_error
            half -> 400 parse_error
            null -> 400 parse_error
            a list -> 400 parse_error
            a text -> 400 parse_error
            a number -> 400 parse_error
            two documents -> 400 parse_error
            a comment -> 400 parse_error
            no UTF-8 -> 400 parse_error
            UTF-16 -> 400 parse_error
            a byte order mark -> 400 parse_error
            a key twice -> 400 parse_error
            deep lists -> 400 parse_error
            deep objects -> 400 parse_error
            ");
        }
    }
}

fn sixty_four_kibibytes_are_the_most(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = app.application();
    for row in writes() {
        let fits = format!("{{\"x\": \"{}\"}}", "y".repeat(64 * 1024 - 9));
        assert_eq!(fits.len(), 64 * 1024);
        let answer = send(&caller, row, "application/json", fits.as_bytes());
        assert_ne!(answer.status, 413, "{row:?}");
        let long = format!("{fits} ");
        let announced = send(&caller, row, "application/json", long.as_bytes());
        let path = row.target(NOBODY);
        let chunks = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
        let head = format!(
            "{} {path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
            row.method, caller.token
        );
        let unannounced = exchange(&app, format!("{head}{chunks}").as_bytes(), false);
        for answer in [announced, unannounced] {
            if row.path.starts_with("/api/v1/prop") {
                assert_shows!(answer, @r#"
                413
                content-type: application/json
                {
                  "errors": {
                    "code": "payload_too_large",
                    "title": "Payload Too Large"
                  }
                }
                "#);
            } else {
                assert_shows!(answer, @r#"
                413
                content-type: application/vnd.api+json
                {
                  "errors": [
                    {
                      "code": "payload_too_large",
                      "detail": "The request body is too large.",
                      "status": "413",
                      "title": "Payload Too Large"
                    }
                  ]
                }
                "#);
            }
        }
    }
}

fn bodies_of_reads_and_deletions_do_not_matter(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let long = "x".repeat(70_000);
    let bodies: [(&str, &str); 5] = [
        ("application/json", "null"),
        ("application/json", "{"),
        ("text/plain", "hello"),
        ("application/vnd.api+json", ""),
        ("application/json", &long),
    ];
    for path in [
        "/api/v1/properties",
        "/api/v1/property_users",
        "/api/v1/users",
        "/api/v1/api_keys",
    ] {
        let plain = ada.get(path).expect(200);
        for (media_type, body) in bodies {
            let request = ada.request("GET", path).header("Content-Type", media_type);
            assert_eq!(
                request.bytes(body).send().fingerprint(),
                plain.fingerprint(),
                "{path} {body:.9}"
            );
        }
    }
    for (media_type, body) in bodies {
        let inn = ada.opens("Sea Inn");
        let (_, key) = ada.with_key(&serde_json::json!({"scopes": ["user:read"]}));
        for (path, expected) in [
            (format!("/api/v1/properties/{inn}"), 200),
            (format!("/api/v1/api_keys/{key}/"), 204),
        ] {
            let request = ada.request("DELETE", &path).header("Content-Type", media_type);
            assert_eq!(request.bytes(body).send().status, expected, "{path} {body:.9}");
        }
        let account = ada.connects(1);
        for (method, beneath, expected) in [("POST", "refresh/", 202), ("DELETE", "", 204)] {
            let request = ada.request(method, &ada.path_of(&account, beneath));
            let request = request.header("Content-Type", media_type).bytes(body);
            assert_eq!(request.send().status, expected, "{method} {body:.9}");
        }
    }
}

fn media_types_are_those_of_the_dialect(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = app.application();
    let media_types = [
        ("application/json", true, true),
        ("application/json; charset=utf-8", true, true),
        ("APPLICATION/JSON", true, true),
        ("application/vnd.api+json", false, true),
        ("application/vnd.api+json; ext=\"x\"", false, true),
        ("text/json", false, false),
        ("text/plain", false, false),
        ("application/x-www-form-urlencoded", false, false),
        ("application/json, text/plain", false, false),
        ("multipart/form-data; boundary=x", false, false),
        ("", false, false),
    ];
    for row in writes() {
        let channex = row.path.starts_with("/api/v1/prop");
        for (media_type, in_channex, in_json_api) in media_types {
            let status = send(&caller, row, media_type, b"{}").status;
            let expected = if channex { in_channex } else { in_json_api };
            assert_eq!(status != 415, expected, "{row:?} {media_type}: {status}");
        }
        let path = row.target(NOBODY);
        let packed = caller
            .request(row.method, &path)
            .header("Content-Encoding", "gzip");
        let answer = packed.json_text("{}").send();
        if channex {
            assert_shows!(answer, @r#"
            415
            content-type: application/json
            {
              "errors": {
                "code": "unsupported_media_type",
                "title": "Unsupported Media Type"
              }
            }
            "#);
        } else {
            assert_shows!(answer, @r#"
            415
            content-type: application/vnd.api+json
            {
              "errors": [
                {
                  "code": "unsupported_media_type",
                  "detail": "The media type of the request body is not supported.",
                  "status": "415",
                  "title": "Unsupported Media Type"
                }
              ]
            }
            "#);
        }
    }
}
