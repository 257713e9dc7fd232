//! C-40 to C-45: a property with people keeps an owner who can act.

use innkeeper_domain::{
    access::{Overrides, Role},
    effects::AuditAction,
    people::{LastOwner, OwnersLeft, UserState, keep_an_owner, leaves_without_owner},
    usecases::{Others, RemoveUserError},
};
use rstest::rstest;

use crate::{
    cast::{NOW, id, overrides, tenant},
    told::told,
    world::{World, address, application, as_user, house_fields, operator},
};

const LAST: &str = "the property must keep at least one owner";

#[rstest]
fn c_40_only_the_last_active_owner_may_not_go(
    #[values(Role::User, Role::Owner)] role: Role,
    #[values(UserState::Invited, UserState::Active, UserState::Disabled)] state: UserState,
    #[values(0, 1, 2)] others: u32,
) {
    let verdict = keep_an_owner(OwnersLeft { role, state, others });
    let last = role == Role::Owner && state == UserState::Active && others == 0;
    assert_eq!(verdict, if last { Err(LastOwner) } else { Ok(()) });
}

/// Should a house ever be without an active owner, those who do not count can still be demoted and withdrawn.
#[test]
fn c_40_who_does_not_count_as_an_owner_may_go() {
    for state in [UserState::Invited, UserState::Disabled] {
        let world = World::new();
        let house = id(10);
        world.store.set(|stored| {
            let property = house_fields().into_property(tenant(), house, NOW);
            stored.properties.push(property);
        });
        let zoe = world.place(house, world.person_in("zoe", state), Role::Owner, Overrides::NONE);
        let max = world.place(house, world.person_in("max", state), Role::Owner, Overrides::NONE);
        let demoted = world.update(&application(), zoe, Some(Role::User), None);
        assert_eq!(told(&demoted), "done", "{state}");
        assert_eq!(told(&world.withdraw(&application(), max)), "done", "{state}");
    }
}

/// A house whose owner is Ana, with another owner in this state.
fn two_owners(
    state: UserState,
) -> (
    World,
    [innkeeper_domain::ids::UserId; 2],
    innkeeper_domain::ids::PropertyId,
) {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person_in("bob", state));
    let house = world.house_of(ana);
    world.place(house, bob, Role::Owner, Overrides::NONE);
    (world, [ana, bob], house)
}

/// Every way in which a person stops being an active owner, with the other owner able to act or not.
#[rstest]
#[case(UserState::Active, true)]
#[case(UserState::Invited, false)]
#[case(UserState::Disabled, false)]
fn c_41_every_way_out_keeps_an_active_owner(#[case] other: UserState, #[case] may_go: bool) {
    let orphaned = "1 properties would be left without an owner";
    let answer = |refusal: &str| {
        if may_go {
            "done".to_owned()
        } else {
            refusal.to_owned()
        }
    };

    let (world, [ana, _], house) = two_owners(other);
    let own = world.place_of(house, ana);
    assert_eq!(
        told(&world.update(&as_user(ana), own, Some(Role::User), None)),
        answer(LAST),
        "step down"
    );

    let (world, [ana, _], house) = two_owners(other);
    let own = world.place_of(house, ana);
    assert_eq!(
        told(&world.update(&application(), own, Some(Role::User), None)),
        answer(LAST),
        "demoted"
    );

    let (world, [ana, _], house) = two_owners(other);
    let own = world.place_of(house, ana);
    assert_eq!(
        told(&world.withdraw(&application(), own)),
        answer(LAST),
        "withdrawn"
    );

    let (world, [ana, _], _) = two_owners(other);
    assert_eq!(
        told(&world.disable(&operator(), ana)),
        answer(orphaned),
        "disabled"
    );

    let (world, [ana, _], _) = two_owners(other);
    assert_eq!(
        told(&world.delete_user(&application(), ana)),
        answer(orphaned),
        "deleted"
    );
}

#[test]
fn c_41_the_operator_breaks_it_no_more_than_others() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let own = world.place_of(house, ana);
    world.refuses(LAST, |world| world.withdraw(&operator(), own));
    world.refuses(LAST, |world| {
        world.update(&operator(), own, Some(Role::User), None)
    });
    world.refuses("1 properties would be left without an owner", |world| {
        world.disable(&operator(), ana)
    });
}

#[test]
fn c_41_overrides_cannot_take_the_core_from_the_last_owner() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let own = world.place_of(house, ana);
    let deny = overrides(&[("users.update", false)]);
    world.refuses("overrides: Invalid", |world| {
        world.update(&as_user(ana), own, None, Some(deny))
    });
}

/// The guard of the property is taken before anything that the decision rests on is read.
#[test]
fn c_43_decisions_about_people_are_made_under_the_lock_of_the_property() {
    let (world, [ana, bob], house) = two_owners(UserState::Active);
    let zoe = world.place(house, world.person("zoe"), Role::User, Overrides::NONE);
    let bobs = world.place_of(house, bob);
    let ana = as_user(ana);
    let under_lock = |deed: &str| {
        let calls = world.store.calls();
        let first = |fits: &dyn Fn(&str) -> bool| calls.iter().position(|call| fits(call));
        let lock = first(&|call| call.starts_with("properties.lock")).unwrap();
        let decisive = ["grants", "seats", "active_owners_beside", "of_property"];
        let read = first(&|call| {
            decisive
                .iter()
                .any(|name| call == format!("property_users.{name}"))
        });
        assert!(read.is_some_and(|read| lock < read), "{deed}: {calls:?}");
        let last = |name: &str| calls.iter().rposition(|call| *call == name);
        let target = last("property_users.by_id").or(last("property_users.of_user"));
        assert!(
            target.is_none_or(|target| lock < target),
            "{deed}: the target is read again: {calls:?}"
        );
    };
    world
        .invite(&ana, house, &address("new"), Role::User, Overrides::NONE)
        .unwrap();
    under_lock("invite");
    world.update(&ana, bobs, Some(Role::User), None).unwrap();
    under_lock("update");
    world.withdraw(&ana, zoe).unwrap();
    under_lock("withdraw");
    world.disable(&operator(), bob).unwrap();
    under_lock("disable");
    world.delete_user(&application(), bob).unwrap();
    under_lock("delete a user");
    world.delete_property(&ana, house, Others::Withdraw).unwrap();
    under_lock("delete a property");
}

