//! The steps of the schema: forwards, backwards, twice, at once, and on both databases to the same end.

use std::{fs, path::Path, thread};

use innkeeper_domain::ports::{PageRequest, Queries};
use innkeeper_storage::{MigrateError, SchemaState, SqlStore};
use innkeeper_test_support::{Backend, TestDatabase, on_each_backend};

use crate::{
    schema::{Schema, describe},
    world::{config, database, open},
};

on_each_backend!(
    there_and_back_and_there_again_is_the_same,
    a_step_that_is_missing_is_told,
    migrating_again_changes_nothing,
    many_may_migrate_at_once,
    a_newer_database_is_left_alone,
    a_step_that_fails_leaves_nothing,
);

/// The names of all steps, in their order.
fn steps(backend: Backend) -> Vec<String> {
    let mut steps: Vec<_> = fs::read_dir(folder(backend))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    steps.sort();
    steps
}

fn folder(backend: Backend) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../migrations")
        .join(backend.to_string())
}

fn run(database: &TestDatabase, step: &str, file: &str) {
    let path = folder(database.backend()).join(step).join(file);
    database.execute(&fs::read_to_string(path).unwrap());
}

fn there_and_back_and_there_again_is_the_same(backend: Backend) {
    let database = TestDatabase::empty(backend);
    let mut stages = vec![describe(&database)];
    for step in steps(backend) {
        run(&database, &step, "up.sql");
        let there = describe(&database);
        assert_ne!(Some(&there), stages.last(), "{step} changes nothing");
        run(&database, &step, "down.sql");
        assert_eq!(
            Some(&describe(&database)),
            stages.last(),
            "{step} does not go back"
        );
        run(&database, &step, "up.sql");
        assert_eq!(describe(&database), there, "{step} does not come again");
        stages.push(there);
    }
    let migrated = describe(&crate::world::database(backend));
    assert_eq!(stages.last(), Some(&migrated));
    assert_eq!(migrated.len(), crate::world::TABLES.len());
}

/// One test for both, as it compares them; the other is asked for only where both are tested.
#[test]
fn both_databases_have_the_same_schema() {
    if !(Backend::Sqlite.enabled() && Backend::Postgres.enabled()) {
        return;
    }
    let [sqlite, postgres]: [Schema; 2] = Backend::ALL.map(|backend| describe(&database(backend)));
    for (name, table) in &sqlite {
        assert_eq!(Some(table), postgres.get(name), "{name}");
    }
    assert_eq!(sqlite.len(), postgres.len());
}

/// The conditions that rows must meet have no common form in the catalogues, but nearly one in the steps. Where SQLite
/// makes a table anew, PostgreSQL drops conditions by names that say nothing; which ones, a comment beside tells.
#[test]
fn both_databases_check_the_same_conditions() {
    let checks = |backend: Backend| -> Vec<String> {
        let mut found: Vec<(String, String)> = Vec::new();
        for step in steps(backend) {
            let sql = fs::read_to_string(folder(backend).join(step).join("up.sql")).unwrap();
            let mut table = String::new();
            for line in sql.lines().filter(|line| !line.contains(" RENAME TO ")) {
                let head = |verb| line.strip_prefix(verb).and_then(|rest| rest.split(' ').next());
                if let Some(name) = head("CREATE TABLE ").or(head("ALTER TABLE ")) {
                    name.clone_into(&mut table);
                }
                if let Some(before) = table.strip_suffix("_anew").map(str::to_owned) {
                    found.retain(|(of, _)| *of != before);
                    table = before;
                }
                // Types that PostgreSQL has, and SQLite checks instead.
                let only_sqlite = line.contains("(length(id) = 16)") || line.contains(" IN (0, 1))");
                let Some((rest, check)) = line.split_once("CHECK ").filter(|_| !only_sqlite) else {
                    continue;
                };
                let check = check.replace("octet_length", "length");
                let check = (table.clone(), check.trim_end_matches([',', ';']).to_owned());
                if rest.contains(" DROP CONSTRAINT ") {
                    let place = found.iter().position(|known| *known == check);
                    found.remove(place.unwrap_or_else(|| panic!("no such condition: {check:?}")));
                } else {
                    found.push(check);
                }
            }
        }
        found.sort();
        found
            .into_iter()
            .map(|(table, check)| format!("{table}: {check}"))
            .collect()
    };
    let sqlite = checks(Backend::Sqlite);
    assert!(sqlite.len() > 20, "{sqlite:?}");
    assert_eq!(sqlite, checks(Backend::Postgres));
}

