//! C-30 to C-33: what becomes of an invitation, by who is invited.

use innkeeper_domain::{
    access::{Overrides, Role, Scope},
    effects::{AuditAction, MessageKind},
    people::{MAX_USERS_PER_PROPERTY, UserState},
    ports::{Repos as _, StoreError},
    usecases::invite_property_user,
    values::{Email, Invalid, Problem},
};

use crate::{
    cast::{Token, id, overrides},
    told::told,
    world::{World, address, application, as_user, operator},
};

#[test]
fn c_30_a_caller_without_rights_never_learns_whether_the_address_is_known() {
    let world = World::new();
    let (ana, max) = (world.person("ana"), world.person("max"));
    let house = world.house_of(ana);
    world.place(house, max, Role::User, Overrides::NONE);
    let stranger = world.person("stranger");
    world.person_in("disabled", UserState::Disabled);
    let refused = [
        (stranger, "not visible"),
        (max, "the policy `users.invite` is not granted"),
    ];
    for whom in ["ana", "max", "stranger", "disabled", "unknown"] {
        for (actor, answer) in refused {
            world.refuses(answer, |world| {
                world.invite(
                    &as_user(actor),
                    house,
                    &address(whom),
                    Role::User,
                    Overrides::NONE,
                )
            });
        }
    }
    assert!(
        !world.store.calls().contains(&"users.lock_by_email"),
        "{:?}",
        world.store.calls()
    );
}

#[test]
fn c_30_an_unknown_property_and_an_invisible_one_look_alike() {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let stranger = as_user(world.person("stranger"));
    for property in [house, id(404)] {
        world.refuses("not visible", |world| {
            world.invite(&stranger, property, &address("bob"), Role::User, Overrides::NONE)
        });
    }
    world.refuses("not visible", |world| {
        world.invite(
            &application(),
            id(404),
            &address("bob"),
            Role::User,
            Overrides::NONE,
        )
    });
}

/// Everything is wrong at once; then one thing after another is put right, and the next answer shows.
#[test]
fn c_30_the_checks_come_in_the_order_of_the_contract() {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let (max, member) = (
        world.person("max"),
        world.person_in("member", UserState::Disabled),
    );
    world.place(house, member, Role::User, Overrides::NONE);
    for n in 3..MAX_USERS_PER_PROPERTY {
        let crowd = world.person(&format!("crowd-{n}"));
        world.place(house, crowd, Role::User, Overrides::NONE);
    }
    let blank = Invalid::field("user_email", Problem::Blank);
    // With Ana and Max the house will be full.
    let mut command = world.invitation(&as_user(max), house, &address("member"));
    let fields = command.fields.clone().unwrap();
    let run = |command: &_| told(&invite_property_user(&world.store, command));

    command.fields = Err(blank);
    command.context.actor = Token::of_user(max).without(Scope::PropertyWrite).actor();
    assert_eq!(run(&command), "the token lacks the scope `property:write`");
    command.context.actor = as_user(max);
    assert_eq!(run(&command), "not visible");
    world.place(house, max, Role::User, overrides(&[("users.invite", true)]));
    assert_eq!(run(&command), "user_email: Blank");
    let mut owner = fields.clone();
    owner.role = Role::Owner;
    owner.overrides = overrides(&[("users.read", false)]);
    command.fields = Ok(owner.clone());
    assert_eq!(run(&command), "overrides: Invalid");
    owner.overrides = Overrides::NONE;
    command.fields = Ok(owner);
    assert_eq!(run(&command), "it would give more than the actor has");
    command.fields = Ok(fields.clone());
    assert_eq!(run(&command), "user_email: Invalid");
    world.enable(&operator(), member).unwrap();
    assert_eq!(run(&command), "the user was invited already");
    let mut new = fields;
    new.email = Email::parse(&address("new")).unwrap();
    command.fields = Ok(new);
    assert_eq!(run(&command), "the property has reached its limit of users");
    let someone = world.place_of(house, member);
    world.withdraw(&operator(), someone).unwrap();
    assert_eq!(run(&command), "done");
}

