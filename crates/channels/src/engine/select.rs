//! The records of an answer.

use std::collections::HashMap;

use innkeeper_domain::accounts::{ChannelFailure, ChannelFault};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::manifest::{path::Path, stream::Select};

/// Takes the records out of a document. A document without what should hold them is not understood; no document at
/// all has none.
pub(crate) fn take(select: &Select, document: &mut Value) -> Result<Vec<Value>, ChannelFailure> {
    let broken = || ChannelFailure::from(ChannelFault::BadResponse);
    if document.is_null() {
        return Ok(Vec::new());
    }
    if let Select::JsonApi(path) = select {
        let included = included(document);
        return match path.place(document).ok_or_else(broken)? {
            Value::Null => Ok(Vec::new()),
            Value::Array(all) => Ok(all.iter().map(|record| resolved(record, &included)).collect()),
            _ => Err(broken()),
        };
    }
    let (Select::Array(path) | Select::Map(path) | Select::JsonApi(path)) = select;
    let found = path.place_mut(document).ok_or_else(broken)?;
    // What is left behind is nothing to count, but no missing document either.
    let found = match found {
        Value::Null => Value::Null,
        there => std::mem::replace(there, Value::Array(Vec::new())),
    };
    match (select, found) {
        (_, Value::Null) => Ok(Vec::new()),
        // What has no members is an array in the tongue of some channels.
        (Select::Array(_) | Select::Map(_), Value::Array(elements)) => Ok(elements),
        (Select::Array(_), one @ Value::Object(_)) => Ok(vec![one]),
        (Select::Map(_), Value::Object(members)) => Ok(members.into_iter().map(|(_, value)| value).collect()),
        _ => Err(broken()),
    }
}

type Included<'v> = HashMap<(&'v str, &'v str), &'v Value>;

fn names(value: &Value) -> Option<(&str, &str)> {
    Some((value.get("type")?.as_str()?, value.get("id")?.as_str()?))
}

fn included(document: &Value) -> Included<'_> {
    let all = document.get("included").and_then(Value::as_array);
    all.into_iter()
        .flatten()
        .filter_map(|one| Some((names(one)?, one)))
        .collect()
}

/// A record whose relationships lead to what is included.
fn resolved(record: &Value, included: &Included<'_>) -> Value {
    let mut record = record.clone();
    let relationships = record.get_mut("relationships").and_then(Value::as_object_mut);
    for relationship in relationships.into_iter().flat_map(Map::values_mut) {
        let Some(data) = relationship.get_mut("data") else {
            continue;
        };
        let resolve = |one: &mut Value| {
            if let Some(full) = names(one).and_then(|name| included.get(&name)) {
                *one = (*full).clone();
            }
        };
        match data {
            Value::Array(all) => all.iter_mut().for_each(resolve),
            one => resolve(one),
        }
    }
    record
}

/// What the ids of a page come to, whatever their order. The same in every process.
pub(crate) fn fingerprint<'i>(ids: impl Iterator<Item = &'i str>) -> u64 {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(id);
        hash.update([0]);
    }
    let hash: [u8; 32] = hash.finalize().into();
    hash.first_chunk().copied().map_or(0, u64::from_be_bytes)
}

/// The elements of a record that are records of their own.
pub(crate) fn exploded<'v>(path: &Path, record: &'v Value) -> Vec<&'v Value> {
    let found = path.all(record);
    let elements = found.into_iter().flat_map(|value| match value {
        Value::Array(elements) => elements.iter().collect::<Vec<_>>(),
        one => vec![one],
    });
    elements.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn records_are_found_wherever_they_are() {
        let path = |text| Path::parse(text).unwrap();
        let array = |text| Select::Array(path(text));
        let map = |text| Select::Map(path(text));
        let api = json!({
            "data": [{"id": "1", "relationships": {
                "address": {"data": {"type": "addresses", "id": "9"}}, "rooms": {"data": [{"type": "rooms", "id": "8"}]},
                "none": {"data": null}}}],
            "included": [{"type": "addresses", "id": "9", "attributes": {"city": "Porto"}},
                {"type": "rooms", "id": "8", "attributes": {"name": "R"}}]
        });
        for (select, document, expected) in [
            (array("$"), json!([1, 2]), Some(json!([1, 2]))),
            (array("a.b"), json!({"a": {"b": [1]}}), Some(json!([1]))),
            (
                array("a.b"),
                json!({"a": {"b": {"c": 1}}}),
                Some(json!([{"c": 1}])),
            ),
            (array("a"), json!({"a": null}), Some(json!([]))),
            (array("a"), json!({"b": []}), None),
            (array("a"), json!({"a": "text"}), None),
            (array("a"), Value::Null, Some(json!([]))),
            (
                map("a"),
                json!({"a": {"x": {"c": 1}, "y": {"c": 2}}}),
                Some(json!([{"c": 1}, {"c": 2}])),
            ),
            (map("a"), json!({"a": []}), Some(json!([]))),
            (
                Select::JsonApi(path("data")),
                api.clone(),
                Some(json!([{"id": "1", "relationships": {
                "address": {"data": {"type": "addresses", "id": "9", "attributes": {"city": "Porto"}}},
                "rooms": {"data": [{"type": "rooms", "id": "8", "attributes": {"name": "R"}}]},
                "none": {"data": null}}}])),
            ),
            (Select::JsonApi(path("data")), json!({"errors": []}), None),
        ] {
            let mut left = document.clone();
            let found = take(&select, &mut left).ok().map(Value::from);
            assert_eq!(found, expected, "{select:?} {document}");
            assert_eq!(left.is_null(), document.is_null());
        }
    }

    #[test]
    fn ids_come_to_the_same_in_every_process_and_order() {
        assert_eq!(
            fingerprint(["a", "b"].into_iter()),
            fingerprint(["b", "a"].into_iter())
        );
        assert_ne!(
            fingerprint(["a", "b"].into_iter()),
            fingerprint(["ab"].into_iter())
        );
        assert_eq!(fingerprint(["a"].into_iter()), 0xffe9_aaea_a2a2_d504);
    }
}
