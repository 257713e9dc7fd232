//! What the form of a manifest cannot say: that its parts name each other rightly.

use std::{collections::BTreeSet, ops::Range};

use innkeeper_domain::accounts::{Format, History};
use toml::Spanned;

use super::{
    Manifest,
    check::Identity,
    head::Set,
    limits::ErrorRule,
    link::Link,
    request::{Condition, Host, Request},
    stream::{End, Paging, Stream},
    template::{Hole, Template},
};

type Found = Vec<(Range<usize>, String)>;

/// The mistakes in a manifest that was read from a file of this name.
pub(super) fn mistakes(manifest: &Manifest, file: &str) -> Found {
    let mut found = Found::new();
    head(manifest, file, &mut found);
    sets(manifest, &mut found);
    connector(manifest, &mut found);
    if let Some(streams) = &manifest.streams {
        stream(&streams.listings, manifest, &mut found);
        stream(&streams.reservations, manifest, &mut found);
    }
    templates(manifest, &mut found);
    for rule in &manifest.errors {
        error_rule(rule, &manifest.channel.slug.span(), &mut found);
    }
    found
}

fn head(manifest: &Manifest, file: &str, found: &mut Found) {
    let slug = &manifest.channel.slug;
    if file.strip_suffix(".toml") != Some(slug.get_ref().as_str()) {
        found.push((slug.span(), "the slug is not the file's name".to_owned()));
    }
    if manifest.channel.label.get_ref().trim().is_empty() {
        found.push((manifest.channel.label.span(), "the label is blank".to_owned()));
    }
    if let Some(url) = manifest
        .channel
        .docs_url
        .as_ref()
        .filter(|url| !url.get_ref().starts_with("https://"))
    {
        found.push((url.span(), "docs_url is no https address".to_owned()));
    }
    let history = &manifest.channel.history;
    if manifest.streams.is_some() && *history.get_ref() == History::Unknown {
        found.push((
            history.span(),
            "history is unknown although there is a connector".to_owned(),
        ));
    }
}

fn sets(manifest: &Manifest, found: &mut Found) {
    let mut names = BTreeSet::new();
    if manifest.credential_set.is_empty() {
        found.push((
            manifest.channel.slug.span(),
            "there is no credential set".to_owned(),
        ));
    }
    for set in &manifest.credential_set {
        if !names.insert(set.name.get_ref()) {
            found.push((
                set.name.span(),
                format!("the set `{}` is there twice", set.name.get_ref()),
            ));
        }
        let mut keys = BTreeSet::new();
        let all = set
            .field
            .iter()
            .map(|field| &field.key)
            .chain(set.integrator.iter().map(|value| &value.key));
        for key in all {
            let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
            if key.get_ref().is_empty() || !key.get_ref().bytes().all(plain) {
                found.push((key.span(), format!("`{}` is no key", key.get_ref())));
            }
            if !keys.insert(key.get_ref()) {
                found.push((
                    key.span(),
                    format!("the field `{}` is there twice", key.get_ref()),
                ));
            }
        }
        if set.field.is_empty() {
            found.push((set.name.span(), "the set has no field".to_owned()));
        }
        for field in &set.field {
            if !field.example.is_empty() && !field.format.fits(&field.example) {
                let what = format!("the example of `{}` has not its format", field.key.get_ref());
                found.push((field.key.span(), what));
            }
            // The sandbox's secrets must pass; a calendar's link has its own.
            if field.secret && !matches!(field.format, Format::Text | Format::Url) {
                found.push((field.key.span(), "a secret is a text or a link".to_owned()));
            }
        }
        if let Some(auth) = set
            .auth
            .as_ref()
            .filter(|auth| !manifest.auth.contains_key(auth.get_ref()))
        {
            found.push((auth.span(), format!("there is no [auth.{}]", auth.get_ref())));
        }
    }
}

