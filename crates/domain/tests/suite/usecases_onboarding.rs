//! The edges of coming in: what is refused writes nothing, mails keep to their limits, and whatever call fails is told.

use innkeeper_domain::{
    access::{Overrides, Role},
    effects::{MailLimits, MessageKind},
    mocks::{InlineUow, MockRepos},
    onboarding::{LinkState, PasswordHash, StoredLink},
    people::{FullName, UserState},
    ports::Verdict,
    tokens::{LinkPurpose, Secret, SecretBits, SecretKind},
    usecases::{ConfirmInvite, ask_by_address, confirm_invite},
    values::Email,
};
use rstest::rstest;

use crate::{
    cast::{NOW, id, tenant},
    entering::{invited, much_later},
    told::told,
    world::{LINK_LIFETIME, World, address, application, as_user, person},
};

const OVER: &str = "token: Refused { why: \"is invalid or has expired\" }";

fn secret() -> Secret {
    Secret::issue(
        SecretKind::Onboarding,
        tenant(),
        id::<()>(50),
        &SecretBits::new([9; 16]),
    )
}

fn link() -> StoredLink {
    StoredLink {
        tenant: tenant(),
        id: id(50),
        purpose: LinkPurpose::Onboarding,
        user: id(200),
        email: Some(Email::parse(&address("zoe")).unwrap().key().clone()),
        secret: secret().hash(),
        state: LinkState::Open,
        created_at: NOW,
        expires_at: NOW + LINK_LIFETIME,
    }
}

/// Each of these is refused under the lock of the person, and then nothing is written.
#[rstest]
#[case::nobody(None, Some(link()))]
#[case::no_link(Some(UserState::Invited), None)]
#[case::used(Some(UserState::Invited), Some(StoredLink { state: LinkState::Used, email: None, ..link() }))]
#[case::cancelled(Some(UserState::Invited), Some(StoredLink { state: LinkState::Cancelled, email: None, ..link() }))]
#[case::expired(Some(UserState::Invited), Some(StoredLink { expires_at: NOW, ..link() }))]
#[case::purpose(Some(UserState::Invited), Some(StoredLink { purpose: LinkPurpose::PasswordReset, ..link() }))]
#[case::other_person(Some(UserState::Invited), Some(StoredLink { user: id(201), ..link() }))]
#[case::other_address(Some(UserState::Invited), Some(StoredLink { email: Some(Email::parse("a@b.test").unwrap().key().clone()), ..link() }))]
#[case::other_secret(Some(UserState::Invited), Some(StoredLink { secret: Secret::issue(SecretKind::Onboarding, tenant(), id::<()>(50), &SecretBits::new([8; 16])).hash(), ..link() }))]
#[case::active(Some(UserState::Active), Some(link()))]
#[case::disabled(Some(UserState::Disabled), Some(link()))]
fn c_31_a_link_that_cannot_be_used_writes_nothing(
    #[case] state: Option<UserState>,
    #[case] stored: Option<StoredLink>,
) {
    let mut repos = MockRepos::default();
    repos
        .users
        .expect_lock()
        .returning(move |_, _| Ok(state.map(|state| person(id(200), "zoe", state))));
    repos
        .onboarding_tokens
        .expect_lock()
        .returning(move |_, _| Ok(stored.clone()));
    let uow = InlineUow::over(repos);
    let command = ConfirmInvite {
        visit: World::new().visit(),
        secret: secret(),
        user: id(200),
        name: FullName::parse("Zoe").unwrap(),
        password: PasswordHash::parse("$argon2id$x".to_owned()).unwrap(),
    };
    // A mock without an expectation fails when it is called.
    assert_eq!(told(&confirm_invite(&uow, &command)), OVER);
    assert_eq!(uow.verdicts(), [Verdict::Discard]);
}

/// Whichever call fails, it is told, and nothing is kept.
#[test]
fn c_31_on_boarding_happens_as_a_whole_or_not_at_all() {
    let world = World::new();
    let (_, _, _, secret) = invited(&world, Role::User);
    let before = world.state().fingerprint();
    let mut calls = 0;
    loop {
        world.store.fail_at(Some(calls));
        let answer = world.confirm(&secret);
        if answer.is_ok() {
            break;
        }
        assert_eq!(told(&answer), "the store failed");
        assert_eq!(world.state().fingerprint(), before, "call {calls}");
        calls += 1;
    }
    assert_eq!(calls, 8);
    assert_eq!(
        world.store.calls(),
        [
            "users.lock",
            "onboarding_tokens.lock",
            "users.update",
            "credentials.insert",
            "passwords.insert",
            "onboarding_tokens.use_all_of_user",
            "outbox.cancel_of_user",
            "audit.add",
        ]
    );
}

