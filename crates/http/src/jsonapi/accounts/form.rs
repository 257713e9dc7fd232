//! What an account is added with.

use std::collections::BTreeMap;

use innkeeper_domain::{accounts::RawCredential, values::Label};
use serde::Deserialize;
use serde_json::{Map, Value};
use validator::Validate;
use zeroize::Zeroizing;

use super::super::Problem;
use crate::forms::{self, Field, codes};

/// The most keys that credentials may have.
const MOST_KEYS: usize = 50;
/// The most bytes that one key may have.
const MOST_KEY_BYTES: usize = 100;
const POINTER: &str = "/data/attributes/credentials";

/// What an account is added with.
pub(super) struct NewAccount {
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
    pub(super) fn read(mut attributes: Map<String, Value>) -> Result<Self, Problem> {
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
fn credentials(sent: Option<Value>) -> Result<BTreeMap<String, RawCredential>, &'static str> {
    let sent = match sent {
        None => return Err(codes::REQUIRED),
        Some(Value::Null) => return Err(codes::BLANK),
        Some(Value::Object(sent)) => sent,
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            return Err(codes::INVALID);
        }
    };
    // First of all, so that whatever comes of it is wiped.
    let read: BTreeMap<String, RawCredential> =
        sent.into_iter().map(|(key, value)| (key, raw(value))).collect();
    if read.len() > MOST_KEYS || read.keys().any(|key| key.len() > MOST_KEY_BYTES) {
        return Err(codes::INVALID);
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
