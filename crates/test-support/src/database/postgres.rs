//! A database on the PostgreSQL server that the tests were given.

use std::{
    env, process,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, SystemTime},
};

use postgres::{Client, Config, Error, NoTls, SimpleQueryMessage, error::SqlState};

use crate::{backend::POSTGRES_URL, waiting::eventually};

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Database {
    name: String,
    url: String,
}

impl Database {
    /// From `template0`, which accepts no connections, so that nobody is ever in the way.
    pub(super) fn empty() -> Self {
        Self::create("template0")
    }

    /// Copies the database, whose last user may still be on the way out.
    pub(super) fn copy(&self) -> Self {
        Self::create(&self.name)
    }

    fn create(template: &str) -> Self {
        let name = fresh_name();
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        eventually(
            PATIENCE,
            &format!("the last connection to {template} to close"),
            || match on_own_thread(|| connect(&server())?.batch_execute(&sql)) {
                Ok(()) => Some(()),
                Err(error) if error.code() == Some(&SqlState::OBJECT_IN_USE) => None,
                Err(error) => panic!("{}, in: {sql}", described(&error)),
            },
        );
        let url = url_of(&server_url(), &name);
        Self { name, url }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn execute(&self, sql: &str) {
        let outcome = on_own_thread(|| connect(&self.config())?.batch_execute(sql));
        outcome.unwrap_or_else(|error| panic!("{}, in: {sql}", described(&error)));
    }

    pub(super) fn scalar(&self, sql: &str) -> String {
        let answer = on_own_thread(|| connect(&self.config())?.simple_query(sql));
        let answer = answer.unwrap_or_else(|error| panic!("{}, in: {sql}", described(&error)));
        let row = answer.into_iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let row = row.unwrap_or_else(|| panic!("no row from: {sql}"));
        row.get(0).unwrap_or("NULL").to_owned()
    }

    pub(super) fn sever(&self) {
        let outcome = on_own_thread(|| {
            let mut client = connect(&server())?;
            // Two statements: in one, the planner may call the function before it looks at the name.
            let theirs = "SELECT pid FROM pg_stat_activity WHERE datname = $1";
            let rows = client.query(theirs, &[&self.name])?;
            let pids: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
            client.execute(
                "SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid",
                &[&pids],
            )?;
            // The server only sends signals; the connections end a little later.
            eventually(PATIENCE, "the connections to be cut", || {
                let left = client.query("SELECT 1 FROM pg_stat_activity WHERE pid = ANY($1)", &[&pids]);
                left.map(|rows| rows.is_empty().then_some(())).transpose()
            })
        });
        outcome.unwrap_or_else(|error| panic!("{}", described(&error)));
    }

    fn config(&self) -> Config {
        let mut config = server();
        config.dbname(&self.name);
        config
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // FORCE: the product may still hold connections. A panic here would hide the one that ends the test.
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(error) = on_own_thread(|| connect(&server())?.batch_execute(&sql)) {
            eprintln!("{} was left behind: {}", self.name, described(&error));
        }
    }
}

/// The client runs an async runtime inside, which refuses to start on a thread that has one, as async tests do.
fn on_own_thread<T: Send>(work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    thread::scope(|scope| scope.spawn(work).join()).expect("the database thread does not panic")
}

fn connect(config: &Config) -> Result<Client, Error> {
    config.connect(NoTls)
}

fn server() -> Config {
    server_url()
        .parse()
        .unwrap_or_else(|error| panic!("{POSTGRES_URL}: {error}"))
}

fn server_url() -> String {
    env::var(POSTGRES_URL).unwrap_or_else(|error| panic!("{POSTGRES_URL}: {error}"))
}

/// `url` with another database name; parameters stay.
fn url_of(url: &str, database: &str) -> String {
    let (address, parameters) = url.split_once('?').map_or((url, None), |(a, p)| (a, Some(p)));
    let (server, _) = address
        .rsplit_once('/')
        .unwrap_or_else(|| panic!("{POSTGRES_URL} names no database"));
    parameters.map_or_else(
        || format!("{server}/{database}"),
        |p| format!("{server}/{database}?{p}"),
    )
}

/// Several test processes share the server, also over its life time: process ids come again, the time does not.
fn fresh_name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::SeqCst);
    let time = SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("the clock is past 1970")
        .as_millis();
    format!("innkeeper_test_{}_{time}_{count}", process::id())
}

/// The client's own text for a refusal is only "db error".
fn described(error: &Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
