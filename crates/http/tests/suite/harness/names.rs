//! Readable names in the place of ids and secrets, which differ from run to run.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;

const UUID_CHARS: usize = 36;
const SECRET_CHARS: usize = 77;

/// What the ids seen so far are called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(Arc<Mutex<BTreeMap<String, String>>>);

impl Names {
    /// Calls `id` by `name` from now on.
    pub(crate) fn learn(&self, id: &str, name: &str) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(id.to_owned(), name.to_owned());
    }

    fn of(&self, id: &str) -> Option<String> {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(id).cloned()
    }

    /// The document with names for ids. An id that nobody named is called by its place.
    pub(crate) fn tell(&self, mut document: Value) -> Value {
        let mut places = Vec::new();
        note_places(&document, &mut places);
        let local = Self::default();
        let mut counts = BTreeMap::new();
        for (id, place) in places {
            if self.of(&id).is_none() && local.of(&id).is_none() {
                let count = counts.entry(place.clone()).or_insert(0);
                *count += 1;
                let name = if *count == 1 {
                    place
                } else {
                    format!("{place} {count}")
                };
                local.learn(&id, &name);
            }
        }
        rename(&mut document, &|text| {
            replace(text, &|id| {
                self.of(id)
                    .or_else(|| local.of(id))
                    .unwrap_or_else(|| "id".to_owned())
            })
        });
        document
    }

    /// The text with names for ids.
    pub(crate) fn tell_text(&self, text: &str) -> String {
        replace(text, &|id| self.of(id).unwrap_or_else(|| "id".to_owned()))
    }
}

/// Whether the text is a UUID in its usual form.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == UUID_CHARS
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether the text is a key, token or other secret of ours.
pub(crate) fn is_secret(text: &str) -> bool {
    text.len() == SECRET_CHARS
        && ["innk_", "innt_", "inns_", "inno_"]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        && text.bytes().skip(5).all(|byte| byte.is_ascii_alphanumeric())
}

/// The secrets in a text, wherever they stand.
pub(crate) fn secrets_in(text: &str) -> Vec<String> {
    let starts = text.match_indices("inn").map(|(place, _)| place);
    let candidates = starts.filter_map(|place| text.get(place..place + SECRET_CHARS));
    candidates
        .filter(|candidate| is_secret(candidate))
        .map(str::to_owned)
        .collect()
}

fn replace(text: &str, name: &dyn Fn(&str) -> String) -> String {
    let mut told = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (taken, shown) = if let Some(id) = rest.get(..UUID_CHARS).filter(|id| is_uuid(id)) {
            (UUID_CHARS, format!("[{}]", name(id)))
        } else if let Some(secret) = rest.get(..SECRET_CHARS).filter(|text| is_secret(text)) {
            (
                SECRET_CHARS,
                format!("[{}...]", secret.get(..5).unwrap_or_default()),
            )
        } else {
            (first.len_utf8(), first.to_string())
        };
        told.push_str(&shown);
        rest = rest.get(taken..).unwrap_or_default();
    }
    told
}

fn note_places(value: &Value, places: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            let kind = object.get("type").and_then(Value::as_str);
            if let (Some(kind), Some(id)) = (kind, object.get("id").and_then(Value::as_str)) {
                places.push((id.to_owned(), kind.trim_end_matches('s').to_owned()));
            }
            for (key, value) in object {
                if let Some(text) = value.as_str().filter(|text| is_uuid(text)) {
                    let place = key.trim_end_matches("_id").trim_end_matches("-id");
                    places.push((text.to_owned(), place.to_owned()));
                }
                note_places(value, places);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| note_places(item, places)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn rename(value: &mut Value, tell: &dyn Fn(&str) -> String) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if key == "last-four" {
                    *value = "[last four]".into();
                }
                rename(value, tell);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, tell)),
        Value::String(text) => *text = tell(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
