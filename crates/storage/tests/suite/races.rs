//! Requests that meet: whatever the order, the result is one that some order of one after the other would have.

use std::{sync::Barrier, thread};

use innkeeper_domain::{
    access::{Denied, Role},
    people::{InviteRefusal, UpdateRefusal, WithdrawRefusal},
    usecases::{InviteError, RemoveUserError, UpdateError, WithdrawError},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::house::House;

/// How often two requests are let loose on each other.
pub(crate) const ROUNDS: usize = 8;

on_each_backend!(
    c_33_identical_invites_at_once_make_one_member,
    c_05_invites_of_a_stranger_to_many_properties_make_one_user,
    c_43_two_owners_who_demote_each_other_leave_an_owner,
    c_41_two_owners_who_are_deleted_at_once_leave_an_owner,
    c_56_a_withdrawal_meets_an_update,
    c_57_a_withdrawal_meets_an_invitation,
    an_invitation_meets_the_deletion_of_the_user,
);

/// Runs both at the same time, as nearly as two threads can.
pub(crate) fn at_once<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    let barrier = Barrier::new(2);
    let start = || {
        barrier.wait();
    };
    thread::scope(|scope| {
        let one = scope.spawn(|| {
            start();
            first()
        });
        let other = scope.spawn(|| {
            start();
            second()
        });
        (one.join().unwrap(), other.join().unwrap())
    })
}

