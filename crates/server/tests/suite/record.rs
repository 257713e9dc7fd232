//! The record, from the command line: what leaves one, how it is written out, and how its seals are walked.

use std::time::Duration;

use innkeeper_test_support::{Backend, eventually, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Place, Server, snapshot, stable};

on_each_backend!(
    every_command_that_changes_something_leaves_its_records,
    records_are_written_out_in_both_forms,
    a_server_seals_and_a_walk_finds_what_was_touched,
    what_was_refused_is_written_down_at_the_latest_when_the_server_stops,
);

const ANA: &str = "user create --email ana@example.com --first-name Ana --last-name Lima";
const BO: &str = "user create --email bo@example.com --first-name Bo --last-name Berg";
const SINCE: &str = "--since 2020-01-01T00:00:00Z";

/// Commands that change nothing of what is recorded, with the reason.
const EXEMPT: [(&str, &str); 18] = [
    ("audit export", "reads"),
    ("audit verify", "reads"),
    ("api-key list", "reads"),
    ("channels check", "stores nothing"),
    ("channels list", "reads"),
    ("channels show", "reads"),
    ("config check", "reads"),
    ("config show", "reads"),
    ("credential list", "reads"),
    ("demo", "does it by HTTP"),
    ("mail list", "reads"),
    ("migrate status", "reads"),
    (
        "migrate up",
        "makes the tenant `default`, on record by the same function as `migrate`",
    ),
    ("openapi", "has no database"),
    ("sandbox", "has no database"),
    ("serve", "does it by HTTP"),
    ("user list", "reads"),
    ("worker", "imports, which is no change of access"),
];

/// Each command that changes something, and the actions that it must leave. `{..}` is what an earlier one printed.
const ROWS: [(&str, &str, &[&str]); 17] = [
    (
        "tenant create",
        "tenant create --name acme",
        &["application.created", "tenant.created"],
    ),
    (
        "application create",
        "application create --tenant default",
        &["application.created"],
    ),
    (
        "application update",
        "application update {application_id} --scope user:read",
        &["application.updated"],
    ),
    (
        "application update",
        "application update {application_id} --scope user:read",
        &[],
    ),
    (
        "application rotate-secret",
        "application rotate-secret {application_id}",
        &["application.secret_rotated"],
    ),
    (
        "user create",
        "user create --tenant default --email ana@example.com --first-name Ana --last-name Lima",
        &["credential.added", "user.created"],
    ),
    (
        "user update",
        "user update --tenant default --email ana@example.com --permission admin",
        &["credential.updated"],
    ),
    (
        "user update",
        "user update --tenant default --email ana@example.com --permission admin",
        &[],
    ),
    (
        "user update",
        "user update --tenant default --email ana@example.com --disable",
        &["user.disabled"],
    ),
    (
        "user update",
        "user update --tenant default --email ana@example.com --enable",
        &["user.enabled"],
    ),
    (
        "user update",
        "user update --tenant default --email ana@example.com --enable",
        &[],
    ),
    (
        "credential add",
        "credential add --tenant default --user ana@example.com",
        &["credential.added"],
    ),
    (
        "credential remove",
        "credential remove --tenant default {credential_id}",
        &["credential.removed"],
    ),
    (
        "property create",
        "property create --tenant default --title Inn --currency EUR --owner ana@example.com",
        &["property.created", "property_user.invited"],
    ),
    (
        "api-key create",
        "api-key create --tenant default --user ana@example.com",
        &["api_key.created"],
    ),
    (
        "api-key revoke",
        "api-key revoke {api_key_id}",
        &["api_key.revoked"],
    ),
    ("api-key revoke", "api-key revoke {api_key_id}", &[]),
];

/// The commands that a help text lists.
fn listed(place: &Place, command: &str) -> Vec<String> {
    let help = place.line(&format!("{command} --help")).succeeded();
    let Some((_, rest)) = help.split_once("Commands:\n") else {
        return Vec::new();
    };
    rest.lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !["", "help"].contains(name))
        .map(|name| format!("{command} {name}").trim().to_owned())
        .collect()
}

/// Those that have no further ones, with whatever they are called.
fn leaves(place: &Place) -> Vec<String> {
    let mut found = Vec::new();
    for command in listed(place, "") {
        let deeper = listed(place, &command);
        if deeper.is_empty() {
            found.push(command);
        } else {
            found.extend(deeper);
        }
    }
    found
}