fn a_step_that_is_missing_is_told(backend: Backend) {
    let database = TestDatabase::empty(backend);
    let store = open(database.url());
    let all = steps(backend);
    assert_eq!(store.schema_state().unwrap(), SchemaState::Behind(all.len()));
    let status = store.migrations_status().unwrap();
    assert_eq!(
        status.iter().map(|step| step.name.clone()).collect::<Vec<_>>(),
        all
    );
    assert!(status.iter().all(|step| !step.applied));
    assert_eq!(store.migrate().unwrap(), all);
    assert_eq!(store.schema_state().unwrap(), SchemaState::Current);
    assert!(store.migrations_status().unwrap().iter().all(|step| step.applied));
}

fn migrating_again_changes_nothing(backend: Backend) {
    let database = database(backend);
    let store = open(database.url());
    let tenants = || store.tenants(PageRequest::first(10)).unwrap().items;
    let before = tenants();
    assert_eq!(
        before
            .iter()
            .map(|tenant| tenant.name.as_str())
            .collect::<Vec<_>>(),
        ["default"]
    );
    assert_eq!(before[0].id.uuid().get_version_num(), 7);
    assert!(store.migrate().unwrap().is_empty());
    assert_eq!(tenants(), before);
    database.execute("UPDATE tenants SET name = 'ours'");
    store.migrate().unwrap();
    assert_eq!(
        tenants().len(),
        1,
        "only an installation without any tenant gets one"
    );
}

fn many_may_migrate_at_once(backend: Backend) {
    let database = TestDatabase::empty(backend);
    let taken: Vec<usize> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| open(database.url()).migrate().unwrap().len()))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(
        taken.iter().sum::<usize>(),
        steps(backend).len(),
        "each step is taken once: {taken:?}"
    );
    assert_eq!(database.scalar("SELECT count(*) FROM tenants"), "1");
}

fn a_newer_database_is_left_alone(backend: Backend) {
    let database = database(backend);
    database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')");
    let store = open(database.url());
    assert_eq!(store.schema_state().unwrap(), SchemaState::NewerThanBinary);
    match store.migrate() {
        Err(error @ MigrateError::NewerThanBinary { .. }) => {
            assert!(error.to_string().contains("`9999`"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(describe(&database), describe(&crate::world::database(backend)));
}

fn a_step_that_fails_leaves_nothing(backend: Backend) {
    let database = TestDatabase::empty(backend);
    // In the way of the last table but one.
    database.execute("CREATE TABLE outgoing_messages (id INTEGER)");
    let before = describe_or_raw(&database);
    let store = SqlStore::open(&config(database.url())).unwrap();
    assert!(matches!(store.migrate(), Err(MigrateError::Failed(_))));
    assert_eq!(describe_or_raw(&database), before);
    assert_eq!(
        store.schema_state().unwrap(),
        SchemaState::Behind(steps(backend).len())
    );
    database.execute("DROP TABLE outgoing_messages");
    store.migrate().unwrap();
    assert_eq!(store.schema_state().unwrap(), SchemaState::Current);
}

/// The names of all tables, which is all that can be said while a foreign one is among them.
fn describe_or_raw(database: &TestDatabase) -> String {
    database.scalar(match database.backend() {
        Backend::Sqlite => "SELECT group_concat(name) FROM sqlite_schema WHERE name NOT LIKE '%diesel%'",
        Backend::Postgres => {
            "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '%diesel%'"
        }
    })
}
