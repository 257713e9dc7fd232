//! Where the database is.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::{
    address,
    reader::{Reader, Shown},
};

const DEFAULT: &str = "sqlite://innkeeper-data/innkeeper.db";

/// The database.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    /// Which one.
    pub(crate) place: Place,
}

/// Which database a URL means. It never shows a password.
#[derive(Clone)]
pub(crate) enum Place {
    /// A file of SQLite.
    File(PathBuf),
    /// A PostgreSQL server, by its URL.
    Server(String),
}

impl Database {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let default = Place::parse(DEFAULT).unwrap_or_else(|_never| Place::File(PathBuf::new()));
        Self {
            place: reader.read("database.url", default, |raw| Place::parse(raw.text()?)),
        }
    }

    /// The database file, if it is one of SQLite.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Server(_) => None,
        }
    }

    /// The URL as the store takes it, password and all.
    pub(crate) fn url(&self) -> String {
        match &self.place {
            Place::File(path) => format!("sqlite://{}", path.display()),
            Place::Server(url) => url.clone(),
        }
    }
}

impl Place {
    fn parse(url: &str) -> Result<Self, String> {
        let wrong = || "must be `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`".to_owned();
        if let Some(path) = url.strip_prefix("sqlite://") {
            // SQLite's own extras are refused: parameters, and databases without a file.
            let is_file = !path.is_empty()
                && !path.ends_with('/')
                && !path.starts_with(':')
                && !path.contains(['?', '\0']);
            return if is_file {
                Ok(Self::File(PathBuf::from(path)))
            } else {
                Err(wrong())
            };
        }
        let server = url
            .strip_prefix("postgres://")
            .or_else(|| url.strip_prefix("postgresql://"));
        if server.is_some() && address::is_ambiguous(url) {
            return Err(
                "must have every `?` of its password and every `@` of its parameters percent-encoded, \
                        as %3F and %40"
                    .to_owned(),
            );
        }
        match server {
            Some(server) if !server.is_empty() && !server.contains('\0') => Ok(Self::Server(url.to_owned())),
            _ => Err(wrong()),
        }
    }

    /// The URL for people's eyes.
    pub(crate) fn masked(&self) -> String {
        match self {
            Self::File(path) => format!("sqlite://{}", path.display()),
            Self::Server(url) => address::masked(url),
        }
    }

    /// What a driver said, without the password.
    pub(crate) fn without_password(&self, text: &str) -> String {
        match self {
            Self::File(_) => text.to_owned(),
            Self::Server(url) => address::without_password(url, text),
        }
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Shown for Place {
    fn shown(&self) -> Json {
        Json::from(self.masked())
    }
}
