//! Databases that a test owns.

use std::panic::{AssertUnwindSafe, catch_unwind};

use innkeeper_test_support::{Backend, TestDatabase, on_each_backend};

on_each_backend!(
    statements_and_values,
    databases_are_apart,
    failures_name_the_statement
);

fn statements_and_values(backend: Backend) {
    let database = TestDatabase::empty(backend);
    assert_eq!(database.backend(), backend);
    database.execute("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL)");
    assert_eq!(database.scalar("SELECT count(*) FROM t"), "2");
    assert_eq!(database.scalar("SELECT b FROM t WHERE a = 1"), "x");
    assert_eq!(database.scalar("SELECT b FROM t WHERE a = 2"), "NULL");
}

fn databases_are_apart(backend: Backend) {
    let [one, other] = [TestDatabase::empty(backend), TestDatabase::empty(backend)];
    assert_ne!(one.url(), other.url());
    one.execute("CREATE TABLE t (a INTEGER)");
    other.execute("CREATE TABLE t (a INTEGER)");
}

fn failures_name_the_statement(backend: Backend) {
    let database = TestDatabase::empty(backend);
    let panic = catch_unwind(AssertUnwindSafe(|| {
        database.execute("SELECT nonsense FROM nowhere");
    }));
    let message = panic.expect_err("there is no such table");
    let message = message.downcast_ref::<String>().expect("a panic with a text");
    assert!(
        message.contains("nowhere") && message.contains("in: SELECT nonsense"),
        "{message}"
    );
}

on_each_backend! {
    /// The other form of the macro.
    fn a_body_inside(backend) {
        assert_eq!(TestDatabase::empty(backend).scalar("SELECT 1"), "1");
    }
}

#[test]
fn a_sqlite_database_leaves_no_file() {
    let database = TestDatabase::empty(Backend::Sqlite);
    database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER)");
    let path = database
        .url()
        .strip_prefix("sqlite://")
        .expect("a SQLite URL")
        .to_owned();
    assert!(path.starts_with('/') && std::fs::exists(&path).unwrap());
    drop(database);
    assert!(!std::fs::exists(&path).unwrap());
}

mod on_the_server {
    use std::time::Duration;

    use innkeeper_test_support::{Backend, TestDatabase, each_backend, eventually};
    use postgres::{Client, NoTls};

    fn connect(database: &TestDatabase) -> Client {
        Client::connect(database.url(), NoTls).expect("a test database accepts connections")
    }

    #[test]
    fn a_dropped_database_is_gone_with_its_connections() {
        each_backend::run(Backend::Postgres, |backend| {
            let observer = TestDatabase::empty(backend);
            let database = TestDatabase::empty(backend);
            let mut client = connect(&database);
            let name = database.scalar("SELECT current_database()");
            drop(database);
            assert!(client.simple_query("SELECT 1").is_err());
            let count = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
            assert_eq!(observer.scalar(&count), "0");
        });
    }

    #[test]
    fn severed_connections_fail_and_new_ones_work() {
        each_backend::run(Backend::Postgres, |backend| {
            let database = TestDatabase::empty(backend);
            let bystander = TestDatabase::empty(backend);
            let [mut cut, mut spared] = [connect(&database), connect(&bystander)];
            database.sever();
            assert!(cut.simple_query("SELECT 1").is_err());
            assert!(spared.simple_query("SELECT 1").is_ok());
            assert!(connect(&database).simple_query("SELECT 1").is_ok());
        });
    }

    #[test]
    fn it_works_inside_an_async_runtime() {
        each_backend::run(Backend::Postgres, |backend| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .expect("a runtime");
            let one = runtime.block_on(async { TestDatabase::empty(backend).scalar("SELECT 1") });
            assert_eq!(one, "1");
        });
    }

    #[test]
    fn a_template_waits_for_its_last_user() {
        each_backend::run(Backend::Postgres, |backend| {
            let copy = TestDatabase::from_template(backend, "slow to close", |url| {
                let client = Client::connect(url, NoTls).expect("a template accepts connections");
                std::thread::spawn(move || {
                    let begun = std::time::Instant::now();
                    eventually(Duration::from_secs(5), "a while", || {
                        (begun.elapsed() > Duration::from_millis(300)).then_some(())
                    });
                    drop(client);
                });
            });
            assert_eq!(copy.scalar("SELECT 1"), "1");
        });
    }
}
