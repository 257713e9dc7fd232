//! The server against its reference: thousands of requests made from it, right and wrong ones, one by one and in
//! chains, and every answer compared with what it promises.

use std::{fs, path::Path, time::Duration};

use innkeeper_test_support::{Backend, eventually, on_each_backend};
use serde_json::{Value, json};

use super::{
    tools::{Tools, given, run},
    world::World,
};
use crate::harness::PATIENCE;

/// Longer than all phases take on a slow machine.
const ALL_PHASES: Duration = Duration::from_mins(15);
/// How much of the report is worth showing when something was found.
const REPORT_LINES: usize = 600;

on_each_backend!(the_server_does_what_the_reference_says);

fn the_server_does_what_the_reference_says(backend: Backend) {
    let (tools, world) = (Tools::find(), World::start(backend));
    let place = world.place.directory.path();
    for name in ["schemathesis.toml", "hooks.py"] {
        fs::copy(given(name), place.join(name)).unwrap();
    }
    write_what_is_known(&world, place);
    // From a file: an operation that served the reference would be left out.
    let document = world.document();
    fs::write(place.join("reference.json"), document.to_string()).unwrap();

    let mut command = tools.python("schemathesis", place);
    command.args(["--config-file", "schemathesis.toml"]);
    command.args(["run", "reference.json", "--url", &world.server.url, "--no-color"]);
    command.env("INNKEEPER_TOKEN", world.token());
    let (succeeded, report) = run(world.introduce(&mut command), ALL_PHASES);

    let lines: Vec<&str> = report.lines().map(str::trim).collect();
    let shown = lines
        .split_at(lines.len().saturating_sub(REPORT_LINES))
        .1
        .join("\n");
    assert!(succeeded, "{shown}");
    // A run that left something out would succeed too.
    let operations = operations(&document);
    let counts = [
        format!("Selected: {operations}/{operations}"),
        format!("Tested: {operations}"),
    ];
    let phases = ["Examples", "Coverage", "Fuzzing", "Stateful"].map(|phase| format!("✅ {phase}"));
    for expected in counts.iter().chain(&phases) {
        assert!(lines.contains(&expected.as_str()), "no `{expected}` in\n{shown}");
    }
    let chained = lines.iter().find_map(|line| line.strip_prefix("API Links:"));
    let numbers: Vec<usize> = chained
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let &[followed, all, _] = numbers.as_slice() else {
        panic!("no count of links in\n{shown}");
    };
    assert!(followed * 4 >= all, "{followed} of {all} links were followed");
}

/// How many operations a document has.
fn operations(document: &Value) -> usize {
    let paths = document["paths"].as_object().unwrap().values();
    let methods = ["get", "head", "post", "put", "delete"];
    paths
        .map(|path| methods.iter().filter(|method| path.get(method).is_some()).count())
        .sum()
}

/// What the server knows from the start, one file a kind, as the configuration names them. Without it, almost every
/// made-up path would lead nowhere.
fn write_what_is_known(world: &World, folder: &Path) {
    let write = |kind: &str, value: &str| {
        let file = folder.join(format!("{kind}.txt"));
        fs::write(file, format!("\"{value}\"\n")).unwrap();
    };
    write("client-ids", &world.client_id);
    write("client-secrets", &world.client_secret);

    let owner = "user create --email owner@example.org --first-name Ona --last-name Lima --json";
    let owner = world.place.line(owner).json();
    let user = owner["user_id"].as_str().unwrap();
    write("users", user);
    write("credentials", owner["credential_id"].as_str().unwrap());

    let property = "property create --title Seaside --currency EUR --owner owner@example.org";
    let property = world.place.line(property).value("property_id");
    write("properties", &property);
    let invite = json!({"property_id": property, "user_email": "guest@example.org", "role": "user"});
    let invited = sent(world, "/api/v1/property_users", &json!({"invite": invite}));
    write("property-users", &id(&invited["data"]));

    let credentials = json!({"account_id": "1", "api_key": "good-2x2"});
    let attributes = json!({"channel": "hostaway", "credentials": credentials});
    let accounts = format!("/api/v1/users/{user}/accounts/");
    let body = json!({"data": {"type": "accounts", "attributes": attributes}});
    let account = id(&sent(world, &accounts, &body)["data"]);
    write("accounts", &account);
    let run = eventually(PATIENCE, "a finished import", || {
        let runs = asked(world, &format!("{accounts}{account}/runs/"));
        let first = runs["data"][0].clone();
        (first["attributes"]["state"] == "succeeded").then(|| id(&first))
    });
    write("runs", &run);
}

fn id(resource: &Value) -> String {
    resource["id"].as_str().unwrap().to_owned()
}

fn sent(world: &World, path: &str, body: &Value) -> Value {
    let request = world.server.post(path).bearer_auth(world.token());
    let answer = request.json(body).send().unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    answer.json().unwrap()
}

fn asked(world: &World, path: &str) -> Value {
    let request = world.server.get(path).bearer_auth(world.token());
    let answer = request.send().unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    answer.json().unwrap()
}