#[test]
fn c_31_an_unknown_address_becomes_person_grant_link_record_and_mail() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let before = world.state();
    let given = overrides(&[("reports.read", false)]);
    let view = world
        .invite(
            &as_user(ana),
            house,
            "New.Person@example.test",
            Role::User,
            given.clone(),
        )
        .unwrap();

    let state = world.state();
    assert_eq!(view.user.state, UserState::Invited);
    assert_eq!(
        (view.user.name(), view.user.onboarded_at),
        ("New.Person".to_owned(), None)
    );
    assert_eq!(state.user(view.user.id), Some(&view.user));
    assert_eq!(state.place(house, view.user.id), Some(&view.property_user));
    assert_eq!(view.property_user.invited_by, Some(ana));
    assert_eq!(
        (view.property_user.role, view.property_user.overrides),
        (Role::User, given)
    );
    let [(link, None)] = &state.links[..] else {
        panic!("{:?}", state.links)
    };
    let [(mail, false)] = &state.messages[..] else {
        panic!("{:?}", state.messages)
    };
    assert_eq!(
        (mail.kind, mail.recipient),
        (MessageKind::Invitation, view.user.id)
    );
    assert!(link.secret.matches(mail.secret.as_ref().unwrap()));
    let new: Vec<_> = state
        .audit
        .iter()
        .skip(before.audit.len())
        .map(|record| record.action)
        .collect();
    assert_eq!(new, [AuditAction::UserCreated, AuditAction::PropertyUserInvited]);
}

#[test]
fn c_31_a_known_person_is_added_and_told_and_no_account_is_made() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let people = world.state().users.len();
    let view = world
        .invite(&as_user(ana), house, &address("BOB"), Role::User, Overrides::NONE)
        .unwrap();
    let state = world.state();
    assert_eq!((view.user.id, state.users.len()), (bob, people));
    let [(mail, false)] = &state.messages[..] else {
        panic!("{:?}", state.messages)
    };
    assert_eq!(
        (mail.kind, mail.recipient, mail.secret.is_none()),
        (MessageKind::AccessAdded, bob, true)
    );
    assert!(state.links.is_empty());
    assert_eq!(
        state.audit.last().unwrap().action,
        AuditAction::PropertyUserInvited
    );
}

/// Whichever call to the store fails, nothing at all is stored, and it is told as a failure of the store.
#[test]
fn c_31_all_of_an_invitation_is_stored_or_nothing() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let before = world.state().fingerprint();
    let mut failures = 0;
    loop {
        world.store.fail_at(Some(failures));
        let answer = world.invite(&as_user(ana), house, &address("new"), Role::User, Overrides::NONE);
        if answer.is_ok() {
            break;
        }
        assert_eq!(told(&answer), "the store failed");
        assert_eq!(
            world.state().fingerprint(),
            before,
            "call {failures} failed and left a trace"
        );
        failures += 1;
    }
    assert_eq!(failures, world.store.calls().len());
    for write in [
        "users.insert",
        "property_users.insert",
        "onboarding_tokens.insert",
        "audit.add",
        "outbox.add",
    ] {
        assert!(world.store.calls().contains(&write), "{write}");
    }
}

#[test]
fn c_32_a_live_grant_answers_already_invited_and_the_role_asked_for_is_ignored() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    world.place(house, bob, Role::User, Overrides::NONE);
    for role in Role::ALL {
        world.refuses("the user was invited already", |world| {
            world.invite(&as_user(ana), house, &address("bob"), role, Overrides::NONE)
        });
    }
    world.refuses("the user was invited already", |world| {
        world.invite(
            &as_user(ana),
            house,
            &address("ana"),
            Role::Owner,
            Overrides::NONE,
        )
    });
}

#[test]
fn c_32_uniqueness_is_a_constraint_of_the_store_and_never_a_refusal_of_ours() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let place = world.state().place(house, ana).unwrap().clone();
    let mut twin = place;
    twin.id = world.fresh();
    let error = world
        .store
        .set(|state| state.property_users().insert(&twin))
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict));
}

#[test]
fn c_33_of_many_identical_invitations_one_counts() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let invite = || world.invite(&as_user(ana), house, &address("bob"), Role::User, Overrides::NONE);
    let answers: Vec<String> = (0..5).map(|_| told(&invite())).collect();
    assert_eq!(answers[0], "done");
    assert!(
        answers[1..]
            .iter()
            .all(|answer| answer == "the user was invited already")
    );
    let state = world.state();
    assert_eq!(
        (
            state.users.len(),
            state.property_users.len(),
            state.messages.len()
        ),
        (2, 2, 1)
    );
}

#[test]
fn c_33_an_invitation_after_a_withdrawal_is_a_new_grant() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let old = world.place(house, bob, Role::User, overrides(&[("users.invite", true)]));
    world.withdraw(&as_user(ana), old).unwrap();
    let view = world
        .invite(&as_user(ana), house, &address("bob"), Role::User, Overrides::NONE)
        .unwrap();
    assert_ne!(view.property_user.id, old);
    assert!(view.property_user.overrides.is_none(), "old overrides came back");
    assert!(world.state().history.iter().any(|(row, _)| row.id == old));
}

#[test]
fn c_31_a_disabled_person_is_never_switched_on_by_an_invitation() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    world.person_in("bob", UserState::Disabled);
    world.refuses("user_email: Invalid", |world| {
        world.invite(&as_user(ana), house, &address("bob"), Role::User, Overrides::NONE)
    });
}
