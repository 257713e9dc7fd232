//! C-16 and C-35 to C-39c: links that are sent again, looked at, used, and over.

use innkeeper_domain::{
    access::{Actor, Overrides, Permission, Role},
    effects::MessageKind,
    onboarding::{LinkView, OnboardingState},
    people::{CredentialKind, UserState},
    tokens::{LinkPurpose, Secret, SecretBits, SecretKind},
    usecases::{ask_by_address, ask_by_link},
    values::Email,
};

use crate::{
    cast::{Token, overrides, tenant},
    entering::{invited, much_later, reads},
    told::told,
    world::{LINK_LIFETIME, World, address, application, around, as_user, operator},
};

const OVER: &str = "token: Refused { why: \"is invalid or has expired\" }";

#[test]
fn c_16_an_owners_link_is_sent_again_by_an_owner_only() {
    let world = World::new();
    let (ana, _, place, _) = invited(&world, Role::Owner);
    let house = world.state().property_user(place).unwrap().property;
    let bob = world.person("bob");
    world.place(house, bob, Role::User, overrides(&[("users.invite", true)]));
    world.refuses("it would give more than the actor has", |world| {
        world.resend(&as_user(bob), place)
    });
    for actor in [as_user(ana), operator()] {
        assert_eq!(told(&world.resend(&actor, place)), "done");
    }
    // For a user, whoever may invite may send it again.
    let view = world.invite(
        &as_user(ana),
        house,
        &address("guest"),
        Role::User,
        Overrides::NONE,
    );
    assert_eq!(
        told(&world.resend(&as_user(bob), view.unwrap().property_user.id)),
        "done"
    );
}

#[test]
fn c_35_completing_one_link_uses_up_all_and_makes_the_person_whole() {
    let world = World::new();
    let (ana, zoe, _, first) = invited(&world, Role::User);
    let other = world.house_of(ana);
    world
        .invite(
            &as_user(ana),
            other,
            &address("new"),
            Role::Owner,
            Overrides::NONE,
        )
        .unwrap();
    let second = world.mailed(zoe, MessageKind::Invitation).unwrap();

    let user = world.confirm(&second).unwrap();
    assert_eq!(user.state, UserState::Active);
    assert_eq!(user.name(), "Zoe Lind");
    assert_eq!(user.last_name.as_ref().unwrap().as_str(), "Lind");
    assert!(user.onboarded_at.is_some());
    let state = world.state();
    let credentials: Vec<_> = state.credentials.iter().filter(|row| row.user == zoe).collect();
    assert_eq!(credentials.len(), 1);
    assert_eq!(credentials[0].kind, CredentialKind::Password);
    assert_eq!(credentials[0].permission, Permission::View);
    assert_eq!(state.passwords.len(), 1);
    assert_eq!(state.used_links.len(), 2);
    assert!(
        state.messages.iter().all(|(_, cancelled)| *cancelled),
        "nothing is left to send"
    );
    let told_of: Vec<_> = state
        .audit
        .iter()
        .rev()
        .take(2)
        .map(|record| record.action.as_str())
        .collect();
    assert_eq!(told_of, ["credential.added", "user.onboarded"]);

    for secret in [&first, &second] {
        world.refuses(OVER, |world| world.confirm(secret));
        assert_eq!(
            world.view(secret, world.visit().now),
            LinkView::Done(LinkPurpose::Onboarding)
        );
    }
    // From now on they count as the owner they are (C-40).
    let own = world.place_of(other, ana);
    assert_eq!(told(&world.withdraw(&application(), own)), "done");
}

#[test]
fn c_35_a_resend_ends_older_links_and_unsent_mails() {
    let world = World::new();
    let (ana, zoe, place, first) = invited(&world, Role::User);
    let progress = world.resend(&as_user(ana), place).unwrap();
    assert_eq!(progress.state, OnboardingState::Pending);
    let second = world.mailed(zoe, MessageKind::InvitationResent).unwrap();
    let state = world.state();
    let unsent = state.messages.iter().filter(|(_, cancelled)| !cancelled);
    assert_eq!(unsent.count(), 1, "only the new mail");
    assert!(state.messages[0].0.secret.is_none());
    let record = state.audit.last().unwrap();
    assert_eq!(record.action.as_str(), "property_user.invitation_resent");
    assert_eq!((record.object, record.subject), (place.uuid(), Some(zoe)));

    world.refuses(OVER, |world| world.confirm(&first));
    assert_eq!(
        world.view(&first, world.visit().now),
        LinkView::Expired(LinkPurpose::Onboarding)
    );
    assert_eq!(told(&world.confirm(&second)), "done");
    world.refuses("the user has on-boarded already", |world| {
        world.resend(&as_user(ana), place)
    });
}

