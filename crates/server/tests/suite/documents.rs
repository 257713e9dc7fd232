//! What the documents say of the code and of each other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use innkeeper_domain::accounts::ChannelFault;
use innkeeper_http::{ErrorCode, ErrorCodes};
use regex::Regex;

use crate::{
    guides,
    harness::{
        Place,
        guide::{blocks, read, repository},
    },
};

/// All documents, by their paths in the repository.
fn documents() -> Vec<String> {
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(repository().join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let documents = paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
        documents
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect()
    };
    let mut all = names(".");
    all.extend(names("docs").into_iter().map(|name| format!("docs/{name}")));
    all.push("crates/domain/README.md".to_owned());
    all.sort();
    assert!(all.len() > 10, "{all:?}");
    all
}

/// The text without its fenced blocks and code spans, in which nothing is a link.
fn prose(document: &str) -> String {
    let outside: String = document.split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
    outside.split('`').step_by(2).collect()
}

/// The anchors that a page gives its headings.
fn anchors(document: &str) -> BTreeSet<String> {
    let outside: String = document.split("\n```").step_by(2).collect::<Vec<_>>().join("\n");
    let headings = outside.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let (mut broken, mut seen) = (Vec::new(), 0);
    for from in documents() {
        let text = read(&from);
        for found in link.captures_iter(&prose(&text)) {
            let to = found[1].to_owned();
            if to.contains("://") || to.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            let (path, anchor) = to.split_once('#').unwrap_or((&to, ""));
            let target: PathBuf = if path.is_empty() {
                repository().join(&from)
            } else {
                repository().join(&from).parent().unwrap().join(path)
            };
            let there = target.exists()
                && (anchor.is_empty() || anchors(&fs::read_to_string(&target).unwrap()).contains(anchor));
            if !there {
                broken.push(format!("{from}: {to}"));
            }
        }
    }
    assert!(seen > 50, "only {seen} links were found");
    assert!(broken.is_empty(), "these lead nowhere:\n{}", broken.join("\n"));
}

/// Commands of the others are for operators and need more than this machine has, or are followed elsewhere.
#[test]
fn every_guide_with_commands_is_followed() {
    let with_commands: BTreeSet<String> = documents()
        .into_iter()
        .filter(|path| blocks(&read(path)).iter().any(|block| block.language == "sh"))
        .collect();
    let elsewhere = ["README.md", "docs/testing.md"];
    let followed: BTreeSet<String> = guides::FOLLOWED
        .iter()
        .chain(&elsewhere)
        .map(|path| (*path).to_owned())
        .collect();
    assert_eq!(with_commands, followed);
}

/// The part of a document between two of its headings.
fn section<'d>(document: &'d str, from: &str, to: &str) -> &'d str {
    let begun = document.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
    if to.is_empty() {
        return begun;
    }
    begun.split_once(to).unwrap_or_else(|| panic!("no {to}")).0
}

/// The rows of all tables, cell by cell.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Each status and code that the tables tell, with cause and cure.
fn told(text: &str) -> BTreeSet<(u16, String)> {
    let mut told = BTreeSet::new();
    for row in rows(text) {
        let statuses: Option<Vec<u16>> = row[0].split(", ").map(|status| status.parse().ok()).collect();
        let (Some(statuses), codes) = (statuses, quoted(row[1])) else {
            continue;
        };
        if codes.is_empty() {
            // Points to the tables that follow.
            assert!(row[1].contains("]("), "{row:?}");
            continue;
        }
        assert_eq!(row.len(), 4, "{row:?}");
        assert!(
            row[2..].iter().all(|cell| !cell.is_empty()),
            "cause or cure is missing: {row:?}"
        );
        // One by one, or all of one with the one of the other.
        let most = statuses.len().max(codes.len());
        let pairs = statuses.iter().cycle().zip(codes.iter().cycle()).take(most);
        for (status, code) in pairs {
            assert!(
                told.insert((*status, (*code).to_owned())),
                "{code} is told twice: {row:?}"
            );
        }
    }
    told
}

