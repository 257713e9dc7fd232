//! What holds for every input: the laws of C-29, keys of addresses, secrets, and parsers that never panic.

use std::str::FromStr as _;

use innkeeper_domain::{
    access::{Effect, Grant, Origin, Overrides, Policy, PolicySet, Role, ScopeSet, Standing},
    effects::RequestId,
    ids::{ApiKeyId, UserId},
    time::Timestamp,
    tokens::{Secret, SecretBits, SecretKind},
    values::Email,
};
use proptest::{prelude::*, sample::select};

use crate::{
    arbitrary::{entries, grants, plain_grants, restored, role},
    cast::{id, tenant},
};

/// The grants with one more entry in one of them.
fn with_entry(grants: &[Grant], place: usize, policy: Policy, effect: Effect) -> Vec<Grant> {
    let mut more = grants.to_vec();
    let len = more.len();
    if let Some(grant) = more.get_mut(place % len.max(1)) {
        let mut entries: Vec<(String, Effect)> = grant
            .overrides
            .entries()
            .map(|(key, effect)| (key.to_owned(), effect))
            .collect();
        entries.retain(|(key, _)| key != policy.as_str());
        entries.push((policy.as_str().to_owned(), effect));
        grant.overrides = Overrides::restore(entries.iter().map(|(key, effect)| (key.as_str(), *effect)));
    }
    more
}

fn domains() -> impl Strategy<Value = String> {
    let label = prop_oneof![
        "[a-zA-Z0-9]{1,8}",
        "[a-zA-Z0-9]{1,3}-[a-zA-Z0-9]{1,3}",
        "[\u{e0}-\u{ff}\u{391}-\u{3a9}\u{ff21}-\u{ff3a}\u{212a}]{1,5}",
        "xn--[a-z0-9]{1,8}",
    ];
    proptest::collection::vec(label, 1..4).prop_map(|labels| labels.join("."))
}