#[test]
fn c_36_looking_at_a_link_changes_nothing_and_tells_what_it_is_about() {
    let world = World::new();
    let (_, _, _, secret) = invited(&world, Role::User);
    let before = world.state().fingerprint();
    for _ in 0..3 {
        let LinkView::Open(link) = world.view(&secret, world.visit().now) else {
            panic!("the link is open");
        };
        assert_eq!(link.email.as_str(), address("new"));
        assert_eq!(link.suggested_name, "new");
        assert_eq!(link.places.len(), 1);
        assert_eq!(link.places[0].property.as_str(), "Seaside");
        assert_eq!(link.inviter().unwrap().as_str(), address("ana"));
    }
    assert_eq!(world.state().fingerprint(), before);
    assert_eq!(told(&world.confirm(&secret)), "done");
}

#[test]
fn c_37_a_link_is_over_at_the_very_instant_of_its_end() {
    for (order, expected) in [(0, "done"), (1, OVER), (2, OVER)] {
        let world = World::new();
        let (_, _, _, secret) = invited(&world, Role::User);
        let made = world.state().links[0].0.created_at;
        let (now, counts) = around(made + LINK_LIFETIME)[order];
        let view = world.view(&secret, now);
        assert_eq!(matches!(view, LinkView::Open(_)), counts);
        let answer = world.follow(&secret, LinkPurpose::Onboarding, None, world.visit_at(now));
        assert_eq!(told(&answer), expected, "{now}");
    }
}

/// The use case judges again: a link that ended while the password was hashed is over.
#[test]
fn c_37_the_end_is_judged_where_the_link_is_used() {
    let world = World::new();
    let (_, zoe, _, secret) = invited(&world, Role::User);
    let hash = innkeeper_domain::onboarding::PasswordHash::parse("$argon2id$x".to_owned()).unwrap();
    world.refuses(OVER, |world| {
        let visit = world.visit_at(much_later());
        world.settle(&secret, zoe, LinkPurpose::Onboarding, hash.clone(), visit)
    });
}

#[test]
fn c_38_every_link_that_cannot_be_used_is_answered_alike() {
    let world = World::new();
    let (ana, zoe, place, secret) = invited(&world, Role::User);
    let now = world.visit().now;
    let same_record: innkeeper_domain::ids::OnboardingTokenId = secret.record();
    let forged = Secret::issue(
        SecretKind::Onboarding,
        tenant(),
        same_record,
        &SecretBits::new([1; 16]),
    );
    let unknown = Secret::issue::<()>(
        SecretKind::Onboarding,
        tenant(),
        world.fresh(),
        &SecretBits::new([1; 16]),
    );
    let elsewhere = Secret::issue(
        SecretKind::Onboarding,
        world.fresh(),
        same_record,
        &SecretBits::new([9; 16]),
    );
    let no_link = Secret::issue(
        SecretKind::ApiKey,
        tenant(),
        same_record,
        &SecretBits::new([9; 16]),
    );
    for wrong in [&forged, &unknown, &elsewhere, &no_link] {
        assert_eq!(world.view(wrong, now), LinkView::Unknown);
        world.refuses(OVER, |world| world.confirm(wrong));
        world.refuses(OVER, |world| world.restore(wrong));
    }
    // For another purpose than its own.
    world.refuses(OVER, |world| world.restore(&secret));
    // Of somebody who was switched off: on-boarding switches nobody on.
    world.disable(&operator(), zoe).unwrap();
    world.refuses(OVER, |world| world.confirm(&secret));
    world.enable(&operator(), zoe).unwrap();
    // Expired.
    world.refuses(OVER, |world| {
        world.follow(
            &secret,
            LinkPurpose::Onboarding,
            None,
            world.visit_at(much_later()),
        )
    });
    // Withdrawn (C-39b).
    world.withdraw(&as_user(ana), place).unwrap();
    world.refuses(OVER, |world| world.confirm(&secret));
    assert_eq!(
        world.view(&secret, now),
        LinkView::Expired(LinkPurpose::Onboarding)
    );
}

