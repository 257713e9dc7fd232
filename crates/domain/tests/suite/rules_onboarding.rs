//! C-35 to C-39b, as far as they are about making and ending links; sending and consuming them comes later.

use std::time::Duration;

use innkeeper_domain::{
    access::{Overrides, Permission, Role},
    people::UserState,
    tokens::{
        CredentialFacts, MintRefusal, MintRequest, NotAuthenticated, SecretBits, SecretKind, decide_mint,
    },
    usecases::invite_property_user,
};

use crate::{
    cast::NOW,
    tokens::{a_key, a_secret, an_application, key_facts},
    told::told,
    world::{LINK_LIFETIME, World, address, as_user, credential_of, person},
};

#[test]
fn c_35_a_link_is_bound_to_the_person_the_address_and_its_purpose_and_stored_hashed() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let view = world
        .invite(
            &as_user(ana),
            house,
            "New@Example.test",
            Role::User,
            Overrides::NONE,
        )
        .unwrap();
    let state = world.state();
    let (link, _) = &state.links[0];
    let secret = state.messages[0].0.secret.as_ref().unwrap();
    assert_eq!(link.user, view.user.id);
    assert_eq!(link.email.as_str(), "new@example.test");
    assert_eq!(secret.kind(), SecretKind::Onboarding);
    assert_eq!(secret.record(), link.id);
    assert!(link.secret.matches(secret));
    assert!(!format!("{:?}", state.links).contains(secret.reveal()));
}

#[test]
fn c_35_several_links_of_one_person_may_be_live() {
    let world = World::new();
    let ana = world.person("ana");
    let (sea, hill) = (world.house_of(ana), world.house_of(ana));
    for house in [sea, hill] {
        let invited = world.invite(&as_user(ana), house, &address("new"), Role::User, Overrides::NONE);
        assert_eq!(told(&invited), "done");
    }
    let state = world.state();
    assert_eq!(state.links.len(), 2);
    assert!(state.links.iter().all(|(_, cancelled)| cancelled.is_none()));
    assert_ne!(state.links[0].0.id, state.links[1].0.id);
}

#[test]
fn c_35_the_secret_of_a_link_is_made_of_the_random_bits_given() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let secrets = [[1; 16], [2; 16]].map(|bits| {
        let mut command = world.invitation(&as_user(ana), house, &address(&format!("new-{}", bits[0])));
        command.onboarding_bits = SecretBits::new(bits);
        invite_property_user(&world.store, &command).unwrap();
        let state = world.state();
        let text = state.messages.last().unwrap().0.secret.clone().unwrap();
        // Of prefix, tenant, record, bits and checksum, the bits are the fourth part.
        text.reveal().get(5 + 44..5 + 66).unwrap().to_owned()
    });
    assert_ne!(secrets[0], secrets[1]);
}

#[test]
fn c_37_a_link_ends_one_lifetime_after_the_invitation() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    for lifetime in [
        Duration::from_hours(1),
        LINK_LIFETIME,
        Duration::from_hours(30 * 24),
    ] {
        let name = format!("new-{}", lifetime.as_secs());
        let mut command = world.invitation(&as_user(ana), house, &address(&name));
        command.onboarding_lifetime = lifetime;
        invite_property_user(&world.store, &command).unwrap();
        let state = world.state();
        let (link, _) = state.links.last().unwrap();
        assert_eq!(link.created_at, command.context.now);
        assert_eq!(link.expires_at, command.context.now + lifetime);
    }
}

#[test]
fn c_39_a_person_who_is_not_on_boarded_is_listed_but_cannot_come_in() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let view = world
        .invite(&as_user(ana), house, &address("new"), Role::User, Overrides::NONE)
        .unwrap();
    assert!(
        world.state().place(house, view.user.id).is_some(),
        "the grant holds at once"
    );

    let secret = a_secret(SecretKind::ApiKey);
    for (state, expected) in [
        (UserState::Invited, Err(NotAuthenticated::UserNotActive)),
        (UserState::Disabled, Err(NotAuthenticated::UserNotActive)),
        (UserState::Deleted, Err(NotAuthenticated::UserNotActive)),
        (UserState::Active, Ok(())),
    ] {
        let mut facts = key_facts(a_key(&secret));
        facts.user = state;
        assert_eq!(facts.verify(&secret, NOW).map(|_| ()), expected, "{state}");
    }
}