#[test]
fn mails_that_are_sent_again_share_the_limits_of_all_others() {
    let world = World::new();
    let (ana, _, place, _) = invited(&world, Role::User);
    // Three to one person about one property: the invitation and two more.
    for _ in 0..2 {
        assert_eq!(told(&world.resend(&as_user(ana), place)), "done");
    }
    for actor in [as_user(ana), application()] {
        world.refuses("too many mails; try again in 3600 seconds", |world| {
            world.resend(&actor, place)
        });
    }
}

#[test]
fn who_asks_too_often_gets_nothing_and_no_link_is_ended_for_it() {
    let mut world = World::new();
    world.mail_limits = MailLimits {
        per_recipient_and_property: 1,
        ..MailLimits::STANDARD
    };
    let (_, zoe, _, secret) = invited(&world, Role::User);
    let email = Email::parse(&address("new")).unwrap();
    ask_by_address(&world.store, &world.visit(), tenant(), &email).unwrap();
    let pass = world.answer_requests();
    assert_eq!((pass.answered, pass.mails), (1, 0));
    assert_eq!(world.mailed(zoe, MessageKind::InvitationResent).map(|_| ()), None);
    assert_eq!(told(&world.confirm(&secret)), "done");
}

/// Anybody may ask for anybody, so asking leaves mails for those who say who they are.
#[test]
fn d_43_whoever_asks_for_a_person_keeps_nobody_from_inviting_them() {
    let world = World::new();
    let (ana, zoe) = (world.person("ana"), world.person("zoe"));
    let email = Email::parse(&address("zoe")).unwrap();
    let mails: u32 = (0..20)
        .map(|_| {
            ask_by_address(&world.store, &world.visit(), tenant(), &email).unwrap();
            world.answer_requests().mails
        })
        .sum();
    assert_eq!(mails, MailLimits::STANDARD.per_recipient - 2);
    let house = world.house_of(ana);
    let view = world.invite(&as_user(ana), house, &address("zoe"), Role::User, Overrides::NONE);
    assert_eq!(view.unwrap().user.id, zoe);
}

#[test]
fn asking_writes_one_row_and_looks_at_nobody() {
    let world = World::new();
    world.person("ana");
    for name in ["ana", "nobody"] {
        let email = Email::parse(&address(name)).unwrap();
        ask_by_address(&world.store, &world.visit(), tenant(), &email).unwrap();
        assert_eq!(world.store.calls(), ["link_requests.insert"], "{name}");
    }
}

#[test]
fn a_person_who_came_in_is_told_of_a_withdrawal_within_the_limits() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let withdrawn = |world: &World| {
        let place = world.place(house, bob, Role::User, Overrides::NONE);
        assert_eq!(told(&world.withdraw(&as_user(ana), place)), "done");
        let state = world.state();
        let mails = state.messages.iter().filter(|(mail, _)| {
            (mail.kind, mail.recipient, mail.property) == (MessageKind::AccessWithdrawn, bob, Some(house))
        });
        mails.count()
    };
    // The fourth within a day would be one too many: then it happens without a mail.
    let counts: Vec<usize> = (0..4).map(|_| withdrawn(&world)).collect();
    assert_eq!(counts, [1, 2, 3, 3]);
}

#[test]
fn nobody_who_has_not_come_in_is_told_of_a_withdrawal() {
    let world = World::new();
    let (ana, _, place, _) = invited(&world, Role::User);
    world.withdraw(&as_user(ana), place).unwrap();
    let state = world.state();
    assert_eq!(state.messages.len(), 1);
    assert!(state.messages[0].1, "the invitation is not sent any more");
}

#[test]
fn how_far_an_invitation_has_got() {
    use innkeeper_domain::onboarding::progress_of;
    let world = World::new();
    let (ana, zoe, place, first) = invited(&world, Role::User);
    let house = world.state().property_user(place).unwrap().property;
    let state_at = |now| {
        let state = world.state();
        let mail = state.last_mail(house, zoe);
        progress_of(place, state.user(zoe).unwrap(), mail, now)
            .state
            .as_str()
    };
    let now = world.visit().now;
    assert_eq!(state_at(now), "pending");
    assert_eq!(state_at(much_later()), "expired");
    // A newer mail about another property takes its place.
    let other = world.house_of(ana);
    let view = world.invite(&as_user(ana), other, &address("new"), Role::User, Overrides::NONE);
    assert_eq!(state_at(now), "pending");
    world
        .resend(&as_user(ana), view.unwrap().property_user.id)
        .unwrap();
    assert_eq!(state_at(now), "cancelled");
    assert_eq!(told(&world.confirm(&first)), OVER);
    world.resend(&as_user(ana), place).unwrap();
    assert_eq!(state_at(now), "pending");
    let link = world.mailed(zoe, MessageKind::InvitationResent).unwrap();
    world.confirm(&link).unwrap();
    assert_eq!(state_at(much_later()), "done");
    world.disable(&crate::world::operator(), zoe).unwrap();
    assert_eq!(state_at(now), "disabled");
}
