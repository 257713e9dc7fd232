//! Whether a mail is still to be sent, what it says, and when it is tried again.

use std::time::Duration;

use innkeeper_domain::{
    access::Role,
    effects::{
        Contents, HANDOVER_LIMIT, MAIL_LEASE, MOST_MAIL_ATTEMPTS, MailBackoff, MailProperty, MessageKind,
        MessageState, OpenLink, Settlement, Unwanted, decide_letter, decide_settlement, decide_unreadable,
    },
    people::UserState,
    ports::{Handover, MailFault},
    tokens::{LinkPurpose, Secret, SecretBits, SecretKind},
    values::{Email, Title},
};
use proptest::prelude::*;
use rstest::rstest;

use crate::{
    cast::{NOW, id, tenant},
    world::person,
};

/// Everything as it should be for a mail of this kind.
pub(crate) fn contents(kind: MessageKind) -> Contents {
    let state = match kind {
        MessageKind::Invitation | MessageKind::InvitationResent => UserState::Invited,
        MessageKind::AccessAdded | MessageKind::AccessWithdrawn | MessageKind::PasswordReset => {
            UserState::Active
        }
    };
    let recipient = person(id(200), "bob", state);
    let purpose = match kind {
        MessageKind::Invitation | MessageKind::InvitationResent => Some(LinkPurpose::Onboarding),
        MessageKind::PasswordReset => Some(LinkPurpose::PasswordReset),
        MessageKind::AccessAdded | MessageKind::AccessWithdrawn => None,
    };
    let secret = Secret::issue(
        SecretKind::Onboarding,
        tenant(),
        id::<innkeeper_domain::ids::kinds::OnboardingToken>(300),
        &SecretBits::new([7; 16]),
    );
    let has_property = kind != MessageKind::PasswordReset;
    let has_place = has_property && kind != MessageKind::AccessWithdrawn;
    Contents {
        tenant: tenant(),
        message: id(400),
        kind,
        secret: purpose.map(|_| secret),
        link: purpose.map(|purpose| OpenLink {
            purpose,
            user: recipient.id,
            email: recipient.email.key().clone(),
            expires_at: NOW + Duration::from_hours(72),
        }),
        recipient: Some(recipient),
        inviter: Some(person(id(100), "ana", UserState::Active)),
        property: has_property.then(|| MailProperty {
            title: Title::parse("Casa Azul").unwrap(),
            is_deleted: false,
        }),
        role: has_place.then_some(Role::User),
    }
}

#[test]
fn a_letter_says_what_is_so_now() {
    for kind in MessageKind::ALL {
        let expected = contents(kind);
        let letter = decide_letter(expected.clone(), NOW).unwrap();
        assert_eq!((letter.tenant, letter.message), (tenant(), id(400)));
        assert_eq!(letter.kind, kind);
        assert_eq!(
            Some(&letter.to),
            expected.recipient.as_ref().map(|user| &user.email)
        );
        assert_eq!(
            letter.inviter.as_ref().map(Email::as_str),
            Some("ana@example.test")
        );
        assert_eq!(letter.property, expected.property.map(|property| property.title));
        assert_eq!(letter.role, expected.role);
        assert_eq!(
            letter.link.as_ref().map(|link| link.secret.reveal()),
            expected.secret.as_ref().map(Secret::reveal),
            "{kind:?}"
        );
        assert_eq!(
            letter.link.map(|link| link.expires_at),
            expected.link.map(|link| link.expires_at)
        );
    }
}

#[test]
fn only_a_proven_address_is_shown_as_the_inviters() {
    for state in UserState::ALL {
        let mut contents = contents(MessageKind::Invitation);
        contents.inviter = Some(person(id(100), "ana", state));
        let letter = decide_letter(contents, NOW).unwrap();
        assert_eq!(letter.inviter.is_some(), state == UserState::Active, "{state}");
    }
}

type Change = fn(&mut Contents);

fn disabled(contents: &mut Contents) {
    contents.recipient.as_mut().unwrap().state = UserState::Disabled;
}

fn came_in(contents: &mut Contents) {
    contents.recipient.as_mut().unwrap().state = UserState::Active;
}

fn not_yet_in(contents: &mut Contents) {
    contents.recipient.as_mut().unwrap().state = UserState::Invited;
}

fn property_deleted(contents: &mut Contents) {
    contents.property.as_mut().unwrap().is_deleted = true;
}

fn over(contents: &mut Contents) {
    contents.link.as_mut().unwrap().expires_at = NOW;
}

fn of_another_person(contents: &mut Contents) {
    contents.link.as_mut().unwrap().user = id(999);
}

fn of_another_purpose(contents: &mut Contents) {
    let link = contents.link.as_mut().unwrap();
    link.purpose = match link.purpose {
        LinkPurpose::Onboarding => LinkPurpose::PasswordReset,
        LinkPurpose::PasswordReset => LinkPurpose::Onboarding,
    };
}

fn of_another_address(contents: &mut Contents) {
    contents.link.as_mut().unwrap().email = person(id(1), "eve", UserState::Active).email.key().clone();
}

const LINKED: [MessageKind; 3] = [
    MessageKind::Invitation,
    MessageKind::InvitationResent,
    MessageKind::PasswordReset,
];
const INVITING: [MessageKind; 2] = [MessageKind::Invitation, MessageKind::InvitationResent];
const PLACED: [MessageKind; 3] = [
    MessageKind::Invitation,
    MessageKind::InvitationResent,
    MessageKind::AccessAdded,
];

