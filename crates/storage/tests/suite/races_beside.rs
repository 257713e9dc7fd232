//! Races over what hangs on a place: keys, on-boarding links, mails, and what a wait could tell.

use std::{sync::mpsc, thread, time::Duration};

use innkeeper_domain::{
    access::{Denied, Role},
    effects::MailLimits,
    people::{InviteRefusal, WithdrawRefusal},
    ports::Verdict,
    usecases::{InviteError, WithdrawError},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    house::House,
    races::{ROUNDS, at_once, crowd},
};

on_each_backend!(
    c_55_a_new_key_meets_the_withdrawal_from_its_property,
    c_39b_two_withdrawals_at_once_leave_no_link_open,
    d_43_what_protects_a_recipient_holds_in_a_crowd,
    a_lock_tells_a_stranger_nothing,
);

fn c_55_a_new_key_meets_the_withdrawal_from_its_property(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let property = house.property("Casa Azul", ada);
    for round in 0..ROUNDS {
        let bob = house.person(&format!("bob{round}"));
        let email = format!("bob{round}@example.test");
        let bobs = house
            .invite(house.user(ada), property, &email, Role::User)
            .unwrap()
            .property_user
            .id;

        let (withdrawn, _made_or_not) = at_once(
            || house.withdraw(house.user(ada), bobs),
            || house.key_on(property, bob),
        );

        withdrawn.unwrap();
        // A key made before was revoked with the place; after it none is made. None may outlive it.
        assert_eq!(house.count("api_keys WHERE revoked_at IS NULL"), 0);
    }
}

fn c_39b_two_withdrawals_at_once_leave_no_link_open(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let (one, other) = (
        house.property("Casa Azul", ada),
        house.property("Casa Verde", ada),
    );
    for round in 0..ROUNDS {
        let email = format!("bob{round}@example.test");
        let here = house
            .invite(house.user(ada), one, &email, Role::User)
            .unwrap()
            .property_user
            .id;
        let there = house
            .invite(house.user(ada), other, &email, Role::User)
            .unwrap()
            .property_user
            .id;
        assert_eq!(house.count("onboarding_tokens WHERE state = 'open'"), 2);

        let (first, second) = at_once(
            || house.withdraw(house.user(ada), here),
            || house.withdraw(house.user(ada), there),
        );

        first.unwrap();
        second.unwrap();
        assert_eq!(house.count("onboarding_tokens WHERE state = 'open'"), 0);
    }
}

fn d_43_what_protects_a_recipient_holds_in_a_crowd(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let properties: Vec<_> = (0..12)
        .map(|n| house.property(&format!("House {n}"), ada))
        .collect();

    let answers = crowd(12, |n| {
        let whom = ("bob@example.test", Role::User);
        house.invite_within(MailLimits::STANDARD, house.user(ada), properties[n], whom)
    });

    let sent = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(u32::try_from(sent).unwrap(), MailLimits::STANDARD.per_recipient);
    for answer in answers.iter().filter(|answer| answer.is_err()) {
        assert!(matches!(answer, Err(InviteError::TooManyMails(_))), "{answer:?}");
    }
    assert_eq!(house.count("outgoing_messages"), 5);
}

/// While the property is held, a stranger is told at once what they are told of a property that is not there.
fn a_lock_tells_a_stranger_nothing(backend: Backend) {
    if backend == Backend::Sqlite {
        // There is one writer: everybody waits alike, whatever they ask for.
        return;
    }
    let house = House::build(backend);
    let (ada, stranger) = (house.person("ada"), house.person("mallory"));
    let property = house.property("Casa Azul", ada);
    let adas = house
        .invite(house.user(ada), property, "bob@example.test", Role::User)
        .unwrap();
    let (held, is_held) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let house = &house;
        scope.spawn(move || {
            let outcome = house.uow().run("hold", &mut |repos| {
                repos.properties().lock(house.tenant, property, None).unwrap();
                held.send(()).unwrap();
                // Until the stranger was answered; the bound ends a test that fails.
                released.recv_timeout(Duration::from_secs(20)).unwrap();
                Verdict::Discard
            });
            outcome.unwrap();
        });
        is_held.recv().unwrap();
        let invited = house.invite(house.user(stranger), property, "eve@example.test", Role::User);
        let withdrawn = house.withdraw(house.user(stranger), adas.property_user.id);
        release.send(()).unwrap();
        let hidden = matches!(
            invited,
            Err(InviteError::Refused(InviteRefusal::Denied(Denied::NotVisible)))
        );
        assert!(hidden, "{invited:?}");
        let hidden = matches!(
            withdrawn,
            Err(WithdrawError::Refused(WithdrawRefusal::Denied(
                Denied::NotVisible
            )))
        );
        assert!(hidden, "{withdrawn:?}");
    });
}
