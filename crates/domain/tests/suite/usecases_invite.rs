//! The edges of inviting, over mocked repositories: what is asked in which order, what is written, and what is not.

use innkeeper_domain::{
    access::{Grant, Role},
    effects::MailCounts,
    ids::{PropertyId, PropertyUserId, UserId},
    mocks::{InlineUow, MockRepos},
    people::{Seats, User, UserState},
    ports::{StoreError, Verdict},
    properties::Property,
    usecases::{InviteError, InvitePropertyUser, invite_property_user},
};
use mockall::Sequence;
use std::sync::{Arc, Mutex};

use crate::{
    cast::{NOW, grant, house, id, tenant},
    told::told,
    world::{World, address, application, as_user, house_fields, person},
};

fn the_house() -> Property {
    house_fields().into_property(tenant(), house(), NOW)
}

fn invitation() -> InvitePropertyUser {
    World::new().invitation(&as_user(id(100)), house(), &address("bob"))
}

/// Repositories that know the house and these grants of whoever acts, and nothing else.
fn knowing(grants: Vec<Grant>) -> MockRepos {
    let mut repos = MockRepos::default();
    repos
        .properties
        .expect_lock()
        .withf(|of, property, viewer| (*of, *property, *viewer) == (tenant(), house(), Some(id(100))))
        .returning(|_, _, _| Ok(Some(the_house())));
    repos
        .property_users
        .expect_grants()
        .returning(move |_, property, user| {
            assert_eq!(
                (property, user),
                (house(), id::<innkeeper_domain::ids::kinds::User>(100))
            );
            Ok(grants.clone())
        });
    repos
}

/// The same, and that the address is this person's or nobody's, who has no place yet.
fn ready(known: Option<User>) -> MockRepos {
    let mut repos = knowing(vec![grant(Role::Owner, &[])]);
    repos.users.expect_lock_by_email().returning(move |_, key| {
        assert_eq!(key.as_str(), "bob@example.test");
        Ok(known.clone())
    });
    repos.property_users.expect_seats().returning(|_, _, _| {
        Ok(Seats {
            taken: 1,
            member: false,
        })
    });
    repos
        .outbox
        .expect_count()
        .returning(|_| Ok(MailCounts::default()));
    repos
}

fn bob(state: UserState) -> User {
    person(id(200), "bob", state)
}

#[test]
fn a_refused_invitation_asks_nothing_about_the_person_and_writes_nothing() {
    let mut repos = knowing(vec![grant(Role::User, &[])]);
    repos.users.expect_lock_by_email().never();
    repos.users.expect_insert().never();
    repos.property_users.expect_seats().never();
    repos.property_users.expect_insert().never();
    repos.onboarding_tokens.expect_insert().never();
    repos.outbox.expect_add().never();
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    let answer = invite_property_user(&uow, &invitation());
    assert_eq!(told(&answer), "the policy `users.invite` is not granted");
    assert_eq!(uow.verdicts(), [Verdict::Discard]);
}

#[test]
fn without_the_scope_not_even_a_transaction_is_begun() {
    let mut command = invitation();
    let scope = innkeeper_domain::access::Scope::PropertyWrite;
    command.context.actor = crate::cast::Token::of_user(id(100)).without(scope).actor();
    let uow = InlineUow::over(MockRepos::default());
    assert_eq!(
        told(&invite_property_user(&uow, &command)),
        "the token lacks the scope `property:write`"
    );
    assert_eq!(uow.verdicts(), []);
}

#[test]
fn an_application_has_no_grants_to_read_and_a_missing_house_none_either() {
    let mut repos = MockRepos::default();
    repos
        .properties
        .expect_lock()
        .once()
        .returning(|_, _, _| Ok(None));
    repos.property_users.expect_grants().never();
    let uow = InlineUow::over(repos);
    let mut command = invitation();
    command.context.actor = application();
    assert_eq!(told(&invite_property_user(&uow, &command)), "not visible");
}

/// Lock, then rights, then person, then seats, then mails; then person, place, link, record and mail are written.
#[test]
fn c_30_the_store_is_asked_in_the_order_of_the_checks() {
    let mut repos = MockRepos::default();
    let mut order = Sequence::new();
    macro_rules! next {
        ($repo:ident.$call:ident, $answer:expr) => {
            repos
                .$repo
                .$call()
                .once()
                .in_sequence(&mut order)
                .returning($answer)
        };
    }
    next!(properties.expect_lock, |_, _, _| Ok(Some(the_house())));
    next!(property_users.expect_grants, |_, _, _| Ok(vec![grant(
        Role::Owner,
        &[]
    )]));
    next!(users.expect_lock_by_email, |_, _| Ok(None));
    next!(property_users.expect_seats, |_, _, _| Ok(Seats::default()));
    next!(outbox.expect_count, |_| Ok(MailCounts::default()));
    next!(users.expect_insert, |_| Ok(()));
    next!(property_users.expect_insert, |_| Ok(()));
    next!(onboarding_tokens.expect_insert, |_| Ok(()));
    next!(audit.expect_add, |_| Ok(()));
    next!(outbox.expect_add, |_| Ok(()));
    let uow = InlineUow::over(repos);
    assert_eq!(told(&invite_property_user(&uow, &invitation())), "done");
    assert_eq!(uow.verdicts(), [Verdict::Keep]);
}

