//! What an answer means: the manifest's rules first, then what is usual.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault},
    time::Timestamp,
};
use serde_json::Value;

use super::transport::Reply;
use crate::manifest::{
    Manifest,
    limits::{Calls, ErrorRule, HintForm, WaitHint},
};

/// The shortest wait that a channel may ask for.
pub(crate) const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// The longest one.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Something is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) failure: ChannelFailure,
    /// Whether a fresh token may help.
    pub(crate) renew: bool,
}

/// What is wrong with an answer, if anything is. `document` is `None` if the answer has not the form that it must have.
pub(crate) fn judge(
    manifest: &Manifest,
    calls: Calls,
    reply: &Reply,
    document: Option<&Value>,
    now: Timestamp,
) -> Option<Verdict> {
    let known = manifest
        .errors
        .iter()
        .find(|rule| rule.on.covers(calls) && fits(rule, reply, document));
    let (fault, renew) = match known {
        Some(rule) => (rule.fault, rule.renew),
        None => usual(reply.status, document.is_some())?,
    };
    let asked = (fault == ChannelFault::RateLimited)
        .then(|| hint(&manifest.wait_hints, reply, now))
        .flatten();
    Some(Verdict {
        failure: ChannelFailure {
            fault,
            retry_after: asked,
        },
        renew,
    })
}

