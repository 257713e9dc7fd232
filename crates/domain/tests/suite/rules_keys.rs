//! C-64 and C-66: making and revoking API keys.

use std::time::Duration;

use innkeeper_domain::{
    access::{Actor, Overrides, Permission, PropertyLimit, Role, Scope, ScopeSet},
    ids::{ApiKeyId, PropertyId, UserId},
    tokens::{KeyRequest, KeyState, SecretBits, SecretKind},
    usecases::{ApiKeyError, CreateApiKey, NewApiKey, RevokeApiKey, create_api_key, revoke_api_key},
};
use rstest::rstest;

use crate::{
    cast::{NOW, Token, id, overrides},
    tokens::{a_key, a_secret},
    told::told,
    world::{World, application, as_user, credential_of, operator},
};

const CEILING: &str = "it would give more than the actor has";
const YEAR: Duration = Duration::from_hours(24 * 365);

/// A key of all that can be asked for.
fn request() -> KeyRequest {
    KeyRequest {
        credential: None,
        scopes: ScopeSet::all(),
        limit: PropertyLimit::Unlimited,
        expires_at: None,
    }
}

fn create(
    world: &World,
    actor: &Actor,
    user: Option<UserId>,
    request: KeyRequest,
) -> Result<NewApiKey, ApiKeyError> {
    let command = CreateApiKey {
        context: world.context(actor),
        user,
        request,
        secret_bits: SecretBits::new([5; 16]),
    };
    create_api_key(&world.store, &command)
}

fn revoke(world: &World, actor: &Actor, key: ApiKeyId) -> Result<(), ApiKeyError> {
    let command = RevokeApiKey {
        context: world.context(actor),
        id: key,
    };
    revoke_api_key(&world.store, &command)
}

fn house_of_bob() -> (World, UserId, PropertyId) {
    let world = World::new();
    let bob = world.person("bob");
    let house = world.house_of(bob);
    (world, bob, house)
}

#[test]
fn c_64_a_key_gets_no_scope_that_its_maker_lacks() {
    let (world, bob, _) = house_of_bob();
    let token = || {
        Token::of_user(bob)
            .with(&[Scope::UserWrite, Scope::PropertyRead])
            .actor()
    };
    world.refuses(CEILING, |world| create(world, &token(), None, request()));
    let mut asked = request();
    asked.scopes = [Scope::PropertyRead].into_iter().collect();
    assert_eq!(
        create(&world, &token(), None, asked.clone()).unwrap().key.scopes,
        asked.scopes
    );
    let application = Token::of_application().without(Scope::PropertyWrite).actor();
    world.refuses(CEILING, |world| create(world, &application, Some(bob), request()));
    asked.scopes = ScopeSet::EMPTY;
    world.refuses("scopes: Blank", |world| create(world, &token(), None, asked));
}

#[test]
fn c_64_a_key_limited_to_properties_mints_and_revokes_nothing() {
    let (world, bob, house) = house_of_bob();
    let limited = Token::of_user(bob).limited_to(&[house]).actor();
    world.refuses("the key is limited to properties", |world| {
        create(world, &limited, None, request())
    });
    let key = create(&world, &as_user(bob), None, request()).unwrap().key;
    world.refuses("the key is limited to properties", |world| {
        revoke(world, &limited, key.id)
    });
    world.refuses("the key is limited to properties", |world| {
        world.create_property(&limited, None)
    });
}

/// A key that ends makes no key that ends later; an access token, which is the person itself, may.
#[rstest]
#[case::later(Some(1), CEILING)]
#[case::never(None, CEILING)]
#[case::the_same(Some(0), "done")]
fn c_64_a_key_makes_no_key_that_outlives_it(#[case] later: Option<u64>, #[case] answer: &str) {
    let (world, bob, _) = house_of_bob();
    let end = NOW + YEAR;
    let mut asked = request();
    asked.expires_at = later.map(|micros| end + Duration::from_micros(micros));
    let key = Token::of_user(bob).ending(end).actor();
    assert_eq!(told(&create(&world, &key, None, asked.clone())), answer);
    assert_eq!(told(&create(&world, &as_user(bob), None, asked.clone())), "done");
    assert_eq!(told(&create(&world, &application(), Some(bob), asked)), "done");
}

#[test]
fn c_64_a_key_is_for_oneself_and_through_ones_own_credential() {
    let (world, bob, _) = house_of_bob();
    let ana = world.person("ana");
    world.refuses("user_id: Invalid", |world| {
        create(world, &as_user(bob), Some(ana), request())
    });
    world.refuses("user_id: Invalid", |world| {
        create(world, &application(), Some(id(404)), request())
    });
    // Nothing of another is even locked: the wait would tell that it is there.
    let mut hers = request();
    hers.limit = PropertyLimit::Only(vec![world.house_of(ana)]);
    world.refuses("user_id: Invalid", |world| {
        create(world, &as_user(bob), Some(ana), hers)
    });
    let calls = world.store.calls();
    assert!(!calls.contains(&"properties.lock_all"), "{calls:?}");
    world.refuses("user_id: Blank", |world| {
        create(world, &application(), None, request())
    });

    let mut other = credential_of(world.state().user(bob).unwrap(), Permission::Admin);
    other.id = id(500);
    world.store.set(|state| state.credentials.push(other));
    let mut asked = request();
    asked.credential = Some(id(500));
    world.refuses(CEILING, |world| create(world, &as_user(bob), None, asked.clone()));
    let by_application = create(&world, &application(), Some(bob), asked.clone()).unwrap();
    assert_eq!(by_application.key.credential, id(500));
    world.store.set(|state| {
        let row = state.credentials.iter_mut().find(|row| row.id == id(500));
        row.unwrap().removed_at = Some(NOW);
    });
    let removed = asked.clone();
    world.refuses("credential_id: Invalid", |world| {
        create(world, &application(), Some(bob), removed)
    });
    asked.credential = Some(id(404));
    world.refuses("credential_id: Invalid", |world| {
        create(world, &application(), Some(bob), asked)
    });
    let own = create(&world, &as_user(bob), None, request()).unwrap();
    assert_eq!(
        own.key.credential.uuid(),
        bob.uuid(),
        "the actor's own credential"
    );
}

