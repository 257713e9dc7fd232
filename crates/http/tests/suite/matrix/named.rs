//! The list of rules and their tests in `docs/authorization.md` names tests that there are.

use std::{fs, path::Path};

use super::table::DOCS;

const RULES: [&str; 28] = [
    "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "13", "14", "20", "35", "36", "37",
    "38", "39", "60", "61", "62", "63", "64", "65", "66", "67", "68",
];

/// The file of `http/tokens/mint` or `http/src/throttle`.
fn source(place: &str) -> String {
    let (name, rest) = place.split_once('/').expect("a crate and a module");
    let file = if rest.starts_with("src/") {
        format!("{name}/{rest}.rs")
    } else {
        format!("{name}/tests/suite/{rest}.rs")
    };
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(crates.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn every_rule_has_tests_that_there_are() {
    let rows: Vec<Vec<&str>> = DOCS
        .lines()
        .filter(|line| line.starts_with("| D-"))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let listed: Vec<&str> = rows.iter().map(|row| row[1]).collect();
    assert_eq!(listed, RULES.map(|rule| format!("D-{rule}")));
    for row in rows {
        let names: Vec<&str> = row[3].split(", ").collect();
        for name in names {
            let name = name.trim_matches('`');
            let (place, test) = name.split_once("::").expect("a module and a test");
            assert!(
                source(place).contains(&format!("fn {test}(")),
                "{}: {name}",
                row[1]
            );
        }
    }
}