#[rstest]
#[case::recipient_deleted(&MessageKind::ALL, |it: &mut Contents| it.recipient = None, Unwanted::RecipientGone)]
#[case::recipient_disabled(&MessageKind::ALL, disabled, Unwanted::RecipientGone)]
#[case::on_boarded_meanwhile(&INVITING, came_in, Unwanted::RecipientMoved)]
#[case::not_on_boarded(&[MessageKind::PasswordReset], not_yet_in, Unwanted::RecipientMoved)]
#[case::property_deleted(&PLACED, property_deleted, Unwanted::PropertyGone)]
#[case::place_withdrawn(&PLACED, |it: &mut Contents| it.role = None, Unwanted::PlaceChanged)]
#[case::place_again(&[MessageKind::AccessWithdrawn], |it: &mut Contents| it.role = Some(Role::Owner), Unwanted::PlaceChanged)]
#[case::link_used_or_replaced(&LINKED, |it: &mut Contents| it.link = None, Unwanted::LinkOver)]
#[case::link_without_secret(&LINKED, |it: &mut Contents| it.secret = None, Unwanted::LinkOver)]
#[case::link_over(&LINKED, over, Unwanted::LinkOver)]
#[case::link_of_another_person(&LINKED, of_another_person, Unwanted::LinkOver)]
#[case::link_of_another_purpose(&LINKED, of_another_purpose, Unwanted::LinkOver)]
#[case::link_of_another_address(&LINKED, of_another_address, Unwanted::LinkOver)]
fn what_is_no_longer_so_is_not_sent(
    #[case] kinds: &[MessageKind],
    #[case] change: Change,
    #[case] why: Unwanted,
) {
    for kind in kinds {
        let mut contents = contents(*kind);
        change(&mut contents);
        assert_eq!(decide_letter(contents, NOW).unwrap_err(), why, "{kind:?}");
    }
}

#[test]
fn whoever_lost_a_place_with_its_property_is_told_and_a_new_link_needs_no_property() {
    let mut withdrawn = contents(MessageKind::AccessWithdrawn);
    property_deleted(&mut withdrawn);
    let letter = decide_letter(withdrawn, NOW).unwrap();
    assert_eq!(letter.property.as_ref().map(Title::as_str), Some("Casa Azul"));

    let mut resent = contents(MessageKind::InvitationResent);
    (resent.property, resent.role) = (None, None);
    let letter = decide_letter(resent, NOW).unwrap();
    assert!(letter.property.is_none() && letter.role.is_none() && letter.link.is_some());
}

#[test]
fn final_faults_end_a_message_at_once_and_others_at_the_last_attempt() {
    let settled = |handed, attempts| decide_settlement(handed, attempts, MailBackoff::STANDARD, NOW, 0);
    assert_eq!(settled(Ok(Handover::Sent), 1), Settlement::Sent);
    assert_eq!(settled(Ok(Handover::Logged), 15), Settlement::Logged);
    for fault in MailFault::ALL {
        let first = settled(Err(fault), 1);
        let later = settled(Err(fault), MOST_MAIL_ATTEMPTS - 1);
        if fault.is_final() {
            assert_eq!([first, later], [Settlement::Failed(fault); 2]);
        } else {
            let at = NOW + Duration::from_secs(30);
            assert_eq!(first, Settlement::Again { at, fault });
            assert_eq!(later.state(), MessageState::Pending);
        }
        assert_eq!(settled(Err(fault), MOST_MAIL_ATTEMPTS), Settlement::Failed(fault));
        assert_eq!(settled(Err(fault), u32::MAX), Settlement::Failed(fault));
    }
    // Another master key, or another version of the program, may read it yet.
    let unreadable = |attempts| decide_unreadable(attempts, MailBackoff::STANDARD, NOW, 0);
    assert_eq!(unreadable(1).state(), MessageState::Pending);
    assert_eq!(
        unreadable(MOST_MAIL_ATTEMPTS),
        Settlement::Failed(MailFault::Uncomposable)
    );
}

#[test]
fn the_standard_waits_add_up_to_most_of_a_night() {
    let waits =
        |random| (1..MOST_MAIL_ATTEMPTS).map(move |attempt| MailBackoff::STANDARD.wait(attempt, random));
    let seconds: Vec<u64> = waits(0).map(|wait| wait.as_secs()).collect();
    assert_eq!(
        seconds,
        [
            30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600, 3_600, 3_600, 3_600
        ]
    );
    let hours = |random| waits(random).sum::<Duration>().as_secs() / 3_600;
    assert_eq!((hours(0), hours(u64::MAX)), (8, 10));
    assert!(MAIL_LEASE >= HANDOVER_LIMIT + Duration::from_secs(20));
}

proptest! {
    #[test]
    fn waits_grow_keep_to_their_bounds_and_never_fall_short(first in 1_u64..3_600, attempt in 1_u32.., random: u64) {
        let backoff = MailBackoff { first: Duration::from_secs(first) };
        let wait = backoff.wait(attempt, random);
        prop_assert!(wait >= backoff.first, "a server that greylists is not asked too early");
        prop_assert!(wait <= Duration::from_mins(75));
        prop_assert!(backoff.wait(attempt.saturating_add(1), 0) >= backoff.wait(attempt, 0));
        prop_assert!(wait < backoff.wait(attempt, 0) + backoff.wait(attempt, 0) / 4 + Duration::from_micros(1));
    }
}

#[test]
fn states_and_faults_are_read_as_they_are_stored() {
    for state in MessageState::ALL {
        assert_eq!(state.as_str().parse(), Ok(state));
    }
    assert!("Sent".parse::<MessageState>().is_err());
    for fault in MailFault::ALL {
        assert_eq!(MailFault::from_code(fault.as_str()), Some(fault));
    }
    assert_eq!(MailFault::from_code(""), None);
}
