//! Where settings come from: a TOML file, and over it the variables `INNKEEPER_...`.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};

use super::problem::{ConfigError, Origin, Problem};

const PREFIX: &str = "INNKEEPER_";
/// Variables of this project's tests; they are no settings.
const OF_TESTS: &str = "INNKEEPER_TEST_";
const BETWEEN_LEVELS: &str = "__";
const VARIABLES: &str = "variables";

/// A value that was found for a key.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) value: Value,
    pub(super) origin: Origin,
}

/// All values found, by key, and what is wrong with the variables themselves.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) found: BTreeMap<String, Found>,
    /// Keys whose variable is empty: it counts as not set, but its name must be known.
    pub(super) empty: BTreeSet<String>,
    pub(super) problems: Vec<Problem>,
}

/// The variable that sets `key`.
pub(crate) fn variable_of(key: &str) -> String {
    format!(
        "{PREFIX}{}",
        key.replace('.', BETWEEN_LEVELS).to_ascii_uppercase()
    )
}

/// Reads the file, if there is one, and lays the variables over it. An empty variable counts as not set.
pub(super) fn gather(
    file: Option<&Path>,
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Gathered, ConfigError> {
    let mut gathered = Gathered::default();
    let mut figment = Figment::new();
    if let Some(path) = file {
        figment = figment.merge(Toml::string(&read(path)?));
    }
    let variables = Variables::of(variables, &mut gathered);
    figment = figment.merge(variables);
    let levels = figment.data().map_err(|error| unparsable(file, &error))?;
    for (key, value) in levels.into_values().flatten() {
        flatten(&figment, file, key, value, &mut gathered.found);
    }
    Ok(gathered)
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|error| {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound => ConfigError::Missing { path },
            _ => ConfigError::Unreadable { path, error },
        }
    })
}

/// The parser quotes the line that it cannot read, which may hold a secret; only where and why are kept.
fn unparsable(file: Option<&Path>, error: &figment::Error) -> ConfigError {
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let place = lines.first().copied().unwrap_or_default();
    let place = place.strip_prefix("TOML parse error ").unwrap_or_default();
    let reason = if lines.len() > 1 { lines.last() } else { None };
    let reason = reason.copied().filter(|line| !line.contains('|'));
    ConfigError::NotToml {
        path: file.map(Path::to_owned).unwrap_or_default(),
        place: place.to_owned(),
        reason: reason.unwrap_or("it does not follow the syntax").to_owned(),
    }
}

fn flatten(
    figment: &Figment,
    file: Option<&Path>,
    key: String,
    value: Value,
    found: &mut BTreeMap<String, Found>,
) {
    if let Value::Dict(_, dict) = value {
        for (inner, value) in dict {
            flatten(figment, file, format!("{key}.{inner}"), value, found);
        }
        return;
    }
    let from_variables = figment
        .get_metadata(value.tag())
        .is_some_and(|metadata| metadata.name == VARIABLES);
    let origin = if from_variables {
        Origin::Variable
    } else {
        Origin::File(file.map_or_else(PathBuf::new, Path::to_owned))
    };
    found.insert(key, Found { value, origin });
}

/// The variables as figment merges them. Values stay texts: whether one is a number is for its reader to say, or a
/// password of digits would become one.
struct Variables(Dict);

impl Variables {
    fn of(all: impl Iterator<Item = (OsString, OsString)>, gathered: &mut Gathered) -> Self {
        let mut dict = Dict::new();
        for (name, value) in all {
            let name = name.to_string_lossy().into_owned();
            let Some(rest) = name.strip_prefix(PREFIX).filter(|_| !name.starts_with(OF_TESTS)) else {
                continue;
            };
            if let Err(what) = add(rest, value, &mut dict, &mut gathered.empty) {
                gathered.problems.push(Problem::of_variable(&name, what));
            }
        }
        Self(dict)
    }
}

fn add(
    name: &str,
    value: OsString,
    dict: &mut Dict,
    empty: &mut BTreeSet<String>,
) -> Result<(), &'static str> {
    let path: Vec<&str> = name.split(BETWEEN_LEVELS).collect();
    let is_name = |part: &&str| !part.is_empty() && !part.bytes().any(|byte| byte.is_ascii_lowercase());
    if !path.iter().all(is_name) {
        return Err("is not a setting");
    }
    if value.is_empty() {
        empty.insert(path.join(".").to_ascii_lowercase());
        return Ok(());
    }
    let Ok(value) = value.into_string() else {
        return Err("must be text in UTF-8");
    };
    if insert(dict, &path, value) {
        Ok(())
    } else {
        Err("is set beside a variable whose name begins with it, or the other way round")
    }
}

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        Metadata::named(VARIABLES)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.0.clone()))
    }
}

/// Whether there was room: a name cannot be a setting and a level at once.
fn insert(dict: &mut Dict, path: &[&str], value: String) -> bool {
    match path {
        [] => false,
        [last] => {
            let key = last.to_ascii_lowercase();
            let free = !dict.contains_key(&key);
            if free {
                dict.insert(key, value.into());
            }
            free
        }
        [first, rest @ ..] => {
            let level = dict
                .entry(first.to_ascii_lowercase())
                .or_insert_with(|| Dict::new().into());
            match level {
                Value::Dict(_, inner) => insert(inner, rest, value),
                _ => false,
            }
        }
    }
}
