//! Databases copied from a template.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use innkeeper_test_support::{Backend, TestDatabase, on_each_backend};

on_each_backend!(threads_share_one_migration, copies_are_apart, keys_are_apart);

const TABLE: &str = "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (7)";

/// What a migration does: works through the URL alone, and closes its connections.
fn fill(url: &str, sql: &str) {
    if let Some(path) = url.strip_prefix("sqlite://") {
        let connection = rusqlite::Connection::open(path).expect("a new file");
        connection
            .execute_batch(&format!("PRAGMA journal_mode = WAL; {sql}"))
            .expect("good SQL");
    } else {
        let client = postgres::Client::connect(url, postgres::NoTls);
        client
            .and_then(|mut client| client.batch_execute(sql))
            .expect("good SQL");
    }
}

fn threads_share_one_migration(backend: Backend) {
    let runs = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let database = TestDatabase::from_template(backend, "threads", |url| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    fill(url, TABLE);
                });
                assert_eq!(database.scalar("SELECT a FROM t"), "7");
            });
        }
    });
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

fn copies_are_apart(backend: Backend) {
    let copy = || TestDatabase::from_template(backend, "copies", |url| fill(url, TABLE));
    let [one, other] = [copy(), copy()];
    one.execute("UPDATE t SET a = 8");
    assert_eq!(
        [one.scalar("SELECT a FROM t"), other.scalar("SELECT a FROM t")],
        ["8", "7"]
    );
}

fn keys_are_apart(backend: Backend) {
    let full = TestDatabase::from_template(backend, "full", |url| fill(url, TABLE));
    let empty = TestDatabase::from_template(backend, "empty", |url| fill(url, "SELECT 1"));
    empty.execute("CREATE TABLE t (a INTEGER)");
    assert_eq!(
        [
            full.scalar("SELECT count(*) FROM t"),
            empty.scalar("SELECT count(*) FROM t")
        ],
        ["1", "0"]
    );
}

#[test]
fn a_sqlite_copy_keeps_its_journal_mode() {
    let database = TestDatabase::from_template(Backend::Sqlite, "journal", |url| fill(url, TABLE));
    assert_eq!(database.scalar("PRAGMA journal_mode"), "wal");
}
