//! Form checks of wire fields, for the derive of the `validator` crate.
//!
//! A field arrives as a [`Field`], so that a wrong type is a finding about the field and not about the document,
//! and all findings are told at once. Each check parses with the domain's own constructors.

use std::{borrow::Cow, str::FromStr};

use innkeeper_domain::{
    access::{Effect, Overrides, Role, Scope, ScopeSet},
    ids::Id,
    time::Timestamp,
    values::{Country, Currency, Email, FieldError, Invalid, Label, Locale, PersonName, Problem, Title},
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use validator::{ValidationError, ValidationErrors};

use crate::failure::Failure;

/// One field of a write. The derive of `validator` keeps a serialised copy of what it finds fault with.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum Field {
    /// Not sent.
    #[default]
    Absent,
    /// Sent, perhaps as null.
    Sent(Value),
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::Sent)
    }
}

/// What a check finds, under the codes that each dialect tells in its own words.
pub(crate) mod codes {
    pub(crate) const REQUIRED: &str = "required";
    pub(crate) const BLANK: &str = "blank";
    pub(crate) const INVALID: &str = "invalid";
    pub(crate) const FORMAT: &str = "format";
    pub(crate) const MAX_LENGTH: &str = "max_length";
    pub(crate) const UNKNOWN_POLICY: &str = "unknown_policy";
}

type Found<T> = Result<T, ValidationError>;

fn finding(code: &'static str) -> ValidationError {
    ValidationError::new(code)
}

fn about(problem: &Problem) -> ValidationError {
    match problem {
        Problem::Blank => finding(codes::BLANK),
        Problem::Invalid | Problem::TooShort { .. } | Problem::Refused { .. } => finding(codes::INVALID),
        Problem::Format => finding(codes::FORMAT),
        Problem::TooLong { max } => {
            let mut error = finding(codes::MAX_LENGTH);
            error.add_param(Cow::Borrowed("max"), max);
            error
        }
        Problem::UnknownPolicy { key } => {
            let mut error = finding(codes::UNKNOWN_POLICY);
            error.add_param(Cow::Borrowed("keys"), &vec![key]);
            error
        }
    }
}

impl Field {
    /// Whether it was sent, perhaps as null.
    pub(crate) fn is_sent(&self) -> bool {
        *self != Self::Absent
    }

    /// Whether it was not sent, or sent as null.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Absent | Self::Sent(Value::Null))
    }

    /// Some text that is not blank.
    pub(crate) fn text(&self) -> Found<&str> {
        match self {
            Self::Absent => Err(finding(codes::REQUIRED)),
            Self::Sent(Value::Null) => Err(finding(codes::BLANK)),
            Self::Sent(Value::String(text)) if text.trim().is_empty() => Err(finding(codes::BLANK)),
            Self::Sent(Value::String(text)) => Ok(text),
            Self::Sent(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                Err(finding(codes::INVALID))
            }
        }
    }

    fn parsed<T: FromStr>(&self) -> Found<T> {
        self.text()?.parse().ok().ok_or_else(|| finding(codes::INVALID))
    }

    pub(crate) fn id<K>(&self) -> Found<Id<K>> {
        self.parsed()
    }

    pub(crate) fn role(&self) -> Found<Role> {
        self.parsed()
    }

    pub(crate) fn currency(&self) -> Found<Currency> {
        self.parsed()
    }

    pub(crate) fn country(&self) -> Found<Country> {
        self.parsed()
    }

    pub(crate) fn locale(&self) -> Found<Locale> {
        self.parsed()
    }

    /// The name of a zone that exists.
    pub(crate) fn zone(&self) -> Found<innkeeper_domain::values::ZoneName> {
        self.parsed::<chrono_tz::Tz>()?;
        self.parsed()
    }

    pub(crate) fn email(&self) -> Found<Email> {
        Email::parse(self.text()?).map_err(|error| about(&error.into()))
    }

    pub(crate) fn title(&self) -> Found<Title> {
        Title::parse(self.text()?).map_err(|error| about(&error.into()))
    }

    pub(crate) fn person_name(&self) -> Found<PersonName> {
        PersonName::parse(self.text()?).map_err(|error| about(&error.into()))
    }

    pub(crate) fn label(&self) -> Found<Label> {
        Label::parse(self.text()?).map_err(|error| about(&error.into()))
    }

    pub(crate) fn instant(&self) -> Found<Timestamp> {
        Timestamp::parse(self.text()?).ok_or_else(|| finding(codes::INVALID))
    }

    /// Overrides: absent, null and the empty object are none (C-26).
    pub(crate) fn overrides(&self) -> Found<Overrides> {
        let entries = match self {
            Self::Absent | Self::Sent(Value::Null) => return Ok(Overrides::NONE),
            Self::Sent(Value::Object(entries)) => entries,
            Self::Sent(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
                return Err(finding(codes::INVALID));
            }
        };
        let effects: Option<Vec<(&str, Effect)>> = entries
            .iter()
            .map(|(key, value)| {
                value
                    .as_bool()
                    .map(|allowed| (key.as_str(), Effect::from(allowed)))
            })
            .collect();
        let effects = effects.ok_or_else(|| finding(codes::INVALID))?;
        Overrides::parse(effects).map_err(|invalid| all_about(&invalid))
    }

    fn texts(&self) -> Found<Vec<&str>> {
        match self {
            Self::Absent => Err(finding(codes::REQUIRED)),
            Self::Sent(Value::Null) => Err(finding(codes::BLANK)),
            Self::Sent(Value::Array(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                texts.ok_or_else(|| finding(codes::INVALID))
            }
            Self::Sent(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                Err(finding(codes::INVALID))
            }
        }
    }

    pub(crate) fn scopes(&self) -> Found<ScopeSet> {
        let scopes: Result<ScopeSet, _> = self.texts()?.into_iter().map(Scope::from_str).collect();
        let scopes = scopes.ok().ok_or_else(|| finding(codes::INVALID))?;
        if scopes.is_empty() {
            Err(finding(codes::BLANK))
        } else {
            Ok(scopes)
        }
    }

    pub(crate) fn ids<K>(&self) -> Found<Vec<Id<K>>> {
        let ids: Result<Vec<Id<K>>, _> = self.texts()?.into_iter().map(Id::from_str).collect();
        let ids = ids.ok().ok_or_else(|| finding(codes::INVALID))?;
        if ids.is_empty() {
            Err(finding(codes::BLANK))
        } else {
            Ok(ids)
        }
    }
}

