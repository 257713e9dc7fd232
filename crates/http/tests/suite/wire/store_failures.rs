//! A store that is busy, away or broken.

use std::{sync::mpsc, thread, time::Duration};

use innkeeper_test_support::{Backend, backend::POSTGRES_URL, eventually, on_each_backend};

use crate::{
    harness::{Answer, Caller, TestApp, assert_shows, logs},
    routes::{ROUTES, at},
};

on_each_backend!(
    a_broken_store_is_told_without_a_word_about_it,
    a_table_that_fails_later_is_told_alike,
    a_busy_store_says_when_to_come_back,
);

/// What every route answers, in its dialect.
fn tell(caller: &Caller<'_>) -> String {
    let told: Vec<String> = ROUTES
        .iter()
        .map(|row| {
            let answer: Answer = at(caller, *row).send();
            let after = answer
                .header("retry-after")
                .map_or(String::new(), |after| format!(" after {after}"));
            format!("{} {} -> {}{after}", row.method, row.path, answer.refusal())
        })
        .collect();
    told.join("\n")
}

fn a_broken_store_is_told_without_a_word_about_it(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = app.application();
    app.database()
        .execute("ALTER TABLE access_tokens RENAME TO elsewhere");
    assert_shows!(caller.get("/api/v1/properties"), @r#"
    500
    content-type: application/json
    {
      "errors": {
        "code": "internal_server_error",
        "title": "Internal Server Error"
      }
    }
    "#);
    assert_shows!(caller.get("/api/v1/users/"), @r#"
    500
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "internal_error",
          "detail": "Something went wrong on our side.",
          "status": "500",
          "title": "Internal Server Error"
        }
      ]
    }
    "#);
    assert_shows!(app.home().asks(&[]), @r#"
    500
    content-type: application/json
    cache-control: no-store
    {
      "error": "server_error",
      "error_description": "Something went wrong on our side."
    }
    "#);
    assert_shows!(tell(&caller), @"
    GET /api/v1/property_users -> 500 internal_server_error
    POST /api/v1/property_users -> 500 internal_server_error
    GET /api/v1/property_users/history -> 500 internal_server_error
    GET /api/v1/audit_records -> 500 internal_server_error
    GET /api/v1/property_users/{id} -> 500 internal_server_error
    PUT /api/v1/property_users/{id} -> 500 internal_server_error
    DELETE /api/v1/property_users/{id} -> 500 internal_server_error
    GET /api/v1/property_users/{id}/onboarding -> 500 internal_server_error
    POST /api/v1/property_users/{id}/onboarding/resend -> 500 internal_server_error
    GET /api/v1/properties -> 500 internal_server_error
    POST /api/v1/properties -> 500 internal_server_error
    GET /api/v1/properties/{id} -> 500 internal_server_error
    PUT /api/v1/properties/{id} -> 500 internal_server_error
    DELETE /api/v1/properties/{id} -> 500 internal_server_error
    GET /api/v1/users -> 500 internal_error
    POST /api/v1/users -> 500 internal_error
    GET /api/v1/users/{user_id} -> 500 internal_error
    DELETE /api/v1/users/{user_id} -> 500 internal_error
    GET /api/v1/users/{user_id}/credentials -> 500 internal_error
    GET /api/v1/api_keys -> 500 internal_error
    POST /api/v1/api_keys -> 500 internal_error
    DELETE /api/v1/api_keys/{id} -> 500 internal_error
    GET /api/v1/users/{user_id}/accounts -> 500 internal_error
    POST /api/v1/users/{user_id}/accounts -> 500 internal_error
    GET /api/v1/users/{user_id}/accounts/{account_id} -> 500 internal_error
    DELETE /api/v1/users/{user_id}/accounts/{account_id} -> 500 internal_error
    POST /api/v1/users/{user_id}/accounts/{account_id}/refresh -> 500 internal_error
    GET /api/v1/users/{user_id}/accounts/{account_id}/listings -> 500 internal_error
    GET /api/v1/users/{user_id}/accounts/{account_id}/reservations -> 500 internal_error
    GET /api/v1/users/{user_id}/accounts/{account_id}/runs -> 500 internal_error
    GET /api/v1/users/{user_id}/accounts/{account_id}/runs/{run_id} -> 500 internal_error
    GET /api/v1/channels -> 500 internal_error
    GET /api/v1/channels/{slug} -> 500 internal_error
    ");
    assert!(logs().contains("the store failed"), "the operator is told");
    app.database()
        .execute("ALTER TABLE elsewhere RENAME TO access_tokens");
    assert_eq!(caller.get("/api/v1/properties").status, 200);
}

fn a_table_that_fails_later_is_told_alike(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    app.database()
        .execute("ALTER TABLE audit_records RENAME TO elsewhere");
    assert_eq!(
        ada.invites("bob@example.test", "user", &inn).refusal(),
        "500 internal_server_error"
    );
    let user = serde_json::json!({"first-name": "Bob", "last-name": "B", "email": "bob@example.test"});
    assert_eq!(
        app.application().creates_user(&user).refusal(),
        "500 internal_error"
    );
    // No change without its record.
    assert_eq!(app.count("users"), 1);
    assert_eq!(app.count("property_users"), 1);
    assert_eq!(app.count("outgoing_messages"), 0);
    app.database()
        .execute("ALTER TABLE elsewhere RENAME TO audit_records");
    ada.invites("bob@example.test", "user", &inn).expect(201);
}

/// Somebody else holds the lock that writes need, for longer than they wait.
fn a_busy_store_says_when_to_come_back(backend: Backend) {
    let app = TestApp::start_with(backend, |setup| setup.wait = Duration::from_millis(200));
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let held = Holder::of(&app);
    let answer = ada.invites("bob@example.test", "user", &inn);
    assert_shows!(answer, @r#"
    503
    content-type: application/json
    retry-after: 1
    {
      "errors": {
        "code": "service_unavailable",
        "title": "Service Unavailable"
      }
    }
    "#);
    assert_eq!(ada.get("/api/v1/properties").status, 200, "reads go on");
    held.let_go();
    ada.invites("bob@example.test", "user", &inn).expect(201);
}

/// A connection of somebody else's that holds the lock until told otherwise.
struct Holder {
    done: mpsc::Sender<()>,
    thread: thread::JoinHandle<()>,
}

impl Holder {
    fn of(app: &TestApp) -> Self {
        let (done, until) = mpsc::channel();
        let (locked, lock) = mpsc::channel();
        let url = app.database().url().to_owned();
        let hold = move || {
            locked.send(()).expect("the test waits");
            until.recv().expect("the test tells");
        };
        let thread = thread::spawn(move || {
            if let Some(path) = url.strip_prefix("sqlite://") {
                let connection = rusqlite::Connection::open(path).expect("the file can be opened");
                connection
                    .execute_batch("BEGIN IMMEDIATE")
                    .expect("nobody else writes");
                hold();
                connection.execute_batch("ROLLBACK").expect("it can be undone");
            } else {
                let mut client =
                    postgres::Client::connect(&url, postgres::NoTls).expect("the server is there");
                let mut transaction = client.transaction().expect("a transaction can begin");
                transaction
                    .batch_execute("SELECT 1 FROM properties FOR UPDATE")
                    .expect("nobody else writes");
                hold();
                transaction.rollback().expect("it can be undone");
            }
        });
        lock.recv().expect("the lock is taken");
        Self { done, thread }
    }

    fn let_go(self) {
        self.done.send(()).expect("the holder waits");
        self.thread.join().expect("the holder ends well");
    }
}

/// Only PostgreSQL can be away: a server, not a file.
#[test]
fn a_store_that_is_away_says_when_to_come_back() {
    if !Backend::Postgres.enabled() {
        eprintln!("skipped: PostgreSQL is not listed");
        return;
    }
    let app = TestApp::start_with(Backend::Postgres, |setup| setup.wait = Duration::from_millis(200));
    let caller = app.application();
    // Cut connections are replaced without a word.
    app.database().sever();
    assert_eq!(caller.get("/api/v1/properties").status, 200);
    let database = app
        .database()
        .url()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let accept =
        |whether: bool| on_the_server(&format!("ALTER DATABASE {database} ALLOW_CONNECTIONS {whether}"));
    accept(false);
    app.database().sever();
    assert_shows!(caller.get("/api/v1/properties"), @r#"
    503
    content-type: application/json
    retry-after: 1
    {
      "errors": {
        "code": "service_unavailable",
        "title": "Service Unavailable"
      }
    }
    "#);
    assert_shows!(caller.get("/api/v1/users/"), @r#"
    503
    content-type: application/vnd.api+json
    retry-after: 1
    {
      "errors": [
        {
          "code": "unavailable",
          "detail": "The service cannot answer now; try again.",
          "status": "503",
          "title": "Service Unavailable"
        }
      ]
    }
    "#);
    assert_shows!(app.home().asks(&[]), @r#"
    503
    content-type: application/json
    retry-after: 1
    cache-control: no-store
    {
      "error": "temporarily_unavailable",
      "error_description": "The service cannot answer now; try again."
    }
    "#);
    assert_shows!(app.stranger().get("/readyz"), @r#"
    503
    content-type: application/json
    retry-after: 1
    {
      "reason": "the store cannot be reached",
      "status": "not ready"
    }
    "#);
    assert_eq!(app.stranger().get("/healthz").status, 200);
    accept(true);
    let back = || (caller.get("/api/v1/properties").status == 200).then_some(());
    eventually(Duration::from_secs(30), "the store to be used again", back);
    assert_eq!(app.stranger().get("/readyz").status, 200);
}

fn on_the_server(sql: &str) {
    let url = std::env::var(POSTGRES_URL).expect("it is enabled");
    let client = postgres::Client::connect(&url, postgres::NoTls);
    client
        .and_then(|mut client| client.batch_execute(sql))
        .expect("the server obeys");
}