#[test]
fn c_64_a_key_is_limited_to_properties_that_its_user_sees() {
    let (world, bob, house) = house_of_bob();
    let foreign = world.house_of(world.person("ana"));
    let blind = world.house_of(world.person("max"));
    world.place(blind, bob, Role::User, overrides(&[("property.read", false)]));
    let limited = |properties: &[PropertyId]| {
        let mut asked = request();
        asked.limit = PropertyLimit::Only(properties.to_vec());
        asked
    };
    for wrong in [vec![foreign], vec![house, foreign], vec![blind], vec![id(404)]] {
        world.refuses("property_ids: Invalid", |world| {
            create(world, &as_user(bob), None, limited(&wrong))
        });
    }
    world.refuses("property_ids: Blank", |world| {
        create(world, &as_user(bob), None, limited(&[]))
    });
    let made = create(&world, &as_user(bob), None, limited(&[house, house])).unwrap();
    // Under the lock of the property, so that a withdrawal at the same time and the key see each other (C-55).
    let calls = world.store.calls();
    let lock = calls.iter().position(|call| *call == "properties.lock_all");
    let read = calls.iter().rposition(|call| *call == "property_users.of_user");
    assert!(lock.is_some() && lock < read, "{calls:?}");
    assert_eq!(made.key.limit, PropertyLimit::Only(vec![house]));
}

#[test]
fn c_64_a_key_ends_in_the_future_and_belongs_to_an_active_person() {
    let (world, bob, _) = house_of_bob();
    let mut asked = request();
    let context = world.context(&as_user(bob));
    let micro = Duration::from_micros(1);
    let wrong = "expires_at: Invalid";
    for (end, answer) in [
        (context.now - micro, wrong),
        (context.now, wrong),
        (context.now + micro, "done"),
    ] {
        asked.expires_at = Some(end);
        let command = CreateApiKey {
            context: context.clone(),
            user: None,
            request: asked.clone(),
            secret_bits: SecretBits::new([5; 16]),
        };
        assert_eq!(told(&create_api_key(&world.store, &command)), answer, "{end}");
    }
    let zoe = world.person_in("zoe", innkeeper_domain::people::UserState::Invited);
    world.refuses("user_id: Invalid", |world| {
        create(world, &application(), Some(zoe), request())
    });
}

#[test]
fn c_66_the_secret_is_shown_once_and_the_rest_is_listed() {
    let (world, bob, _) = house_of_bob();
    let made = create(&world, &as_user(bob), None, request()).unwrap();
    let state = world.state();
    let [stored] = &state.keys[..] else {
        panic!("{:?}", state.keys)
    };
    assert!(stored.secret.matches(&made.secret));
    assert!(made.secret.reveal().ends_with(&stored.last_four));
    assert_eq!(stored.last_four.len(), 4);
    assert!(
        !format!("{state:?}{made:?}").contains(made.secret.reveal()),
        "only `reveal` shows it"
    );
    assert_eq!(
        (made.secret.kind(), made.secret.record()),
        (SecretKind::ApiKey, stored.id)
    );
    assert_eq!(state.audit.last().unwrap().action.as_str(), "api_key.created");
}

#[test]
fn c_66_a_revoked_key_stays_and_is_revoked_once() {
    let (world, bob, _) = house_of_bob();
    let key = create(&world, &as_user(bob), None, request()).unwrap().key;
    let stranger = as_user(world.person("ana"));
    world.refuses("not visible", |world| revoke(world, &stranger, key.id));
    world.refuses("not visible", |world| revoke(world, &application(), id(404)));
    revoke(&world, &as_user(bob), key.id).unwrap();
    let revoked = world.state().keys[0].clone();
    assert!(revoked.revoked_at.is_some());
    let before = world.state().fingerprint();
    revoke(&world, &application(), key.id).unwrap();
    assert_eq!(
        world.state().fingerprint(),
        before,
        "revoking again changes nothing"
    );
}

#[test]
fn c_66_a_key_is_active_expired_or_revoked() {
    let mut key = a_key(&a_secret(SecretKind::ApiKey));
    assert_eq!(key.state(NOW), KeyState::Active);
    key.expires_at = Some(NOW);
    assert_eq!(key.state(NOW), KeyState::Expired);
    assert_eq!(key.state(NOW - Duration::from_micros(1)), KeyState::Active);
    key.revoked_at = Some(NOW);
    assert_eq!(key.state(NOW), KeyState::Revoked);
    let shown = [KeyState::Active, KeyState::Expired, KeyState::Revoked].map(KeyState::as_str);
    assert_eq!(shown, ["active", "expired", "revoked"]);
}

#[test]
fn c_66_the_operator_makes_keys_for_whoever_is_named() {
    let (world, bob, house) = house_of_bob();
    world.place(house, world.person("max"), Role::User, Overrides::NONE);
    let mut asked = request();
    asked.limit = PropertyLimit::Only(vec![house]);
    assert_eq!(told(&create(&world, &operator(), Some(bob), asked)), "done");
}
