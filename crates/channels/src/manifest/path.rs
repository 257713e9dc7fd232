//! Where a value stands in an answer: `address.city`, `rooms.*.people`, `@item.PropertyID`.

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

/// What a path starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Root {
    /// The record itself: a path without `@`.
    Record,
    /// `@item`: one of the rooms or stays that a record is exploded into.
    Item,
    /// `@page`: the whole answer.
    Page,
    /// `@detail`: the answer to the request made for this record.
    Detail,
    /// `@joined`: the records of another resource that belong to this one, as an array.
    Joined,
    /// `@context`: the answer to the request made once for the account.
    Context,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A member of an object; of an array, of its first element.
    Key(String),
    /// An element of an array.
    At(usize),
    /// All elements of an array, or all values of an object.
    Each,
    /// Those elements of an array whose member of this name is true: `currencies.?isDefault.code`.
    Where(String),
}

/// A path, split once when the manifest is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) root: Root,
    pub(super) steps: Vec<Step>,
}

impl Path {
    /// Reads a path; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('.').peekable();
        let root = match parts.peek().copied() {
            // Before a member whose own name begins with `@`.
            Some("$") => Root::Record,
            Some("@item") => Root::Item,
            Some("@page") => Root::Page,
            Some("@detail") => Root::Detail,
            Some("@joined") => Root::Joined,
            Some("@context") => Root::Context,
            Some(part) if part.starts_with('@') => return Err(format!("`{part}` is no root of a path")),
            _ => Root::Record,
        };
        if root != Root::Record || text == "$" || text.starts_with("$.") {
            parts.next();
        }
        let steps = parts.map(|part| match part {
            "" => Err(format!("`{text}` is no path")),
            "*" => Ok(Step::Each),
            "?" => Err(format!("`{text}` names no member behind its `?`")),
            _ if part.starts_with('?') => Ok(Step::Where(part.trim_start_matches('?').to_owned())),
            _ => Ok(part.parse().map_or_else(|_| Step::Key(part.to_owned()), Step::At)),
        });
        Ok(Self {
            root,
            steps: steps.collect::<Result<_, _>>()?,
        })
    }

    /// A member of the record.
    pub(crate) fn member(name: &str) -> Self {
        Self {
            root: Root::Record,
            steps: vec![Step::Key(name.to_owned())],
        }
    }

    /// The path that goes on with these steps.
    pub(super) fn then(&self, steps: &[Step]) -> Self {
        Self {
            root: self.root,
            steps: [&self.steps, steps].concat(),
        }
    }

    /// The first value that is there and not null.
    pub(crate) fn first<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        let mut found = None;
        walk(root, &self.steps, &mut |value| {
            found = Some(value);
            false
        });
        found
    }

    /// The value that stands there, were it null.
    pub(crate) fn place<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.steps
            .iter()
            .try_fold(root, |value, step| match (step, value) {
                (Step::Key(key), Value::Object(members)) => members.get(key),
                (Step::At(at), Value::Array(elements)) => elements.get(*at),
                // Nothing is within nothing: an empty element of XML.
                (_, Value::Null) => Some(value),
                _ => None,
            })
    }

    /// The same, to be changed.
    pub(crate) fn place_mut<'v>(&self, root: &'v mut Value) -> Option<&'v mut Value> {
        self.steps
            .iter()
            .try_fold(root, |value, step| match (step, value) {
                (Step::Key(key), Value::Object(members)) => members.get_mut(key),
                (Step::At(at), Value::Array(elements)) => elements.get_mut(*at),
                (_, value) if value.is_null() => Some(value),
                _ => None,
            })
    }

    /// Every value that is there and not null.
    pub(crate) fn all<'v>(&self, root: &'v Value) -> Vec<&'v Value> {
        let mut found = Vec::new();
        walk(root, &self.steps, &mut |value| {
            found.push(value);
            true
        });
        found
    }
}

/// Shows `visit` each value at `steps` until it says `false`; returns whether to go on.
fn walk<'v>(value: &'v Value, steps: &[Step], visit: &mut dyn FnMut(&'v Value) -> bool) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return value.is_null() || visit(value);
    };
    match (step, value) {
        (Step::Key(key), Value::Object(members)) => {
            members.get(key).is_none_or(|value| walk(value, rest, visit))
        }
        // Some channels send an object where there is one, and an array where there are several.
        (Step::Key(_), Value::Array(elements)) => {
            elements.first().is_none_or(|value| walk(value, steps, visit))
        }
        (Step::At(at), Value::Array(elements)) => {
            elements.get(*at).is_none_or(|value| walk(value, rest, visit))
        }
        (Step::At(at), Value::Object(members)) => {
            let named = members.get(at.to_string().as_str());
            named.is_none_or(|value| walk(value, rest, visit))
        }
        (Step::Each, Value::Array(elements)) => elements.iter().all(|value| walk(value, rest, visit)),
        (Step::Where(key), Value::Array(elements)) => {
            let is_meant = |value: &&Value| value.get(key.as_str()).and_then(Value::as_bool) == Some(true);
            elements
                .iter()
                .filter(is_meant)
                .all(|value| walk(value, rest, visit))
        }
        (Step::Each, Value::Object(members)) => members.values().all(|value| walk(value, rest, visit)),
        _ => true,
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// One path, or several of which the first that leads to a value counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paths(pub(crate) Vec<Path>);

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Paths;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a path or a list of paths")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Paths, E> {
                Ok(Paths(vec![Path::parse(text).map_err(E::custom)?]))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Paths, A::Error> {
                let mut paths = Vec::new();
                while let Some(path) = list.next_element()? {
                    paths.push(path);
                }
                if paths.is_empty() {
                    return Err(de::Error::custom("a list of paths must not be empty"));
                }
                Ok(Paths(paths))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_through_objects_arrays_and_lone_objects() {
        let record = serde_json::json!({
            "a": {"b": 1, "none": null}, "rooms": [{"people": 2}, {"people": null}, {"people": 3}],
            "map": {"7": {"x": "y"}}, "@ID": 9, "reference-id": "R", "codes": [{"code": "A", "main": false}, {"code": "B", "main": true}]
        });
        for (path, expected) in [
            ("a.b", vec!["1"]),
            ("a.none", vec![]),
            ("a.missing.deep", vec![]),
            ("rooms.people", vec!["2"]),
            ("rooms.2.people", vec!["3"]),
            ("rooms.*.people", vec!["2", "3"]),
            ("map.7.x", vec!["\"y\""]),
            ("map.*.x", vec!["\"y\""]),
            ("reference-id", vec!["\"R\""]),
            ("$.@ID", vec!["9"]),
            ("codes.?main.code", vec!["\"B\""]),
            ("codes.?other.code", vec![]),
        ] {
            let path = Path::parse(path).unwrap();
            let all: Vec<_> = path.all(&record).into_iter().map(Value::to_string).collect();
            assert_eq!(all, expected, "{path:?}");
            assert_eq!(path.first(&record), path.all(&record).first().copied());
        }
        for wrong in ["", "a..b", "@what.x", "a.", "a.?.b"] {
            assert!(Path::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Path::parse("@item.x").unwrap().root, Root::Item);
    }
}
