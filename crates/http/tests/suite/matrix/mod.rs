//! Every operation by every kind of caller: the table in `docs/authorization.md`, against the running server.
//!
//! Each request is a good one, about things that exist, so that a success is a success and a refusal is about the
//! caller alone. Whatever is refused, and whatever only reads, leaves every row of every table as it was.

mod callers;
mod doors;
mod named;
mod operations;
mod stage;
mod stored;
mod table;

use innkeeper_test_support::{Backend, on_each_backend};

use self::{
    callers::Column,
    doors::DOORS,
    operations::{ACCOUNTS, Operation, PROPERTIES, PROPERTY_USERS, USERS},
    stage::Stage,
    stored::Stored,
};
use crate::harness::{Answer, TestApp, secrets_in};

on_each_backend!(
    property_users_are_for_whom_the_table_says,
    properties_are_for_whom_the_table_says,
    users_and_keys_are_for_whom_the_table_says,
    accounts_are_for_whom_the_table_says,
    open_doors_are_for_whom_the_table_says,
);

#[test]
fn every_operation_has_a_row() {
    let mut served: Vec<String> = innkeeper_http::routes()
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    let families = [&PROPERTY_USERS[..], &PROPERTIES, &USERS, &ACCOUNTS, &DOORS];
    let rows = families.into_iter().flatten();
    let mut known: Vec<String> = rows.map(|row| format!("{} {}", row.method, row.path)).collect();
    served.sort();
    known.sort();
    assert_eq!(served, known);
}

fn property_users_are_for_whom_the_table_says(backend: Backend) {
    agrees(backend, "property users", &PROPERTY_USERS);
}

fn properties_are_for_whom_the_table_says(backend: Backend) {
    agrees(backend, "properties", &PROPERTIES);
}

fn users_and_keys_are_for_whom_the_table_says(backend: Backend) {
    agrees(backend, "users and keys", &USERS);
}

fn accounts_are_for_whom_the_table_says(backend: Backend) {
    agrees(backend, "accounts and channels", &ACCOUNTS);
}

fn open_doors_are_for_whom_the_table_says(backend: Backend) {
    agrees(backend, "open to everybody", &DOORS);
}

#[track_caller]
fn agrees(backend: Backend, title: &str, operations: &[Operation]) {
    let app = stage::start(backend);
    let found = table::table(title, &asked(&app, operations));
    table::is_checked_in(title, &found);
}

/// Asks everything in everybody's name.
fn asked(app: &TestApp, operations: &[Operation]) -> Vec<table::Row> {
    let rival = app.found("Rival");
    let mut stored = Stored::of(app);
    let mut stages = 1;
    let mut stage = Stage::new(app, &rival, stages);
    let mut serial = 0;
    let mut rows = Vec::new();
    for operation in operations {
        let mut cells = Vec::new();
        for column in Column::ALL {
            serial += 1;
            let answer = answer(&stage, &mut stored, *operation, column, serial);
            cells.push(cell(&stage, *operation, &answer));
            if operation.spoils && answer.status < 300 {
                stages += 1;
                stage = Stage::new(app, &rival, stages);
            }
        }
        assert!(
            cells
                .iter()
                .any(|cell| cell.starts_with('2') || cell.starts_with('3')),
            "nobody may, so the request is no good one: {operation:?} {cells:?}"
        );
        rows.push((*operation, cells));
    }
    rows
}

fn answer(
    stage: &Stage<'_>,
    stored: &mut Stored,
    operation: Operation,
    column: Column,
    serial: u32,
) -> Answer {
    let caller = column.caller(stage, operation.method, operation.path);
    let request = operation.request(stage, serial);
    let request = if caller.token.is_empty() {
        request
    } else {
        request.bearer(&caller.token)
    };
    let before = stored.now();
    let answer = request.send();
    let is_read = operation.method == "GET" || operation.method == "HEAD";
    let is_success = answer.status < 400;
    let changed = stored.now() != before;
    let row = format!("{} {} by {column:?}", operation.method, operation.path);
    assert_eq!(changed, is_success && !is_read, "{row}: {answer}");
    // Whoever has a link is told who sent it, and to what.
    let is_page = operation.path.starts_with("/onboarding/");
    if !is_success || (column.is_a_stranger() && !is_page) {
        for hidden in stage.hidden() {
            assert!(!answer.body.contains(hidden), "{row} tells {hidden}: {answer}");
        }
    }
    let hands_out = operation.hands_out_secrets();
    assert!(
        hands_out || secrets_in(&answer.body).is_empty(),
        "{row}: {answer}"
    );
    answer
}

/// The status; with a star if the list leaves out what the row is about.
fn cell(stage: &Stage<'_>, operation: Operation, answer: &Answer) -> String {
    let hidden = match operation.shows {
        Some(shows) if answer.status == 200 => !answer.body.contains(shows(stage)),
        _ => false,
    };
    format!("{}{}", answer.status, if hidden { "*" } else { "" })
}