fn fits(rule: &ErrorRule, reply: &Reply, document: Option<&Value>) -> bool {
    let kind = || {
        reply
            .header("content-type")
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let is_empty = || reply.body.iter().all(u8::is_ascii_whitespace);
    (rule.status.is_empty() || rule.status.contains(&reply.status))
        && rule.header.as_ref().is_none_or(|test| {
            let value = reply.header(&test.name);
            value.is_some_and(|value| value.to_lowercase().contains(&test.contains.to_lowercase()))
        })
        && rule
            .body
            .as_ref()
            .is_none_or(|condition| condition.holds(document))
        && rule.text.as_ref().is_none_or(|text| {
            String::from_utf8_lossy(&reply.body)
                .to_lowercase()
                .contains(&text.to_lowercase())
        })
        && rule.empty.is_none_or(|wanted| wanted == is_empty())
        && rule
            .content_type
            .as_ref()
            .is_none_or(|wanted| kind().contains(&wanted.to_lowercase()))
}

fn usual(status: u16, is_understood: bool) -> Option<(ChannelFault, bool)> {
    match status {
        200..=299 if is_understood => None,
        401 | 403 => Some((ChannelFault::InvalidCredentials, true)),
        429 => Some((ChannelFault::RateLimited, false)),
        408 | 500..=599 => Some((ChannelFault::Unavailable, false)),
        _ => Some((ChannelFault::BadResponse, false)),
    }
}

/// How long the channel asks to wait, from now; within bounds.
fn hint(hints: &[WaitHint], reply: &Reply, now: Timestamp) -> Option<Duration> {
    let own = hints.iter().map(|hint| (hint.header.as_str(), hint.form));
    let wait = own
        .chain([("retry-after", HintForm::SecondsOrDate)])
        .find_map(|(header, form)| {
            let text = reply.header(header)?.trim();
            wait_of(text, form, now)
        })?;
    Some(wait.clamp(SHORTEST_WAIT, LONGEST_WAIT))
}

fn wait_of(text: &str, form: HintForm, now: Timestamp) -> Option<Duration> {
    let until = |seconds: u64| {
        let instant = Timestamp::from_micros(i64::try_from(seconds).ok()?.checked_mul(1_000_000)?);
        Some(instant.since(now))
    };
    match form {
        HintForm::UnixTime => until(text.parse().ok()?),
        HintForm::SecondsOrDate => {
            let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
            if let Ok(seconds) = whole.parse() {
                return Some(Duration::from_secs(seconds));
            }
            let date = httpdate::parse_http_date(text).ok()?;
            until(date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs())
        }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use serde_json::json;

    use super::*;

    fn reply(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Reply {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Reply {
            status,
            headers: headers.collect::<HeaderMap>(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn waits_are_read_in_every_spelling_and_kept_within_bounds() {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let unix = [WaitHint {
            header: "x-until".into(),
            form: HintForm::UnixTime,
        }];
        for (header, value, seconds) in [
            ("retry-after", "30", Some(30)),
            ("retry-after", "1.7", Some(1)),
            ("retry-after", "0", Some(1)),
            ("retry-after", "9999999", Some(86_400)),
            ("retry-after", "Tue, 14 Nov 2023 22:14:20 GMT", Some(60)),
            ("retry-after", "Tue, 14 Nov 2023 22:00:00 GMT", Some(1)),
            ("retry-after", "soon", None),
            ("retry-after", "-5", None),
            ("x-until", "1700000042", Some(42)),
            ("x-until", "1600000000", Some(1)),
            ("x-until", "99999999999999999999", None),
            ("x-other", "3", None),
        ] {
            let found = hint(&unix, &reply(429, &[(header, value)], ""), now);
            assert_eq!(found, seconds.map(Duration::from_secs), "{header}: {value}");
        }
    }

    const RULES: &str = r#"
            [[errors]]
            on = "token"
            status = [400]
            fault = "invalid_credentials"
            [[errors]]
            body = { path = "ok", is = false }
            fault = "invalid_credentials"
            [[errors]]
            status = [403]
            header = { name = "x-why", contains = "PLAN" }
            fault = "insufficient_permissions"
            [[errors]]
            status = [403]
            empty = true
            fault = "invalid_credentials"
            [[errors]]
            status = [403]
            text = "second factor"
            fault = "user_action_required"
            [[errors]]
            status = [200]
            content_type = "text/html"
            fault = "channel_unavailable"
            "#;

    #[rustfmt::skip]
    #[test]
    fn the_first_rule_that_fits_counts_and_the_usual_comes_last() {
        use ChannelFault::{
            BadResponse, InsufficientPermissions, InvalidCredentials, RateLimited, Unavailable, UserActionRequired,
        };
        let rules: Vec<ErrorRule> =
            toml::from_str::<std::collections::BTreeMap<String, Vec<ErrorRule>>>(RULES)
                .unwrap()
                .remove("errors")
                .unwrap();
        let mut manifest = crate::catalogue::manifests().unwrap().remove(0);
        manifest.errors = rules;
        let now = Timestamp::from_micros(0);
        let ok = json!({"ok": true});
        let not_ok = json!({"ok": false});
        for (calls, answer, document, expected) in [
            (Calls::Api, reply(200, &[], "{}"), Some(&ok), None),
            (Calls::Api, reply(204, &[], ""), Some(&Value::Null), None),
            (Calls::Api, reply(200, &[], "{}"), Some(&not_ok), Some((InvalidCredentials, false))),
            (Calls::Api, reply(200, &[], "<p>"), None, Some((BadResponse, false))),
            (Calls::Api, reply(200, &[("content-type", "text/html")], "<p>"), None, Some((Unavailable, false))),
            (Calls::Token, reply(400, &[], "{}"), Some(&ok), Some((InvalidCredentials, false))),
            (Calls::Api, reply(400, &[], "{}"), Some(&ok), Some((BadResponse, false))),
            (Calls::Api, reply(403, &[("x-why", "your plan")], "x"), None, Some((InsufficientPermissions, false))),
            (Calls::Api, reply(403, &[], ""), Some(&Value::Null), Some((InvalidCredentials, false))),
            (Calls::Api, reply(403, &[], "Second Factor"), None, Some((UserActionRequired, false))),
            (Calls::Api, reply(403, &[], "else"), None, Some((InvalidCredentials, true))),
            (Calls::Api, reply(401, &[], "{}"), Some(&ok), Some((InvalidCredentials, true))),
            (Calls::Api, reply(302, &[], ""), None, Some((BadResponse, false))),
            (Calls::Api, reply(408, &[], ""), None, Some((Unavailable, false))),
            (Calls::Api, reply(429, &[], ""), None, Some((RateLimited, false))),
            (Calls::Api, reply(503, &[], ""), None, Some((Unavailable, false))),
        ] {
            let verdict = judge(&manifest, calls, &answer, document, now);
            let found = verdict.map(|verdict| (verdict.failure.fault, verdict.renew));
            assert_eq!(
                found, expected,
                "{calls:?} {} {:?}",
                answer.status, answer.headers
            );
        }
    }
}
