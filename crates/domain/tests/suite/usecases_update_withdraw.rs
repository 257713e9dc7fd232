//! The edges of changing and withdrawing, over mocked repositories.

use innkeeper_domain::{
    access::{Overrides, Role},
    effects::{MailCounts, MailLimits},
    ids::PropertyUserId,
    mocks::{InlineUow, MockRepos},
    people::{PropertyUser, UpdateFields, UserState},
    ports::{StoreError, Verdict},
    usecases::{
        UpdateError, UpdatePropertyUser, WithdrawError, WithdrawPropertyUser, update_property_user,
        withdraw_property_user,
    },
};
use mockall::Sequence;

use crate::{
    cast::{NOW, grant, house, id, tenant},
    told::told,
    world::{World, as_user, house_fields, person},
};

fn place(role: Role) -> PropertyUser {
    PropertyUser {
        tenant: tenant(),
        id: id(20),
        property: house(),
        user: id(200),
        role,
        overrides: Overrides::NONE,
        invited_at: NOW,
        updated_at: NOW,
        invited_by: None,
    }
}

fn the_house() -> innkeeper_domain::properties::Property {
    house_fields().into_property(tenant(), house(), NOW)
}

fn withdrawal() -> WithdrawPropertyUser {
    WithdrawPropertyUser {
        context: World::new().context(&as_user(id(100))),
        id: id(20),
        mail_limits: MailLimits::STANDARD,
    }
}

fn update(role: Role) -> UpdatePropertyUser {
    UpdatePropertyUser {
        context: World::new().context(&as_user(id(100))),
        id: id(20),
        fields: Ok(UpdateFields {
            role: Some(role),
            overrides: None,
        }),
    }
}

/// The actor is an owner; the target is found as `first` before the lock and as `then` under it.
fn found(first: Option<PropertyUser>, then: Option<PropertyUser>) -> MockRepos {
    let mut repos = MockRepos::default();
    let mut order = Sequence::new();
    let by_id = |answer: Option<PropertyUser>| {
        move |_, wanted: PropertyUserId| {
            assert_eq!(wanted, id(20));
            Ok(answer.clone())
        }
    };
    repos
        .property_users
        .expect_by_id()
        .once()
        .in_sequence(&mut order)
        .returning(by_id(first));
    repos
        .properties
        .expect_lock()
        .once()
        .in_sequence(&mut order)
        .returning(|_, _, _| Ok(Some(the_house())));
    repos
        .property_users
        .expect_grants()
        .once()
        .in_sequence(&mut order)
        .returning(|_, _, _| Ok(vec![grant(Role::Owner, &[])]));
    repos
        .property_users
        .expect_by_id()
        .once()
        .in_sequence(&mut order)
        .returning(by_id(then));
    repos
}

/// What is read for the decision once the target is known.
fn judged(mut repos: MockRepos, role: Role, other_owners: u32) -> MockRepos {
    // An update keeps the person as they are, a withdrawal locks them.
    let zoe = || person(id(200), "zoe", UserState::Active);
    repos
        .users
        .expect_by_id_for_share()
        .returning(move |_, _| Ok(Some(zoe())));
    repos.users.expect_lock().returning(move |_, _| Ok(Some(zoe())));
    repos
        .property_users
        .expect_grants()
        .returning(move |_, _, _| Ok(vec![place(role).grant()]));
    repos
        .property_users
        .expect_active_owners_beside()
        .returning(move |_, _, _| Ok(other_owners));
    repos
}

#[test]
fn c_44_a_target_that_was_demoted_meanwhile_is_still_withdrawn() {
    // As an owner it would have been the last one; under the lock it is a user, and may go.
    let mut repos = judged(
        found(Some(place(Role::Owner)), Some(place(Role::User))),
        Role::User,
        0,
    );
    repos
        .property_users
        .expect_withdraw()
        .once()
        .withf(|_, ids, _| ids == [id(20)])
        .returning(|_, _, _| Ok(()));
    repos.outbox.expect_cancel().once().returning(|_, _, _, _| Ok(()));
    repos
        .outbox
        .expect_count()
        .once()
        .returning(|_| Ok(MailCounts::default()));
    repos
        .outbox
        .expect_add()
        .once()
        .withf(|mails| mails.len() == 1)
        .returning(|_| Ok(()));
    repos
        .api_keys
        .expect_unrevoked_of_users()
        .once()
        .returning(|_, _| Ok(Vec::new()));
    repos
        .audit
        .expect_add()
        .once()
        .withf(|records| records.len() == 1)
        .returning(|_| Ok(()));
    let uow = InlineUow::over(repos);
    assert_eq!(told(&withdraw_property_user(&uow, &withdrawal())), "done");
    assert_eq!(uow.verdicts(), [Verdict::Keep]);
}

#[test]
fn c_44_a_target_that_is_gone_under_the_lock_is_not_found() {
    let mut repos = found(Some(place(Role::User)), None);
    repos.property_users.expect_withdraw().never();
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    assert_eq!(told(&withdraw_property_user(&uow, &withdrawal())), "not visible");
    assert_eq!(uow.verdicts(), [Verdict::Discard]);
}

