//! A document whose commands can be pasted, executed as it stands.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use innkeeper_test_support::{Backend, free_port};

use super::{
    Place,
    shown::{Known, compare},
};

/// What stands between the output of one block and that of the next.
const NEXT: &str = "--- next block";

/// The top of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A place as the documents mean it, for SQLite; and one where the variables name a PostgreSQL.
pub(crate) fn place(backend: Backend) -> Place {
    match backend {
        Backend::Sqlite => Place::bare(),
        Backend::Postgres => Place::fresh(backend),
    }
}

/// A text in the repository.
#[track_caller]
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A fenced block of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block<'d> {
    pub(crate) language: &'d str,
    pub(crate) text: &'d str,
}

/// All fenced blocks, in order.
pub(crate) fn blocks(document: &str) -> Vec<Block<'_>> {
    let mut parts = document.split("\n```").skip(1);
    let mut blocks = Vec::new();
    while let (Some(block), _) = (parts.next(), parts.next()) {
        let (language, text) = block.split_once('\n').unwrap_or((block, ""));
        blocks.push(Block { language, text });
    }
    blocks
}

/// The part of a document that is executed: all of it, or what the markers enclose.
pub(crate) fn tour(document: &str) -> &str {
    let begun = document.split("<!-- tour:begin -->").nth(1).unwrap_or(document);
    begun.split("<!-- tour:end -->").next().unwrap_or(begun)
}

/// A block of commands, and what the document shows of their answers.
struct Step<'d> {
    commands: &'d str,
    shown: Vec<&'d str>,
}

fn steps(document: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for Block { language, text } in blocks(tour(document)) {
        match (language, steps.last_mut()) {
            ("sh", _) => steps.push(Step {
                commands: text,
                shown: Vec::new(),
            }),
            ("json", Some(step)) => step.shown.push(text),
            _ => {}
        }
    }
    steps
}

/// Pastes all commands of a document into one shell, and holds what it shows of the answers against the answers. The
/// whole output, for whoever wants to look closer.
#[track_caller]
pub(crate) fn follow(path: &str, place: Place) -> String {
    // Another program may have the usual ports.
    let port = free_port().to_string();
    let document = read(path)
        .replace("8080", &port)
        .replace("9090", &free_port().to_string());
    let place = place.with("INNKEEPER_HTTP__LISTEN", &format!("127.0.0.1:{port}"));
    let release = place.path("target/release");
    fs::create_dir_all(&release).unwrap();
    symlink(env!("CARGO_BIN_EXE_innkeeper"), release.join("innkeeper")).unwrap();
    let steps = steps(&document);
    assert!(!steps.is_empty(), "{path} has no commands");

    // Whatever the shell started ends with it.
    let mut script = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n".to_owned();
    for step in &steps {
        // The binary is there already.
        let commands = step
            .commands
            .lines()
            .filter(|line| !line.starts_with("cargo build"));
        script.extend(commands.flat_map(|line| [line, "\n"]));
        script.extend(["printf '\\n%s\\n' '", NEXT, "'\n"]);
    }
    let mut shell = Command::new("timeout");
    // Jobs, as in the shell that a reader has; the first failure ends it all, and so does a loop without an end.
    shell.args(["--kill-after=10", "180", "bash", "-m", "-e", "-c", &script]);
    let output = place.dressed(shell).output().unwrap();

    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{path}: {}\n{told}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let mut known = Known::default();
    for (step, answer) in steps.iter().zip(told.split(NEXT)) {
        for shown in &step.shown {
            if let Err(difference) = compare(shown, answer, &mut known) {
                panic!("{path}, after\n{}\n{difference}", step.commands);
            }
        }
    }
    told
}
