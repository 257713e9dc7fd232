//! The schema: `migrate`, and who refuses to work without it.

use innkeeper_test_support::{Backend, ChildProcess, on_each_backend};
use std::time::Duration;

use crate::harness::{Place, snapshot, stable};

on_each_backend!(
    migrating_twice_changes_nothing,
    two_who_migrate_at_once_both_succeed,
    commands_ask_for_the_schema,
    a_newer_database_is_left_alone,
);

fn without_database(place: &Place, text: &str) -> String {
    let url = place.database().url();
    stable(&text.replace(url, "[database]"))
}

fn migrating_twice_changes_nothing(backend: Backend) {
    let place = Place::fresh(backend);
    let first = place.line("migrate --json").json();
    assert_eq!(first["state"], "current");
    assert!(!first["steps_taken"].as_array().unwrap().is_empty());
    assert_eq!(place.database().scalar("SELECT name FROM tenants"), "default");
    let again = place.line("migrate up").succeeded();
    snapshot!(without_database(&place, &again), @r"
    database: [database]
    steps_taken: -
    state: current
    ");
    let status = place.line("migrate status --json").json();
    assert_eq!(status["state"], "current");
    let steps = status["steps"].as_array().unwrap();
    assert!(steps.iter().all(|step| step["taken"] == true), "{steps:?}");
    assert_eq!(place.database().scalar("SELECT count(*) FROM tenants"), "1");
}

fn two_who_migrate_at_once_both_succeed(backend: Backend) {
    let place = Place::fresh(backend);
    let mut started: Vec<ChildProcess> = (0..4)
        .map(|_| ChildProcess::spawn(&mut place.command(["migrate"])))
        .collect();
    for process in &mut started {
        let status = process.wait(Duration::from_mins(1));
        assert!(status.success(), "{}", process.output());
    }
    let took = started
        .iter()
        .filter(|process| !process.output().contains("steps_taken: -"));
    assert_eq!(took.count(), 1, "one took the steps");
    assert_eq!(place.database().scalar("SELECT count(*) FROM tenants"), "1");
}

fn commands_ask_for_the_schema(backend: Backend) {
    let place = Place::fresh(backend);
    let refusal = place.line("tenant create --name acme").refused();
    assert!(refusal.ends_with("; run: innkeeper migrate"), "{refusal}");
    let status = place.line("migrate status --json").json();
    assert_ne!(status["state"], "current");
    let refusal = place.line("serve --no-migrate");
    assert_eq!(refusal.code, Some(1));
    assert!(
        refusal.one_error().ends_with("; run: innkeeper migrate"),
        "{}",
        refusal.stderr
    );
}

fn a_newer_database_is_left_alone(backend: Backend) {
    let place = Place::migrated(backend);
    let add = "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')";
    place.database().execute(add);
    let told =
        "the database was made by a newer version of innkeeper; run that version, or restore an older backup";
    for line in ["migrate", "user list", "serve", "serve --no-migrate"] {
        assert_eq!(place.line(line).refused(), told, "{line}");
    }
    assert_eq!(place.line("migrate status --json").json()["state"], "newer");
}