fn connector(manifest: &Manifest, found: &mut Found) {
    let at = || manifest.channel.slug.span();
    let used = manifest.credential_set.iter().find_map(|set| set.auth.as_ref());
    for (missing, what) in [
        (
            manifest.check.is_none(),
            "a set names its auth, but there is no [check]",
        ),
        (
            manifest.streams.is_none(),
            "a set names its auth, but there is no [streams]",
        ),
    ] {
        if let Some(auth) = used.filter(|_| missing) {
            found.push((auth.span(), what.to_owned()));
        }
    }
    for name in manifest.auth.keys() {
        let is_used = |set: &Set| set.auth.as_ref().is_some_and(|auth| auth.get_ref() == name);
        if !manifest.credential_set.iter().any(is_used) {
            found.push((at(), format!("no set uses [auth.{name}]")));
        }
    }
    let hosts = manifest.auth.values().flat_map(super::auth::Auth::hosts);
    for host in hosts.filter(|host| !manifest.hosts.contains_key(*host)) {
        found.push((at(), format!("there is no host `{host}`")));
    }
    for host in manifest.hosts.values() {
        let (key, origin) = match host {
            Host::Fixed(origin) => (None, Some(origin)),
            Host::Field { key, .. } | Host::Link(Link { key, .. }) => (Some(key), None),
        };
        if let Some(key) = key {
            field(manifest, key, found);
        }
        if let Some(origin) = origin.filter(|origin| !is_origin(origin.get_ref())) {
            found.push((
                origin.span(),
                format!("`{}` is no https origin", origin.get_ref()),
            ));
        }
    }
    if let Some(check) = &manifest.check {
        request(&check.request, manifest, found);
        let named = match &check.account_id {
            Identity::Path(_) => Vec::new(),
            Identity::Credential(keys) | Identity::Hash(keys) => keys.iter().collect(),
        };
        named
            .into_iter()
            .chain(check.fills.keys())
            .for_each(|key| field(manifest, key, found));
        check
            .success
            .iter()
            .for_each(|condition| said(condition, &check.request.path.span, found));
    }
}

fn is_origin(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        url.scheme() == "https" && url.path() == "/" && url.query().is_none() && !text.ends_with('/')
    })
}

fn field(manifest: &Manifest, key: &Spanned<String>, found: &mut Found) {
    let has = |set: &Set| set.field.iter().any(|field| field.key.get_ref() == key.get_ref());
    if !manifest.credential_set.iter().any(has) {
        found.push((key.span(), format!("no set has a field `{}`", key.get_ref())));
    }
}

fn request(request: &Request, manifest: &Manifest, found: &mut Found) {
    if !manifest.hosts.contains_key(&request.host) {
        let what = format!("there is no host `{}`", request.host);
        found.push((request.path.span.clone(), what));
    }
}

fn said(condition: &Condition, span: &Range<usize>, found: &mut Found) {
    if condition.says_nothing() {
        found.push((span.clone(), "a condition says nothing".to_owned()));
    }
}

fn error_rule(rule: &ErrorRule, span: &Range<usize>, found: &mut Found) {
    let says_nothing = rule.status.is_empty()
        && rule.header.is_none()
        && rule.body.is_none()
        && rule.text.is_none()
        && rule.empty.is_none()
        && rule.content_type.is_none();
    if says_nothing {
        found.push((span.clone(), "an error rule says nothing".to_owned()));
    }
    rule.body
        .iter()
        .for_each(|condition| said(condition, span, found));
}

