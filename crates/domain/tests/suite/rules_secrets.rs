//! C-67: how a shown secret is recognised, and by whom it is looked up.

use innkeeper_domain::{
    people::UserState,
    ports::MockQueries,
    tokens::{NotAuthenticated, Secret, SecretBits, SecretKind},
    usecases::authenticate,
};
use rstest::rstest;

use crate::{
    cast::{NOW, id, tenant},
    tokens::{a_key, a_secret, key_facts, token_facts},
};

#[rstest]
#[case::empty("")]
#[case::blank(" ")]
#[case::word("secret")]
#[case::prefix_alone("innk_")]
#[case::other_vendor("bpat_0123456789")]
#[case::not_ascii("innk_\u{e9}")]
fn c_67_what_cannot_be_a_token_of_ours_is_refused_without_a_look_up(#[case] text: &str) {
    // A mock without expectations fails when it is asked.
    let error = authenticate(&MockQueries::new(), text, NOW).unwrap_err();
    assert_eq!(error.to_string(), "the token is unknown");
}

#[test]
fn c_67_prefix_length_alphabet_and_checksum_are_judged_before_any_look_up() {
    let secret = a_secret(SecretKind::ApiKey);
    let text = secret.reveal();
    let cut = text.get(..text.len() - 1).unwrap();
    let padded = format!(" {text}");
    let lower = text.to_lowercase();
    // A longer checksum of the same value.
    let (body, check) = text.split_at(text.len() - 6);
    let zero = format!("{body}0{check}");
    for wrong in [
        cut,
        &format!("{text}0"),
        &padded,
        &lower,
        &zero,
        &text.replacen("innk_", "innt_", 1),
    ] {
        assert!(Secret::parse(wrong).is_err(), "{wrong}");
        assert!(authenticate(&MockQueries::new(), wrong, NOW).is_err());
    }
    for kind in [SecretKind::ClientSecret, SecretKind::Onboarding] {
        let other = a_secret(kind);
        assert!(
            authenticate(&MockQueries::new(), other.reveal(), NOW).is_err(),
            "{kind:?} is no bearer token"
        );
    }
}

/// A text whose checksum is right, made by someone who knows how, but whose random part is outside the alphabet.
#[test]
fn c_67_a_right_checksum_does_not_excuse_a_wrong_alphabet() {
    use sha2::{Digest as _, Sha256};

    let secret = a_secret(SecretKind::ApiKey);
    let ids = secret.reveal().get(..5 + 44).unwrap();
    let forge = |random: &str| {
        let body = format!("{ids}{random}");
        let digest = Sha256::digest(body.as_bytes());
        let mut sum = digest
            .iter()
            .take(4)
            .fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut check = String::new();
        for _ in 0..6 {
            let digit = usize::try_from(sum % 62).unwrap();
            check.insert(0, alphabet.chars().nth(digit).unwrap());
            sum /= 62;
        }
        format!("{body}{check}")
    };
    assert!(
        Secret::parse(&forge(&"0".repeat(22))).is_ok(),
        "the forger knows the form"
    );
    for random in ["%".repeat(22), format!("{}\n", "0".repeat(21)), "z".repeat(22)] {
        assert!(Secret::parse(&forge(&random)).is_err(), "{random:?}");
    }
}

#[test]
fn c_67_a_stored_hash_is_no_token_and_another_secret_of_the_record_does_not_match() {
    let secret = a_secret(SecretKind::ApiKey);
    let hash = secret.hash();
    let shown: String = hash
        .as_bytes()
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert!(authenticate(&MockQueries::new(), &shown, NOW).is_err());

    let other = Secret::issue(
        SecretKind::ApiKey,
        tenant(),
        id::<()>(3),
        &SecretBits::new([8; 16]),
    );
    assert!(hash.matches(&secret) && !hash.matches(&other));
    // Nothing but the secret is told to someone who shows a wrong one: everything else is wrong here too.
    let mut facts = key_facts(a_key(&secret));
    facts.user = UserState::Deleted;
    facts.key.revoked_at = Some(NOW);
    assert_eq!(
        facts.verify(&other, NOW).unwrap_err(),
        NotAuthenticated::WrongSecret
    );
    let mut facts = token_facts(&secret);
    facts.token.expires_at = NOW;
    assert_eq!(
        facts.verify(&other, NOW).unwrap_err(),
        NotAuthenticated::WrongSecret
    );
}

#[test]
fn c_67_the_record_is_looked_up_once_by_tenant_and_id() {
    let secret = a_secret(SecretKind::ApiKey);
    let mut queries = MockQueries::new();
    let facts = key_facts(a_key(&secret));
    queries
        .expect_key_facts()
        .once()
        .withf(|asked, key| *asked == tenant() && *key == id(3))
        .return_once(move |_, _| Ok(Some(facts)));
    assert_eq!(
        authenticate(&queries, secret.reveal(), NOW).unwrap().user(),
        Some(id(100))
    );

    let secret = a_secret(SecretKind::AccessToken);
    let mut queries = MockQueries::new();
    queries.expect_token_facts().once().return_once(|_, _| Ok(None));
    let error = authenticate(&queries, secret.reveal(), NOW).unwrap_err();
    assert_eq!(error.to_string(), "the token is unknown");
}
