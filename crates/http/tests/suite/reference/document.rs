//! The document in itself: it tells what is served, and nothing else; its parts fit together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::harness::{Reference, escaped};

struct Operation<'d> {
    method: &'d str,
    path: &'d str,
    told: &'d Value,
}

impl Operation<'_> {
    fn id(&self) -> &str {
        self.told["operationId"].as_str().unwrap_or_default()
    }

    fn place(&self) -> String {
        format!("/paths/{}/{}", escaped(self.path), self.method)
    }
}

fn operations() -> Vec<Operation<'static>> {
    let document = &Reference::get().document;
    let paths = document["paths"].as_object().expect("there are paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("operations");
        item.iter()
            .map(move |(method, told)| Operation { method, path, told })
    });
    operations.collect()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

#[test]
fn what_is_told_is_what_is_served() {
    let mut told: Vec<(String, String)> = operations()
        .iter()
        .map(|operation| {
            (
                operation.path.trim_end_matches('/').to_owned(),
                operation.method.to_uppercase(),
            )
        })
        .collect();
    let served = innkeeper_http::routes().into_iter();
    let mut served: Vec<(String, String)> = served
        .map(|route| (route.path.to_owned(), route.method.to_string()))
        .collect();
    told.sort();
    served.sort();
    assert_eq!(told, served);
}

#[test]
fn every_operation_is_told_whole() {
    let tags = &Reference::get().document["tags"];
    let tags: BTreeSet<&str> = tags
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    let mut ids = BTreeSet::new();
    for operation in operations() {
        let (id, told) = (operation.id(), operation.told);
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
        assert!(
            !id.is_empty() && id.chars().all(|letter| letter.is_ascii_alphanumeric()),
            "{id:?}"
        );
        assert!(
            told["summary"].as_str().is_some_and(|summary| summary.len() > 5),
            "{id}"
        );
        assert!(
            told["description"]
                .as_str()
                .is_some_and(|text| text.contains("**Needs**")),
            "{id}"
        );
        assert!(
            told["tags"].as_array().is_some_and(|named| named
                .iter()
                .all(|tag| tags.contains(tag.as_str().unwrap_or_default()))),
            "{id}"
        );
        let successes = object(&told["responses"])
            .into_iter()
            .filter(|(status, _)| status.starts_with('2'));
        assert_eq!(successes.count(), 1, "{id} succeeds in one way");
    }
}

/// Parameters of the path are those of its template, and nothing stands twice.
#[test]
fn every_parameter_has_its_place() {
    for operation in operations() {
        let mut in_path = BTreeSet::new();
        let mut all = BTreeSet::new();
        for parameter in operation.told["parameters"].as_array().into_iter().flatten() {
            let (name, place) = (parameter["name"].as_str().expect("a name"), &parameter["in"]);
            assert!(
                all.insert((name, place.as_str())),
                "{}: {name} stands twice",
                operation.id()
            );
            assert!(
                parameter["description"].is_string() && !parameter["schema"].is_null(),
                "{}: {name}",
                operation.id()
            );
            if place == "path" {
                in_path.insert(name);
            }
        }
        let named = operation
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(in_path, named.collect(), "{}", operation.path);
    }
}

#[test]
fn every_reference_leads_somewhere_and_everything_is_used() {
    let document = &Reference::get().document;
    let mut found = BTreeSet::new();
    references(document, &mut found);
    for place in &found {
        let pointer = place.strip_prefix('#').expect("everything is in the document");
        assert!(document.pointer(pointer).is_some(), "{place} leads nowhere");
    }
    for kind in ["schemas", "headers"] {
        for name in object(&document["components"][kind]).keys() {
            let place = format!("#/components/{kind}/{name}");
            assert!(found.contains(&place), "{place} is used by nothing");
        }
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("$ref", Value::String(place)) => {
                        found.insert(place.clone());
                    }
                    ("mapping", Value::Object(places)) => {
                        found.extend(places.values().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_link_names_an_operation_and_its_parameters() {
    let all: BTreeMap<String, Value> = operations()
        .iter()
        .map(|operation| (operation.id().to_owned(), operation.told.clone()))
        .collect();
    for operation in operations() {
        for response in object(&operation.told["responses"]).values() {
            for link in object(&response["links"]).values() {
                let target = link["operationId"].as_str().and_then(|id| all.get(id));
                let target = target.unwrap_or_else(|| panic!("{}: {link}", operation.id()));
                for name in object(&link["parameters"]).keys() {
                    let mut parameters = target["parameters"].as_array().into_iter().flatten();
                    assert!(
                        parameters.any(|parameter| parameter["name"] == name.as_str()),
                        "{}: {link}",
                        operation.id()
                    );
                }
            }
        }
    }
}

/// Every example is what its schema says, with nothing beside it. Those of new accounts are of channels of the real
/// catalogue, which the binary's tests hold against it.
#[test]
fn every_example_is_one() {
    let reference = Reference::get();
    let all = operations();
    let bodies = all
        .iter()
        .flat_map(bodies)
        .filter(|(place, _)| !place.ends_with("accounts~1/post/requestBody"));
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (place, body) in bodies {
        for (media_type, content) in object(&body["content"]) {
            if !media_type.contains("json") {
                continue;
            }
            let schema = format!("{place}/content/{}/schema", escaped(&media_type));
            let examples = examples(&content);
            assert!(!examples.is_empty(), "{place} has no example");
            for example in examples {
                let faults = reference.faults(&schema, &example).into_iter();
                wrong.extend(faults.map(|fault| format!("{place}: {fault}")));
                seen += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 100, "only {seen} examples");
}

/// What is read, and what is answered, with their places.
fn bodies(operation: &Operation<'_>) -> Vec<(String, Value)> {
    let place = operation.place();
    let read = (
        format!("{place}/requestBody"),
        operation.told["requestBody"].clone(),
    );
    let responses = object(&operation.told["responses"]).into_iter();
    let answered = responses.map(|(status, response)| (format!("{place}/responses/{status}"), response));
    [read].into_iter().chain(answered).collect()
}

fn examples(content: &Value) -> Vec<Value> {
    let named = object(&content["examples"]).into_values();
    let named = named.map(|example| example["value"].clone());
    named.chain(content.get("example").cloned()).collect()
}
