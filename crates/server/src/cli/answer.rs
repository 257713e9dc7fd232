//! What a command answers with, and the one place that prints it.

use std::io::{self, ErrorKind, Write};

use innkeeper_domain::ports::Page;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value as Json;

/// Named values in a fixed order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Record(Vec<(&'static str, Json)>);

impl Record {
    /// Adds a value.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Serialize) -> Self {
        // Only maps with keys that are no texts fail here, and there are none.
        self.0
            .push((name, serde_json::to_value(value).unwrap_or(Json::Null)));
        self
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (*name, value)))
    }
}

/// What a command answers with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// One thing.
    One(Record),
    /// Several things under a name, and what is to be said about them all.
    Many {
        /// What they are, such as `users`.
        name: &'static str,
        /// The things.
        items: Vec<Record>,
        /// About them all.
        about: Record,
    },
    /// Lines as they stand, for a report that people read.
    Lines(Vec<String>),
    /// A document of its own form, the same for people and programs.
    Document(Json),
    /// Nothing: what there was to say has been said.
    Told,
}

impl Answer {
    /// A page of things, and how many there are in all.
    pub(crate) fn listed<T>(name: &'static str, page: &Page<T>, describe: impl Fn(&T) -> Record) -> Self {
        let about = Record::default()
            .with("total", page.total.count())
            .with("total_capped", page.total.is_capped());
        Self::Many {
            name,
            items: page.items.iter().map(describe).collect(),
            about,
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(record) => record.serialize(serializer),
            Self::Many { name, items, about } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry(name, items)?;
                for (name, value) in &about.0 {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::Lines(lines) => lines.serialize(serializer),
            Self::Document(document) => document.serialize(serializer),
            Self::Told => serializer.serialize_none(),
        }
    }
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `key: value` lines; an empty line between things.
    Lines,
    /// One JSON document.
    Json,
}

impl Form {
    /// Prints the answer. A reader who has seen enough and left is no error.
    pub(crate) fn print(self, answer: &Answer) -> Result<(), io::Error> {
        if *answer == Answer::Told {
            return Ok(());
        }
        let mut text = match self {
            Self::Json => serde_json::to_string_pretty(answer)?,
            Self::Lines => lines(answer),
        };
        text.push('\n');
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            outcome => outcome,
        }
    }
}

fn lines(answer: &Answer) -> String {
    let block = |record: &Record| {
        let lines = record
            .0
            .iter()
            .map(|(name, value)| format!("{name}: {}", word(value)));
        lines.collect::<Vec<_>>().join("\n")
    };
    match answer {
        Answer::One(record) => block(record),
        Answer::Many { items, about, .. } => {
            let blocks = items.iter().chain([about]).map(block);
            let blocks: Vec<String> = blocks.filter(|block| !block.is_empty()).collect();
            blocks.join("\n\n")
        }
        Answer::Lines(lines) => lines.join("\n"),
        Answer::Document(document) => format!("{document:#}"),
        Answer::Told => String::new(),
    }
}

/// A value on one line: nothing is a dash, a list has spaces between.
pub(super) fn word(value: &Json) -> String {
    match value {
        Json::Null => "-".to_owned(),
        Json::String(text) => text.clone(),
        Json::Array(values) if values.is_empty() => "-".to_owned(),
        Json::Array(values) => values.iter().map(word).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_answer_in_both_forms() {
        let ana = Record::default().with("name", "Ana").with("scopes", ["a", "b"]);
        let bo = Record::default()
            .with("name", "Bo")
            .with("scopes", Vec::<&str>::new());
        let answer = Answer::Many {
            name: "users",
            items: vec![ana, bo],
            about: Record::default().with("total", 2).with("next", None::<u8>),
        };
        assert_eq!(
            lines(&answer),
            "name: Ana\nscopes: a b\n\nname: Bo\nscopes: -\n\ntotal: 2\nnext: -"
        );
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"users":[{"name":"Ana","scopes":["a","b"]},{"name":"Bo","scopes":[]}],"total":2,"next":null}"#
        );
    }
}
