//! Secrets stand in no table and in no log line.

use std::{fs, path::Path};

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{TestApp, logs, secrets_in};

on_each_backend!(no_secret_is_stored_or_logged);

fn no_secret_is_stored_or_logged(backend: Backend) {
    let app = TestApp::start(backend);
    let home = app.home();
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let scopes = json!({"scopes": ["property:read", "property:write"]});
    let (key, _) = ada.with_key(&scopes);
    let (limited, _) = ada.with_key(&json!({"scopes": ["property:read"], "property-ids": [inn]}));
    key.invites("new@example.test", "user", &inn).expect(201);
    key.invites(&bob.email, "owner", &inn).expect(201);
    let other = home.with_new_secret();
    let minted = other.caller();
    // Refused requests tell no more than others.
    app.request("GET", &format!("/api/v1/users/?access_token={}", key.token))
        .send();
    app.request("GET", &format!("/{}", key.token)).send();
    app.request("GET", "/api/v1/users/")
        .bearer(&format!("{}x", key.token))
        .send();
    app.request("POST", "/api/v1/users/")
        .bearer(&minted.token)
        .json_text("{")
        .send();
    other.asks(&[("scope", "x")]);
    home.asks(&[]).expect(401);
    ada.invites("not an address", "user", &inn).expect(422);
    app.database()
        .execute("ALTER TABLE outgoing_messages RENAME TO elsewhere");
    ada.invites("unlucky@example.test", "user", &inn).expect(500);
    app.database()
        .execute("ALTER TABLE elsewhere RENAME TO outgoing_messages");
    let issued = [
        home.client.secret.as_str(),
        &other.client.secret,
        &ada.token,
        &bob.token,
        &key.token,
        &limited.token,
        &minted.token,
    ];
    let stored = dump(&app);
    assert!(
        stored.contains("new@example.test"),
        "the dump holds what is stored"
    );
    for (place, text) in [("store", stored.as_str()), ("log", &logs().text())] {
        for secret in issued {
            // The random part by itself, too.
            let random = secret.get(49..71).expect("a secret has its form");
            for part in [secret, random] {
                assert!(!text.contains(part), "{part} stands in the {place}");
            }
        }
        assert_eq!(secrets_in(text), Vec::<String>::new(), "in the {place}");
    }
    let log = logs().text();
    assert!(log.contains("request answered"), "the log was captured");
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("@example.test") || line.contains("Sea Inn"))
        .collect();
    assert_eq!(
        lines,
        Vec::<&str>::new(),
        "nobody's address, nothing that people typed"
    );
}

/// Everything that is stored, as far as it is text.
pub(crate) fn dump(app: &TestApp) -> String {
    let database = app.database();
    match database.backend() {
        Backend::Sqlite => {
            let path = database.url().strip_prefix("sqlite://").expect("a file");
            let folder = Path::new(path).parent().expect("a file lies in a folder");
            let files = fs::read_dir(folder).expect("the folder is there");
            let mut bytes = Vec::new();
            for file in files {
                bytes.extend(fs::read(file.expect("an entry").path()).expect("a file can be read"));
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Backend::Postgres => {
            let tables = database.scalar(
                "SELECT string_agg(table_name, ' ') FROM information_schema.tables WHERE table_schema = 'public'",
            );
            let rows = tables.split(' ').map(|table| {
                database.scalar(&format!(
                    "SELECT coalesce(string_agg(t::text || encode(convert_to(t::text, 'UTF8'), 'escape'), ' '), '') \
                     FROM \"{table}\" AS t"
                ))
            });
            rows.collect()
        }
    }
}
