//! C-50 to C-57: changing and withdrawing property users.

use innkeeper_domain::{
    access::{Overrides, PropertyLimit, Role, Scope},
    people::{UpdateFields, UserState, without_property},
    tokens::SecretKind,
    usecases::{UpdatePropertyUser, update_property_user},
    values::{Invalid, Problem},
};

use crate::{
    cast::{NOW, Token, id, overrides},
    tokens::{a_key, a_secret},
    told::told,
    world::{World, address, application, as_user, operator},
};

#[test]
fn c_50_an_update_changes_role_and_overrides_and_nothing_else() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let place = world.place(house, bob, Role::User, Overrides::NONE);
    let before = world.state().property_user(place).unwrap().clone();
    // A field that is added to the command shows up here and has to be thought about.
    let UpdateFields {
        role: _,
        overrides: _,
    } = UpdateFields::default();
    let deny = overrides(&[("reports.read", false)]);
    let after = world
        .update(&as_user(ana), place, Some(Role::Owner), Some(deny.clone()))
        .unwrap();
    let mut expected = before;
    expected.role = Role::Owner;
    expected.overrides = deny;
    expected.updated_at = after.property_user.updated_at;
    assert!(expected.updated_at > NOW);
    assert_eq!(after.property_user, expected);
    assert_eq!(world.state().property_user(place), Some(&expected));
}

#[test]
fn c_50_what_is_wrong_with_the_fields_is_told_to_those_who_may_update() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let place = world.place(house, bob, Role::User, Overrides::NONE);
    let stranger = world.person("stranger");
    for (actor, answer) in [
        (
            Token::of_user(ana).without(Scope::PropertyWrite).actor(),
            "the token lacks the scope `property:write`",
        ),
        (as_user(stranger), "not visible"),
        (as_user(bob), "the policy `users.update` is not granted"),
        (as_user(ana), "role: Invalid"),
    ] {
        let command = UpdatePropertyUser {
            context: world.context(&actor),
            id: place,
            fields: Err(Invalid::field("role", Problem::Invalid)),
        };
        world.refuses(answer, |world| update_property_user(&world.store, &command));
    }
}

#[test]
fn c_51_an_update_that_changes_nothing_leaves_no_trace() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let deny = overrides(&[("reports.read", false)]);
    let place = world.place(house, bob, Role::User, deny.clone());
    let before = world.state().fingerprint();
    for (role, overrides) in [
        (None, None),
        (Some(Role::User), None),
        (None, Some(deny.clone())),
        (Some(Role::User), Some(deny)),
    ] {
        let view = world.update(&as_user(ana), place, role, overrides).unwrap();
        assert_eq!(view.property_user.updated_at, NOW);
        assert_eq!(world.state().fingerprint(), before);
    }
}

#[test]
fn c_52_an_absent_role_stays_and_an_empty_one_is_no_role() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let place = world.place(house, bob, Role::Owner, Overrides::NONE);
    let deny = overrides(&[("reports.read", false)]);
    let view = world.update(&as_user(ana), place, None, Some(deny)).unwrap();
    assert_eq!(view.property_user.role, Role::Owner);
    assert!("".parse::<Role>().is_err() && "null".parse::<Role>().is_err());
}

#[test]
fn c_53_nobody_withdraws_themself_whatever_their_role() {
    let world = World::new();
    let (ana, bob, max) = (world.person("ana"), world.person("bob"), world.person("max"));
    let house = world.house_of(ana);
    world.place(house, bob, Role::Owner, Overrides::NONE);
    // Max may not withdraw anyone, and still hears of himself first.
    world.place(house, max, Role::User, Overrides::NONE);
    for user in [ana, bob, max] {
        let own = world.place_of(house, user);
        let told = "a user cannot withdraw themself";
        world.refuses(told, |world| world.withdraw(&as_user(user), own));
        let key = Token::of_user(user).limited_to(&[house]).actor();
        world.refuses(told, |world| world.withdraw(&key, own));
    }
}

#[test]
fn c_53_an_application_has_no_self() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    world.place(house, bob, Role::Owner, Overrides::NONE);
    assert_eq!(
        told(&world.withdraw(&application(), world.place_of(house, ana))),
        "done"
    );
}

