//! Manifests: what the engine knows of a channel, as data in a closed vocabulary, one file each.

pub(crate) mod auth;
pub(crate) mod check;
pub(crate) mod fields;
pub(crate) mod head;
pub(crate) mod limits;
pub(crate) mod link;
pub(crate) mod path;
mod reads;
pub(crate) mod request;
pub(crate) mod stream;
pub(crate) mod template;
mod validate;
pub(crate) mod wanted;

use std::{collections::BTreeMap, fmt, ops::Range};

use serde::Deserialize;

use auth::Auth;
use check::Check;
use head::{Head, Set};
use limits::{ErrorRule, Limit, WaitHint};
use request::Host;
use stream::Streams;
use template::Template;

/// Something wrong in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// One channel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) channel: Head,
    pub(crate) credential_set: Vec<Set>,
    #[serde(default)]
    pub(crate) hosts: BTreeMap<String, Host>,
    #[serde(default)]
    pub(crate) auth: BTreeMap<String, Auth>,
    /// Headers of each call.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, Template>,
    #[serde(default)]
    pub(crate) limits: Vec<Limit>,
    #[serde(default)]
    pub(crate) wait_hints: Vec<WaitHint>,
    #[serde(default)]
    pub(crate) errors: Vec<ErrorRule>,
    pub(crate) check: Option<Check>,
    pub(crate) streams: Option<Streams>,
}

impl Manifest {
    /// Reads the manifest in a file.
    ///
    /// # Errors
    ///
    /// Every mistake in it, each with file and line; of those that break its form only the first.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        let mistake = |span: Option<Range<usize>>, what: &str| Mistake {
            file: file.to_owned(),
            line: span.map_or(1, |span| line_of(text, span.start)),
            what: what.trim().replace('\n', " "),
        };
        let mut manifest: Self =
            toml::from_str(text).map_err(|error| vec![mistake(error.span(), error.message())])?;
        let mut mistakes: Vec<_> = validate::mistakes(&manifest, file)
            .into_iter()
            .map(|(span, what)| mistake(Some(span), &what))
            .collect();
        mistakes.sort_by_key(|mistake| mistake.line);
        if mistakes.is_empty() {
            reads::narrow(&mut manifest);
            Ok(manifest)
        } else {
            Err(mistakes)
        }
    }

    /// The set with this name.
    pub(crate) fn set(&self, name: &str) -> Option<&Set> {
        self.credential_set.iter().find(|set| set.name.get_ref() == name)
    }

    /// How calls for accounts with this set prove whose they are.
    pub(crate) fn auth_of(&self, set: &str) -> Option<&Auth> {
        self.auth.get(self.set(set)?.auth.as_ref()?.get_ref())
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}