/// Runs `task` in `n` threads at once, with the number of each.
pub(crate) fn crowd<T: Send>(n: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(n);
    thread::scope(|scope| {
        let running: Vec<_> = (0..n)
            .map(|number| {
                let (barrier, task) = (&barrier, &task);
                scope.spawn(move || {
                    barrier.wait();
                    task(number)
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn c_33_identical_invites_at_once_make_one_member(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let property = house.property("Casa Azul", ada);

    let answers = crowd(8, |_| {
        house.invite(house.user(ada), property, "bob@example.test", Role::User)
    });

    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for answer in lost {
        assert!(
            matches!(answer, Err(InviteError::Refused(InviteRefusal::AlreadyInvited))),
            "{answer:?}"
        );
    }
    assert_eq!(house.count("users WHERE email_key = 'bob@example.test'"), 1);
    assert_eq!(house.count("property_users WHERE withdrawn_at IS NULL"), 2);
    assert_eq!(house.count("outgoing_messages"), 1);
    assert_eq!(house.count("onboarding_tokens"), 1);
    assert_eq!(
        house.count("audit_records WHERE action = 'property_user.invited'"),
        2
    );
}

fn c_05_invites_of_a_stranger_to_many_properties_make_one_user(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let properties: Vec<_> = (0..6)
        .map(|n| house.property(&format!("House {n}"), ada))
        .collect();

    let answers = crowd(6, |n| {
        house.invite(house.user(ada), properties[n], "Bob@Example.test", Role::User)
    });

    let users: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.unwrap().user.id)
        .collect();
    assert!(users.iter().all(|user| *user == users[0]), "{users:?}");
    assert_eq!(house.count("users WHERE email_key = 'bob@example.test'"), 1);
    assert_eq!(house.count("audit_records WHERE action = 'user.created'"), 2);
    assert_eq!(house.count("outgoing_messages"), 6);
}

fn c_43_two_owners_who_demote_each_other_leave_an_owner(backend: Backend) {
    let house = House::build(backend);
    for round in 0..ROUNDS {
        let (ada, bob) = (
            house.person(&format!("ada{round}")),
            house.person(&format!("bob{round}")),
        );
        let property = house.property("Casa Azul", ada);
        let email = format!("bob{round}@example.test");
        let bobs = house
            .invite(house.user(ada), property, &email, Role::Owner)
            .unwrap()
            .property_user
            .id;
        let adas = place_of(&house, property, ada);

        let (first, second) = at_once(
            || house.set_role(house.user(ada), bobs, Role::User),
            || house.set_role(house.user(bob), adas, Role::User),
        );

        assert_eq!(
            [&first, &second].iter().filter(|answer| answer.is_ok()).count(),
            1
        );
        let lost = first.err().or(second.err()).unwrap();
        // The loser was demoted already: they may no longer change anyone.
        assert!(
            matches!(
                lost,
                UpdateError::Refused(UpdateRefusal::Denied(Denied::Policy(_)))
            ),
            "{lost:?}"
        );
        let owners = format!(
            "property_users WHERE role = 'owner' AND property_id = {}",
            literal(&house, property)
        );
        assert_eq!(house.count(&owners), 1);
    }
}

fn c_41_two_owners_who_are_deleted_at_once_leave_an_owner(backend: Backend) {
    let house = House::build(backend);
    for round in 0..ROUNDS {
        let (ada, bob) = (
            house.person(&format!("ada{round}")),
            house.person(&format!("bob{round}")),
        );
        let property = house.property("Casa Azul", ada);
        house
            .invite(
                house.user(ada),
                property,
                &format!("bob{round}@example.test"),
                Role::Owner,
            )
            .unwrap();

        let (first, second) = at_once(|| house.delete(ada), || house.delete(bob));

        let refused: Vec<_> = [first, second].into_iter().filter_map(Result::err).collect();
        assert_eq!(refused.len(), 1);
        assert!(
            matches!(&refused[0], RemoveUserError::OwnedAlone(alone) if alone.0 == [property]),
            "{refused:?}"
        );
    }
}

fn c_56_a_withdrawal_meets_an_update(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let property = house.property("Casa Azul", ada);
    for round in 0..ROUNDS {
        let email = format!("bob{round}@example.test");
        let bobs = house
            .invite(house.user(ada), property, &email, Role::User)
            .unwrap()
            .property_user
            .id;

        let (withdrawn, updated) = at_once(
            || house.withdraw(house.user(ada), bobs),
            || house.set_role(house.user(ada), bobs, Role::Owner),
        );

        withdrawn.unwrap();
        // Before the withdrawal the update succeeds, after it there is nobody to update.
        if let Err(lost) = updated {
            assert!(
                matches!(
                    lost,
                    UpdateError::Refused(UpdateRefusal::Denied(Denied::NotVisible))
                ),
                "{lost:?}"
            );
        }
        assert_eq!(house.count("property_users WHERE withdrawn_at IS NULL"), 1);
    }
}

fn c_57_a_withdrawal_meets_an_invitation(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let property = house.property("Casa Azul", ada);
    for round in 0..ROUNDS {
        let email = format!("bob{round}@example.test");
        let bobs = house
            .invite(house.user(ada), property, &email, Role::User)
            .unwrap()
            .property_user
            .id;
        let before = house.count("property_users WHERE withdrawn_at IS NULL");

        let (withdrawn, invited) = at_once(
            || house.withdraw(house.user(ada), bobs),
            || house.invite(house.user(ada), property, &email, Role::User),
        );

        withdrawn.unwrap();
        let after = house.count("property_users WHERE withdrawn_at IS NULL");
        match invited {
            Ok(view) => {
                assert_ne!(view.property_user.id, bobs, "an id came back (C-54)");
                assert_eq!(after, before);
            }
            Err(InviteError::Refused(InviteRefusal::AlreadyInvited)) => assert_eq!(after, before - 1),
            Err(other) => panic!("{other:?}"),
        }
    }
}

fn an_invitation_meets_the_deletion_of_the_user(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let property = house.property("Casa Azul", ada);
    for round in 0..ROUNDS {
        let bob = house.person(&format!("bob{round}"));
        let email = format!("bob{round}@example.test");

        let (deleted, invited) = at_once(
            || house.delete(bob),
            || house.invite(house.user(ada), property, &email, Role::User),
        );

        deleted.unwrap();
        let invited = invited.unwrap();
        let live = "property_users p JOIN users u ON u.tenant_id = p.tenant_id AND u.id = p.user_id \
                    WHERE p.withdrawn_at IS NULL AND u.state = 'deleted'";
        assert_eq!(house.count(live), 0, "a deleted person kept a place");
        // Invited before the deletion, the place went with the person; after it, a new person was invited (C-07).
        let stands = house.withdraw(house.user(ada), invited.property_user.id);
        match stands {
            Ok(()) => assert_ne!(invited.user.id, bob),
            Err(WithdrawError::Refused(WithdrawRefusal::Denied(Denied::NotVisible))) => {
                assert_eq!(invited.user.id, bob);
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

fn place_of(
    house: &House,
    property: innkeeper_domain::ids::PropertyId,
    user: innkeeper_domain::ids::UserId,
) -> innkeeper_domain::ids::PropertyUserId {
    use innkeeper_domain::{
        access::PropertyLimit,
        ports::{Direction, PageRequest, PropertyUserFilter, PropertyUserOrder, Queries, Viewer},
    };
    let viewer = Viewer {
        tenant: house.tenant,
        user: None,
        limit: PropertyLimit::Unlimited,
    };
    let filter = PropertyUserFilter {
        properties: Some(vec![property]),
        users: Some(vec![user]),
        roles: None,
        order: PropertyUserOrder::InvitedAt,
        direction: Direction::Ascending,
    };
    house
        .store
        .property_users(&viewer, &filter, PageRequest::first(2))
        .unwrap()
        .items[0]
        .property_user
        .id
}

/// An id as a literal of the database's own SQL.
pub(crate) fn literal(house: &House, id: innkeeper_domain::ids::PropertyId) -> String {
    match house.database.backend() {
        Backend::Sqlite => format!("x'{}'", id.uuid().simple()),
        Backend::Postgres => format!("'{id}'"),
    }
}
