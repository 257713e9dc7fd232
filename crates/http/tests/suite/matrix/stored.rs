//! All that is stored, to see whether anything of it has changed.

use innkeeper_test_support::Backend;

use crate::harness::TestApp;

/// Looks at every table, on a connection of its own.
pub(super) enum Stored {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>, String),
}

impl Stored {
    pub(super) fn of(app: &TestApp) -> Self {
        let url = app.database().url();
        match app.database().backend() {
            Backend::Sqlite => {
                let path = url.strip_prefix("sqlite://").expect("a file");
                Self::Sqlite(rusqlite::Connection::open(path).expect("the file can be opened"))
            }
            Backend::Postgres => {
                let tables = app.database().scalar(
                    "SELECT string_agg(table_name, ' ') FROM information_schema.tables WHERE table_schema = 'public'",
                );
                let rows: Vec<String> = tables
                    .split(' ')
                    .map(|table| format!("SELECT t::text AS line FROM \"{table}\" AS t"))
                    .collect();
                let all = rows.join(" UNION ALL ");
                let sql = format!("SELECT md5(string_agg(line, ';' ORDER BY line)) FROM ({all}) AS every");
                let client = postgres::Client::connect(url, postgres::NoTls);
                Self::Postgres(Box::new(client.expect("the server is there")), sql)
            }
        }
    }

    /// Another text if, and only if, anything was changed meanwhile.
    pub(super) fn now(&mut self) -> String {
        match self {
            // Another number whenever another connection has changed the file.
            Self::Sqlite(connection) => {
                let version = connection.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0));
                version.expect("the file can be read").to_string()
            }
            Self::Postgres(client, sql) => {
                let row = client.query_one(sql.as_str(), &[]);
                row.expect("the tables can be read").get(0)
            }
        }
    }
}
