//! Which backends a run tests.

use innkeeper_test_support::Backend::{Postgres, Sqlite};

#[test]
fn sqlite_alone_is_the_default() {
    assert!(Sqlite.chosen(None, false));
    assert!(!Postgres.chosen(None, true));
}

#[test]
fn a_list_chooses() {
    assert!(Sqlite.chosen(Some("sqlite, postgres"), true));
    assert!(Postgres.chosen(Some("sqlite, postgres"), true));
    assert!(!Sqlite.chosen(Some("postgres"), true));
}

#[test]
#[should_panic(expected = "INNKEEPER_TEST_POSTGRES_URL is not set")]
fn postgres_without_a_server_is_no_skip() {
    Sqlite.chosen(Some("sqlite,postgres"), false);
}

#[test]
#[should_panic(expected = "unknown backend `postgresql`")]
fn a_misspelt_backend_is_no_skip() {
    Sqlite.chosen(Some("sqlite,postgresql"), true);
}
