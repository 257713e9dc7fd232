//! What is logged, and how.

use std::{
    fmt,
    io::{IsTerminal, stderr},
};

use serde_json::Value as Json;
use tracing_subscriber::filter::{LevelFilter, Targets};

use super::reader::{Reader, Shown};

/// The log.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    /// The form of its lines.
    pub(crate) format: Format,
    /// What gets into it.
    pub(crate) level: Level,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For eyes.
    Pretty,
    /// For machines.
    Json,
}

/// What gets into the log: a level, perhaps others for some targets, as `info,innkeeper_http=debug`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Level {
    text: String,
    targets: Targets,
}

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let usual = if stderr().is_terminal() {
            Format::Pretty
        } else {
            Format::Json
        };
        Self {
            format: reader.read("log.format", usual, |raw| match raw.text()? {
                "pretty" => Ok(Format::Pretty),
                "json" => Ok(Format::Json),
                _ => Err("must be `pretty` or `json`".to_owned()),
            }),
            level: reader.read("log.level", Level::of(LevelFilter::INFO), |raw| {
                Level::parse(raw.text()?)
            }),
        }
    }
}

impl Level {
    fn of(level: LevelFilter) -> Self {
        Self {
            text: level.to_string(),
            targets: Targets::new().with_default(level),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let wrong =
            || "must be error, warn, info, debug, trace or off, or such as `info,TARGET=debug`".to_owned();
        // A misspelt level must not pass for the name of a target.
        let level = |name: &str| name.parse::<LevelFilter>().map_err(|_unknown| wrong());
        let mut targets = Targets::new();
        for directive in text.split(',').map(str::trim) {
            targets = match directive.split_once('=') {
                Some((target, name)) => targets.with_target(target, level(name)?),
                None => targets.with_default(level(directive)?),
            };
        }
        Ok(Self {
            text: text.to_owned(),
            targets,
        })
    }

    /// The filter for the subscriber.
    pub(crate) fn filter(&self) -> Targets {
        self.targets.clone()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pretty => "pretty",
            Self::Json => "json",
        })
    }
}

impl Shown for Format {
    fn shown(&self) -> Json {
        Json::from(self.to_string())
    }
}

impl Shown for Level {
    fn shown(&self) -> Json {
        Json::from(self.text.as_str())
    }
}
