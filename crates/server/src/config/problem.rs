//! What can be wrong with a configuration, told so that one knows what to change.

use std::{fmt, io, path::PathBuf};

use super::sources::variable_of;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody set it.
    Default,
    /// The file.
    File(PathBuf),
    /// The variable of its key.
    Variable,
}

/// One thing that is wrong. The value itself is never repeated: it may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The setting as whoever wrote it knows it.
    pub(crate) setting: String,
    /// What is wrong with it, as a predicate: "must be a number".
    pub(crate) what: String,
}

impl Problem {
    /// About a variable, by its name.
    pub(super) fn of_variable(name: &str, what: &str) -> Self {
        Self {
            setting: name.to_owned(),
            what: what.to_owned(),
        }
    }

    /// About the value of a key.
    pub(crate) fn of_key(key: &str, origin: &Origin, what: impl Into<String>) -> Self {
        let setting = match origin {
            Origin::Default | Origin::Variable => variable_of(key),
            Origin::File(path) => format!("`{key}` in {}", path.display()),
        };
        Self {
            setting,
            what: what.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.setting, self.what)
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// There is no such file.
    #[error(
        "there is no configuration file {}; name one that is there with --config, or leave the option out",
        path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be read.
    #[error("the configuration file {} cannot be read ({error}); see to its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration file {} is not TOML, {place}: {reason}", path.display())]
    NotToml {
        /// The file.
        path: PathBuf,
        /// Line and column.
        place: String,
        /// What the parser says.
        reason: String,
    },
    /// Settings are wrong; all of them are here.
    #[error("{}", told(.0))]
    Wrong(Vec<Problem>),
}

fn told(problems: &[Problem]) -> String {
    let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
    match list.as_slice() {
        [only] => format!("the configuration is wrong: {only}"),
        several => format!(
            "the configuration has {} problems: {}",
            several.len(),
            several.join("; ")
        ),
    }
}
