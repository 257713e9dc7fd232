//! Every rule has a test that carries its number.

use std::{collections::BTreeSet, fs, path::Path};

/// Rules that no test of this crate is about, and why.
const EXEMPT: &[(&str, &str)] = &[
    ("06", "addresses cannot be changed yet"),
    ("34", "idempotency keys are not built yet"),
    ("42", "there are no grants on groups yet"),
    ("46", "ownership cannot be handed over yet"),
    ("58", "nothing is left pending that a withdrawn person began"),
];

/// Every rule about people, roles, overrides, invitations, links, owners, tokens and keys, and those about users,
/// time, records and models that this crate answers for.
const RULES: &[&str] = &[
    "01", "02", "03", "04", "05", "06", "07", "10", "11", "12", "13", "14", "15", "16", "20", "21", "22",
    "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39",
    "39b", "39c", "40", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "55", "56", "57",
    "58", "60", "61", "62", "63", "64", "65", "66", "67", "80", "83", "84", "86", "87",
];

/// The numbers of the tests in the files of a folder, `39b` of `fn c_39b_the_last…`.
fn tested(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tested(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.extend(tests_of(&fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// A function counts if it is marked as a test, so that one that never runs does not.
fn tests_of(source: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if line == "#[test]" || line == "#[rstest]" {
            is_test = true;
        } else if let Some(name) = line.strip_prefix("fn ") {
            let number = name.strip_prefix("c_").and_then(|rest| rest.split_once('_'));
            numbers.extend(number.filter(|_| is_test).map(|(number, _)| number.to_owned()));
            is_test = false;
        }
    }
    numbers
}

#[test]
fn every_rule_has_a_test() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite");
    let tested = tested(&suite);
    let rules: BTreeSet<String> = RULES.iter().map(|rule| (*rule).to_owned()).collect();
    let exempt: BTreeSet<String> = EXEMPT.iter().map(|(rule, _)| (*rule).to_owned()).collect();
    let owed: Vec<_> = rules
        .difference(&exempt)
        .filter(|rule| !tested.contains(*rule))
        .collect();
    assert!(owed.is_empty(), "rules without a test: {owed:?}");
    let needless: Vec<_> = exempt.intersection(&tested).collect();
    assert!(needless.is_empty(), "exempt, but tested: {needless:?}");
    let unknown: Vec<_> = tested.difference(&rules).collect();
    assert!(
        unknown.is_empty(),
        "tests of rules that are not listed: {unknown:?}"
    );
    assert!(exempt.is_subset(&rules) && exempt.len() == EXEMPT.len());
}

/// Every rule stands in the list of `docs/access.md`, and no other does.
#[test]
fn every_rule_is_in_the_docs() {
    let docs = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access.md")).unwrap();
    let listed = docs.lines().filter_map(|line| line.strip_prefix("| C-"));
    let listed: Vec<&str> = listed
        .filter_map(|line| line.split_once(' '))
        .map(|(number, _)| number)
        .collect();
    assert_eq!(listed, RULES);
}

#[test]
fn a_function_that_is_no_test_does_not_count() {
    let source = [
        "fn c_01_helper() {}",
        "#[test]",
        "fn c_02_a_test() {}",
        "fn c_03_helper() {}",
    ]
    .join("\n");
    assert_eq!(tests_of(&source), ["02"]);
}