/// Every action on record, of each tenant.
fn recorded(place: &Place) -> Vec<String> {
    let mut actions: Vec<String> = ["default", "acme"]
        .into_iter()
        .map(|tenant| place.line(&format!("audit export {SINCE} --format jsonl --tenant {tenant}")))
        .filter(|run| run.code == Some(0))
        .flat_map(|run| run.stdout.lines().map(str::to_owned).collect::<Vec<_>>())
        .map(|line| {
            serde_json::from_str::<Value>(&line).unwrap()["action"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    actions.sort();
    actions
}

fn every_command_that_changes_something_leaves_its_records(backend: Backend) {
    let place = Place::migrated(backend);
    let mut known: Vec<&str> = ROWS.iter().map(|(command, ..)| *command).collect();
    known.extend(EXEMPT.iter().map(|(command, _)| *command));
    known.sort_unstable();
    known.dedup();
    let mut found = leaves(&place);
    found.sort();
    assert_eq!(found, known, "a new command needs a row here");

    assert_eq!(recorded(&place), ["tenant.created"], "the first tenant");
    let mut printed = serde_json::Map::new();
    for (_, line, expected) in ROWS {
        let line = printed.iter().fold(line.to_owned(), |line, (name, value)| {
            line.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default())
        });
        let before = recorded(&place);
        let answer = place.line(&format!("{line} --json")).json();
        if let Value::Object(values) = answer {
            printed.extend(values);
        }
        let mut new = recorded(&place);
        for action in before {
            let known = new.iter().position(|one| *one == action).expect("records stay");
            new.remove(known);
        }
        assert_eq!(new, expected, "{line}");
    }
}

fn records_are_written_out_in_both_forms(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    place
        .run([
            "property",
            "create",
            "--title",
            "=Inn, \"Sea\"",
            "--currency",
            "EUR",
            "--owner",
            "ana@example.com",
        ])
        .succeeded();
    let lines = place
        .line(&format!("audit export {SINCE} --format jsonl"))
        .succeeded();
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    let owner = json!({"role": "owner", "overrides": null});
    assert_eq!(
        (&last["after"], &last["action"]),
        (&owner, &json!("property_user.invited"))
    );
    assert!(!lines.contains("ana@example.com"), "ids, never addresses");
    let table = place
        .line(&format!("audit export {SINCE} --format csv"))
        .succeeded();
    snapshot!(stable(&table).replace('\r', ""), @r#"
    tenant_id,id,at,action,actor_type,actor_id,credential_id,token_type,token_id,request_id,object_id,property_id,user_id,before,after
    [id],[id],[time],tenant.created,operator,,,,,[id],[id],,,,"{""name"":""default""}"
    [id],[id],[time],user.created,operator,,,,,cli-[id],[id],,[id],,"{""state"":""active""}"
    [id],[id],[time],credential.added,operator,,,,,cli-[id],[id],,[id],,"{""credential_type"":""partner"",""global_permissions"":""view""}"
    [id],[id],[time],property.created,operator,,,,,cli-[id],[id],[id],,,"{""country"":null,""currency"":""EUR"",""has_email"":false,""timezone"":null,""title"":""=Inn, \""Sea\""""}"
    [id],[id],[time],property_user.invited,operator,,,,,cli-[id],[id],[id],[id],,"{""overrides"":null,""role"":""owner""}"
    "#);
    let none = format!("audit export {SINCE} --until 2020-01-01T00:00:01Z --format");
    assert_eq!(place.line(&format!("{none} jsonl")).succeeded(), "");
    assert_eq!(place.line(&format!("{none} csv")).succeeded().lines().count(), 1);
    place
        .line("audit export --since yesterday --format csv")
        .was_wrong_usage();
    place
        .line(&format!("audit export {SINCE} --format csv --json"))
        .was_wrong_usage();
}

/// What a walk says of the only tenant.
fn walk(place: &Place, more: &str) -> Value {
    let run = place.line(&format!("audit verify {more} --json"));
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr))
}

fn a_server_seals_and_a_walk_finds_what_was_touched(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    place.line(BO).succeeded();
    let server = Server::start(&place, &[]);
    eventually(Duration::from_mins(1), "five sealed records", || {
        let told = walk(&place, "");
        told["tenants"][0]["head"]
            .as_str()?
            .starts_with("5:")
            .then_some(())
    });
    server.end();
    let head = walk(&place, "")["tenants"][0]["head"]
        .as_str()
        .unwrap()
        .to_owned();
    let holds = place.line(&format!("audit verify --expect {head}")).succeeded();
    assert!(holds.contains(&format!("head: {head}\n")), "{holds}");
    assert!(holds.ends_with("holds: true\n"), "{holds}");
    place.line("audit verify --expect 5:xyz").was_wrong_usage();

    place
        .database()
        .execute("UPDATE audit_records SET after_json = NULL WHERE action = 'tenant.created'");
    let refused = place.line("audit verify").one_error();
    snapshot!(stable(&refused), @r#"
    the record of tenant [id] does not hold: record [id], sealed at position 1, was changed
    "#);
    let told = walk(&place, "");
    assert_eq!(
        (&told["holds"], &told["tenants"][0]["head"]),
        (&json!(false), &Value::Null)
    );
    place.database().execute("DELETE FROM audit_seals");
    place.database().execute("DELETE FROM audit_sealers");
    assert_eq!(
        walk(&place, "")["holds"],
        json!(true),
        "all seals gone is no chain at all"
    );
    let refused = place.line(&format!("audit verify --expect {head}")).one_error();
    assert!(
        refused.ends_with("the chain ends at position 0, but it had reached 5: its tail was cut off"),
        "{refused}"
    );
}

fn what_was_refused_is_written_down_at_the_latest_when_the_server_stops(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    place.line(BO).succeeded();
    let property = place
        .line("property create --title Inn --currency EUR --owner ana@example.com")
        .value("property_id");
    let key = place
        .line("api-key create --user bo@example.com")
        .value("api_key");
    let server = Server::start(&place, &["--no-workers"]);
    let invite = json!({"invite": {"property_id": property, "user_email": "x@example.com", "role": "user"}});
    for _ in 0..2 {
        let answer = server
            .post("/api/v1/property_users")
            .header("user-api-key", &key)
            .json(&invite)
            .send()
            .unwrap();
        assert_eq!(answer.status().as_u16(), 403);
    }
    server.end();
    let lines = place
        .line(&format!("audit export {SINCE} --format jsonl"))
        .succeeded();
    let refused: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|record: &Value| record["action"] == json!("access.refused"))
        .collect();
    let count: u64 = refused
        .iter()
        .map(|record| record["after"]["count"].as_u64().unwrap())
        .sum();
    assert_eq!(count, 2, "{refused:?}");
    assert!(
        refused
            .iter()
            .all(|record| record["property_id"] == json!(property))
    );
}
