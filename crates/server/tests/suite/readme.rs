//! The five minutes with curl in the README, executed as they stand.

use std::process::Command;

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::Value;

use crate::harness::guide;

on_each_backend!(the_tour_runs_as_it_stands);

fn the_tour_runs_as_it_stands(backend: Backend) {
    let told = guide::follow("README.md", guide::place(backend));
    let steps = [
        r#""role":"user","overrides":null"#,
        r#""total":2"#,
        r#""overrides":{"users.invite":true,"reports.read":false}"#,
        r#"{"meta":{"message":"Success"}}"#,
        r#"{"errors":{"code":"resource_not_found","title":"Resource Not Found"}}"#,
        r#""channel":"hostaway","channel-id":"61148""#,
        r#""count":12}"#,
        r#""count":480}"#,
        r#""disposition":"queued""#,
        "\n204\n",
    ];
    let mut rest = told.as_str();
    for step in steps {
        let (_, after) = rest
            .split_once(step)
            .unwrap_or_else(|| panic!("{step} is missing in:\n{told}"));
        rest = after;
    }
}

/// `cargo run` asks which binary is meant as soon as the folder's default members have two.
#[test]
fn cargo_knows_which_binary_the_readme_means() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(guide::repository())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let run_by_default = |package: &&Value| {
        let members = metadata["workspace_default_members"].as_array().unwrap();
        members.contains(&package["id"])
    };
    let packages = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(run_by_default);
    let targets = packages.flat_map(|package| package["targets"].as_array().unwrap());
    let binaries = targets.filter(|target| target["kind"][0] == "bin");
    let names: Vec<_> = binaries.map(|target| target["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["innkeeper"]);
}