fn known(codes: &[ErrorCode]) -> BTreeSet<(u16, String)> {
    let codes = codes.iter();
    codes.map(|code| (code.status, code.code.to_owned())).collect()
}

#[test]
fn every_code_is_told_with_cause_and_cure_and_no_other_is() {
    const CHANNEX: &str = "\n## Property users and properties";
    const JSONAPI: &str = "\n## Users, accounts, channels and API keys";
    const OAUTH: &str = "\n## The token endpoint";
    let errors = read("docs/errors.md");
    let codes = ErrorCodes::all();
    assert_eq!(told(section(&errors, CHANNEX, JSONAPI)), known(&codes.channex));
    assert_eq!(told(section(&errors, JSONAPI, OAUTH)), known(&codes.jsonapi));
    assert_eq!(told(section(&errors, OAUTH, "")), known(&codes.oauth));
}

/// What an import fails with later stands in the same place, also what no answer has.
#[test]
fn every_failure_of_an_import_is_told() {
    let errors = read("docs/errors.md");
    let adding = section(&errors, "\n### Adding an account", "\n### Refreshing an account");
    let told: BTreeSet<&str> = adding.split('`').skip(1).step_by(2).collect();
    for fault in ChannelFault::ALL {
        assert!(told.contains(fault.as_str()), "{}", fault.as_str());
    }
}

/// The texts that rules give, as they stand in the one place that gives them.
#[test]
fn every_text_of_a_rule_is_told() {
    let text = Regex::new(r#"BadRequest\(\s*"([^"]+)""#).unwrap();
    let source = read("crates/http/src/channex/problem.rs");
    let given: BTreeSet<String> = text
        .captures_iter(&source)
        .map(|found| found[1].to_owned())
        .collect();
    let errors = read("docs/errors.md");
    let told = section(
        &errors,
        "Texts of `bad_request`",
        "Messages of `validation_error`",
    );
    let told = rows(told).into_iter().flat_map(|row| quoted(row[0]));
    assert_eq!(told.map(str::to_owned).collect::<BTreeSet<_>>(), given);
}

/// Which channels of Beyond's can be connected, and with which keys.
#[test]
fn the_channels_for_those_who_come_from_beyond_are_those_of_the_catalogue() {
    let catalogue = Place::bare().line("channels list --json").json();
    let available: BTreeMap<&str, BTreeSet<BTreeSet<&str>>> = catalogue["channels"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|channel| channel["available"] == true)
        .map(|channel| {
            let sets = channel["credential_sets"].as_array().unwrap().iter();
            let sets = sets.filter(|set| set["available"] == true).map(|set| {
                let fields = set["fields"].as_array().unwrap().iter();
                let required = fields.filter(|field| field["required"] == true);
                required.map(|field| field["key"].as_str().unwrap()).collect()
            });
            (channel["channel"].as_str().unwrap(), sets.collect())
        })
        .collect();

    let document = read("docs/migrating-from-beyond.md");
    let table = section(&document, "<!-- channels:", "All others of Beyond's channels");
    let rows = rows(table);
    let mut seen = 0;
    for row in rows.iter().filter(|row| row[0].starts_with('`')) {
        let slug = quoted(row[0])[0];
        let sets = available
            .get(slug)
            .unwrap_or_else(|| panic!("{slug} is not available"));
        // Keys that differ stand in the last cell, alternatives after a semicolon; all else are the known keys.
        let keys = if row[2].is_empty() { row[1] } else { row[2] };
        for alternative in keys.split(';') {
            let keys: BTreeSet<&str> = quoted(alternative).into_iter().collect();
            assert!(sets.contains(&keys), "{slug} takes {sets:?}, not {keys:?}");
        }
        seen += 1;
    }
    assert_eq!(seen, 13);
}
