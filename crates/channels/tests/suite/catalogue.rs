//! What the catalogue promises to people and to forms.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use innkeeper_channels::{Channels, ChannelsConfig, Unshared};
use innkeeper_domain::{
    accounts::{ChannelKind, CredentialSet, Format, History},
    ports::{ChannelBudgets, ChannelGateway, ChannelTokens, Clock},
    time::Timestamp,
};
use zeroize::Zeroizing;

use crate::published::PUBLISHED;

/// Nothing here depends on the time.
struct NoTime;

impl Clock for NoTime {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(0)
    }
}

/// The channels as they are without any configuration, or with these values of the integrator.
fn channels(integrator: &[(&str, &str, &str)]) -> Channels {
    let tokens: Arc<dyn ChannelTokens> = Arc::new(Unshared::default());
    let budgets: Arc<dyn ChannelBudgets> = Arc::new(Unshared::default());
    let mut config = ChannelsConfig {
        sandbox_url: None,
        integrator: BTreeMap::new(),
        fingerprint_key: Zeroizing::new([7; 32]),
    };
    for (slug, key, value) in integrator {
        let values = config.integrator.entry((*slug).to_owned()).or_default();
        values.insert((*key).to_owned(), Zeroizing::new((*value).to_owned()));
    }
    Channels::new(config, tokens, budgets, Arc::new(NoTime)).unwrap()
}

fn keys(set: &CredentialSet, required: bool) -> BTreeSet<&str> {
    let fields = set.fields.iter().filter(|field| field.required == required);
    fields.map(|field| field.key.as_str()).collect()
}

#[test]
fn every_published_channel_takes_the_published_keys() {
    let channels = channels(&[]);
    for (slug, required, optional) in PUBLISHED {
        let channel = channels
            .channel(slug)
            .unwrap_or_else(|| panic!("{slug} is missing"));
        let (required, optional) = (
            required.split_whitespace().collect(),
            optional.split_whitespace().collect(),
        );
        let is_there = channel
            .credential_sets
            .iter()
            .any(|set| keys(set, true) == required && keys(set, false) == optional);
        assert!(
            is_there,
            "{slug} has no set of {required:?} and, optionally, {optional:?}"
        );
    }
}

#[test]
fn names_are_unique_and_fit_for_people() {
    let channels = channels(&[]);
    let all = channels.channels();
    assert!(
        all.is_sorted_by(|one, other| one.slug < other.slug),
        "not in the order of the slugs"
    );
    let mut labels = BTreeSet::new();
    for channel in all {
        assert!(
            labels.insert(channel.label.to_lowercase()),
            "two channels are called {}",
            channel.label
        );
        let mut names = BTreeSet::new();
        for set in &channel.credential_sets {
            assert!(
                names.insert(&set.name),
                "{}: two sets are called {}",
                channel.slug,
                set.name
            );
            assert!(
                !set.fields.is_empty(),
                "{}: the set {} is empty",
                channel.slug,
                set.name
            );
            for field in &set.fields {
                assert!(
                    !field.label.trim().is_empty(),
                    "{}: {} has no label",
                    channel.slug,
                    field.key
                );
            }
        }
    }
}

#[test]
fn examples_have_the_form_that_they_show() {
    for channel in channels(&[]).channels() {
        for field in channel.credential_sets.iter().flat_map(|set| &set.fields) {
            let place = format!("{}: {}", channel.slug, field.key);
            assert!(!field.example.is_empty(), "{place} has no example");
            assert!(
                field.format.fits(&field.example),
                "{place}: {} is no {:?}",
                field.example,
                field.format
            );
        }
    }
}

/// The sandbox's secrets have to pass every form; a calendar's link has one of its own.
#[test]
fn no_form_refuses_the_secrets_of_the_sandbox() {
    for channel in channels(&[]).channels() {
        for field in channel
            .credential_sets
            .iter()
            .flat_map(|set| &set.fields)
            .filter(|field| field.secret)
        {
            let place = format!("{}: {}", channel.slug, field.key);
            if field.format == Format::Url {
                assert!(
                    field.list && field.key == "ical_urls",
                    "{place} is a secret that must be a link"
                );
                continue;
            }
            for secret in ["good", "good-2x100"] {
                assert!(field.format.fits(secret), "{place} refuses {secret}");
            }
        }
    }
}

/// What grants access is named so: a key that sounds like it and is shown in the clear has to be justified here.
#[test]
fn what_grants_access_is_secret() {
    let harmless = [("track", "api_key")];
    for channel in channels(&[]).channels() {
        for field in channel.credential_sets.iter().flat_map(|set| &set.fields) {
            let sounds = [
                "password",
                "secret",
                "token",
                "api_key",
                "jwt",
                "code",
                "pass",
                "ical_urls",
            ];
            let is_code_of_a_house =
                matches!(field.key.as_str(), "client_code" | "hotel_code" | "operator_code");
            let grants = sounds.iter().any(|part| field.key.ends_with(part)) && !is_code_of_a_house;
            let is_harmless = harmless.contains(&(channel.slug.as_str(), field.key.as_str()));
            assert!(
                field.secret || !grants || is_harmless,
                "{}: {} is no secret",
                channel.slug,
                field.key
            );
        }
    }
}

#[test]
fn what_can_be_connected_is_known() {
    let available = |channels: &Channels| -> Vec<String> {
        let sets = channels.channels().iter().flat_map(|channel| {
            let open = channel.credential_sets.iter().filter(|set| set.available);
            open.map(|set| format!("{} {}", channel.slug, set.name))
                .collect::<Vec<_>>()
        });
        sets.collect()
    };
    let without = [
        "airbnb calendar",
        "apaleo client_credentials",
        "beds24 long_life_token",
        "beds24 refresh_token",
        "beds24 invite_code",
        "booking_com calendar",
        "channex api_key",
        "cloudbeds api_key",
        "guesty client_credentials",
        "guesty jwt",
        "hospitable personal_access_token",
        "hostaway api_key",
        "hostaway client_credentials",
        "hostfully api_key",
        "ical calendar",
        "lodgify api_key",
        "ownerrez personal_access_token",
        "rentals_united login",
        "rentals_united email",
        "smoobu signed",
        "uplisting api_key",
        "vrbo calendar",
    ];
    assert_eq!(available(&channels(&[])), without);
    // One value of two is not enough.
    let token = ("mews", "client_token", "good");
    assert_eq!(available(&channels(&[token])), without);
    let mut with = without.to_vec();
    with.insert(15, "mews access_token");
    with.sort_by_key(|name| name.split(' ').next());
    assert_eq!(
        available(&channels(&[token, ("mews", "client", "Example 1.0")])),
        with
    );
}

#[test]
fn history_is_known_where_there_is_a_connector() {
    for channel in channels(&[("mews", "client_token", "t"), ("mews", "client", "c")]).channels() {
        let is_known = channel.history != History::Unknown;
        assert_eq!(is_known, channel.is_available(), "{}", channel.slug);
        let is_calendar = channel
            .credential_sets
            .iter()
            .any(|set| set.available && set.name == "calendar");
        if channel.is_available() {
            assert_eq!(
                channel.history == History::FromConnection,
                is_calendar,
                "{}",
                channel.slug
            );
        }
        assert_eq!(channel.is_pms(), channel.kind == ChannelKind::Pms);
    }
}