#[test]
fn c_38_whoever_has_an_ended_link_may_ask_for_a_mail_to_the_same_address() {
    let world = World::new();
    let (_, zoe, _, secret) = invited(&world, Role::User);
    let visit = world.visit_at(much_later());
    ask_by_link(&reads(&world), &world.store, &visit, &secret).unwrap();
    let forged = Secret::issue(
        SecretKind::Onboarding,
        tenant(),
        secret.record::<innkeeper_domain::ids::kinds::OnboardingToken>(),
        &SecretBits::new([1; 16]),
    );
    ask_by_link(&reads(&world), &world.store, &visit, &forged).unwrap();
    assert_eq!(
        world.state().link_requests.len(),
        1,
        "a forged link asks for nothing"
    );

    let pass = world.answer_requests();
    assert_eq!((pass.answered, pass.mails, pass.failures.len()), (1, 1, 0));
    assert!(world.state().link_requests.is_empty());
    let (mail, _) = world.state().messages.last().unwrap().clone();
    assert_eq!((mail.kind, mail.recipient), (MessageKind::InvitationResent, zoe));
    assert_eq!(mail.actor, None);
    assert_eq!(told(&world.confirm(&mail.secret.unwrap())), "done");
}

/// For a person who has not come in, to ask for a new password is on-boarding.
#[test]
fn c_38_what_a_person_gets_who_forgot_their_password() {
    let world = World::new();
    let (ana, _, _, _) = invited(&world, Role::User);
    let gone = world.person_in("gone", UserState::Disabled);
    world.person_in("shell", UserState::Invited);
    for (name, kinds) in [
        ("ana", vec![MessageKind::PasswordReset]),
        ("new", vec![MessageKind::InvitationResent]),
        ("gone", vec![]),
        ("shell", vec![]),
        ("nobody", vec![]),
    ] {
        let before = world.state().messages.len();
        let email = Email::parse(&address(name)).unwrap();
        ask_by_address(&world.store, &world.visit(), tenant(), &email).unwrap();
        assert_eq!(
            world.state().link_requests.len(),
            1,
            "{name}: asking looks at nobody"
        );
        let pass = world.answer_requests();
        assert_eq!((pass.answered, pass.failures.len()), (1, 0), "{name}");
        let state = world.state();
        let sent: Vec<_> = state.messages[before..]
            .iter()
            .map(|(mail, _)| mail.kind)
            .collect();
        assert_eq!(sent, kinds, "{name}");
        assert!(state.link_requests.is_empty(), "{name}");
    }
    let reset = world.mailed(ana, MessageKind::PasswordReset).unwrap();
    world.refuses(OVER, |world| world.confirm(&reset));
    assert_eq!(told(&world.restore(&reset)), "done");
    assert_eq!(
        world.view(&reset, world.visit().now),
        LinkView::Done(LinkPurpose::PasswordReset)
    );
    assert_eq!(world.state().user(gone).unwrap().state, UserState::Disabled);
}

#[test]
fn c_39_nobody_comes_in_before_they_have_on_boarded() {
    let world = World::new();
    let (_, _, _, secret) = invited(&world, Role::User);
    let (early, _) = world.sign_in(&address("new"), crate::entering::PASSWORD);
    assert_eq!(told(&early), "wrong e-mail address or password");
    world.confirm(&secret).unwrap();
    let (session, _) = world.sign_in(&address("new"), crate::entering::PASSWORD);
    assert_eq!(told(&session), "done");
}

/// However often a wrong secret is shown, the right one stays good. That many attempts are slowed down is for adapters.
#[test]
fn c_39c_wrong_secrets_leave_a_link_as_it_is() {
    let world = World::new();
    let (_, _, _, secret) = invited(&world, Role::User);
    let id: innkeeper_domain::ids::OnboardingTokenId = secret.record();
    let before = world.state().fingerprint();
    for n in 0..1_000_u128 {
        let bits = SecretBits::new((n << 64).to_be_bytes());
        let wrong = Secret::issue(SecretKind::Onboarding, tenant(), id, &bits);
        assert_eq!(told(&world.confirm(&wrong)), OVER);
    }
    assert_eq!(world.state().fingerprint(), before);
    assert_eq!(told(&world.confirm(&secret)), "done");
}

/// D-46.
#[test]
fn a_link_is_not_followed_by_somebody_who_is_signed_in_as_another() {
    let world = World::new();
    let (ana, zoe, _, secret) = invited(&world, Role::User);
    let other = as_user(ana);
    world.refuses("the caller is signed in as somebody else", |world| {
        world.follow(&secret, LinkPurpose::Onboarding, Some(&other), world.visit())
    });
    // The same person of another tenant is somebody else, too.
    let stranger = Actor::person(world.fresh(), Token::of_user(zoe).subject);
    world.refuses("the caller is signed in as somebody else", |world| {
        world.follow(&secret, LinkPurpose::Onboarding, Some(&stranger), world.visit())
    });
    let app = application();
    let answer = world.follow(&secret, LinkPurpose::Onboarding, Some(&app), world.visit());
    assert_eq!(told(&answer), "done");
}
