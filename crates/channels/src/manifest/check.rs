//! The check: one request that proves the credentials, and says whose they are. It needs no record to exist.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    path::{Path, Paths},
    request::{Condition, Request},
};

/// `[check]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Check {
    pub(crate) request: Request,
    /// What a good answer says, all of it. What a refusal says belongs under `[[errors]]`.
    #[serde(default)]
    pub(crate) success: Vec<Condition>,
    /// What identifies the account.
    pub(crate) account_id: Identity,
    /// What the channel shows for the account; else the id, unless that is a hash.
    pub(crate) display_id: Option<Paths>,
    /// The e-mail address that it knows.
    pub(crate) email: Option<Paths>,
    /// Optional credential fields that the answer fills, where the caller left them out.
    #[serde(default)]
    pub(crate) fills: BTreeMap<Spanned<String>, Path>,
}

/// What identifies an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Identity {
    /// A value of the answer.
    Path(Path),
    /// The first of these credential fields that is there, as it is.
    Credential(Vec<Spanned<String>>),
    /// A keyed hash of the first of these credential fields that is there.
    Hash(Vec<Spanned<String>>),
}
