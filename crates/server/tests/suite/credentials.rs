//! The credentials of every channel, as the API reference tells them.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::harness::Place;

/// The form of the attributes that an account is added with, as the printed document has it.
struct Told {
    document: Value,
    attributes: Validator,
}

impl Told {
    fn read(place: &Place) -> Self {
        let document = place.line("openapi").json();
        let schema = json!({
            "$ref": "#/components/schemas/NewAccountAttributes",
            "components": document["components"],
        });
        let attributes = jsonschema::draft202012::new(&schema).unwrap();
        Self { document, attributes }
    }

    fn fits(&self, channel: &str, credentials: &Map<String, Value>) -> bool {
        let attributes = json!({"channel": channel, "credentials": credentials});
        self.attributes.is_valid(&attributes)
    }
}

/// A set's examples, as they would be sent.
fn example(fields: &[Value]) -> Map<String, Value> {
    let value = |field: &Value| {
        if field["list"].as_bool().unwrap() {
            json!([field["example"]])
        } else {
            field["example"].clone()
        }
    };
    fields
        .iter()
        .map(|field| (field["key"].as_str().unwrap().to_owned(), value(field)))
        .collect()
}

#[test]
fn each_set_of_each_channel_is_told_exactly() {
    let place = Place::bare();
    let told = Told::read(&place);
    let catalogue = place.line("channels list --json").json();
    let channels = catalogue["channels"].as_array().unwrap();
    assert_eq!(channels.len(), 100);
    for channel in channels {
        let slug = channel["channel"].as_str().unwrap();
        for set in channel["credential_sets"].as_array().unwrap() {
            let fields = set["fields"].as_array().unwrap();
            let whole = example(fields);
            let name = format!("{slug}, {}", set["name"]);
            assert!(told.fits(slug, &whole), "{name}: {whole:?}");

            let mut more = whole.clone();
            more.insert("favourite_colour".to_owned(), json!("blue"));
            assert!(!told.fits(slug, &more), "{name} with a key too many");
            for field in fields {
                let key = field["key"].as_str().unwrap();
                let mut less = whole.clone();
                less.remove(key);
                let is_whole = is_of_a_set(channel, &less);
                assert_eq!(told.fits(slug, &less), is_whole, "{name} without {key}");
            }
        }
    }
}

/// Whether these keys are those of a set of the channel, but for some that may be left out.
fn is_of_a_set(channel: &Value, credentials: &Map<String, Value>) -> bool {
    let sent: BTreeSet<&str> = credentials.keys().map(String::as_str).collect();
    channel["credential_sets"].as_array().unwrap().iter().any(|set| {
        let fields = set["fields"].as_array().unwrap();
        let keys = |all: bool| -> BTreeSet<&str> {
            let fields = fields.iter().filter(|field| all || field["required"] == true);
            fields.map(|field| field["key"].as_str().unwrap()).collect()
        };
        keys(false).is_subset(&sent) && sent.is_subset(&keys(true))
    })
}

#[test]
fn the_examples_of_adding_an_account_are_accounts_of_the_catalogue() {
    let told = Told::read(&Place::bare());
    let operation = &told.document["paths"]["/api/v1/users/{user_id}/accounts/"]["post"];
    let examples = &operation["requestBody"]["content"]["application/vnd.api+json"]["examples"];
    let examples = examples.as_object().unwrap();
    assert!(examples.len() >= 5, "{examples:?}");
    for (name, example) in examples {
        let attributes = &example["value"]["data"]["attributes"];
        assert!(told.attributes.is_valid(attributes), "{name}: {attributes}");
        let description = told.document["components"]["schemas"]
            .as_object()
            .unwrap()
            .values()
            .find(|schema| schema["properties"]["channel"]["enum"] == json!([attributes["channel"]]))
            .map(|schema| schema["description"].to_string());
        let description = description.unwrap();
        assert!(
            description.contains("Can be connected here."),
            "{name}: {description}"
        );
    }
}