/// The order of checks: scope, visibility, oneself, policy and rank, last owner.
#[test]
fn c_53_the_checks_of_a_withdrawal_come_in_the_order_of_the_contract() {
    let world = World::new();
    let (ana, max) = (world.person("ana"), world.person("max"));
    let house = world.house_of(ana);
    let anas = world.place_of(house, ana);
    let unscoped = Token::of_user(ana).without(Scope::PropertyWrite).actor();
    world.refuses("the token lacks the scope `property:write`", |world| {
        world.withdraw(&unscoped, anas)
    });
    world.refuses("not visible", |world| world.withdraw(&as_user(max), anas));
    let elsewhere = Token::of_user(ana).limited_to(&[id(404)]).actor();
    world.refuses("not visible", |world| world.withdraw(&elsewhere, anas));
    world.refuses("a user cannot withdraw themself", |world| {
        world.withdraw(&as_user(ana), anas)
    });
    let maxs = world.place(house, max, Role::User, Overrides::NONE);
    world.refuses("the policy `users.withdraw` is not granted", |world| {
        world.withdraw(&as_user(max), anas)
    });
    let manager = overrides(&[("users.withdraw", true)]);
    world.update(&as_user(ana), maxs, None, Some(manager)).unwrap();
    world.refuses("it would give more than the actor has", |world| {
        world.withdraw(&as_user(max), anas)
    });
    world.refuses("the property must keep at least one owner", |world| {
        world.withdraw(&application(), anas)
    });
}

/// The rule alone, without a use case before it: whoever lacks the scope does not even hear that it is themself.
#[test]
fn c_53_scope_and_visibility_come_before_oneself_in_the_rule_too() {
    use innkeeper_domain::{
        access::{Denied, Policy},
        people::{WithdrawFacts, WithdrawRefusal, decide_withdraw},
    };

    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let target = world.state().place(house, ana).unwrap().clone();
    let facts = WithdrawFacts {
        target: &target,
        state: UserState::Active,
        grants: &[target.grant()],
        other_owners: 0,
        actor: Some(ana),
    };
    for (denied, expected) in [
        (
            Denied::Scope(Scope::PropertyWrite),
            WithdrawRefusal::Denied(Denied::Scope(Scope::PropertyWrite)),
        ),
        (Denied::NotVisible, WithdrawRefusal::Denied(Denied::NotVisible)),
        (Denied::Policy(Policy::UsersWithdraw), WithdrawRefusal::Oneself),
    ] {
        assert_eq!(decide_withdraw(Err(denied), &facts), Err(expected));
    }
}

#[test]
fn c_54_a_second_withdrawal_finds_nothing_and_the_id_never_comes_back() {
    use innkeeper_domain::ports::Repos as _;

    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let place = world.place(house, bob, Role::User, Overrides::NONE);
    let row = world.state().property_user(place).unwrap().clone();
    world.withdraw(&as_user(ana), place).unwrap();
    world.refuses("not visible", |world| world.withdraw(&as_user(ana), place));
    world.refuses("not visible", |world| {
        world.update(&as_user(ana), place, None, None)
    });
    let again = world
        .store
        .set(|state| state.property_users().insert(&row))
        .unwrap_err();
    assert_eq!(again.to_string(), "something with the same key exists");
}

#[test]
fn c_55_a_withdrawal_takes_the_property_out_of_key_limits() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let (sea, hill) = (world.house_of(ana), world.house_of(ana));
    let place = world.place(sea, bob, Role::User, Overrides::NONE);
    world.place(hill, bob, Role::User, Overrides::NONE);
    let secret = a_secret(SecretKind::ApiKey);
    let keys = [
        (PropertyLimit::Only(vec![sea]), PropertyLimit::Only(vec![]), true),
        (
            PropertyLimit::Only(vec![sea, hill]),
            PropertyLimit::Only(vec![hill]),
            false,
        ),
        (
            PropertyLimit::Only(vec![hill]),
            PropertyLimit::Only(vec![hill]),
            false,
        ),
        (PropertyLimit::Unlimited, PropertyLimit::Unlimited, false),
    ];
    for (n, (limit, ..)) in (200..).zip(&keys) {
        let mut key = a_key(&secret);
        (key.id, key.user, key.limit) = (id(n), bob, limit.clone());
        world.store.set(|state| state.keys.push(key));
    }
    let mut others = a_key(&secret);
    (others.id, others.user, others.limit) = (id(299), ana, PropertyLimit::Only(vec![sea]));
    world.store.set(|state| state.keys.push(others));

    world.withdraw(&as_user(ana), place).unwrap();

    let state = world.state();
    for (key, (before, after, revoked)) in state.keys.iter().zip(&keys) {
        assert_eq!(
            (&key.limit, key.revoked_at.is_some()),
            (after, *revoked),
            "was {before:?}"
        );
    }
    let anas = state.keys.last().unwrap();
    assert_eq!(
        (&anas.limit, anas.revoked_at),
        (&PropertyLimit::Only(vec![sea]), None)
    );
    let told: Vec<&str> = state
        .audit
        .iter()
        .rev()
        .take(3)
        .map(|record| record.action.as_str())
        .collect();
    assert_eq!(
        told,
        ["api_key.narrowed", "api_key.revoked", "property_user.withdrawn"]
    );

    world
        .invite(&as_user(ana), sea, &address("bob"), Role::User, Overrides::NONE)
        .unwrap();
    assert!(
        world.state().keys[0].revoked_at.is_some(),
        "a later invitation restores no key"
    );
}

