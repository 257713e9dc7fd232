//! The five minutes with curl in the README, executed as they stand.

use std::{fs, os::unix::fs::symlink, path::Path, process::Command};

use innkeeper_test_support::free_port;
use serde_json::Value;

/// The shell blocks between the markers, in order, without the build: the binary is there.
fn tour(readme: &str) -> String {
    let begun = readme.split("<!-- tour:begin -->").nth(1).unwrap();
    let tour = begun.split("<!-- tour:end -->").next().unwrap();
    let blocks = tour
        .split("```sh\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap());
    let lines = blocks
        .flat_map(str::lines)
        .filter(|line| !line.starts_with("cargo build"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_tour_runs_as_it_stands() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let release = folder.path().join("target/release");
    fs::create_dir_all(&release).unwrap();
    symlink(env!("CARGO_BIN_EXE_innkeeper"), release.join("innkeeper")).unwrap();
    // Another program may have the usual port.
    let port = free_port().to_string();
    let script = tour(&readme)
        .replace("8080", &port)
        .replace("9090", &free_port().to_string());

    let output = Command::new("bash")
        // Jobs, as in the shell that a reader has; the first failure ends the tour.
        .args(["-m", "-e", "-c", &script])
        .current_dir(folder.path())
        .env("INNKEEPER_HTTP__LISTEN", format!("127.0.0.1:{port}"))
        .output()
        .unwrap();

    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
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
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
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
