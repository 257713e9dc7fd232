//! What an account is added with.

use std::collections::BTreeMap;

use innkeeper_domain::{accounts::RawCredential, values::Label};
use serde::Deserialize;
use serde_json::{Map, Value};
use validator::Validate;
use zeroize::Zeroizing;

use super::super::{Code, Problem};
use crate::forms::{self, Field};

/// The most keys that credentials may have.
const MOST_KEYS: usize = 50;
/// The most bytes that one key may have.
const MOST_KEY_BYTES: usize = 100;
const POINTER: &str = "/data/attributes/credentials";

/// What an account is added with.
pub(in crate::jsonapi) struct NewAccount {
    pub(super) channel: String,
    pub(super) credentials: BTreeMap<String, RawCredential>,
    pub(super) label: Option<Label>,
}

#[derive(Debug, Default, Deserialize, Validate)]
#[serde(default, rename_all = "kebab-case")]
struct NewAccountForm {
    #[validate(custom(function = forms::text))]
    channel: Field,
    #[validate(custom(function = forms::label_or_null))]
    label: Field,
}

impl NewAccount {
    /// Reads the attributes of a document.
    ///
    /// # Errors
    ///
    /// 400 with one error object for each wrong attribute.
    pub(in crate::jsonapi) fn read(mut attributes: Map<String, Value>) -> Result<Self, Problem> {
        // Taken out first: the form's checks keep copies of what they find fault with.
        let sent = attributes.remove("credentials");
        let credentials = credentials(sent).map_err(|code| Problem::pointer(code, POINTER));
        let form: NewAccountForm = forms::read(attributes)?;
        let checked = form.validate().map_err(|errors| Problem::attributes(&errors));
        match (credentials, form.channel.text(), checked) {
            (Ok(credentials), Ok(channel), Ok(())) => Ok(Self {
                channel: channel.to_owned(),
                credentials,
                label: form.label.label().ok(),
            }),
            (credentials, _, checked) => Err(Problem::all(
                credentials.err().into_iter().chain(checked.err()).collect(),
            )),
        }
    }
}

/// The credentials as they were sent; what is wrong within them, the channel's manifest says.
fn credentials(sent: Option<Value>) -> Result<BTreeMap<String, RawCredential>, Code> {
    let sent = match sent {
        None => return Err(Code::Required),
        Some(Value::Null) => return Err(Code::Blank),
        Some(Value::Object(sent)) => sent,
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            return Err(Code::Invalid);
        }
    };
    // First of all, so that whatever comes of it is wiped.
    let read: BTreeMap<String, RawCredential> =
        sent.into_iter().map(|(key, value)| (key, raw(value))).collect();
    if read.len() > MOST_KEYS || read.keys().any(|key| key.len() > MOST_KEY_BYTES) {
        return Err(Code::Invalid);
    }
    Ok(read)
}

fn raw(value: Value) -> RawCredential {
    match value {
        Value::Null => RawCredential::Missing,
        Value::Array(items) => {
            let texts: Vec<Option<Zeroizing<String>>> = items.into_iter().map(text).collect();
            let texts: Option<Vec<Zeroizing<String>>> = texts.into_iter().collect();
            texts.map_or(RawCredential::Other, RawCredential::List)
        }
        value => text(value).map_or(RawCredential::Other, RawCredential::Text),
    }
}

