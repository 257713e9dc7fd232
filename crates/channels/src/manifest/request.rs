//! Requests, the hosts they go to, and what is asked of answers.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;
use toml::Spanned;

use super::{
    link::Link,
    path::Path,
    template::{JsonTemplate, Template},
    wanted::Wanted,
};

/// Where requests go to. Written as `{ fixed = "https://.." }`, `{ field = { key = "..", suffix = ".." } }` or
/// `{ link = { key = "..", exports = [".."] } }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Host {
    /// The same for all accounts: an https origin.
    Fixed(Spanned<String>),
    /// A credential field names the host; it must end in the vendor's suffix.
    Field {
        /// The field.
        key: Spanned<String>,
        /// What the host must end in, such as `.trackhs.com`. A field of one label is completed with it.
        suffix: String,
    },
    /// The field is a list of complete links, path and all, one for each listing.
    Link(Link),
}

/// The method of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    #[default]
    Get,
    Post,
}

/// The form that an answer must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    #[default]
    Json,
    /// Elements become objects, attributes `@name` members of them, repeated elements arrays; the root element is the
    /// document itself.
    Xml,
    /// iCalendar: `{"NAME": .., "events": [{"UID": .., "DTSTART": ..}]}`.
    Calendar,
}

/// The body of a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Body {
    /// A web form.
    Form(BTreeMap<String, Template>),
    /// A JSON document.
    Json(JsonTemplate),
    /// An XML document; values in holes are escaped.
    Xml(Template),
}

/// One template, or several of the same name.
#[derive(Clone, Debug)]
pub(crate) struct Repeated(pub(crate) Vec<Template>);

impl<'de> Deserialize<'de> for Repeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bad = || de::Error::custom("a parameter is a text, a number, a boolean, or a list of those");
        let one = |item: JsonTemplate| match item {
            JsonTemplate::Text(template) => Ok(template),
            JsonTemplate::Constant(value) => Template::parse(&value.to_string()).map_err(de::Error::custom),
            JsonTemplate::List(_) | JsonTemplate::Object(_) => Err(bad()),
        };
        match JsonTemplate::deserialize(deserializer)? {
            JsonTemplate::List(items) => Ok(Self(items.into_iter().map(one).collect::<Result<_, _>>()?)),
            item => Ok(Self(vec![one(item)?])),
        }
    }
}

/// One request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// Which host, by its name under `[hosts]`; `api` unless said.
    #[serde(default = "api")]
    pub(crate) host: String,
    #[serde(default)]
    pub(crate) method: Method,
    /// The path; nothing for a host that is a complete link.
    #[serde(default)]
    pub(crate) path: Template,
    /// Parameters; one whose hole has no value is left out.
    #[serde(default)]
    pub(crate) query: BTreeMap<String, Repeated>,
    /// Headers besides those of the manifest.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Template>,
    #[serde(default)]
    pub(crate) body: Option<Body>,
    #[serde(default)]
    pub(crate) answer: Answer,
    /// What is read of its answers.
    #[serde(skip)]
    pub(crate) wanted: Wanted,
}

fn api() -> String {
    "api".to_owned()
}

impl Request {
    /// A request of which only address and method are known.
    pub(crate) fn bare(host: &str, method: Method, path: Template) -> Self {
        Self {
            host: host.to_owned(),
            method,
            path,
            query: BTreeMap::new(),
            headers: BTreeMap::new(),
            body: None,
            answer: Answer::Json,
            wanted: Wanted::Whole,
        }
    }

    /// Shows `visit` every template in it.
    pub(crate) fn each_template<'t>(&'t self, visit: &mut dyn FnMut(&'t Template)) {
        visit(&self.path);
        self.query
            .values()
            .flat_map(|values| &values.0)
            .for_each(&mut *visit);
        self.headers.values().for_each(&mut *visit);
        match &self.body {
            Some(Body::Form(fields)) => fields.values().for_each(visit),
            Some(Body::Json(json)) => json.each_template(visit),
            Some(Body::Xml(template)) => visit(template),
            None => {}
        }
    }
}

/// Something that a document may be asked. What is said must all be true.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Condition {
    /// The value asked about.
    pub(crate) path: Path,
    /// Whether there is one that is not null, empty or `false`.
    pub(crate) set: Option<bool>,
    /// It is one of these; numbers and booleans are compared by their spelling.
    #[serde(default, deserialize_with = "spellings")]
    pub(crate) is: Option<Vec<String>>,
    /// It is there, and is none of these.
    #[serde(default, deserialize_with = "spellings")]
    pub(crate) is_not: Option<Vec<String>>,
    /// It contains this text, whatever the case.
    pub(crate) contains: Option<String>,
}

/// One value or a list of values, as text.
fn spellings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let text = |value: toml::Value| match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(flag) => Ok(flag.to_string()),
        _ => Err(de::Error::custom("a text, a number or a boolean")),
    };
    match toml::Value::deserialize(deserializer)? {
        toml::Value::Array(values) => values.into_iter().map(text).collect::<Result<_, _>>().map(Some),
        value => Ok(Some(vec![text(value)?])),
    }
}

impl Condition {
    /// Whether what is said of the value is true.
    pub(crate) fn holds(&self, root: Option<&Value>) -> bool {
        let value = root.and_then(|root| self.path.first(root));
        let text = value.map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        let is_set = text
            .as_deref()
            .is_some_and(|text| !matches!(text, "" | "false" | "[]" | "{}"));
        let is_other = |known: &Vec<String>| text.as_ref().is_some_and(|text| !known.contains(text));
        let is_one = |wanted: &Vec<String>| text.as_ref().is_some_and(|text| wanted.contains(text));
        let has = |part: &String| {
            let part = part.to_lowercase();
            text.as_ref()
                .is_some_and(|text| text.to_lowercase().contains(&part))
        };
        self.set.is_none_or(|wanted| wanted == is_set)
            && self.is.as_ref().is_none_or(is_one)
            && self.is_not.as_ref().is_none_or(is_other)
            && self.contains.as_ref().is_none_or(has)
    }

    /// Whether anything is said at all.
    pub(crate) const fn says_nothing(&self) -> bool {
        self.set.is_none() && self.is.is_none() && self.is_not.is_none() && self.contains.is_none()
    }
}
