//! C-60 to C-65: what a token stands for at each request.

use std::time::Duration;

use innkeeper_domain::{
    access::{Action, Permission, PropertyLimit, Scope, ScopeSet, Subject, UnknownScope, judge},
    ids::{CredentialId, UserId},
    people::{Credential, User, UserState, primary},
    tenancy::Application,
    tokens::{MintRefusal, MintRequest, NotAuthenticated, SecretKind, decide_mint, grantable_scopes},
};
use rstest::rstest;

use crate::{
    cast::{NOW, Token, id},
    tokens::{a_key, a_secret, a_user, an_application, key_facts, may, token_facts},
    world::around,
};

#[test]
fn c_60_a_token_is_judged_by_what_is_so_at_the_request() {
    let secret = a_secret(SecretKind::AccessToken);
    let mut facts = token_facts(&secret);
    facts.token.scopes = [Scope::UserRead, Scope::PropertyRead].into_iter().collect();
    let actor = facts.clone().verify(&secret, NOW).unwrap();
    assert_eq!(actor.scopes(), facts.token.scopes);
    facts.application_scopes = [Scope::PropertyRead].into_iter().collect();
    let actor = facts.clone().verify(&secret, NOW).unwrap();
    assert_eq!(
        actor.scopes(),
        facts.application_scopes,
        "a scope was taken from the application"
    );

    facts.token.subject = None;
    facts.subject = None;
    assert!(facts.clone().verify(&secret, NOW).is_ok());
    facts.user_scoped_only = true;
    assert_eq!(
        facts.verify(&secret, NOW).unwrap_err(),
        NotAuthenticated::UserRequired
    );
}

#[test]
fn c_60_an_actor_is_exactly_what_key_or_token_say() {
    let secret = a_secret(SecretKind::ApiKey);
    let mut key = a_key(&secret);
    key.scopes = [Scope::PropertyRead].into_iter().collect();
    key.limit = PropertyLimit::Only(vec![id(10)]);
    key.expires_at = Some(NOW + Duration::from_secs(9));
    let by_key = key_facts(key).verify(&secret, NOW).unwrap();
    let by_token = token_facts(&secret).verify(&secret, NOW).unwrap();
    insta::assert_debug_snapshot!([by_key, by_token]);
}

#[test]
fn c_61_a_lowered_or_raised_permission_shows_at_the_next_request() {
    let secret = a_secret(SecretKind::ApiKey);
    for permission in Permission::ALL {
        let mut facts = key_facts(a_key(&secret));
        facts.credential = may(permission);
        let by_key = facts.verify(&secret, NOW).unwrap();
        let mut facts = token_facts(&secret);
        facts.subject = Some((UserState::Active, may(permission)));
        let by_token = facts.verify(&secret, NOW).unwrap();
        for actor in [by_key, by_token] {
            let Subject::User { permission: seen, .. } = actor.subject() else {
                panic!("{actor:?}")
            };
            assert_eq!(seen, permission);
            assert_eq!(actor.scopes(), ScopeSet::all(), "the level changes no scope");
        }
    }
}

/// What kills a token or key at once, whatever else is in order.
#[test]
fn c_61_a_removed_credential_or_an_inactive_user_ends_a_token_at_once() {
    let secret = a_secret(SecretKind::AccessToken);
    let mut removed = may(Permission::Admin);
    removed.removed = true;
    for (state, credential, refusal) in [
        (UserState::Active, removed, NotAuthenticated::CredentialRemoved),
        (
            UserState::Invited,
            may(Permission::Edit),
            NotAuthenticated::UserNotActive,
        ),
        (
            UserState::Disabled,
            may(Permission::Edit),
            NotAuthenticated::UserNotActive,
        ),
        (
            UserState::Deleted,
            may(Permission::Edit),
            NotAuthenticated::UserNotActive,
        ),
    ] {
        let mut facts = token_facts(&secret);
        facts.subject = Some((state, credential));
        assert_eq!(facts.verify(&secret, NOW).unwrap_err(), refusal);
        let mut facts = key_facts(a_key(&secret));
        (facts.user, facts.credential) = (state, credential);
        assert_eq!(facts.verify(&secret, NOW).unwrap_err(), refusal);
    }
    let mut facts = token_facts(&secret);
    facts.subject = None;
    assert_eq!(
        facts.verify(&secret, NOW).unwrap_err(),
        NotAuthenticated::UserNotActive,
        "its user is gone"
    );
}

fn mint(
    application: &Application,
    user: Option<UserId>,
    credential: Option<CredentialId>,
    known: Option<(&User, &[Credential])>,
) -> Result<Option<(UserId, CredentialId)>, MintRefusal> {
    let request = MintRequest {
        scopes: application.scopes,
        user,
        credential,
    };
    let secret = a_secret(SecretKind::AccessToken);
    let token = decide_mint(application, &request, known, (id(3), &secret), NOW)?;
    assert_eq!(token.expires_at, NOW + Duration::from_hours(1));
    assert!(token.secret.matches(&secret));
    Ok(token.subject)
}