/// A text, or a whole number in its own spelling; the spelling of any other number is lost by now.
fn text(value: Value) -> Option<Zeroizing<String>> {
    match value {
        Value::String(text) => Some(Zeroizing::new(text)),
        Value::Number(number) if !number.is_f64() => Some(Zeroizing::new(number.to_string())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use innkeeper_domain::accounts::{
        Channel, ChannelKind, CredentialField, CredentialSet, Format, History, MOST_VALUE_BYTES, fit,
    };
    use serde_json::json;

    use super::*;

    /// A credential of every form.
    fn fields() -> Vec<CredentialField> {
        let field = |(format, required, list): (Format, bool, bool)| CredentialField {
            key: format!("{}_{required}_{list}", format.as_str()),
            label: "Credential".to_owned(),
            secret: false,
            required,
            list,
            format,
            example: "example".to_owned(),
        };
        let ones = Format::ALL.into_iter();
        let ones = ones.flat_map(|format| [(format, true, false), (format, false, false)]);
        ones.chain([(Format::Url, true, true)]).map(field).collect()
    }

    /// A channel that asks for one credential.
    fn channel(field: &CredentialField) -> Channel {
        Channel {
            slug: "motel".parse().unwrap(),
            label: "Motel".to_owned(),
            kind: ChannelKind::Pms,
            history: History::Full,
            credential_sets: vec![CredentialSet {
                name: "key".to_owned(),
                available: true,
                fields: vec![field.clone()],
            }],
            docs_url: None,
        }
    }

    /// The form of a new account's attributes, as it is told.
    fn told(channel: &Channel) -> jsonschema::Validator {
        let document = crate::document(std::slice::from_ref(channel), "https://inn.example");
        let document = serde_json::to_value(document).unwrap();
        let schema = json!({
            "$ref": "#/components/schemas/NewAccountAttributes",
            "components": document["components"],
        });
        jsonschema::draft202012::new(&schema).unwrap()
    }

    fn values() -> Vec<Value> {
        let texts = [
            "",
            " ",
            "a",
            " a ",
            "a b",
            "a\u{1}b",
            "\u{1}",
            "-",
            "12345",
            "123456789012345678901",
        ];
        let of_formats = [
            "ann@example.com",
            "0b9c7c1e-4f7a-4f5e-9d3c-1a2b3c4d5e6f",
            "https://calendars.example/1.ics",
            "company.example",
        ];
        let long = [MOST_VALUE_BYTES, MOST_VALUE_BYTES + 1].map(|long| json!("7".repeat(long)));
        let others = [
            json!(0),
            json!(12345),
            json!(-5),
            json!(u64::MAX),
            json!(1.5),
            json!(true),
            json!(null),
            json!({}),
            json!([]),
            json!([""]),
            json!([null]),
            json!(["a"]),
            json!(["https://calendars.example/1.ics"]),
            json!(vec!["https://calendars.example/1.ics"; 101]),
        ];
        let texts = texts.into_iter().chain(of_formats).map(|text| json!(text));
        texts.chain(long).chain(others).collect()
    }

    /// What is taken, and told in words alone: any credential of digits as a number, white space at both ends, one value
    /// for a list of one, and blanks for nothing.
    fn is_slip(field: &CredentialField, value: &Value) -> bool {
        match value {
            Value::Number(_) => field.format != Format::Integer,
            Value::String(text) => text.trim() != text || field.list || text.is_empty(),
            Value::Array(items) => items.iter().all(|item| item.as_str().is_some_and(str::is_empty)),
            Value::Null | Value::Bool(_) | Value::Object(_) => false,
        }
    }

    #[test]
    fn the_reference_lets_through_what_is_taken() {
        let mut taken = 0;
        for field in fields() {
            let channel = channel(&field);
            let told = told(&channel);
            for value in values() {
                let attributes = json!({"channel": "motel", "credentials": {&field.key: value}});
                let is_told = told.is_valid(&attributes);
                let new = NewAccount::read(attributes.as_object().unwrap().clone()).unwrap();
                let is_taken = fit(&channel, &new.credentials).is_ok();
                let shown: String = attributes.to_string().chars().take(200).collect();
                assert!(is_taken || !is_told, "looser: {shown}");
                assert!(
                    is_told || !is_taken || is_slip(&field, &value),
                    "tighter: {shown}"
                );
                taken += usize::from(is_taken);
            }
        }
        assert!(taken > 50, "only {taken}");
    }

    #[test]
    fn the_reference_lets_through_the_labels_that_are_taken() {
        let field = fields().remove(0);
        let told = told(&channel(&field));
        for label in [
            json!("Seaside flats"),
            json!("é".repeat(Label::MAX_CHARS)),
            json!("é".repeat(Label::MAX_CHARS + 1)),
            json!(null),
            json!(""),
            json!(" "),
            json!("a\nb"),
            json!(7),
        ] {
            let attributes = json!({"channel": "motel", "credentials": {&field.key: "a"}, "label": label});
            let is_taken = NewAccount::read(attributes.as_object().unwrap().clone()).is_ok();
            assert_eq!(told.is_valid(&attributes), is_taken, "{label}");
        }
    }
}