#[test]
fn c_55_a_key_loses_a_property_once_and_keeps_its_first_end() {
    let secret = a_secret(SecretKind::ApiKey);
    let mut key = a_key(&secret);
    assert!(
        without_property(&key, id(10), NOW).is_none(),
        "an unlimited key loses nothing"
    );
    key.limit = PropertyLimit::Only(vec![id(10)]);
    assert!(without_property(&key, id(11), NOW).is_none());
    let revoked = without_property(&key, id(10), NOW).unwrap();
    assert_eq!(
        (&revoked.limit, revoked.revoked_at),
        (&PropertyLimit::Only(vec![]), Some(NOW))
    );
    assert!(!revoked.limit.covers(id(10)), "an empty limit covers nothing");
    let earlier = NOW - std::time::Duration::from_secs(1);
    key.revoked_at = Some(earlier);
    assert_eq!(
        without_property(&key, id(10), NOW).unwrap().revoked_at,
        Some(earlier)
    );
}

#[test]
fn c_55_unsent_mails_about_the_place_are_cancelled() {
    let world = World::new();
    let ana = world.person("ana");
    let (sea, hill) = (world.house_of(ana), world.house_of(ana));
    let ana = as_user(ana);
    let view = world
        .invite(&ana, sea, &address("new"), Role::User, Overrides::NONE)
        .unwrap();
    world
        .invite(&ana, hill, &address("new"), Role::User, Overrides::NONE)
        .unwrap();
    world.withdraw(&ana, view.property_user.id).unwrap();
    let state = world.state();
    let cancelled: Vec<_> = state
        .messages
        .iter()
        .map(|(mail, cancelled)| (mail.property, *cancelled))
        .collect();
    assert_eq!(cancelled, [(Some(sea), true), (Some(hill), false)]);
    assert!(state.messages[0].0.secret.is_none());
}

#[test]
fn c_56_an_update_after_a_withdrawal_finds_nothing() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let place = world.place(house, bob, Role::User, Overrides::NONE);
    world.withdraw(&as_user(ana), place).unwrap();
    world.refuses("not visible", |world| {
        world.update(&as_user(ana), place, Some(Role::Owner), None)
    });
}

/// Both orders of a withdrawal and an invitation of the same person end with at most one live grant; with the
/// invitation last there is exactly one.
#[test]
fn c_57_withdraw_and_invite_end_as_one_of_their_orders() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let ana = as_user(ana);
    let live = |world: &World| {
        let places = world.state().property_users;
        places
            .iter()
            .filter(|place| (place.property, place.user) == (house, bob))
            .count()
    };
    let place = world.place(house, bob, Role::User, Overrides::NONE);
    let invite = |world: &World| world.invite(&ana, house, &address("bob"), Role::User, Overrides::NONE);
    assert_eq!(
        (told(&invite(&world)), live(&world)),
        ("the user was invited already".into(), 1)
    );
    world.withdraw(&ana, place).unwrap();
    assert_eq!(live(&world), 0);
    assert_eq!((told(&invite(&world)), live(&world)), ("done".into(), 1));
    world.refuses("not visible", |world| world.withdraw(&ana, place));
    assert_eq!(
        live(&world),
        1,
        "the withdrawal of the old grant does not touch the new one"
    );
}

#[test]
fn c_57_a_disabled_person_can_be_withdrawn() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let place = world.place(house, bob, Role::Owner, Overrides::NONE);
    world.disable(&operator(), bob).unwrap();
    assert_eq!(world.state().user(bob).unwrap().state, UserState::Disabled);
    assert_eq!(told(&world.withdraw(&as_user(ana), place)), "done");
}
