//! Migrating takes long and copying does not, so each process migrates once and copies for every test.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError},
};

use super::{Place, TestDatabase, postgres, sqlite};
use crate::Backend;

/// Never dropped, as it lives as long as the process: SQLite is kept in memory and leaves no file; a PostgreSQL
/// template goes with its cluster.
#[derive(Debug)]
pub(super) enum Template {
    Sqlite(Vec<u8>),
    Postgres(postgres::Database),
}

type Slot = Arc<OnceLock<Template>>;

static TEMPLATES: LazyLock<Mutex<HashMap<(Backend, String), Slot>>> = LazyLock::new(Mutex::default);

impl Template {
    fn make(backend: Backend, migrate: impl FnOnce(&str)) -> Self {
        let database = TestDatabase::empty(backend);
        migrate(database.url());
        match database.place {
            Place::Sqlite(file) => Self::Sqlite(file.content()),
            Place::Postgres(database) => Self::Postgres(database),
        }
    }

    fn copy(&self) -> TestDatabase {
        let place = match self {
            Self::Sqlite(content) => Place::Sqlite(sqlite::File::holding(content)),
            Self::Postgres(database) => Place::Postgres(database.copy()),
        };
        TestDatabase { place }
    }
}

/// A copy of the template for `key`, which the first caller makes. Later callers wait for it, callers with other
/// keys do not; if making it panics, the next caller tries again and fails for the same reason.
pub(super) fn copy(backend: Backend, key: &str, migrate: impl FnOnce(&str)) -> TestDatabase {
    let slot = {
        let mut templates = TEMPLATES.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(templates.entry((backend, key.to_owned())).or_default())
    };
    slot.get_or_init(|| Template::make(backend, migrate)).copy()
}