#[test]
fn c_31_a_failure_of_the_store_is_passed_on_and_nothing_follows_it() {
    let mut repos = ready(None);
    repos.users.expect_insert().once().returning(|_| Ok(()));
    repos
        .property_users
        .expect_insert()
        .once()
        .returning(|_| Err(StoreError::Busy));
    repos.onboarding_tokens.expect_insert().never();
    repos.audit.expect_add().never();
    repos.outbox.expect_add().never();
    let uow = InlineUow::over(repos);
    let error = invite_property_user(&uow, &invitation()).unwrap_err();
    assert!(matches!(error, InviteError::Store(StoreError::Busy)), "{error:?}");
    assert_eq!(uow.verdicts(), [Verdict::Discard]);
}

#[test]
fn c_32_a_conflict_of_the_store_is_no_refusal_by_a_rule() {
    let mut repos = ready(Some(bob(UserState::Active)));
    repos
        .property_users
        .expect_insert()
        .returning(|_| Err(StoreError::Conflict));
    let uow = InlineUow::over(repos);
    let error = invite_property_user(&uow, &invitation()).unwrap_err();
    assert!(
        matches!(error, InviteError::Store(StoreError::Conflict)),
        "{error:?}"
    );
}

#[test]
fn c_31_what_an_unknown_person_causes() {
    insta::assert_snapshot!(caused_by(None));
}

#[test]
fn c_31_what_a_known_person_causes() {
    insta::assert_snapshot!(caused_by(Some(bob(UserState::Active))));
}

/// Someone invited before, elsewhere, who has not on-boarded: they get a link again and are not created again.
#[test]
fn c_31_what_a_person_invited_before_causes() {
    insta::assert_snapshot!(caused_by(Some(bob(UserState::Invited))));
}

/// Everything that an invitation writes, in order.
fn caused_by(known: Option<User>) -> String {
    let written: Arc<Mutex<String>> = Arc::default();
    let mut repos = ready(known);
    macro_rules! note {
        ($repo:ident.$call:ident) => {{
            let written = Arc::clone(&written);
            repos.$repo.$call().times(0..=1).returning(move |row| {
                *written.lock().unwrap() += &format!("{} {row:#?}\n", stringify!($repo));
                Ok(())
            });
        }};
    }
    note!(users.expect_insert);
    note!(property_users.expect_insert);
    note!(onboarding_tokens.expect_insert);
    note!(audit.expect_add);
    note!(outbox.expect_add);
    let uow = InlineUow::over(repos);
    invite_property_user(&uow, &invitation()).unwrap();
    drop(uow);
    let written = written.lock().unwrap().clone();
    assert!(
        !written.contains("example.test"),
        "an address got into a log or record"
    );
    written
}

/// A runner repeats a body after a conflict: the second attempt makes the same ids, the same secret, the same rows.
#[test]
fn a_repeated_body_writes_the_same_rows_again() {
    let made: Arc<Mutex<Vec<(UserId, PropertyUserId, PropertyId)>>> = Arc::default();
    let texts: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut repos = ready(None);
    repos.users.expect_insert().times(2).returning(|_| Ok(()));
    let rows = Arc::clone(&made);
    repos
        .property_users
        .expect_insert()
        .times(2)
        .returning(move |row| {
            rows.lock().unwrap().push((row.user, row.id, row.property));
            Ok(())
        });
    repos
        .onboarding_tokens
        .expect_insert()
        .times(2)
        .returning(|_| Ok(()));
    let records = Arc::clone(&texts);
    repos.audit.expect_add().times(2).returning(move |rows| {
        records.lock().unwrap().push(format!("{rows:?}"));
        Ok(())
    });
    let mails = Arc::clone(&texts);
    repos.outbox.expect_add().times(2).returning(move |rows| {
        let secrets = rows.iter().filter_map(|mail| mail.secret.as_ref());
        let secrets: Vec<&str> = secrets.map(innkeeper_domain::tokens::Secret::reveal).collect();
        mails.lock().unwrap().push(format!("{rows:?} {secrets:?}"));
        Ok(())
    });
    let uow = InlineUow::over(repos).repeating(2);
    invite_property_user(&uow, &invitation()).unwrap();
    let made = made.lock().unwrap();
    assert_eq!(made[0], made[1]);
    let texts = texts.lock().unwrap();
    assert_eq!((&texts[0], &texts[1]), (&texts[2], &texts[3]));
    assert_eq!(uow.verdicts(), [Verdict::Keep, Verdict::Keep]);
}

#[test]
fn a_body_that_was_never_run_is_a_failure_of_the_store() {
    let uow = InlineUow::over(MockRepos::default()).repeating(0);
    let error = invite_property_user(&uow, &invitation()).unwrap_err();
    assert!(
        matches!(error, InviteError::Store(StoreError::Failed(_))),
        "{error:?}"
    );
}
