//! URLs as settings hold them.

use serde_json::Value as Json;
use url::Url;

use super::reader::{MASK, Shown};

/// Reads the address of a service: `http` or `https`, a host, and neither password, query nor fragment.
pub(super) fn service(text: &str) -> Result<Url, String> {
    let wrong = || "must be a URL such as https://innkeeper.example".to_owned();
    let url = Url::parse(text).map_err(|_not_a_url| wrong())?;
    let plain = url.username().is_empty() && url.password().is_none();
    let bare = url.query().is_none() && url.fragment().is_none();
    if matches!(url.scheme(), "http" | "https") && url.has_host() && plain && bare {
        Ok(url)
    } else {
        Err(wrong())
    }
}

/// The address without the slash that a bare host gets, as one prefix for all paths.
pub(super) fn prefix(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

impl Shown for Url {
    fn shown(&self) -> Json {
        Json::from(masked(prefix(self)))
    }
}

/// A URL with its passwords masked: the one before the host, and those among the parameters. It takes any text, and
/// rather masks too much than too little.
pub(super) fn masked(url: &str) -> String {
    let (base, parameters) = split(url);
    let mut shown = match login(base) {
        Some((scheme, user, _, host)) => format!("{scheme}://{user}:{MASK}@{host}"),
        None => base.to_owned(),
    };
    for (place, parameter) in parameters.into_iter().flat_map(|all| all.split('&')).enumerate() {
        shown.push(if place == 0 { '?' } else { '&' });
        match password_in(parameter) {
            Some((name, _)) => shown.extend([name, "=", MASK]),
            None => shown.push_str(parameter),
        }
    }
    shown
}

/// A text in which passwords of `url` may stand, as in what a driver says of it, without them.
pub(super) fn without_password(url: &str, text: &str) -> String {
    let (base, parameters) = split(url);
    let before_host = login(base).map(|(_, _, password, _)| password);
    let among = parameters
        .into_iter()
        .flat_map(|all| all.split('&'))
        .filter_map(password_in);
    let passwords = before_host.into_iter().chain(among.map(|(_, password)| password));
    passwords
        .filter(|password| !password.is_empty())
        .fold(text.to_owned(), |text, one| text.replace(one, MASK))
}

/// Whether a `?` stands before an `@`: then it is not plain where a password ends and parameters begin.
pub(super) fn is_ambiguous(url: &str) -> bool {
    url.split_once('?').is_some_and(|(_, rest)| rest.contains('@'))
}

/// What comes before the parameters, and the parameters. A `?` before the last `@` is part of a password.
fn split(url: &str) -> (&str, Option<&str>) {
    let login_ends = url.rfind('@').unwrap_or(0);
    let begun = url.match_indices('?').find(|(place, _)| *place > login_ends);
    match begun.and_then(|(place, _)| Some((url.get(..place)?, url.get(place + 1..)?))) {
        Some((base, parameters)) => (base, Some(parameters)),
        None => (url, None),
    }
}

/// Scheme, user, password and the rest, if there is a password.
fn login(base: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, host) = base.rsplit_once('@')?;
    let (scheme, login) = before.split_once("://").unwrap_or(("", before));
    let (user, password) = login.split_once(':')?;
    Some((scheme, user, password, host))
}

/// Name and value of a parameter that holds a password, however its name is encoded.
fn password_in(parameter: &str) -> Option<(&str, &str)> {
    let (name, value) = parameter.split_once('=')?;
    let decoded = url::form_urlencoded::parse(name.as_bytes())
        .next()?
        .0
        .to_ascii_lowercase();
    decoded.contains("pass").then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_out_of_what_others_say() {
        let said = "invalid percent-encoded token: \"hu%sh\"";
        assert_eq!(
            without_password("postgres://ana:hu%sh@db/inn", said),
            "invalid percent-encoded token: \"***\""
        );
        assert_eq!(without_password("postgres://ana:@db/inn", said), said);
        let url = "postgres://ana@db/inn?password=hush";
        assert_eq!(without_password(url, "hush is wrong"), "*** is wrong");
    }

    #[test]
    fn passwords_in_urls_are_masked() {
        for (url, shown) in [
            ("postgres://ana:hush@db/inn", "postgres://ana:***@db/inn"),
            ("postgres://ana@db/inn", "postgres://ana@db/inn"),
            ("postgres://db:5432/inn", "postgres://db:5432/inn"),
            (
                "postgres://ana:hu/sh@h1:1,h2:2/inn",
                "postgres://ana:***@h1:1,h2:2/inn",
            ),
            ("postgres://ana:hu@sh@db/inn", "postgres://ana:***@db/inn"),
            (
                "postgres:///inn?host=/run&password=hush&sslpassword=hush2&user=ana",
                "postgres:///inn?host=/run&password=***&sslpassword=***&user=ana",
            ),
            ("postgres://ana:hu?sh@db/inn", "postgres://ana:***@db/inn"),
            (
                "postgres://ana:a@b?c@db/inn?sslmode=require",
                "postgres://ana:***@db/inn?sslmode=require",
            ),
            (
                "postgres://db/inn?%70assword=hush",
                "postgres://db/inn?%70assword=***",
            ),
            ("sqlite://data/inn.db", "sqlite://data/inn.db"),
            ("smtp://ana:hush@mail:587", "smtp://ana:***@mail:587"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
