//! What came back.

use std::fmt;

use serde_json::Value;

use super::names::Names;

/// Headers that say something about the answer; the others are the server's own business.
const TOLD: [&str; 6] = [
    "content-type",
    "www-authenticate",
    "allow",
    "retry-after",
    "location",
    "cache-control",
];

/// An answer. It prints its status, the headers that matter and its body, with names for ids.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) names: Names,
}

impl Answer {
    /// The only value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} stands twice: {self:?}");
        value
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The value at a JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> Value {
        let document = self.json();
        let found = document.pointer(pointer);
        found
            .cloned()
            .unwrap_or_else(|| panic!("nothing at {pointer}: {self}"))
    }

    /// The text at a JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> String {
        let value = self.at(pointer);
        let text = value.as_str();
        text.unwrap_or_else(|| panic!("no text at {pointer}: {self}"))
            .to_owned()
    }

    /// The id of the one thing shown.
    pub(crate) fn id(&self) -> String {
        self.text("/data/id")
    }

    /// The things listed.
    pub(crate) fn items(&self) -> Vec<Value> {
        let data = self.at("/data");
        data.as_array()
            .unwrap_or_else(|| panic!("no list: {self}"))
            .clone()
    }

    /// One value of each thing listed.
    pub(crate) fn each(&self, pointer: &str) -> Vec<String> {
        let items = self.items();
        let values = items.iter().map(|item| item.pointer(pointer));
        values
            .map(|value| match value {
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => panic!("nothing at {pointer}: {self}"),
            })
            .collect()
    }

    /// The answer if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// Everything but the request's id and the date: what must not differ between things that must look alike.
    pub(crate) fn fingerprint(&self) -> String {
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| name != "x-request-id" && name != "date");
        headers.sort();
        format!("{} {headers:?}\n{}", self.status, self.body)
    }

    /// Status and body in one line, for tables.
    pub(crate) fn line(&self) -> String {
        match serde_json::from_str(&self.body) {
            Ok(body) => format!("{} {}", self.status, self.names.tell(body)),
            Err(_) => format!("{} {}", self.status, self.body),
        }
    }

    /// The status and title of a page for people.
    pub(crate) fn title(&self) -> String {
        let title = self.body.split("<h1>").nth(1);
        let title = title.and_then(|rest| rest.split("</h1>").next());
        format!("{} {}", self.status, title.unwrap_or_default())
    }

    /// What is wrong, in one line: `422 title: can't be blank`, `400 /data/type required`; of a page, its title.
    pub(crate) fn refusal(&self) -> String {
        if self.body.starts_with("<!doctype html>") {
            return self.title();
        }
        let Ok(body) = serde_json::from_str::<Value>(&self.body) else {
            return format!("{} {}", self.status, self.body);
        };
        let told = match &body["errors"] {
            Value::Object(errors) => match errors.get("details") {
                Some(Value::Object(fields)) => fields
                    .iter()
                    .map(|(field, messages)| format!("{field}: {}", joined(messages)))
                    .collect::<Vec<_>>()
                    .join("; "),
                Some(Value::String(why)) => why.clone(),
                _ => plain(&body["errors"]["code"]),
            },
            Value::Array(errors) => {
                let told = errors.iter().map(|error| {
                    let source = [&error["source"]["pointer"], &error["source"]["parameter"]];
                    let place = source.into_iter().find(|place| place.is_string());
                    let place = place.map_or(String::new(), |place| format!("{} ", plain(place)));
                    format!("{place}{}", plain(&error["code"]))
                });
                told.collect::<Vec<_>>().join("; ")
            }
            _ => plain(&body["error"]),
        };
        format!("{} {}", self.status, self.names.tell_text(&told))
    }
}

fn plain(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn joined(messages: &Value) -> String {
    let messages = messages.as_array().into_iter().flatten();
    messages.map(plain).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        for name in TOLD {
            for (_, value) in self.headers.iter().filter(|(known, _)| known == name) {
                write!(f, "\n{name}: {}", self.names.tell_text(value))?;
            }
        }
        match serde_json::from_str(&self.body) {
            Ok(body) => write!(f, "\n{:#}", self.names.tell(body)),
            Err(_) if self.body.is_empty() => Ok(()),
            Err(_) => write!(f, "\n{}", self.body),
        }
    }
}
