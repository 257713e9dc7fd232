//! C-10 to C-15: roles, and that nobody gives what they do not have.

use innkeeper_domain::{
    access::{Denied, Overrides, Policy, PolicySet, Role, TenantTarget, UnknownRole, acts, authorize},
    effects::AuditAction,
};
use rstest::rstest;

use crate::{
    cast::{overrides, permit},
    told::told,
    world::{World, address, application, as_user, operator},
};

const CEILING: &str = "it would give more than the actor has";
const MANAGER: &[(&str, bool)] = &[
    ("users.invite", true),
    ("users.update", true),
    ("users.withdraw", true),
];

#[test]
fn c_10_an_owner_is_above_a_user_and_a_user_above_nobody() {
    assert!(Some(Role::Owner) > Some(Role::User));
    assert!(Some(Role::User) > None);
    assert!(Role::User.policies().is_subset_of(Role::Owner.policies()));
    assert_eq!(Role::Owner.policies(), PolicySet::ALL);
}

#[test]
fn c_10_a_user_has_every_read_and_four_more() {
    let mut expected: Vec<&str> = Policy::ALL.iter().map(|policy| policy.as_str()).collect();
    expected.retain(|key| key.split_once('.').is_some_and(|(_, deed)| deed == "read"));
    expected.extend([
        "channels.manage",
        "rates.update",
        "availability.update",
        "messages.send",
    ]);
    expected.sort_unstable();
    let mut has: Vec<&str> = Role::User.policies().iter().map(Policy::as_str).collect();
    has.sort_unstable();
    assert_eq!(has, expected);
}

#[test]
fn c_10_an_unknown_role_is_refused() {
    for text in ["admin", "none", "", "*"] {
        assert_eq!(text.parse::<Role>(), Err(UnknownRole), "{text}");
    }
}

/// Max, of one role and able to manage users, does each deed to Zoe, of another.
#[rstest]
#[case::owner_to_owner(Role::Owner, Role::Owner, "done")]
#[case::owner_to_user(Role::Owner, Role::User, "done")]
#[case::user_to_owner(Role::User, Role::Owner, CEILING)]
#[case::user_to_user(Role::User, Role::User, "done")]
fn c_11_nobody_touches_a_grant_above_their_own(
    #[case] actor: Role,
    #[case] target: Role,
    #[case] answer: &str,
) {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let max = world.person("max");
    world.place(house, max, actor, overrides(MANAGER));
    let max = as_user(max);
    let zoe = |name: &str| world.place(house, world.person(name), target, Overrides::NONE);

    let invited = world.invite(&max, house, &address("new"), target, Overrides::NONE);
    assert_eq!(told(&invited), answer, "invite as {target}");
    let deny = overrides(&[("reports.read", false)]);
    assert_eq!(
        told(&world.update(&max, zoe("a"), None, Some(deny))),
        answer,
        "narrow"
    );
    assert_eq!(
        told(&world.update(&max, zoe("b"), Some(Role::User), None)),
        answer,
        "demote"
    );
    assert_eq!(
        told(&world.update(&max, zoe("c"), None, None)),
        answer,
        "change nothing"
    );
    assert_eq!(told(&world.withdraw(&max, zoe("d"))), answer, "withdraw");
}

#[test]
fn c_11_touching_needs_the_policy_of_the_deed() {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let (max, zoe) = (world.person("max"), world.person("zoe"));
    world.place(house, max, Role::User, Overrides::NONE);
    let place = world.place(house, zoe, Role::User, Overrides::NONE);
    let max = as_user(max);
    world.refuses("the policy `users.invite` is not granted", |world| {
        world.invite(&max, house, &address("new"), Role::User, Overrides::NONE)
    });
    world.refuses("the policy `users.update` is not granted", |world| {
        world.update(&max, place, Some(Role::User), None)
    });
    world.refuses("the policy `users.withdraw` is not granted", |world| {
        world.withdraw(&max, place)
    });
}

