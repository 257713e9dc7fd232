//! How many mails may be caused (D-43).

use innkeeper_domain::{
    access::{Overrides, Role, Subject},
    effects::{MailCounts, MailLimits, MessageKind, within_limits},
};
use rstest::rstest;

use crate::{
    cast::{Token, id},
    told::told,
    world::{World, address, application, as_user},
};

const LIMITS: MailLimits = MailLimits {
    per_actor: 10,
    pending_per_property: 7,
    per_recipient_and_property: 3,
    per_recipient: 5,
};

fn counts(by_actor: u32, pending: u32, here: u32, to_recipient: u32) -> MailCounts {
    MailCounts {
        by_actor,
        pending_on_property: pending,
        to_recipient_on_property: here,
        to_recipient,
    }
}

/// Each limit at its last mail and at the first too many, for a user and for an application.
#[rstest]
#[case::just_below_all(counts(9, 6, 2, 4), true, true)]
#[case::actor(counts(10, 0, 0, 0), false, true)]
#[case::pending(counts(0, 7, 0, 0), false, true)]
#[case::recipient_here(counts(0, 0, 3, 3), false, false)]
#[case::recipient(counts(0, 0, 0, 5), false, false)]
fn d_43_limits_on_actor_and_property_bind_users_alone(
    #[case] counts: MailCounts,
    #[case] user: bool,
    #[case] application: bool,
) {
    let subjects = [
        (Token::of_user(id(100)).subject, user),
        (Token::of_application().subject, application),
        (Subject::Operator, application),
    ];
    for (subject, allowed) in subjects {
        let verdict = within_limits(&LIMITS, &counts, Some(subject), MessageKind::Invitation);
        assert_eq!(verdict.is_ok(), allowed, "{subject:?}");
        if let Err(refusal) = verdict {
            assert_eq!(refusal.retry_after.as_secs(), 3_600, "no exact instant");
        }
    }
}

/// Whoever has on-boarded adds nobody to those who have not.
#[test]
fn d_43_people_who_came_in_are_added_however_many_have_not() {
    let user = Token::of_user(id(100)).subject;
    let pending = counts(0, 7, 0, 0);
    assert!(within_limits(&LIMITS, &pending, Some(user), MessageKind::Invitation).is_err());
    assert!(within_limits(&LIMITS, &pending, Some(user), MessageKind::AccessAdded).is_ok());
}

#[test]
fn d_43_past_a_limit_the_whole_invitation_is_refused() {
    let mut world = World::new();
    world.mail_limits = LIMITS;
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let ana = as_user(ana);
    let again = |world: &World| {
        let view = world.invite(&ana, house, &address("bob"), Role::User, Overrides::NONE)?;
        world.withdraw(&ana, view.property_user.id).unwrap();
        Ok::<_, innkeeper_domain::usecases::InviteError>(())
    };
    for _ in 0..LIMITS.per_recipient_and_property {
        assert_eq!(told(&again(&world)), "done");
    }
    world.refuses("too many mails; try again in 3600 seconds", again);
}

#[test]
fn d_43_a_user_who_invites_strangers_ends_at_the_limit_and_an_application_does_not() {
    let mut world = World::new();
    world.mail_limits = MailLimits {
        per_actor: 2,
        ..LIMITS
    };
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let invite = |world: &World, actor: &_, n: u32| {
        world.invite(
            actor,
            house,
            &address(&format!("new-{n}")),
            Role::User,
            Overrides::NONE,
        )
    };
    for n in 0..2 {
        assert_eq!(told(&invite(&world, &as_user(ana), n)), "done");
    }
    world.refuses("too many mails; try again in 3600 seconds", |world| {
        invite(world, &as_user(ana), 2)
    });
    for n in 2..9 {
        assert_eq!(told(&invite(&world, &application(), n)), "done");
    }
}

#[test]
fn d_43_the_standard_limits_leave_room_to_invite_again_after_a_mistake() {
    let standard = MailLimits::STANDARD;
    assert!(standard.per_recipient_and_property > 1);
    insta::assert_debug_snapshot!(standard, @r"
    MailLimits {
        per_actor: 100,
        pending_per_property: 50,
        per_recipient_and_property: 3,
        per_recipient: 5,
    }
    ");
}