/// Waiting for a lock would tell that something is there: whoever does not see the property never asks for it.
#[test]
fn c_43_what_is_not_visible_is_not_locked() {
    let (world, [ana, bob], house) = two_owners(UserState::Active);
    let bobs = world.place_of(house, bob);
    let elsewhere = crate::cast::Token::of_user(ana).limited_to(&[id(404)]).actor();
    world.refuses("not visible", |world| world.withdraw(&elsewhere, bobs));
    assert_eq!(
        world.store.calls(),
        ["property_users.by_id", "property_users.by_id"]
    );
    let stranger = as_user(world.person("stranger"));
    world.refuses("not visible", |world| world.withdraw(&stranger, bobs));
    let calls = world.store.calls();
    assert!(!calls.iter().any(|call| call.starts_with("users.")), "{calls:?}");
}

/// Two owners who demote each other: whoever comes second is no owner any more.
#[test]
fn c_43_two_owners_cannot_demote_each_other() {
    let (world, [ana, bob], house) = two_owners(UserState::Active);
    let (anas, bobs) = (world.place_of(house, ana), world.place_of(house, bob));
    world.update(&as_user(ana), bobs, Some(Role::User), None).unwrap();
    world.refuses("the policy `users.update` is not granted", |world| {
        world.update(&as_user(bob), anas, Some(Role::User), None)
    });
}

#[test]
fn c_44_a_target_that_is_gone_is_not_found_and_one_that_was_demoted_is_still_withdrawn() {
    let (world, [ana, bob], house) = two_owners(UserState::Active);
    let bobs = world.place_of(house, bob);
    world.update(&as_user(ana), bobs, Some(Role::User), None).unwrap();
    assert_eq!(told(&world.withdraw(&as_user(ana), bobs)), "done");
    world.refuses("not visible", |world| world.withdraw(&as_user(ana), bobs));
}

#[test]
fn c_45_a_property_is_created_with_its_first_owner() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.create_property(&as_user(ana), None).unwrap();
    let place = world.state().place(house.id, ana).unwrap().clone();
    assert_eq!((place.role, place.overrides.is_none()), (Role::Owner, true));

    let named = world.create_property(&application(), Some(ana)).unwrap();
    assert!(world.state().place(named.id, ana).is_some());
    world.refuses("owner_id: Blank", |world| {
        world.create_property(&application(), None)
    });
    for nobody in [id(404), world.person_in("invited", UserState::Invited)] {
        world.refuses("owner_id: Invalid", |world| {
            world.create_property(&application(), Some(nobody))
        });
    }
}

#[test]
fn c_45_property_and_owner_are_stored_together_or_not_at_all() {
    let world = World::new();
    let ana = world.person("ana");
    let before = world.state().fingerprint();
    let mut call = 0;
    loop {
        world.store.fail_at(Some(call));
        if world.create_property(&as_user(ana), None).is_ok() {
            break;
        }
        assert_eq!(world.state().fingerprint(), before, "call {call} left a trace");
        call += 1;
    }
    assert_eq!(
        (world.state().properties.len(), world.state().property_users.len()),
        (1, 1)
    );
}

#[test]
fn c_80_deleting_a_person_names_the_properties_that_need_them() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let (alone, shared, only) = (world.house_of(ana), world.house_of(ana), world.house_of(ana));
    world.place(shared, bob, Role::Owner, Overrides::NONE);
    world.place(alone, bob, Role::User, Overrides::NONE);
    let mut expected = vec![alone, only];
    expected.sort();
    match world.delete_user(&application(), ana) {
        Err(RemoveUserError::OwnedAlone(mut orphaned)) => {
            orphaned.0.sort();
            assert_eq!(orphaned.0, expected);
        }
        other => panic!("{other:?}"),
    }
    assert!(leaves_without_owner([]).is_ok());
}

#[test]
fn c_80_nothing_of_a_deleted_person_works_any_more() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    world.place(house, bob, Role::Owner, Overrides::NONE);
    world.delete_user(&application(), bob).unwrap();
    let state = world.state();
    assert!(state.user(bob).is_none() && state.place(house, bob).is_none());
    assert!(
        state
            .credentials
            .iter()
            .filter(|row| row.user == bob)
            .all(|row| row.removed_at.is_some())
    );
    let logins = state
        .audit
        .iter()
        .filter(|record| record.action == AuditAction::CredentialRemoved && record.subject == Some(bob));
    assert_eq!(logins.count(), 1, "the end of a login is on record");
    for call in [
        "api_keys.revoke_of_user",
        "access_tokens.remove_of_user",
        "onboarding_tokens.cancel_of_user",
        "outbox.cancel_of_user",
        "credentials.erase_of_user",
    ] {
        assert!(world.store.calls().contains(&call), "{call}");
    }
}