#[test]
fn c_12_a_user_who_manages_users_never_makes_an_owner() {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let (max, zoe) = (world.person("max"), world.person("zoe"));
    let everything: Vec<(&str, bool)> = Policy::ALL.iter().map(|policy| (policy.as_str(), true)).collect();
    let own = world.place(house, max, Role::User, overrides(&everything));
    let place = world.place(house, zoe, Role::User, Overrides::NONE);
    let max = as_user(max);
    world.refuses(CEILING, |world| {
        world.invite(&max, house, &address("new"), Role::Owner, Overrides::NONE)
    });
    world.refuses(CEILING, |world| {
        world.update(&max, place, Some(Role::Owner), None)
    });
    world.refuses(CEILING, |world| world.update(&max, own, Some(Role::Owner), None));
}

#[test]
fn c_12_an_owner_whose_rights_were_narrowed_gives_only_what_is_left() {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let max = world.person("max");
    world.place(
        house,
        max,
        Role::Owner,
        overrides(&[("reservations.export", false)]),
    );
    let max = as_user(max);
    world.refuses(CEILING, |world| {
        world.invite(&max, house, &address("new"), Role::Owner, Overrides::NONE)
    });
    let narrowed = overrides(&[("reservations.export", false)]);
    let invited = world.invite(&max, house, &address("new"), Role::Owner, narrowed);
    assert_eq!(told(&invited), "done");
}

#[test]
fn c_13_what_only_the_operator_may_comes_from_no_role_and_is_recorded() {
    let world = World::new();
    let ana = world.person("ana");
    let bob = world.person("bob");
    world.house_of(ana);
    for actor in [as_user(ana), application()] {
        let verdict = authorize::<acts::Administer>(&actor, &TenantTarget).map(|_| ());
        assert_eq!(verdict, Err(Denied::ApplicationsOnly));
        world.refuses("not for user-scoped tokens", |world| world.disable(&actor, bob));
    }
    world.disable(&operator(), bob).unwrap();
    let record = world.state().audit.pop().unwrap();
    assert_eq!(record.action, AuditAction::UserDisabled);
    assert_eq!(record.actor, operator().subject().into());
    assert_eq!(record.subject, Some(bob));
}

#[test]
fn c_14_nobody_lifts_themself() {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let max = world.person("max");
    let narrowed = overrides(&[("users.update", true), ("reports.read", false)]);
    let own = world.place(house, max, Role::User, narrowed);
    let max = as_user(max);
    world.refuses(CEILING, |world| world.update(&max, own, Some(Role::Owner), None));
    let more = overrides(&[
        ("users.update", true),
        ("reports.read", false),
        ("users.invite", true),
    ]);
    world.refuses(CEILING, |world| world.update(&max, own, None, Some(more)));
    let undenied = overrides(&[("users.update", true)]);
    world.refuses(CEILING, |world| world.update(&max, own, None, Some(undenied)));
    let less = overrides(&[
        ("users.update", true),
        ("reports.read", false),
        ("rates.read", false),
    ]);
    assert_eq!(told(&world.update(&max, own, None, Some(less))), "done");
}

#[test]
fn c_14_an_owner_may_step_down_while_another_active_owner_stays() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let own = world.place_of(house, ana);
    world.refuses("the property must keep at least one owner", |world| {
        world.update(&as_user(ana), own, Some(Role::User), None)
    });
    world.place(house, bob, Role::Owner, Overrides::NONE);
    assert_eq!(
        told(&world.update(&as_user(ana), own, Some(Role::User), None)),
        "done"
    );
}

#[rstest]
#[case("Owner")]
#[case("OWNER")]
#[case(" owner")]
#[case("owner ")]
#[case("owner,user")]
#[case("[\"owner\"]")]
#[case("owner\0")]
fn c_15_a_role_is_exactly_one_of_its_two_spellings(#[case] text: &str) {
    assert_eq!(text.parse::<Role>(), Err(UnknownRole));
    for role in Role::ALL {
        assert_eq!(role.as_str().parse(), Ok(role));
    }
}

#[test]
fn c_24_a_permit_of_the_house_says_what_its_bearer_has() {
    let permit = permit::<acts::InvitePropertyUser>(Role::User, &[("users.invite", true)]);
    let mut expected: Vec<Policy> = Role::User.policies().iter().collect();
    expected.push(Policy::UsersInvite);
    let expected: PolicySet = expected.into_iter().collect();
    assert_eq!(permit.standing().policies(), expected);
    assert_eq!(permit.standing().role(), Some(Role::User));
}
