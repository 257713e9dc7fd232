//! The API reference, which every answer of the suite is held against.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use innkeeper_domain::ports::ChannelGateway;
use jsonschema::{Draft, Registry, Resource, Validator};
use serde_json::{Value, json};

use super::{Answer, Channels};

/// Headers of HTTP itself, and those of cross-origin requests, which are about no operation.
const OF_HTTP: [&str; 4] = ["content-length", "content-type", "connection", "date"];
const OF_BROWSERS: [&str; 2] = ["access-control-", "vary"];
/// What the document is called while it is taken to pieces.
const PLACE: &str = "urn:reference";

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::read);

/// The document, as clients read it.
#[derive(Debug)]
pub(crate) struct Reference {
    /// As it is served.
    pub(crate) document: Value,
    /// The same with every object closed: what is not told is wrong.
    closed: Registry<'static>,
    /// By the place of the schema.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Reference {
    /// The document of the suite's application.
    pub(crate) fn get() -> &'static Self {
        &REFERENCE
    }

    fn read() -> Self {
        let channels = Channels::default();
        let document = innkeeper_http::document(channels.channels(), "https://inn.example");
        let document = serde_json::to_value(document).expect("a document is JSON");
        let mut closed = document.clone();
        close(&mut closed["components"]["schemas"]);
        close(&mut closed["paths"]);
        let closed = Registry::new()
            .draft(Draft::Draft202012)
            .add(PLACE, Resource::from_contents(closed))
            .and_then(jsonschema::RegistryBuilder::prepare)
            .expect("the document is one");
        Self {
            document,
            closed,
            validators: Mutex::default(),
        }
    }

    /// The template and the operations of a path.
    fn find(&self, path: &str) -> Option<(&str, &serde_json::Map<String, Value>)> {
        let asked = segments(path);
        let paths = self.document["paths"].as_object().expect("there are paths");
        let fitting = paths
            .iter()
            .filter(|(template, _)| fits(&segments(template), &asked));
        // A word goes before what takes any word.
        let best = fitting.min_by_key(|(template, _)| template.matches('{').count());
        best.map(|(template, item)| (template.as_str(), item.as_object().expect("operations")))
    }

    /// What keeps a value from being what stands at this place of the document.
    pub(crate) fn faults(&self, place: &str, value: &Value) -> Vec<String> {
        let validator = {
            let mut known = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
            let validator = known
                .entry(place.to_owned())
                .or_insert_with(|| Arc::new(self.compile(place)));
            validator.clone()
        };
        let faults = validator.iter_errors(value);
        faults
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect()
    }

    fn compile(&self, place: &str) -> Validator {
        let place = place.replace('{', "%7B").replace('}', "%7D");
        jsonschema::draft202012::options()
            .should_validate_formats(true)
            .with_registry(&self.closed)
            .build(&json!({"$ref": format!("{PLACE}#{place}")}))
            .unwrap_or_else(|error| panic!("{place} is no schema: {error}"))
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

fn fits(template: &[&str], path: &[&str]) -> bool {
    let same = |(told, asked): (&&str, &&str)| told.starts_with('{') || told == asked;
    template.len() == path.len() && template.iter().zip(path).all(same)
}

/// Lets objects have no members but those that are told.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            // What stands in an example is no schema.
            for (_, member) in members
                .iter_mut()
                .filter(|(name, _)| !name.starts_with("example"))
            {
                close(member);
            }
            if members.get("properties").is_some_and(Value::is_object)
                && !members.contains_key("additionalProperties")
            {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Holds an answer against what the reference tells of its operation: status, headers and body.
#[track_caller]
pub(crate) fn is_as_told(method: &str, target: &str, answer: &Answer) {
    let reference = Reference::get();
    let Some((template, operations)) = reference.find(target.split('?').next().unwrap_or_default()) else {
        return;
    };
    // Methods have a case, and none but these are told.
    let told = operations
        .iter()
        .find(|(told, _)| told.to_ascii_uppercase() == method);
    let Some((_, operation)) = told else {
        assert!(
            answer.status == 405 || method == "OPTIONS",
            "{method} {template} is not told: {answer}"
        );
        return;
    };
    let status = answer.status.to_string();
    let Some(response) = operation["responses"].get(&status) else {
        let told: Vec<&String> = operation["responses"]
            .as_object()
            .expect("responses")
            .keys()
            .collect();
        panic!("{method} {template} is told to answer {told:?}, not {answer}");
    };
    let headers: BTreeMap<String, &Value> = response["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, header)| (name.to_ascii_lowercase(), header))
        .collect();
    for (name, _) in &answer.headers {
        let told = headers.contains_key(name)
            || OF_HTTP.contains(&name.as_str())
            || OF_BROWSERS.iter().any(|begin| name.starts_with(begin));
        assert!(
            told,
            "{method} {template} {status}: the header {name} is not told: {answer}"
        );
    }
    let place = |media_type: &str| {
        format!(
            "/paths/{}/{}/responses/{status}/content/{}/schema",
            escaped(template),
            method.to_ascii_lowercase(),
            escaped(media_type)
        )
    };
    match (answer.header("content-type"), response.get("content")) {
        (None, None) => assert!(answer.body.is_empty(), "{answer}"),
        (Some(media_type), Some(content)) => {
            assert!(
                content.get(media_type).is_some(),
                "{method} {template} {status}: {media_type} is not told"
            );
            if media_type.contains("json") && !answer.body.is_empty() {
                let faults = reference.faults(&place(media_type), &answer.json());
                assert!(
                    faults.is_empty(),
                    "{method} {template} {status}: {faults:#?}\n{answer}"
                );
            }
        }
        // The answer to HEAD tells the type of a body that it has not.
        (Some(_), None) if method == "HEAD" => assert!(answer.body.is_empty(), "{answer}"),
        (shown, told) => panic!("{method} {template} {status}: a body of {shown:?}, where {told:?} is told"),
    }
}

/// A part of a JSON pointer (RFC 6901).
pub(crate) fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}