fn stream<F>(stream: &Stream<F>, manifest: &Manifest, found: &mut Found) {
    let span = &stream.request.path.span;
    request(&stream.request, manifest, found);
    let inner = [
        stream.context.as_ref(),
        stream.detail.as_ref().map(|detail| &detail.request),
        stream.join.as_ref().map(|join| &join.request),
    ];
    inner
        .into_iter()
        .flatten()
        .for_each(|inner| request(inner, manifest, found));
    paging(&stream.paging, span, found);
    stream
        .skip
        .iter()
        .for_each(|condition| said(condition, span, found));
    let mut holes = Vec::new();
    stream
        .request
        .each_template(&mut |template| holes.extend(template.holes()));
    let wanted = match &stream.paging {
        Paging::Offset { .. } => Some(Hole::Offset),
        Paging::Number { .. } => Some(Hole::Number),
        Paging::Cursor { .. } => Some(Hole::Cursor),
        Paging::LastId { .. } => Some(Hole::LastId),
        Paging::None { .. } | Paging::NextUrl { .. } | Paging::LinkHeader { .. } => None,
    };
    let asked = [
        (wanted, "its paging"),
        (stream.windows.as_ref().map(|_| Hole::WindowStart), "its windows"),
        (
            stream
                .incremental
                .as_ref()
                .map(|_| Hole::Since)
                .filter(|_| stream.windows.is_none()),
            "incremental",
        ),
    ];
    for (hole, why) in asked {
        if let Some(hole) = hole.filter(|hole| !holes.contains(&hole)) {
            found.push((span.clone(), format!("{why} needs {hole:?} in the request")));
        }
    }
    let is_link = matches!(manifest.hosts.get(&stream.request.host), Some(Host::Link(_)));
    if stream.per_listing && !is_link && !holes.contains(&&Hole::ListingId) {
        found.push((
            span.clone(),
            "per_listing needs ${listing.id} in the request".to_owned(),
        ));
    }
}

fn paging(paging: &Paging, span: &Range<usize>, found: &mut Found) {
    let fits = match paging {
        Paging::None { end } => matches!(end, End::Single),
        Paging::Offset { end, .. } => matches!(end, End::EmptyPage | End::Total(_) | End::More(_)),
        Paging::Number { end, .. } => {
            matches!(end, End::EmptyPage | End::Total(_) | End::More(_) | End::Pages(_))
        }
        Paging::LastId { end, .. } => matches!(end, End::EmptyPage | End::More(_)),
        Paging::Cursor { end, .. } | Paging::NextUrl { end, .. } => {
            matches!(end, End::NoCursor | End::EmptyPage | End::More(_))
        }
        Paging::LinkHeader { end, .. } => matches!(end, End::NoCursor),
    };
    if !fits {
        found.push((
            span.clone(),
            format!("the end rule {:?} does not fit the paging", paging.end()),
        ));
    }
    if paging.size() == Some(0) {
        found.push((span.clone(), "a page of no records".to_owned()));
    }
}

/// Placeholders must name fields; within an auth, those of a set that uses it.
fn templates(manifest: &Manifest, found: &mut Found) {
    let everywhere: Vec<&Set> = manifest.credential_set.iter().collect();
    for (name, auth) in &manifest.auth {
        let users = manifest
            .credential_set
            .iter()
            .filter(|set| set.auth.as_ref().is_some_and(|auth| auth.get_ref() == name));
        let users: Vec<_> = users.collect();
        auth.each_template(&mut |template| holes(template, &users, found));
    }
    manifest
        .headers
        .values()
        .for_each(|template| holes(template, &everywhere, found));
    let mut check =
        |request: &Request| request.each_template(&mut |template| holes(template, &everywhere, found));
    manifest.check.iter().for_each(|it| check(&it.request));
    if let Some(streams) = &manifest.streams {
        let (listings, reservations) = (&streams.listings, &streams.reservations);
        let inner = [&listings.context, &reservations.context].into_iter().flatten();
        let details = [&listings.detail, &reservations.detail].into_iter().flatten();
        let joins = [&listings.join, &reservations.join].into_iter().flatten();
        inner
            .chain(details.map(|detail| &detail.request))
            .chain(joins.map(|join| &join.request))
            .chain([&listings.request, &reservations.request])
            .for_each(check);
    }
}

fn holes(template: &Template, sets: &[&Set], found: &mut Found) {
    for hole in template.holes() {
        let (key, is_known) = match hole {
            Hole::Credential(key) => (
                key,
                sets.iter()
                    .any(|set| set.field.iter().any(|field| field.key.get_ref() == key)),
            ),
            Hole::Integrator(key) => (
                key,
                sets.iter()
                    .any(|set| set.integrator.iter().any(|value| value.key.get_ref() == key)),
            ),
            _ => continue,
        };
        if !is_known {
            found.push((template.span.clone(), format!("no set has a field `{key}`")));
        }
    }
}