proptest! {
    #[test]
    fn c_05_the_key_of_a_key_is_itself(local in "[ -~]{0,12}", domain in domains(), outer in "[ \t]{0,2}") {
        if let Ok(email) = Email::parse(&format!("{outer}{local}@{domain}{outer}")) {
            let again = Email::parse(email.key().as_str());
            prop_assert_eq!(again.as_ref().map(Email::key), Ok(email.key()));
            let again = again.unwrap();
            prop_assert_eq!(again.as_str(), email.key().as_str());
            prop_assert!(email.key().as_str().is_ascii() && email.key().as_str().len() <= 254);
        }
    }

    #[test]
    fn c_05_case_and_outer_space_never_make_another_person(local in "[a-z0-9+._-]{1,12}", domain in "[a-z]{1,8}\\.[a-z]{2,5}") {
        let plain = format!("{local}@{domain}");
        let loud = format!("  {}\t", plain.to_uppercase());
        let [plain, loud] = [plain, loud].map(|text| Email::parse(&text).map(|email| email.key().clone()));
        prop_assert_eq!(plain, loud);
    }

    #[test]
    fn c_29_adding_an_allow_never_removes_a_right(plain in plain_grants(), place in any::<usize>(), policy in select(Policy::ALL)) {
        let before = grants(&plain);
        // The entry is added, not put in the place of a deny of the same key in the same grant: that is a change.
        let untouched = before.iter().all(|grant| !grant.overrides.denied().contains(policy));
        prop_assume!(untouched);
        let after = with_entry(&before, place, policy, Effect::Allow);
        prop_assert!(Standing::of(&before).policies().is_subset_of(Standing::of(&after).policies()));
    }

    #[test]
    fn c_29_replacing_a_deny_by_an_allow_never_removes_a_right(plain in plain_grants(), place in any::<usize>(), policy in select(Policy::ALL)) {
        let before = grants(&plain);
        let after = with_entry(&before, place, policy, Effect::Allow);
        prop_assert!(Standing::of(&before).policies().is_subset_of(Standing::of(&after).policies()));
    }

    #[test]
    fn c_29_adding_a_deny_never_adds_a_right(plain in plain_grants(), place in any::<usize>(), policy in select(Policy::ALL)) {
        let before = grants(&plain);
        let after = Standing::of(&with_entry(&before, place, policy, Effect::Deny));
        prop_assert!(after.policies().is_subset_of(Standing::of(&before).policies()));
        prop_assert!(before.is_empty() || !after.may(policy));
    }

    #[test]
    fn c_29_the_order_of_grants_does_not_matter((plain, shuffled) in plain_grants().prop_flat_map(|plain| (Just(plain.clone()), Just(plain).prop_shuffle()))) {
        prop_assert_eq!(Standing::of(&grants(&plain)), Standing::of(&grants(&shuffled)));
    }

    #[test]
    fn c_29_a_grant_told_twice_counts_once(plain in plain_grants()) {
        let twice: Vec<_> = plain.iter().chain(&plain).cloned().collect();
        prop_assert_eq!(Standing::of(&grants(&plain)), Standing::of(&grants(&twice)));
    }

    #[test]
    fn c_29_the_origin_of_a_grant_gives_no_right(plain in plain_grants()) {
        let direct = grants(&plain);
        let mut by_group = direct.clone();
        for grant in &mut by_group {
            grant.origin = Origin::Group(id(77));
        }
        prop_assert_eq!(Standing::of(&direct), Standing::of(&by_group));
    }

    #[test]
    fn c_29_one_grant_alone_and_as_the_only_one_are_the_same(role in role(), entries in entries()) {
        let overrides = restored(&entries);
        let grant = Grant { origin: Origin::Direct(id(30)), role, overrides: overrides.clone() };
        prop_assert_eq!(Standing::of(&[grant]), Standing::of_one(role, &overrides));
    }

    #[test]
    fn c_26_entries_survive_a_round_trip(entries in entries()) {
        let overrides = restored(&entries);
        prop_assert_eq!(&Overrides::restore(overrides.entries()).denied(), &overrides.denied());
        let stored: Vec<_> = overrides.entries().collect();
        let again = Overrides::restore(stored.iter().copied());
        let told: Vec<_> = again.entries().collect();
        prop_assert_eq!(&told, &stored);
        prop_assert_eq!(overrides.is_none(), stored.is_empty());
        prop_assert!(overrides.allowed().intersection(overrides.denied()).is_empty());
        let known = stored.iter().filter(|(key, _)| key.parse::<Policy>().is_ok());
        let known = Overrides::parse(known.copied()).unwrap();
        prop_assert_eq!((known.allowed(), known.denied()), (overrides.allowed(), overrides.denied()));
    }

    #[test]
    fn c_67_a_secret_survives_showing_and_any_other_character_spoils_it(
        kind in select(SecretKind::ALL.to_vec()),
        record in any::<u128>(),
        random in any::<[u8; 16]>(),
        place in any::<prop::sample::Index>(),
        other in any::<char>(),
    ) {
        let record: ApiKeyId = id(record >> 64);
        let secret = Secret::issue(kind, tenant(), record, &SecretBits::new(random));
        let text = secret.reveal();
        let shown = Secret::parse(text).unwrap();
        prop_assert_eq!((shown.kind(), shown.tenant(), shown.record()), (kind, tenant(), record));
        prop_assert!(secret.hash().matches(&shown));
        prop_assert!(text.starts_with(kind.prefix()) && text.ends_with(shown.last_four()));
        let digits = text.get(kind.prefix().len()..).unwrap();
        prop_assert!(digits.len() == 72 && digits.bytes().all(|byte| byte.is_ascii_alphanumeric()));

        let mut characters: Vec<char> = text.chars().collect();
        let place = place.index(characters.len());
        for other in [other, '0', 'z', 'A'] {
            let was = std::mem::replace(&mut characters[place], other);
            let changed: String = characters.iter().collect();
            prop_assert_eq!(Secret::parse(&changed).is_ok(), was == other, "{} at {}", other, place);
            characters[place] = was;
        }
    }

    #[test]
    fn c_02_an_address_of_any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(email.as_str(), text.trim());
            prop_assert!(email.key().as_str().split('@').count() == 2);
        }
    }

    #[test]
    fn c_20_overrides_of_any_keys_are_read_or_refused(keys in proptest::collection::vec((any::<String>(), any::<bool>()), 0..6)) {
        let entries = || keys.iter().map(|(key, allowed)| (key.as_str(), Effect::from(*allowed)));
        if let Ok(overrides) = Overrides::parse(entries()) {
            prop_assert!(overrides.entries().count() <= keys.len());
        }
        prop_assert!(Overrides::restore(entries()).allowed().is_subset_of(PolicySet::ALL));
    }

    #[test]
    fn c_28_keys_like_those_of_the_catalogue_are_read_or_named(keys in proptest::collection::vec("[a-z0-9_.:]{1,64}", 0..6)) {
        match Overrides::parse(keys.iter().map(|key| (key.as_str(), Effect::Deny))) {
            Ok(_) => prop_assert!(keys.iter().all(|key| key.parse::<Policy>().is_ok())),
            Err(invalid) => {
                let unknown = keys.iter().filter(|key| key.parse::<Policy>().is_err()).count();
                prop_assert_eq!(invalid.errors().len(), unknown);
            }
        }
    }

    #[test]
    fn c_15_a_role_of_any_text_is_read_or_refused(text in any::<String>()) {
        prop_assert_eq!(Role::from_str(&text).map(Role::as_str).ok(), Some(text.as_str()).filter(|text| ["owner", "user"].contains(text)));
    }

    #[test]
    fn c_65_scopes_of_any_text_are_read_or_refused(text in any::<String>()) {
        if let Ok(scopes) = text.parse::<ScopeSet>() {
            prop_assert_eq!(scopes.to_string().parse::<ScopeSet>(), Ok(scopes));
        }
    }

    #[test]
    fn c_67_a_secret_of_any_text_is_read_or_refused(text in prop_oneof![any::<String>(), "inn[ktsox]_[ -~]{70,74}", "inn[ktso]_[0-9A-Za-z]{72}"]) {
        prop_assert!(Secret::parse(&text).is_err(), "nobody guesses a checksum");
    }

    #[test]
    fn c_83_an_instant_of_any_text_is_read_or_refused(text in prop_oneof![
        any::<String>(),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,12})?(Z|[+-][0-9]{2}:[0-9]{2})",
    ]) {
        if let Some(instant) = Timestamp::parse(&text) {
            prop_assert_eq!(Timestamp::parse(&instant.to_string()), Some(instant));
        }
    }

    #[test]
    fn c_83_instants_add_and_subtract_without_end(micros in any::<i64>(), span in any::<u64>()) {
        let instant = Timestamp::from_micros(micros);
        let span = std::time::Duration::from_micros(span);
        prop_assert!(instant + span >= instant && instant - span <= instant);
        prop_assert!(!(instant + span).to_string().is_empty());
        prop_assert!((instant + span).since(instant) <= span);
    }

    #[test]
    fn a_request_id_of_any_text_is_taken_whole_or_not_at_all(text in prop_oneof![any::<String>(), "[A-Za-z0-9._-]{0,140}"]) {
        let fits = (1..=128).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || [b'.', b'_', b'-'].contains(&byte));
        let taken = RequestId::parse(&text);
        prop_assert_eq!(taken.as_ref().map(RequestId::as_str), Some(text.as_str()).filter(|_| fits));
    }

    #[test]
    fn an_id_of_any_text_is_read_or_refused(text in prop_oneof![any::<String>(), "[0-9a-fA-F-]{36}", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"]) {
        if let Ok(id) = text.parse::<UserId>() {
            prop_assert_eq!(id.to_string(), text.to_ascii_lowercase());
        }
    }
}

#[test]
fn c_29_no_grants_are_no_rights() {
    assert_eq!(Standing::of(&[]), Standing::NONE);
    assert_eq!(Standing::NONE.role(), None);
    assert!(Standing::NONE.policies().is_empty());
}

#[test]
fn c_83_an_instant_that_could_not_be_shown_again_is_refused() {
    for (text, read) in [
        ("0000-01-01T00:00:00Z", true),
        ("0000-01-01T00:00:00+00:01", false),
        ("9999-12-31T23:59:59.999999Z", true),
        ("9999-12-31T23:59:59-00:01", false),
    ] {
        assert_eq!(Timestamp::parse(text).is_some(), read, "{text}");
    }
}
