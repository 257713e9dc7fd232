//! What can keep the program from starting: each is one line that says what is wrong and how to mend it.

use std::{fs, net::TcpListener};

use innkeeper_test_support::{Backend, TestDatabase};

use crate::harness::{KEY, Place};

#[test]
fn a_taken_port() {
    let place = Place::migrated(Backend::Sqlite);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let run = place
        .with("INNKEEPER_HTTP__LISTEN", &format!("127.0.0.1:{port}"))
        .line("serve");
    assert_eq!(
        run.refused(),
        format!(
            "port {port} of 127.0.0.1 is taken by another program; stop that, or set INNKEEPER_HTTP__LISTEN to another"
        )
    );
}

#[test]
fn an_address_of_another_machine() {
    let place = Place::migrated(Backend::Sqlite).with("INNKEEPER_HTTP__LISTEN", "192.0.2.1:80");
    let refusal = place.line("serve").refused();
    assert!(
        refusal.starts_with("cannot listen on 192.0.2.1:80 ("),
        "{refusal}"
    );
    assert!(
        refusal.ends_with("set INNKEEPER_HTTP__LISTEN to an address and port that can be"),
        "{refusal}"
    );
}

#[test]
fn a_database_that_nobody_answers_for() {
    let place = Place::bare()
        .with("INNKEEPER_DATABASE__URL", "postgres://ana:hush@127.0.0.1:1/inn")
        .with("INNKEEPER_SECRETS__MASTER_KEY", KEY);
    for line in ["serve", "migrate", "migrate status", "user list"] {
        let refusal = place.line(line).refused();
        assert!(
            refusal.starts_with("cannot open the database postgres://ana:***@127.0.0.1:1/inn ("),
            "{refusal}"
        );
        assert!(refusal.contains("refused"), "{refusal}");
        assert!(
            refusal.ends_with("or set INNKEEPER_DATABASE__URL to another"),
            "{refusal}"
        );
        assert!(!refusal.contains("hush"), "{refusal}");
    }
}

#[test]
fn a_database_that_does_not_know_us() {
    if !Backend::Postgres.enabled() {
        return;
    }
    let database = TestDatabase::empty(Backend::Postgres);
    let (server, _) = database.url().rsplit_once('/').unwrap();
    let place = Place::bare()
        .with(
            "INNKEEPER_DATABASE__URL",
            &format!("{server}/there_is_no_such_database"),
        )
        .with("INNKEEPER_SECRETS__MASTER_KEY", KEY);
    let refusal = place.line("migrate").refused();
    assert!(refusal.contains("does not exist"), "{refusal}");
}

#[test]
fn a_file_that_is_no_database() {
    let place = Place::bare()
        .with("INNKEEPER_DATABASE__URL", "sqlite://inn.db")
        .with("INNKEEPER_SECRETS__MASTER_KEY", KEY);
    place.write("inn.db", &"this is no database ".repeat(100));
    for line in ["migrate", "user list"] {
        let refusal = place.line(line).refused();
        assert!(refusal.contains("inn.db"), "{refusal}");
    }
}

#[test]
fn a_directory_that_cannot_be_written() {
    let place = Place::bare().with("INNKEEPER_DATABASE__URL", "sqlite://data/inn.db");
    place.write("data", "a file stands where the directory should be");
    let refusal = place.line("serve").refused();
    assert!(
        refusal.starts_with("cannot make the key file data/inn.db.key ("),
        "{refusal}"
    );
    assert!(refusal.contains("make its directory writable"), "{refusal}");
    let with_key = place.with("INNKEEPER_SECRETS__MASTER_KEY", KEY);
    let refusal = with_key.line("serve").refused();
    assert!(
        refusal.starts_with("cannot open the database sqlite://data/inn.db ("),
        "{refusal}"
    );
    assert!(fs::metadata(with_key.path("data")).unwrap().is_file());
}

#[test]
fn a_database_that_is_not_there_is_not_made_by_looking() {
    let place = Place::bare();
    let told = "there is no database innkeeper-data/innkeeper.db yet; run: innkeeper migrate";
    for line in ["user list", "tenant create --name acme", "serve --no-migrate"] {
        assert_eq!(place.line(line).refused(), told, "{line}");
    }
    assert_eq!(place.line("migrate status").value("state"), "missing");
    assert_eq!(place.directory.path().read_dir().unwrap().count(), 0);
}
