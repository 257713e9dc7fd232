//! Accounts to add, as examples: made from the catalogue, so that they are what it asks for.

use innkeeper_domain::accounts::{Channel, CredentialField, CredentialSet, Format};
use serde_json::{Map, Value, json};

use super::super::{accounts::AccountAttributes, document::Attributes};
use crate::reference::BodyExample;

/// The channels that most people know, of each way to connect one at least.
const KNOWN: [&str; 5] = ["hostaway", "guesty", "ownerrez", "airbnb", "ical"];
/// What the channel sandbox takes for any secret.
const GOOD: &str = "good";

/// An account at the channel sandbox, and one of each known channel that can be connected.
pub(super) fn examples(channels: &[Channel]) -> Vec<BodyExample> {
    let available = KNOWN.iter().filter_map(|slug| {
        let channel = channels.iter().find(|channel| channel.slug.as_str() == *slug)?;
        let set = channel.credential_sets.iter().find(|set| set.available)?;
        Some((channel, set))
    });
    let mut examples = Vec::new();
    for (channel, set) in available {
        if examples.is_empty() {
            let summary = format!("{}, at the channel sandbox", channel.label);
            examples.push((
                "sandbox".into(),
                summary.into(),
                account(channel, set, at_the_sandbox),
            ));
        }
        let (name, summary) = (channel.slug.to_string(), channel.label.clone());
        examples.push((
            name.into(),
            summary.into(),
            account(channel, set, of_the_catalogue),
        ));
    }
    examples
}

fn account(channel: &Channel, set: &CredentialSet, value: fn(&CredentialField) -> Value) -> Value {
    let credentials = set.fields.iter().map(|field| {
        let value = value(field);
        let value = if field.list { json!([value]) } else { value };
        (field.key.clone(), value)
    });
    json!({"data": {
        "type": AccountAttributes::TYPE,
        "attributes": {
            "channel": channel.slug.as_str(),
            "credentials": credentials.collect::<Map<_, _>>(),
            "label": "Seaside flats"
        }
    }})
}

fn of_the_catalogue(field: &CredentialField) -> Value {
    json!(field.example)
}

fn at_the_sandbox(field: &CredentialField) -> Value {
    if field.secret && field.format == Format::Text {
        json!(GOOD)
    } else {
        of_the_catalogue(field)
    }
}