/// Several findings about one field, in the one error that a check may return.
fn all_about(invalid: &Invalid) -> ValidationError {
    let keys: Vec<&String> = invalid
        .errors()
        .iter()
        .filter_map(|error| match &error.problem {
            Problem::UnknownPolicy { key } => Some(key),
            Problem::Blank
            | Problem::Invalid
            | Problem::Format
            | Problem::TooLong { .. }
            | Problem::TooShort { .. }
            | Problem::Refused { .. } => None,
        })
        .collect();
    if keys.is_empty() {
        return finding(codes::INVALID);
    }
    let mut error = finding(codes::UNKNOWN_POLICY);
    error.add_param(Cow::Borrowed("keys"), &keys);
    error
}

/// Makes a check for `#[validate(custom)]` of a parser. A `required` field must be there; one `if_sent` may be
/// missing, but not null; one `or_null` may be either.
macro_rules! check {
    ($name:ident, required $parse:expr) => {
        pub(crate) fn $name(field: &Field) -> Found<()> {
            $parse(field).map(drop)
        }
    };
    ($name:ident, if_sent $parse:expr) => {
        pub(crate) fn $name(field: &Field) -> Found<()> {
            if *field == Field::Absent {
                Ok(())
            } else {
                $parse(field).map(drop)
            }
        }
    };
    ($name:ident, or_null $parse:expr) => {
        pub(crate) fn $name(field: &Field) -> Found<()> {
            if field.is_nothing() {
                Ok(())
            } else {
                $parse(field).map(drop)
            }
        }
    };
}

check!(text, required Field::text);
check!(label_or_null, or_null Field::label);
check!(id, required Field::id::<()>);
check!(id_or_null, or_null Field::id::<()>);
check!(ids_or_null, or_null Field::ids::<()>);
check!(role, required Field::role);
check!(role_if_sent, if_sent Field::role);
check!(email, required Field::email);
check!(email_or_null, or_null Field::email);
check!(title, required Field::title);
check!(title_if_sent, if_sent Field::title);
check!(currency, required Field::currency);
check!(currency_if_sent, if_sent Field::currency);
check!(country_or_null, or_null Field::country);
check!(zone_or_null, or_null Field::zone);
check!(person_name, required Field::person_name);
check!(locale_or_null, or_null Field::locale);
check!(instant_or_null, or_null Field::instant);
check!(scopes, required Field::scopes);
check!(overrides, or_null Field::overrides);

/// Reads the object of a write into its form; keys that the form does not know are ignored, never applied (C-50).
///
/// # Errors
///
/// Only if the form has a field that is not a [`Field`].
pub(crate) fn read<T: DeserializeOwned>(object: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(object)).map_err(|error| {
        tracing::error!(%error, "a form could not be read");
        Failure::Internal
    })
}

/// All findings of a form, in the domain's terms, by field name.
pub(crate) fn invalid(errors: &ValidationErrors) -> Option<Invalid> {
    let mut found: Vec<FieldError> = Vec::new();
    for (field, errors) in errors.field_errors() {
        let Cow::Borrowed(field) = field else { continue };
        found.extend(
            errors
                .iter()
                .flat_map(problems)
                .map(|problem| FieldError { field, problem }),
        );
    }
    found.sort_by_key(|error| error.field);
    Invalid::none_of(found).err()
}

fn problems(error: &ValidationError) -> Vec<Problem> {
    match error.code.as_ref() {
        codes::REQUIRED | codes::BLANK => vec![Problem::Blank],
        codes::FORMAT => vec![Problem::Format],
        codes::MAX_LENGTH => {
            let max = error.params.get("max").and_then(Value::as_u64);
            let max = max.and_then(|max| usize::try_from(max).ok());
            vec![max.map_or(Problem::Invalid, |max| Problem::TooLong { max })]
        }
        codes::UNKNOWN_POLICY => {
            let keys = error
                .params
                .get("keys")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            let keys = keys.filter_map(Value::as_str);
            keys.map(|key| Problem::UnknownPolicy { key: key.to_owned() })
                .collect()
        }
        _ => vec![Problem::Invalid],
    }
}