#[test]
fn c_62_a_token_stays_on_the_credential_it_was_minted_for() {
    let (user, mut credentials) = a_user();
    let application = an_application();
    let minted = mint(&application, Some(user.id), None, Some((&user, &credentials)));
    assert_eq!(
        minted,
        Ok(Some((user.id, id(101)))),
        "the primary one is stored by id"
    );
    // The primary credential goes, and the next becomes primary: the token dies and does not move over.
    credentials[1].removed_at = Some(NOW);
    assert_eq!(primary(&credentials).unwrap().id, id(102));
    let secret = a_secret(SecretKind::AccessToken);
    let mut facts = token_facts(&secret);
    facts.subject.as_mut().unwrap().1.removed = true;
    assert_eq!(
        facts.verify(&secret, NOW).unwrap_err(),
        NotAuthenticated::CredentialRemoved
    );
    let facts = token_facts(&secret);
    let actor = facts.verify(&secret, NOW).unwrap();
    let Subject::User { credential, .. } = actor.subject() else {
        panic!("{actor:?}")
    };
    assert_eq!(credential, id(101));
}

#[test]
fn c_62_the_oldest_credential_that_was_not_removed_is_the_primary_one() {
    let (_, mut credentials) = a_user();
    assert_eq!(primary(&credentials).unwrap().id, id(101));
    credentials[1].removed_at = Some(NOW);
    assert_eq!(primary(&credentials).unwrap().id, id(102));
    credentials[0].removed_at = Some(NOW);
    assert!(primary(&credentials).is_none());
}

#[test]
fn c_63_user_and_credential_must_belong_together_and_all_failures_read_alike() {
    let (user, mut credentials) = a_user();
    let application = an_application();
    let named = mint(
        &application,
        Some(user.id),
        Some(id(102)),
        Some((&user, &credentials)),
    );
    assert_eq!(named, Ok(Some((user.id, id(102)))));

    let foreign = mint(
        &application,
        Some(user.id),
        Some(id(999)),
        Some((&user, &credentials)),
    );
    let unknown = mint(&application, Some(id(404)), None, None);
    let dangling = mint(&application, None, Some(id(101)), None);
    credentials[0].removed_at = Some(NOW);
    let removed = mint(
        &application,
        Some(user.id),
        Some(id(102)),
        Some((&user, &credentials)),
    );
    let none_left = mint(&application, Some(user.id), None, Some((&user, &[])));
    for refusal in [foreign, unknown, dangling, removed, none_left] {
        assert_eq!(refusal, Err(MintRefusal::Subject));
    }
}

#[test]
fn c_63_an_application_that_demands_users_gets_no_token_of_its_own() {
    let mut application = an_application();
    assert_eq!(mint(&application, None, None, None), Ok(None));
    application.user_scoped_only = true;
    assert_eq!(
        mint(&application, None, None, None),
        Err(MintRefusal::UserRequired)
    );
    let (user, credentials) = a_user();
    assert!(mint(&application, Some(user.id), None, Some((&user, &credentials))).is_ok());
}

#[rstest]
#[case::absent_is_all_of_the_application(None, Some("user:read property:read"))]
#[case::some(Some("property:read"), Some("property:read"))]
#[case::in_any_order(Some("property:read user:read"), Some("user:read property:read"))]
#[case::twice(Some("user:read user:read"), Some("user:read"))]
#[case::empty(Some(""), None)]
#[case::blank(Some("  "), None)]
#[case::beyond_the_application(Some("user:read user:write"), None)]
#[case::unknown(Some("user:read everything"), None)]
#[case::wildcard(Some("*"), None)]
#[case::other_case(Some("User:Read"), None)]
#[case::comma(Some("user:read,property:read"), None)]
fn c_64_scopes_are_what_was_asked_for_or_nothing(#[case] asked: Option<&str>, #[case] given: Option<&str>) {
    let mut application = an_application();
    application.scopes = [Scope::UserRead, Scope::PropertyRead].into_iter().collect();
    let scopes = grantable_scopes(&application, asked).map(|scopes| scopes.to_string());
    assert_eq!(scopes.ok().as_deref(), given);
}

#[test]
fn c_65_one_unknown_scope_refuses_them_all_and_none_is_a_wildcard() {
    for text in ["user", "user:*", "*", "user:read:all", "user:read user:fly"] {
        assert_eq!(text.parse::<ScopeSet>(), Err(UnknownScope), "{text}");
    }
    assert_eq!("".parse::<ScopeSet>(), Ok(ScopeSet::EMPTY));
    for scope in Scope::ALL {
        assert_eq!(scope.as_str().parse(), Ok(scope));
    }
}

/// A token with every scope but the one that an action needs is refused for that scope, whoever shows it.
#[test]
fn c_65_no_scope_implies_another() {
    use innkeeper_domain::access::{Denied, Facts};

    for action in Action::ALL {
        for token in [Token::of_user(id(100)), Token::of_application()] {
            let actor = token.clone().without(action.scope()).actor();
            let verdict = judge(&actor, *action, Facts::Tenant);
            assert_eq!(verdict, Err(Denied::Scope(action.scope())), "{action:?}");
            let actor = token.with(&[action.scope()]).actor();
            let verdict = judge(&actor, *action, Facts::Tenant);
            assert!(
                !matches!(verdict, Err(Denied::Scope(_))),
                "{action:?} needs one scope only"
            );
        }
    }
}

#[test]
fn c_83_keys_and_tokens_are_over_at_the_instant_they_expire() {
    let end = NOW + Duration::from_hours(1);
    let secret = a_secret(SecretKind::ApiKey);
    for (now, live) in around(end) {
        let mut key = a_key(&secret);
        key.expires_at = Some(end);
        assert_eq!(key_facts(key).verify(&secret, now).is_ok(), live, "key at {now}");
        let mut facts = token_facts(&secret);
        facts.token.expires_at = end;
        assert_eq!(facts.verify(&secret, now).is_ok(), live, "token at {now}");
    }
}
