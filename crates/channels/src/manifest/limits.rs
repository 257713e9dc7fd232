//! How often a channel may be called, how long it asks to wait, and what its refusals mean.

use std::time::Duration;

use innkeeper_domain::accounts::ChannelFault;
use serde::{Deserialize, Deserializer, de};

use super::request::Condition;

/// What calls are counted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// The account's credentials.
    Key,
    /// The account, whatever its credentials.
    Account,
    /// One listing of it; calls for no listing in particular count for the account.
    Property,
    /// The address that we call from.
    Ip,
    /// The integrator, all accounts together.
    App,
}

/// Which calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Calls {
    /// Those for data.
    #[default]
    Api,
    /// Those for tokens.
    Token,
    /// All of them.
    Any,
}

impl Calls {
    /// Whether calls of the kind `other` are meant.
    pub(crate) fn covers(self, other: Self) -> bool {
        self == Self::Any || self == other
    }
}

/// At most so many units in so long.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) scope: Scope,
    pub(crate) units: u32,
    pub(crate) per_seconds: u64,
    #[serde(default)]
    pub(crate) on: Calls,
    /// The header in which an answer says how many units it cost; each costs one otherwise.
    pub(crate) cost_header: Option<String>,
}

impl Limit {
    pub(crate) const fn span(&self) -> Duration {
        Duration::from_secs(self.per_seconds)
    }
}

/// How a header says how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HintForm {
    /// Seconds, or an HTTP date: the two spellings of `Retry-After`.
    SecondsOrDate,
    /// The second since 1970 from which on calls are welcome.
    UnixTime,
}

/// A header that says how long to wait. `Retry-After` is always read, after those of the manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitHint {
    pub(crate) header: String,
    pub(crate) form: HintForm,
}

/// What an answer means, if all that is said of it is true. The first rule that fits counts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorRule {
    /// Answers to which calls.
    #[serde(default = "any")]
    pub(crate) on: Calls,
    /// One of these statuses; without, any, `200` as well.
    #[serde(default)]
    pub(crate) status: Vec<u16>,
    /// A header that contains this text.
    pub(crate) header: Option<HeaderTest>,
    /// What the document says.
    pub(crate) body: Option<Condition>,
    /// A text that stands in the body, whatever the case.
    pub(crate) text: Option<String>,
    /// Whether the body is empty.
    pub(crate) empty: Option<bool>,
    /// What the content type contains.
    pub(crate) content_type: Option<String>,
    /// What it means, by the fault's code.
    #[serde(deserialize_with = "fault")]
    pub(crate) fault: ChannelFault,
    /// Whether a fresh token may help: it is then renewed once, and the call made once more.
    #[serde(default)]
    pub(crate) renew: bool,
}

/// A header that contains a text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeaderTest {
    pub(crate) name: String,
    pub(crate) contains: String,
}

const fn any() -> Calls {
    Calls::Any
}

fn fault<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ChannelFault, D::Error> {
    let code = String::deserialize(deserializer)?;
    ChannelFault::from_code(&code).ok_or_else(|| de::Error::custom(format!("`{code}` is no fault's code")))
}
