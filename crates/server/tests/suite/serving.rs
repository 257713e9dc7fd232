//! `serve`: it answers, it ends well, and it comes back.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use innkeeper_test_support::{Backend, eventually, on_each_backend};
use serde_json::Value;

use crate::harness::{Place, Server};

const PATIENCE: Duration = Duration::from_secs(30);
const ANA: &str = "user create --email ana@example.com --first-name Ana --last-name Lima";

on_each_backend!(
    it_migrates_and_answers,
    running_requests_finish_after_sigterm,
    it_comes_back_after_a_kill,
    it_is_not_ready_on_a_schema_that_is_not_its_own,
    last_uses_are_written_at_the_end,
    no_secret_gets_into_the_log,
);

fn it_migrates_and_answers(backend: Backend) {
    let place = Place::fresh(backend);
    let server = Server::start(&place, &[]);
    assert_eq!(
        server.answer("/readyz"),
        (200, r#"{"status":"ready"}"#.to_owned())
    );
    assert_eq!(server.answer("/healthz"), (200, r#"{"status":"ok"}"#.to_owned()));
    let (status, metrics) = server.answer("/metrics");
    assert_eq!(status, 200);
    let counted = r#"innkeeper_http_requests_total{method="GET",route="/readyz",status="200"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
    assert!(
        metrics.contains(r#"le="0.001""#),
        "durations are histograms: {metrics}"
    );

    // Commands may run beside the server.
    place.line("tenant create --name acme").succeeded();
    let log = server.end();
    assert!(
        log.contains("brought the schema of the database forward"),
        "{log}"
    );
    assert!(log.contains("INNKEEPER_MAIL__TRANSPORT is `log`"), "{log}");
    assert!(log.contains("\"message\":\"stopped\""), "{log}");
}

#[test]
fn with_json_the_address_is_the_one_document() {
    let place = Place::migrated(Backend::Sqlite)
        .with("INNKEEPER_HTTP__LISTEN", "127.0.0.1:0")
        .with("INNKEEPER_HTTP__PUBLIC_URL", "https://inn.example/stays/")
        .with("INNKEEPER_LOG__LEVEL", "off");
    let mut process =
        innkeeper_test_support::ChildProcess::spawn(&mut place.command(["serve", "--json", "--no-workers"]));
    process.wait_for_line("}", PATIENCE);
    process.terminate();
    assert!(process.wait(PATIENCE).success());
    let document: Value = serde_json::from_str(&process.output()).unwrap();
    assert_eq!(document["public_url"], "https://inn.example/stays");
    assert!(document["listen"].as_str().unwrap().starts_with("127.0.0.1:"));
}

fn running_requests_finish_after_sigterm(backend: Backend) {
    let place = Place::migrated(backend);
    let mut server = Server::start(&place, &["--no-migrate"]);
    let authority = server.authority().to_owned();
    let mut request = TcpStream::connect(&authority).unwrap();
    request.set_read_timeout(Some(PATIENCE)).unwrap();
    let body = "grant_type=client_credentials&client_id=x&client_secret=y";
    let head = format!(
        "POST /o/token/ HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    request.write_all(head.as_bytes()).unwrap();
    // The server has begun with this request when it has answered a later one.
    assert_eq!(server.get("/healthz").send().unwrap().status(), 200);
    let (first, rest) = body.split_at(10);
    request.write_all(first.as_bytes()).unwrap();

    server.process.terminate();
    eventually(PATIENCE, "the port to be closed", || {
        TcpStream::connect(&authority).err()
    });
    request.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let status = server.process.wait(PATIENCE);
    assert!(status.success(), "{}", server.process.output());
}

fn it_comes_back_after_a_kill(backend: Backend) {
    let place = Place::migrated(backend);
    let mut server = Server::start(&place, &[]);
    let address = server.authority().to_owned();
    place.line(ANA).succeeded();
    server.process.kill();
    let place = place.with("INNKEEPER_HTTP__LISTEN", &address);
    let server = Server::start(&place, &[]);
    assert_eq!(server.authority(), address);
    assert_eq!(server.answer("/readyz").0, 200);
    assert_eq!(place.line("user list --json").json()["total"], 1);
}

fn it_is_not_ready_on_a_schema_that_is_not_its_own(backend: Backend) {
    let place = Place::migrated(backend);
    let server = Server::start(&place, &[]);
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')";
    place.database().execute(newer);
    let told = r#"{"reason":"the schema is newer than this version","status":"not ready"}"#;
    assert_eq!(server.answer("/readyz"), (503, told.to_owned()));
    assert_eq!(server.answer("/healthz").0, 200);
    server.end();
}

fn last_uses_are_written_at_the_end(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    let key = place
        .line("api-key create --user ana@example.com")
        .value("api_key");
    let server = Server::start(&place, &[]);
    let answer = server
        .get("/api/v1/properties")
        .header("user-api-key", &key)
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    server.end();
    let keys = place.line("api-key list --json").json();
    assert!(keys["api_keys"][0]["last_used_at"].is_string(), "{keys}");
}

fn no_secret_gets_into_the_log(backend: Backend) {
    let place = Place::migrated(backend).with("INNKEEPER_LOG__LEVEL", "trace");
    let tenant = place.line("tenant create --name acme --json").json();
    let text = |name: &str| tenant[name].as_str().unwrap().to_owned();
    place.line(&format!("{ANA} --tenant acme")).succeeded();
    let key = place
        .line("api-key create --user ana@example.com --tenant acme")
        .value("api_key");

    let server = Server::start(&place, &[]);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &text("client_id")),
        ("client_secret", &text("client_secret")),
    ];
    let token: Value = server
        .post("/o/token/")
        .form(&form)
        .send()
        .unwrap()
        .json()
        .unwrap();
    let token = token["access_token"].as_str().unwrap().to_owned();
    for path in [
        "/api/v1/users/?filter[email]=ana@example.com",
        "/api/v1/properties",
    ] {
        let answer = server.get(path).bearer_auth(&token).send().unwrap();
        assert_eq!(answer.status(), 200, "{path}");
    }
    server
        .get("/api/v1/properties")
        .header("user-api-key", &key)
        .send()
        .unwrap();
    let property = serde_json::json!({"property": {"title": "Hush House", "currency": "EUR"}});
    let answer = server
        .post("/api/v1/properties")
        .header("user-api-key", &key)
        .json(&property)
        .send()
        .unwrap();
    assert_eq!(answer.status(), 201);
    let id = answer.json::<Value>().unwrap()["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let invite =
        serde_json::json!({"invite": {"property_id": id, "user_email": "bo@hush.example", "role": "user"}});
    let answer = server
        .post("/api/v1/property_users")
        .header("user-api-key", &key)
        .json(&invite)
        .send()
        .unwrap();
    assert_eq!(answer.status(), 201);

    let log = server.end();
    assert!(log.contains("/onboarding/inno_***"), "the link is masked: {log}");
    let log = log.replace("inno_***", "");
    assert!(
        log.contains("TRACE") || log.contains("DEBUG") || log.contains("request answered"),
        "{log}"
    );
    for secret in [
        &text("client_secret"),
        &token,
        &key,
        "ana@example.com",
        "bo@hush.example",
        "Hush House",
        "inno_",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    for line in log.lines() {
        assert!(
            !line.trim().is_empty() && (line.starts_with('{') || line.contains(": ")),
            "{line:?}"
        );
    }
}
