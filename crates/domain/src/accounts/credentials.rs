//! The credentials of an account, and how what a caller sent is fitted to one of the channel's sets.

use std::{collections::BTreeMap, fmt};

use zeroize::Zeroizing;

use super::{Channel, CredentialField, CredentialSet};

/// The most bytes one value may have: access tokens in JWT form reach a few thousand.
pub const MOST_VALUE_BYTES: usize = 8_192;
/// The most values a list may have.
pub const MOST_LIST_VALUES: usize = 100;

/// One value. It is wiped when dropped, and never prints itself.
#[derive(Clone, PartialEq, Eq)]
pub enum CredentialValue {
    /// One text.
    Text(Zeroizing<String>),
    /// Several, such as the calendar links of several listings.
    List(Vec<Zeroizing<String>>),
}

impl fmt::Debug for CredentialValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialValue(..)")
    }
}

/// Credentials of one set, complete and of the right form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The name of the set.
    pub set: String,
    /// The values by key; those of optional fields may be missing.
    pub values: BTreeMap<String, CredentialValue>,
}

impl Credentials {
    /// The text under `key`; `None` if there is none, or a list.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.values.get(key)? {
            CredentialValue::Text(text) => Some(text.as_str()),
            CredentialValue::List(_) => None,
        }
    }

    /// The values under `key`; one text is a list of one.
    pub fn list(&self, key: &str) -> Vec<&str> {
        match self.values.get(key) {
            Some(CredentialValue::Text(text)) => vec![text.as_str()],
            Some(CredentialValue::List(texts)) => texts.iter().map(|text| text.as_str()).collect(),
            None => Vec::new(),
        }
    }
}

/// A value as a caller sent it.
#[derive(Clone)]
pub enum RawCredential {
    /// A text, or a number in its own spelling.
    Text(Zeroizing<String>),
    /// A list of texts.
    List(Vec<Zeroizing<String>>),
    /// `null` or nothing.
    Missing,
    /// Anything else.
    Other,
}

impl fmt::Debug for RawCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawCredential(..)")
    }
}

/// What is wrong with one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialCode {
    /// A required key is missing, null or blank.
    Missing,
    /// The channel's sets know no such key.
    Unknown,
    /// The value has not the form it must have.
    Format,
}

impl CredentialCode {
    /// Every code.
    pub const ALL: [Self; 3] = [Self::Missing, Self::Unknown, Self::Format];

    /// The code on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing_credential",
            Self::Unknown => "unknown_credential",
            Self::Format => "invalid_format",
        }
    }
}

/// One key and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialProblem {
    /// The key.
    pub key: String,
    /// What is wrong.
    pub code: CredentialCode,
}

/// Fits what a caller sent to the one set of the channel that it is meant for: the set that shares the most keys
/// with it, of those the one that misses the fewest, of those an available one, then the first.
///
/// # Errors
///
/// One problem for each key that is wrong, in the order of the keys. A key that only another set knows is unknown
/// beside this one.
pub fn fit(
    channel: &Channel,
    offered: &BTreeMap<String, RawCredential>,
) -> Result<Credentials, Vec<CredentialProblem>> {
    let given = |key: &str| offered.get(key).is_some_and(|value| !is_blank(value));
    let rank = |(place, set): &(usize, &CredentialSet)| {
        let shared = set.fields.iter().filter(|field| given(&field.key)).count();
        let missing = set
            .fields
            .iter()
            .filter(|field| field.required && !given(&field.key))
            .count();
        (
            shared,
            std::cmp::Reverse(missing),
            set.available,
            std::cmp::Reverse(*place),
        )
    };
    let Some((_, set)) = channel.credential_sets.iter().enumerate().max_by_key(rank) else {
        return Err(Vec::new());
    };
    let mut problems = Vec::new();
    let mut values = BTreeMap::new();
    for field in &set.fields {
        match read(field, offered.get(&field.key)) {
            Ok(Some(value)) => drop(values.insert(field.key.clone(), value)),
            Ok(None) => {}
            Err(code) => problems.push(CredentialProblem {
                key: field.key.clone(),
                code,
            }),
        }
    }
    let is_known = |key: &String| set.fields.iter().any(|field| field.key == *key);
    problems.extend(
        offered
            .keys()
            .filter(|key| !is_known(key))
            .map(|key| CredentialProblem {
                key: key.clone(),
                code: CredentialCode::Unknown,
            }),
    );
    if problems.is_empty() {
        Ok(Credentials {
            set: set.name.clone(),
            values,
        })
    } else {
        problems.sort_by(|one, other| one.key.cmp(&other.key));
        Err(problems)
    }
}

fn is_blank(value: &RawCredential) -> bool {
    match value {
        RawCredential::Text(text) => text.trim().is_empty(),
        RawCredential::List(texts) => texts.iter().all(|text| text.trim().is_empty()),
        RawCredential::Missing => true,
        RawCredential::Other => false,
    }
}

fn read(
    field: &CredentialField,
    sent: Option<&RawCredential>,
) -> Result<Option<CredentialValue>, CredentialCode> {
    let Some(sent) = sent.filter(|value| !is_blank(value)) else {
        return if field.required {
            Err(CredentialCode::Missing)
        } else {
            Ok(None)
        };
    };
    match (sent, field.list) {
        (RawCredential::Text(text), false) => Ok(Some(CredentialValue::Text(text_of(field, text)?))),
        (RawCredential::Text(text), true) => Ok(Some(CredentialValue::List(vec![text_of(field, text)?]))),
        (RawCredential::List(texts), true) if texts.len() <= MOST_LIST_VALUES => {
            let texts: Result<Vec<_>, _> = texts.iter().map(|text| text_of(field, text)).collect();
            Ok(Some(CredentialValue::List(texts?)))
        }
        (RawCredential::List(_) | RawCredential::Other | RawCredential::Missing, _) => {
            Err(CredentialCode::Format)
        }
    }
}

/// Outer white space is a slip of the clipboard; within a value, control characters are an attack on a header.
fn text_of(field: &CredentialField, text: &str) -> Result<Zeroizing<String>, CredentialCode> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.len() <= MOST_VALUE_BYTES
        && !text.chars().any(char::is_control)
        && field.format.fits(text);
    if fits {
        Ok(Zeroizing::new(text.to_owned()))
    } else {
        Err(CredentialCode::Format)
    }
}
