//! What the catalogue shows of a channel: the head of its manifest.

use std::collections::BTreeMap;

use innkeeper_domain::accounts::{
    Channel, ChannelKind, ChannelSlug, CredentialField, CredentialSet, Format, History,
};
use serde::{Deserialize, Deserializer, de};
use toml::Spanned;
use zeroize::Zeroizing;

/// `[channel]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    #[serde(deserialize_with = "slug")]
    pub(crate) slug: Spanned<ChannelSlug>,
    pub(crate) label: Spanned<String>,
    #[serde(deserialize_with = "kind")]
    pub(crate) kind: ChannelKind,
    pub(crate) docs_url: Option<Spanned<String>>,
    #[serde(deserialize_with = "history")]
    pub(crate) history: Spanned<History>,
}

/// `[[credential_set]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Set {
    pub(crate) name: Spanned<String>,
    /// The table under `[auth]`; a set without one is listed, and not available.
    pub(crate) auth: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) field: Vec<Field>,
    /// Values of the integrator; without them the set is not available.
    #[serde(default)]
    pub(crate) integrator: Vec<IntegratorValue>,
}

/// `[[credential_set.field]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) key: Spanned<String>,
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) secret: bool,
    #[serde(default = "yes")]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) list: bool,
    #[serde(default, deserialize_with = "format")]
    pub(crate) format: Format,
    #[serde(default)]
    pub(crate) example: String,
}

/// `[[credential_set.integrator]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegratorValue {
    pub(crate) key: Spanned<String>,
    #[serde(rename = "label")]
    pub(crate) _label: String,
    #[serde(default, rename = "secret")]
    pub(crate) _secret: bool,
}

const fn yes() -> bool {
    true
}

/// The values of one integrator for one channel.
pub(crate) type IntegratorValues = BTreeMap<String, Zeroizing<String>>;

impl Set {
    /// Whether an account can be added with it.
    pub(crate) fn is_available(&self, integrator: Option<&IntegratorValues>) -> bool {
        let given = |key: &str| {
            let value = integrator.and_then(|values| values.get(key));
            value.is_some_and(|value| !value.trim().is_empty())
        };
        self.auth.is_some() && self.integrator.iter().all(|value| given(value.key.get_ref()))
    }

    fn shown(&self, integrator: Option<&IntegratorValues>) -> CredentialSet {
        let field = |field: &Field| CredentialField {
            key: field.key.get_ref().clone(),
            label: field.label.clone(),
            secret: field.secret,
            required: field.required,
            list: field.list,
            format: field.format,
            example: field.example.clone(),
        };
        CredentialSet {
            name: self.name.get_ref().clone(),
            available: self.is_available(integrator),
            fields: self.field.iter().map(field).collect(),
        }
    }
}

impl Head {
    /// The channel as the catalogue shows it.
    pub(crate) fn channel(&self, sets: &[Set], integrator: Option<&IntegratorValues>) -> Channel {
        Channel {
            slug: self.slug.get_ref().clone(),
            label: self.label.get_ref().clone(),
            kind: self.kind,
            history: *self.history.get_ref(),
            credential_sets: sets.iter().map(|set| set.shown(integrator)).collect(),
            docs_url: self.docs_url.as_ref().map(|url| url.get_ref().clone()),
        }
    }
}

fn slug<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Spanned<ChannelSlug>, D::Error> {
    let text = Spanned::<String>::deserialize(deserializer)?;
    let slug = text.get_ref().parse().map_err(de::Error::custom)?;
    Ok(Spanned::new(text.span(), slug))
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ChannelKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    let found = ChannelKind::ALL.into_iter().find(|kind| kind.as_str() == name);
    found.ok_or_else(|| de::Error::custom(format!("`{name}` is no kind of channel")))
}

fn format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Format, D::Error> {
    let name = String::deserialize(deserializer)?;
    let found = Format::ALL.into_iter().find(|format| format.as_str() == name);
    found.ok_or_else(|| de::Error::custom(format!("`{name}` is no format")))
}

fn history<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Spanned<History>, D::Error> {
    let text = Spanned::<String>::deserialize(deserializer)?;
    let days = |text: &str| text.strip_prefix("window(")?.strip_suffix(')')?.parse().ok();
    let history = match text.get_ref().as_str() {
        "full" => History::Full,
        "from_connection" => History::FromConnection,
        "unknown" => History::Unknown,
        other => History::Window {
            days: days(other)
                .ok_or_else(|| de::Error::custom("history is full, window(N), from_connection or unknown"))?,
        },
    };
    Ok(Spanned::new(text.span(), history))
}