#[test]
fn c_39_only_an_active_person_is_the_subject_of_a_new_token() {
    let application = an_application();
    let secret = a_secret(SecretKind::AccessToken);
    for state in UserState::ALL {
        let user = person(crate::cast::id(100), "zoe", state);
        let credentials = [credential_of(&user, Permission::Edit)];
        let request = MintRequest {
            scopes: application.scopes,
            user: Some(user.id),
            credential: None,
        };
        let fresh = (crate::cast::id(3), &secret);
        let minted = decide_mint(&application, &request, Some((&user, &credentials)), fresh, NOW);
        let expected = if state == UserState::Active {
            Ok(())
        } else {
            Err(MintRefusal::Subject)
        };
        assert_eq!(minted.map(|_| ()), expected, "{state}");
    }
}

#[test]
fn c_39_an_invited_owner_is_no_owner_yet_and_receives_no_property() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let view = world
        .invite(
            &as_user(ana),
            house,
            &address("new"),
            Role::Owner,
            Overrides::NONE,
        )
        .unwrap();
    let own = world.place_of(house, ana);
    world.refuses("the property must keep at least one owner", |world| {
        world.update(&as_user(ana), own, Some(Role::User), None)
    });
    world.refuses("owner_id: Invalid", |world| {
        world.create_property(&crate::world::application(), Some(view.user.id))
    });
    world.onboard(view.user.id);
    assert_eq!(
        told(&world.update(&as_user(ana), own, Some(Role::User), None)),
        "done"
    );
}

#[test]
fn c_39_a_removed_credential_lets_nobody_in() {
    let secret = a_secret(SecretKind::ApiKey);
    let mut facts = key_facts(a_key(&secret));
    facts.credential = CredentialFacts {
        permission: Permission::Admin,
        removed: true,
    };
    let verdict = facts.verify(&secret, NOW).map(|_| ());
    assert_eq!(verdict, Err(NotAuthenticated::CredentialRemoved));
}

#[test]
fn c_39b_the_last_withdrawal_of_a_person_never_on_boarded_ends_their_links() {
    let world = World::new();
    let ana = world.person("ana");
    let (sea, hill) = (world.house_of(ana), world.house_of(ana));
    let ana = as_user(ana);
    let places = [sea, hill].map(|house| {
        let view = world.invite(&ana, house, &address("new"), Role::User, Overrides::NONE);
        view.unwrap().property_user.id
    });
    world.withdraw(&ana, places[0]).unwrap();
    assert!(
        world
            .state()
            .links
            .iter()
            .all(|(_, cancelled)| cancelled.is_none()),
        "one place is left"
    );
    world.withdraw(&ana, places[1]).unwrap();
    assert!(
        world
            .state()
            .links
            .iter()
            .all(|(_, cancelled)| cancelled.is_some())
    );

    world
        .invite(&ana, sea, &address("new"), Role::User, Overrides::NONE)
        .unwrap();
    let state = world.state();
    assert_eq!(
        state
            .links
            .iter()
            .filter(|(_, cancelled)| cancelled.is_none())
            .count(),
        1
    );
    assert_eq!(
        state.messages.iter().filter(|(_, cancelled)| !cancelled).count(),
        1,
        "a fresh mail"
    );
}

#[test]
fn c_39b_an_active_person_keeps_what_is_theirs() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let place = world.place(house, bob, Role::User, Overrides::NONE);
    world.withdraw(&as_user(ana), place).unwrap();
    assert!(!world.store.calls().contains(&"onboarding_tokens.cancel_of_user"));
}
