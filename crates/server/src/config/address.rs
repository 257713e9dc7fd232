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
    let (base, parameters) = url
        .split_once('?')
        .map_or((url, None), |(base, rest)| (base, Some(rest)));
    let mut shown = match base.rsplit_once('@') {
        Some((before, host)) => {
            let (scheme, login) = before.split_once("://").unwrap_or(("", before));
            match login.split_once(':') {
                Some((user, _)) => format!("{scheme}://{user}:{MASK}@{host}"),
                None => base.to_owned(),
            }
        }
        None => base.to_owned(),
    };
    for (place, parameter) in parameters.into_iter().flat_map(|all| all.split('&')).enumerate() {
        shown.push(if place == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, _)) if name.to_ascii_lowercase().contains("pass") => {
                shown.extend([name, "=", MASK]);
            }
            _ => shown.push_str(parameter),
        }
    }
    shown
}

/// A text in which the password of `url` may stand, as in what a driver says of it, without that password.
pub(super) fn without_password(url: &str, text: &str) -> String {
    let login = url
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'))
        .map_or("", |(login, _)| login);
    match login.split_once(':') {
        Some((_, password)) if !password.is_empty() => text.replace(password, MASK),
        _ => text.to_owned(),
    }
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
            ("sqlite://data/inn.db", "sqlite://data/inn.db"),
            ("smtp://ana:hush@mail:587", "smtp://ana:***@mail:587"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
