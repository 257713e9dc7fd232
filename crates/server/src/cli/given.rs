//! Credentials as they are given on the command line.

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use innkeeper_domain::accounts::{MOST_VALUE_BYTES, RawCredential};
use zeroize::Zeroizing;

use super::failure::Failure;

/// What was given as one `KEY=VALUE`. It is not judged while arguments are read: their errors repeat what was given, which
/// may be a secret.
#[derive(Clone)]
pub(crate) struct Given(Zeroizing<String>);

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(..)")
    }
}

enum Source {
    Text(Zeroizing<String>),
    Stdin,
    File(PathBuf),
}

/// The key and where its value is.
fn parse(Given(text): &Given) -> Option<(String, Source)> {
    let (key, value) = text.split_once('=')?;
    if key.is_empty() || value.is_empty() {
        return None;
    }
    let source = match value.strip_prefix('@') {
        Some(path) => Source::File(PathBuf::from(path)),
        None if value == "-" => Source::Stdin,
        None => Source::Text(Zeroizing::new(value.to_owned())),
    };
    Some((key.to_owned(), source))
}

/// All values by key; several of one key are a list.
pub(crate) fn gather(all: &[Given]) -> Result<BTreeMap<String, RawCredential>, Failure> {
    let parsed: Option<Vec<_>> = all.iter().map(parse).collect();
    let all = parsed.ok_or_else(|| wrong("--credential must be KEY=VALUE"))?;
    let from_stdin = all.iter().filter(|(_, source)| matches!(source, Source::Stdin));
    if from_stdin.count() > 1 {
        return Err(wrong("--credential: only one value can come from stdin"));
    }
    let mut gathered: BTreeMap<String, Vec<Zeroizing<String>>> = BTreeMap::new();
    for (key, source) in all {
        let value = match source {
            Source::Text(text) => text,
            Source::Stdin => read(&key, "stdin", io::stdin().lock())?,
            Source::File(path) => {
                let name = path.display().to_string();
                let file = File::open(&path).map_err(|error| unread(&key, &name, &error.to_string()))?;
                read(&key, &name, file)?
            }
        };
        gathered.entry(key).or_default().push(value);
    }
    let raw = |(key, values): (String, Vec<_>)| match <[_; 1]>::try_from(values) {
        Ok([only]) => (key, RawCredential::Text(only)),
        Err(several) => (key, RawCredential::List(several)),
    };
    Ok(gathered.into_iter().map(raw).collect())
}

/// What fits in a credential; a line break at the end comes from the editor.
fn read(key: &str, name: &str, source: impl Read) -> Result<Zeroizing<String>, Failure> {
    let most = u64::try_from(MOST_VALUE_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(2);
    let mut text = Zeroizing::new(String::new());
    source
        .take(most)
        .read_to_string(&mut text)
        .map_err(|error| unread(key, name, &error.to_string()))?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn wrong(what: &str) -> Failure {
    Failure::Usage(what.to_owned())
}

fn unread(key: &str, name: &str, why: &str) -> Failure {
    Failure::Refused(format!("--credential {key}: cannot read {name} ({why})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_as_they_stand_or_from_a_file_and_repeated_keys_are_lists() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\r\n").unwrap();
        let path = format!("api_key=@{}", file.path().display());
        let all = ["ical_urls=a=b", "ical_urls=c", path.as_str()].map(Given::from);
        let shown = format!("{all:?}");
        assert!(!shown.contains("a=b"), "{shown}");
        let gathered = gather(&all).unwrap();
        let RawCredential::List(urls) = &gathered["ical_urls"] else {
            panic!("two values are a list");
        };
        assert_eq!(
            urls.iter().map(|url| url.as_str()).collect::<Vec<_>>(),
            ["a=b", "c"]
        );
        let RawCredential::Text(key) = &gathered["api_key"] else {
            panic!("one value is a text");
        };
        assert_eq!(key.as_str(), "s3cret");
    }

    #[test]
    fn what_is_no_pair_is_refused_without_being_repeated() {
        for text in ["hush", "=hush", "hush="] {
            let told = gather(&[Given::from(text)]).unwrap_err().to_string();
            assert_eq!(told, "--credential must be KEY=VALUE");
        }
        let twice = ["a=-", "b=-"].map(Given::from);
        assert!(gather(&twice).is_err());
    }
}