#[test]
fn c_56_a_target_withdrawn_before_the_lock_is_not_updated() {
    let mut repos = found(Some(place(Role::User)), None);
    repos.property_users.expect_update().never();
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    assert_eq!(
        told(&update_property_user(&uow, &update(Role::Owner))),
        "not visible"
    );
    assert_eq!(uow.verdicts(), [Verdict::Discard]);
}

#[test]
fn c_43_what_is_changed_is_what_was_read_under_the_lock() {
    // Before the lock a user, under it an owner already: to make it an owner changes nothing any more (C-51).
    let mut repos = judged(
        found(Some(place(Role::User)), Some(place(Role::Owner))),
        Role::Owner,
        1,
    );
    repos.property_users.expect_update().never();
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    assert_eq!(told(&update_property_user(&uow, &update(Role::Owner))), "done");
    assert_eq!(uow.verdicts(), [Verdict::Keep]);
}

#[test]
fn a_refused_update_and_a_refused_withdrawal_write_nothing() {
    let refusal = "the property must keep at least one owner";
    let owner = || Some(place(Role::Owner));
    let mut repos = judged(found(owner(), owner()), Role::Owner, 0);
    repos.property_users.expect_update().never();
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    assert_eq!(told(&update_property_user(&uow, &update(Role::User))), refusal);
    assert_eq!(uow.verdicts(), [Verdict::Discard]);

    let mut repos = judged(found(owner(), owner()), Role::Owner, 0);
    repos.property_users.expect_withdraw().never();
    repos.outbox.expect_cancel().never();
    repos.api_keys.expect_update().never();
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    assert_eq!(told(&withdraw_property_user(&uow, &withdrawal())), refusal);
    assert_eq!(uow.verdicts(), [Verdict::Discard]);
}

#[test]
fn c_54_an_unknown_property_user_is_not_found_and_nothing_is_locked() {
    let mut repos = MockRepos::default();
    repos
        .property_users
        .expect_by_id()
        .times(2)
        .returning(|_, _| Ok(None));
    repos.properties.expect_lock().never();
    let uow = InlineUow::over(repos);
    assert_eq!(told(&withdraw_property_user(&uow, &withdrawal())), "not visible");
    assert_eq!(
        told(&update_property_user(&uow, &update(Role::User))),
        "not visible"
    );
}

#[test]
fn failures_of_the_store_are_passed_on() {
    let mut repos = judged(
        found(Some(place(Role::User)), Some(place(Role::User))),
        Role::User,
        1,
    );
    repos
        .property_users
        .expect_update()
        .once()
        .returning(|_| Err(StoreError::Busy));
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    let error = update_property_user(&uow, &update(Role::Owner)).unwrap_err();
    assert!(matches!(error, UpdateError::Store(StoreError::Busy)), "{error:?}");

    let mut repos = MockRepos::default();
    let unavailable = || StoreError::Unavailable("gone".into());
    repos
        .property_users
        .expect_by_id()
        .once()
        .returning(move |_, _| Err(unavailable()));
    let uow = InlineUow::over(repos);
    let error = withdraw_property_user(&uow, &withdrawal()).unwrap_err();
    assert!(
        matches!(&error, WithdrawError::Store(store) if store.is_passing()),
        "{error:?}"
    );
}

/// Records name property, person and what was before, and hold the ids of the one request.
#[test]
fn c_84_what_an_update_and_a_withdrawal_leave_on_record() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let place = world.place(house, bob, Role::User, Overrides::NONE);
    let deny = crate::cast::overrides(&[("reports.read", false)]);
    world
        .update(&as_user(ana), place, Some(Role::Owner), Some(deny))
        .unwrap();
    world.withdraw(&as_user(ana), place).unwrap();
    let audit = world.state().audit;
    let told: Vec<String> = audit
        .iter()
        .map(|record| {
            assert_eq!(record.property, Some(house));
            let about = match record.subject {
                Some(user) if user == bob => " about bob",
                Some(_) => " about ana",
                None => "",
            };
            let json =
                |facts: &innkeeper_domain::effects::Facts| serde_json::to_value(facts).unwrap().to_string();
            let (before, after) = (json(&record.before), json(&record.after));
            format!(
                "{} {}{about}: {before} -> {after}",
                record.request.as_str(),
                record.action.as_str()
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    request-3 property.created: {} -> {"country":null,"currency":"EUR","has_email":false,"timezone":null,"title":"Seaside"}
    request-3 property_user.invited about ana: {} -> {"overrides":null,"role":"owner"}
    request-5 property_user.updated about bob: {"overrides":null,"role":"user"} -> {"overrides":{"reports.read":false},"role":"owner"}
    request-6 property_user.withdrawn about bob: {"overrides":{"reports.read":false},"role":"owner"} -> {}
    "#);
}
