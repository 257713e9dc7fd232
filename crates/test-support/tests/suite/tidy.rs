//! House rules that the compiler does not know: sizes, names, twins and places.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const LONGEST_FILE: usize = 400;

/// Generated, so its length is not ours.
const MAY_BE_LONG: [&str; 1] = ["crates/storage/src/schema.rs"];

/// A thing lives beside its only user or gets a name of its own.
const DRAWERS: [&str; 4] = ["utils", "common", "helpers", "misc"];

/// The only places of the store that may tell the backends apart, beside its tests. The list may only shrink.
const MAY_BRANCH: [&str; 4] = ["connection.rs", "error.rs", "upsert.rs", "leases.rs"];

const BRANCHES: [&str; 5] = [
    "Backend::Sqlite",
    "Backend::Postgres",
    "AnyConnection::Sqlite",
    "AnyConnection::Postgres",
    "AnyConnection::Pg",
];

/// Paths that exist on one machine only, in two pieces each so that this file does not hold them.
const PATHS_OF_ONE_MACHINE: [(&str, &str); 4] =
    [("/wo", "rk/"), ("/Us", "ers/"), ("/ro", "ot/"), ("../sha", "red")];

const NOT_OURS: [&str; 3] = ["target", ".git", "innkeeper-data"];

fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize()
        .expect("the crate lies two folders below the root")
}

/// All files of the repository, by their path from its root.
fn files() -> Vec<String> {
    let root = repository();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be listed") {
            let path = entry.expect("an entry can be read").path();
            let name = path
                .file_name()
                .expect("an entry has a name")
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                if !NOT_OURS.contains(&name.as_str()) {
                    folders.push(path);
                }
            } else {
                let path = path.strip_prefix(&root).expect("a file below the root");
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    assert!(
        found.contains(&"crates/test-support/tests/suite/tidy.rs".to_owned()),
        "the walk finds nothing"
    );
    found
}

fn rust_files() -> Vec<String> {
    files()
        .into_iter()
        .filter(|path| has_ending(path, "rs"))
        .collect()
}

fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == ending)
}

fn content(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn assert_none(what: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{what}:\n{}", offenders.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let long = |path: &String| content(path).lines().count() > LONGEST_FILE;
    let mut offenders = rust_files();
    offenders.retain(|path| !MAY_BE_LONG.contains(&path.as_str()) && long(path));
    assert_none(
        &format!("files over {LONGEST_FILE} lines; split them by verb"),
        &offenders,
    );
}

#[test]
fn there_are_no_drawers() {
    let is_drawer = |name: &str| DRAWERS.contains(&name);
    let mut offenders = files();
    offenders.retain(|path| {
        path.split('/')
            .any(|part| is_drawer(part.split('.').next().unwrap_or(part)))
    });
    for path in rust_files() {
        let inline = content(&path).lines().any(|line| {
            let words: Vec<_> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
            words
                .windows(2)
                .any(|pair| pair[0] == "mod" && is_drawer(pair[1]))
        });
        if inline && !path.ends_with("/tidy.rs") {
            offenders.push(path);
        }
    }
    assert_none("names that say nothing", &offenders);
}

#[test]
fn migrations_are_twins() {
    let steps = |backend: &str, file: &str| -> BTreeSet<String> {
        let prefix = format!("migrations/{backend}/");
        let suffix = format!("/{file}");
        let step = |path: String| Some(path.strip_prefix(&prefix)?.strip_suffix(&suffix)?.to_owned());
        files().into_iter().filter_map(step).collect()
    };
    let up = steps("sqlite", "up.sql");
    assert!(!up.is_empty(), "there are no migrations");
    assert_eq!(
        up,
        steps("postgres", "up.sql"),
        "SQLite and PostgreSQL have different steps"
    );
    assert_eq!(
        up,
        steps("sqlite", "down.sql"),
        "SQLite cannot go back from each step"
    );
    assert_eq!(
        up,
        steps("postgres", "down.sql"),
        "PostgreSQL cannot go back from each step"
    );
}

#[test]
fn no_file_knows_one_machine() {
    let is_text = |path: &String| {
        ["rs", "toml", "md", "sql", "sh"]
            .iter()
            .any(|ending| has_ending(path, ending))
            || path.starts_with("scripts/")
            || path.starts_with(".ci/")
    };
    let paths = PATHS_OF_ONE_MACHINE.map(|(head, tail)| format!("{head}{tail}"));
    let mut offenders = files();
    offenders.retain(|path| is_text(path) && paths.iter().any(|foreign| content(path).contains(foreign)));
    assert_none("paths that exist on one machine only", &offenders);
}

#[test]
fn backends_differ_in_few_places() {
    let mut offenders = rust_files();
    offenders.retain(|path| {
        path.strip_prefix("crates/storage/src/")
            .is_some_and(|name| !MAY_BRANCH.contains(&name) && !name.ends_with("/tests.rs"))
            && BRANCHES.iter().any(|branch| content(path).contains(branch))
    });
    assert_none("the store tells the backends apart elsewhere", &offenders);
}
