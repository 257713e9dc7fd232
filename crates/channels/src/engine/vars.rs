//! What stands in the holes of templates, and how templates are filled.

use std::{borrow::Cow, fmt::Write};

use innkeeper_domain::{accounts::Credentials, time::Timestamp};
use serde_json::Value;

use crate::manifest::{
    head::IntegratorValues,
    template::{Hole, JsonTemplate, Piece, Template},
};

/// The values for the holes of one request.
#[derive(Clone)]
pub(crate) struct Vars<'a> {
    pub(crate) credentials: &'a Credentials,
    pub(crate) integrator: Option<&'a IntegratorValues>,
    pub(crate) now: Timestamp,
    pub(crate) size: Option<u32>,
    pub(crate) offset: Option<u64>,
    pub(crate) number: Option<u64>,
    pub(crate) cursor: Option<&'a str>,
    pub(crate) last_id: Option<&'a str>,
    pub(crate) since: Option<&'a str>,
    pub(crate) window: Option<(&'a str, &'a str)>,
    pub(crate) listing: Option<&'a str>,
    pub(crate) record: Option<&'a str>,
    pub(crate) records: &'a [String],
    pub(crate) refresh: Option<&'a str>,
    pub(crate) auth: Option<&'a str>,
}

impl<'a> Vars<'a> {
    pub(crate) fn new(
        credentials: &'a Credentials,
        integrator: Option<&'a IntegratorValues>,
        now: Timestamp,
    ) -> Self {
        Self {
            credentials,
            integrator,
            now,
            size: None,
            offset: None,
            number: None,
            cursor: None,
            last_id: None,
            since: None,
            window: None,
            listing: None,
            record: None,
            records: &[],
            refresh: None,
            auth: None,
        }
    }

    fn text(&self, hole: &Hole) -> Option<Cow<'a, str>> {
        let owned = |number: String| Cow::Owned(number);
        match hole {
            Hole::Credential(key) => self.credentials.text(key).map(Cow::Borrowed),
            Hole::Integrator(key) => self
                .integrator?
                .get(key)
                .map(|value| Cow::Borrowed(value.as_str())),
            Hole::Size => self.size.map(|size| owned(size.to_string())),
            Hole::Offset => self.offset.map(|offset| owned(offset.to_string())),
            Hole::Number => self.number.map(|number| owned(number.to_string())),
            Hole::Cursor => self.cursor.map(Cow::Borrowed),
            Hole::LastId => self.last_id.map(Cow::Borrowed),
            Hole::Since => self.since.map(Cow::Borrowed),
            Hole::Now => Some(owned(self.now.to_string())),
            Hole::WindowStart => self.window.map(|(start, _)| Cow::Borrowed(start)),
            Hole::WindowEnd => self.window.map(|(_, end)| Cow::Borrowed(end)),
            Hole::ListingId => self.listing.map(Cow::Borrowed),
            Hole::RecordId => self.record.map(Cow::Borrowed),
            Hole::RecordIds => (!self.records.is_empty()).then(|| owned(self.records.join(","))),
            Hole::Refresh => self.refresh.map(Cow::Borrowed),
            Hole::Auth => self.auth.map(Cow::Borrowed),
        }
    }

    /// The text, each value written by `escape`; `None` if a hole has no value.
    fn filled(&self, template: &Template, escape: fn(&Hole, &str) -> String) -> Option<String> {
        let mut filled = String::new();
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Hole(hole) => filled.push_str(&escape(hole, &self.text(hole)?)),
            }
        }
        Some(filled)
    }

    /// The text with values as they are.
    pub(crate) fn plain(&self, template: &Template) -> Option<String> {
        self.filled(template, |_, value| value.to_owned())
    }

    /// The text with values fit for a segment of a path.
    pub(crate) fn path(&self, template: &Template) -> Option<String> {
        self.filled(template, |_, value| {
            percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
        })
    }

    /// The text with values fit for XML.
    pub(crate) fn xml(&self, template: &Template) -> Option<String> {
        self.filled(template, |hole, value| match hole {
            Hole::Auth => value.to_owned(),
            _ => xml_text(value),
        })
    }

    /// The document; members whose hole has no value are left out.
    pub(crate) fn json(&self, template: &JsonTemplate) -> Option<Value> {
        match template {
            JsonTemplate::Constant(value) => Some(value.clone()),
            JsonTemplate::Text(text) => match text.pieces.as_slice() {
                [Piece::Hole(Hole::RecordIds)] => Some(Value::from(self.records.to_vec())),
                [Piece::Hole(Hole::Size)] => self.size.map(Value::from),
                [Piece::Hole(Hole::Offset)] => self.offset.map(Value::from),
                [Piece::Hole(Hole::Number)] => self.number.map(Value::from),
                _ => self.plain(text).map(Value::from),
            },
            JsonTemplate::List(items) => Some(
                items
                    .iter()
                    .filter_map(|item| self.json(item))
                    .collect::<Vec<_>>()
                    .into(),
            ),
            JsonTemplate::Object(members) => {
                let given = members
                    .iter()
                    .filter_map(|(key, item)| Some((key.clone(), self.json(item)?)));
                Some(Value::Object(given.collect()))
            }
        }
    }
}

fn xml_text(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '<' | '>' | '&' | '"' | '\'' => drop(write!(text, "&#{};", u32::from(c))),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use innkeeper_domain::accounts::CredentialValue;
    use serde_json::json;

    use super::*;

    #[test]
    fn templates_are_filled_and_left_out() {
        let text = CredentialValue::Text("a<b&/c".to_owned().into());
        let credentials = Credentials {
            set: "s".into(),
            values: BTreeMap::from([("key".into(), text)]),
        };
        let ids = ["1".to_owned(), "2".to_owned()];
        let vars = Vars {
            size: Some(10),
            records: &ids,
            ..Vars::new(&credentials, None, Timestamp::from_micros(0))
        };
        let template = |text: &str| Template::parse(text).unwrap();
        assert_eq!(
            vars.plain(&template("x${credential.key}")).as_deref(),
            Some("xa<b&/c")
        );
        assert_eq!(
            vars.path(&template("/p/${credential.key}")).as_deref(),
            Some("/p/a%3Cb%26%2Fc")
        );
        assert_eq!(
            vars.xml(&template("<k>${credential.key}</k>")).as_deref(),
            Some("<k>a&#60;b&#38;/c</k>")
        );
        assert_eq!(vars.plain(&template("${page.cursor}")), None);
        assert_eq!(vars.plain(&template("${integrator.key}")), None);
        let body = toml::from_str::<BTreeMap<String, JsonTemplate>>(
            "a = { Count = '${page.size}', Cursor = '${page.cursor}', flag = true }\nids = '${record.ids}'",
        );
        let body = JsonTemplate::Object(body.unwrap());
        let expected = json!({"a": {"Count": 10, "flag": true}, "ids": ["1", "2"]});
        assert_eq!(vars.json(&body), Some(expected));
    }
}
