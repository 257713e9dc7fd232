//! Links that are hosts, paths and secrets in one, and whose links they may be.

use serde::{Deserialize, Deserializer, de};
use toml::Spanned;
use url::Url;

/// A field whose values are complete links, one for each listing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    /// The field.
    pub(crate) key: Spanned<String>,
    /// Where the vendor's links lead; without any, to every public host.
    #[serde(default)]
    pub(crate) exports: Vec<Export>,
}

impl Link {
    /// Whether a link may be one of the vendor's.
    pub(crate) fn may_be(&self, url: &Url) -> bool {
        self.exports.is_empty() || self.exports.iter().any(|export| export.matches(url))
    }
}

/// A place of a vendor's links: `airbnb.*/calendar/ical/` is every path below that one at airbnb.com, www.airbnb.co.uk
/// and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Export {
    /// The name, without its end if `anywhere`.
    host: String,
    /// Whether the name may end as any country's or company's.
    anywhere: bool,
    /// What the path begins with.
    path: String,
}

impl Export {
    fn parse(text: &str) -> Option<Self> {
        let (host, path) = text.split_once('/')?;
        let (host, anywhere) = host.strip_suffix(".*").map_or((host, false), |host| (host, true));
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
        };
        let is_whole = anywhere || host.contains('.');
        (is_whole && host.split('.').all(is_name)).then(|| Self {
            host: host.to_owned(),
            anywhere,
            path: format!("/{path}"),
        })
    }

    fn matches(&self, url: &Url) -> bool {
        let Some(name) = url.domain() else { return false };
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let known = if self.anywhere {
            without_end(&name)
        } else {
            Some(name.as_str())
        };
        let is_host = known.is_some_and(|known| {
            let before = known.strip_suffix(self.host.as_str());
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        });
        is_host && url.path().starts_with(&self.path)
    }
}

/// A name without what ends it: `com`, `de`, or two such as `co.uk`.
fn without_end(name: &str) -> Option<&str> {
    let (rest, last) = name.rsplit_once('.')?;
    match rest.rsplit_once('.') {
        Some((rest, "co" | "com" | "net" | "org")) if last.len() == 2 => Some(rest),
        _ => Some(rest),
    }
}

impl<'de> Deserialize<'de> for Export {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("`{text}` is no host with a path")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_known_by_host_and_path() {
        let airbnb = Export::parse("airbnb.*/calendar/ical/").unwrap();
        let booking = Export::parse("ical.booking.com/v1/export").unwrap();
        for (export, link, expected) in [
            (&airbnb, "https://www.airbnb.com/calendar/ical/1.ics?s=2", true),
            (&airbnb, "https://airbnb.de/calendar/ical/1.ics", true),
            (&airbnb, "https://www.Airbnb.co.uk/calendar/ical/1.ics", true),
            (&airbnb, "https://www.airbnb.com.br/calendar/ical/1.ics", true),
            (&airbnb, "https://www.airbnb.com/rooms/1", false),
            (&airbnb, "https://notairbnb.com/calendar/ical/1.ics", false),
            (&airbnb, "https://airbnb.example.com/calendar/ical/1.ics", false),
            (&airbnb, "https://airbnb.com.example/calendar/ical/1.ics", false),
            (&airbnb, "https://203.0.113.7/calendar/ical/1.ics", false),
            (&booking, "https://ical.booking.com/v1/export?t=1", true),
            (&booking, "https://booking.com/v1/export?t=1", false),
        ] {
            assert_eq!(
                export.matches(&Url::parse(link).unwrap()),
                expected,
                "{export:?} {link}"
            );
        }
        for wrong in [
            "airbnb",
            "airbnb.*",
            "/calendar",
            "airbnb/calendar",
            "Air bnb.*/x",
            ".*/x",
        ] {
            assert_eq!(Export::parse(wrong), None, "{wrong}");
        }
    }
}
