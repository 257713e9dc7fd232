//! C-20 to C-28: overrides. The laws of C-29 are in `laws.rs`.

use innkeeper_domain::{
    access::{
        CATALOGUE_VERSION, Effect, MAX_KEY_CHARS, MAX_KEYS, Overrides, Policy, PolicySet, Role, Standing,
    },
    effects::{AuditAction, Fact},
};
use rstest::rstest;

use crate::{
    cast::{grant, group_grant, overrides},
    told::{Told as _, told},
    world::{World, address, as_user},
};

const CEILING: &str = "it would give more than the actor has";

#[test]
fn c_20_the_catalogue_is_closed_and_versioned() {
    let keys: Vec<&str> = Policy::ALL.iter().map(|policy| policy.as_str()).collect();
    insta::assert_snapshot!(format!("version {CATALOGUE_VERSION}\n{}", keys.join("\n")), @r"
    version 1
    property.read
    property.update
    property.delete
    users.read
    users.invite
    users.update
    users.withdraw
    listings.read
    listings.update
    reservations.read
    reservations.export
    rates.read
    rates.update
    availability.read
    availability.update
    channels.read
    channels.manage
    messages.read
    messages.send
    reports.read
    ");
    for policy in Policy::ALL {
        assert_eq!(policy.as_str().parse(), Ok(*policy));
    }
}

#[test]
fn c_20_every_unknown_key_is_named_when_written() {
    let entries = [
        ("reports.fly", true),
        ("reports.read", false),
        ("users.rule", false),
    ];
    let invalid = Overrides::parse(entries.map(|(key, allowed)| (key, Effect::from(allowed)))).unwrap_err();
    insta::assert_snapshot!(
        invalid.told(),
        @r#"overrides: UnknownPolicy { key: "reports.fly" }, overrides: UnknownPolicy { key: "users.rule" }"#
    );
}

#[test]
fn c_20_a_stored_key_of_a_newer_version_is_kept_and_counts_as_denied() {
    let stored = Overrides::restore([("reports.fly", Effect::Allow), ("users.invite", Effect::Allow)]);
    assert!(!stored.is_none());
    let entries: Vec<_> = stored.entries().collect();
    assert_eq!(
        entries,
        [("users.invite", Effect::Allow), ("reports.fly", Effect::Deny)]
    );
    assert_eq!(stored.allowed(), PolicySet::of(&[Policy::UsersInvite]));
    let known = overrides(&[("users.invite", true)]);
    assert_eq!(
        Standing::of_one(Role::User, &stored),
        Standing::of_one(Role::User, &known)
    );
}

#[test]
fn c_21_a_deny_wins_inside_a_grant() {
    for role in Role::ALL {
        let standing = Standing::of(&[grant(role, &[("reports.read", false), ("users.invite", true)])]);
        assert!(!standing.may(Policy::ReportsRead));
        assert!(standing.may(Policy::UsersInvite));
        let rest = role.policies().difference(PolicySet::of(&[Policy::ReportsRead]));
        assert!(rest.is_subset_of(standing.policies()), "nothing else is lost");
    }
    let last_counts = Overrides::restore([("reports.read", Effect::Allow), ("reports.read", Effect::Deny)]);
    assert_eq!(last_counts.denied(), PolicySet::of(&[Policy::ReportsRead]));
    assert!(last_counts.allowed().is_empty());
}

#[test]
fn c_21_without_property_read_every_other_policy_is_void() {
    let blind = grant(Role::User, &[("property.read", false), ("users.invite", true)]);
    assert!(Standing::of(std::slice::from_ref(&blind)).policies().is_empty());
    assert_eq!(Standing::of(&[blind]).role(), Some(Role::User));
}

#[test]
fn c_22_a_deny_wins_across_grants_and_what_any_grant_allows_adds_up() {
    let direct = grant(Role::User, &[("reports.read", false), ("property.update", true)]);
    let group = group_grant(Role::Owner, &[("messages.send", false)]);
    for grants in [[direct.clone(), group.clone()], [group, direct]] {
        let standing = Standing::of(&grants);
        let denied = PolicySet::of(&[Policy::ReportsRead, Policy::MessagesSend]);
        assert_eq!(standing.policies(), PolicySet::ALL.difference(denied));
        assert_eq!(standing.role(), Some(Role::Owner));
    }
}

#[test]
fn c_23_a_withdrawal_tells_what_access_remains() {
    use innkeeper_domain::{
        access::acts,
        people::{UserState, WithdrawFacts, decide_withdraw},
    };

    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let narrowing = [("reports.read", false)];
    let place = world.place(house, bob, Role::User, overrides(&narrowing));
    let target = world.state().property_user(place).unwrap().clone();
    let grants = [target.grant(), group_grant(Role::User, &[])];
    assert!(!Standing::of(&grants).may(Policy::ReportsRead));
    let facts = WithdrawFacts {
        target: &target,
        state: UserState::Active,
        grants: &grants,
        other_owners: 1,
        actor: Some(ana),
    };
    let verdict = Ok(crate::cast::permit::<acts::WithdrawPropertyUser>(
        Role::Owner,
        &[],
    ));
    let withdrawal = decide_withdraw(verdict, &facts).unwrap();
    assert!(
        withdrawal.remaining_access.may(Policy::ReportsRead),
        "the deny went with the grant"
    );

    let alone = world.withdraw(&as_user(ana), place).unwrap();
    assert_eq!(alone.remaining_access, Standing::NONE);
}

/// Max, a user with `users.invite` and `users.update` but without reports, changes Zoe.
#[rstest]
#[case::add_what_max_has(&[], &[("users.invite", true)], "done")]
#[case::add_what_max_lacks(&[], &[("property.update", true)], CEILING)]
#[case::drop_a_deny_of_what_max_has(&[("rates.read", false)], &[], "done")]
#[case::drop_a_deny_of_what_max_lacks(&[("reports.read", false)], &[], CEILING)]
#[case::turn_a_deny_into_an_allow(&[("reports.read", false)], &[("reports.read", true)], CEILING)]
#[case::leave_what_max_lacks(&[("property.update", true)], &[("property.update", true), ("rates.read", false)], "done")]
#[case::take_what_max_lacks(&[("property.update", true)], &[], "done")]
#[case::lift_the_blindness(&[("property.read", false), ("property.update", true)], &[("property.update", true)], CEILING)]
#[case::dormant_while_blind(&[], &[("property.read", false), ("property.update", true)], CEILING)]
#[case::stay_blind(&[], &[("property.read", false)], "done")]
fn c_24_what_is_gained_is_what_the_actor_has(
    #[case] before: &[(&str, bool)],
    #[case] after: &[(&str, bool)],
    #[case] answer: &str,
) {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let (max, zoe) = (world.person("max"), world.person("zoe"));
    let manager = [
        ("users.invite", true),
        ("users.update", true),
        ("reports.read", false),
    ];
    world.place(house, max, Role::User, overrides(&manager));
    // Max lacks reports, so that Zoe must have lost them before for anything to be comparable.
    let place = world.place(house, zoe, Role::User, overrides(before));
    let changed = world.update(&as_user(max), place, None, Some(overrides(after)));
    assert_eq!(told(&changed), answer);
}

/// What another grant denies is not gained by allowing it in this one, nor is what another grant gives.
#[test]
fn c_24_gains_are_reckoned_over_all_grants_of_the_person() {
    use innkeeper_domain::{
        access::acts,
        people::{UpdateFacts, UpdateFields, UserState, decide_update},
    };

    let world = World::new();
    let bob = world.person("bob");
    let house = world.house_of(world.person("ana"));
    let place = world.place(house, bob, Role::User, Overrides::NONE);
    let target = world.state().property_user(place).unwrap().clone();
    let manager = [("users.update", true), ("reports.read", false)];
    let permit = crate::cast::permit::<acts::UpdatePropertyUser>(Role::User, &manager);
    let allow = overrides(&[("reports.read", true), ("property.update", true)]);
    let decide = |group: &[(&str, bool)]| {
        let facts = UpdateFacts {
            target: &target,
            state: UserState::Active,
            grants: &[target.grant(), group_grant(Role::User, group)],
            other_owners: 1,
            fields: UpdateFields {
                role: None,
                overrides: Some(allow.clone()),
            },
            now: crate::cast::NOW,
        };
        told(&decide_update(&permit, facts))
    };
    assert_eq!(decide(&[]), CEILING);
    assert_eq!(
        decide(&[("property.update", true)]),
        "done",
        "given by the group already"
    );
    assert_eq!(
        decide(&[("property.update", false)]),
        "done",
        "denied by the group still"
    );
}

#[test]
fn c_24_an_invitation_gives_no_more_than_the_inviter_has() {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let max = world.person("max");
    world.place(
        house,
        max,
        Role::User,
        overrides(&[("users.invite", true), ("reports.read", false)]),
    );
    let max = as_user(max);
    world.refuses(CEILING, |world| {
        world.invite(&max, house, &address("zoe"), Role::User, Overrides::NONE)
    });
    let fits = overrides(&[("reports.read", false), ("users.invite", true)]);
    world.refuses(CEILING, |world| {
        let more = overrides(&[("reports.read", false), ("users.update", true)]);
        world.invite(&max, house, &address("zoe"), Role::User, more)
    });
    assert_eq!(
        told(&world.invite(&max, house, &address("zoe"), Role::User, fits)),
        "done"
    );
}

#[rstest]
#[case("property.read", "overrides: Invalid")]
#[case("users.read", "overrides: Invalid")]
#[case("users.invite", "overrides: Invalid")]
#[case("users.update", "overrides: Invalid")]
#[case("users.withdraw", "overrides: Invalid")]
#[case("property.delete", "done")]
#[case("reports.read", "done")]
fn c_25_an_owner_is_never_cut_off_from_the_people(#[case] key: &str, #[case] answer: &str) {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let bobs = world.place(house, bob, Role::Owner, Overrides::NONE);
    let ana = as_user(ana);
    let deny = || overrides(&[(key, false)]);
    assert_eq!(
        told(&world.update(&ana, bobs, None, Some(deny()))),
        answer,
        "update"
    );
    let invited = world.invite(&ana, house, &address("zoe"), Role::Owner, deny());
    assert_eq!(told(&invited), answer, "invite");
    let user = world.place(house, world.person("max"), Role::User, deny());
    let raised = world.update(&ana, user, Some(Role::Owner), None);
    assert_eq!(told(&raised), answer, "a user who becomes an owner with the deny");
}

#[test]
fn c_26_null_absent_and_empty_are_none_at_first_and_clear_or_keep_later() {
    let empty = Overrides::parse([]).unwrap();
    assert_eq!(empty, Overrides::NONE);
    assert!(empty.is_none() && Overrides::restore([]).is_none());

    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let narrowed = overrides(&[("reports.read", false)]);
    let place = world.place(house, bob, Role::User, narrowed.clone());
    let ana = as_user(ana);
    let kept = world.update(&ana, place, Some(Role::User), None).unwrap();
    assert_eq!(kept.property_user.overrides, narrowed);
    let cleared = world.update(&ana, place, None, Some(Overrides::NONE)).unwrap();
    assert!(cleared.property_user.overrides.is_none());
}

#[test]
fn c_27_an_update_replaces_the_whole_map_and_the_record_keeps_the_one_before() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let before = overrides(&[("reports.read", false), ("users.invite", true)]);
    let place = world.place(house, bob, Role::User, before.clone());
    let after = overrides(&[("rates.read", false)]);
    let view = world
        .update(&as_user(ana), place, None, Some(after.clone()))
        .unwrap();
    assert_eq!(view.property_user.overrides, after, "nothing is merged");

    let record = world.state().audit.pop().unwrap();
    assert_eq!(record.action, AuditAction::PropertyUserUpdated);
    assert_eq!((record.property, record.subject), (Some(house), Some(bob)));
    assert_eq!(record.before.get("overrides"), Some(&Fact::Overrides(before)));
    assert_eq!(record.after.get("overrides"), Some(&Fact::Overrides(after)));
}

#[test]
fn c_28_at_most_128_keys_of_at_most_64_plain_characters() {
    let parse = |keys: &[String]| {
        let entries = keys.iter().map(|key| (key.as_str(), Effect::Allow));
        Overrides::parse(entries)
            .map(|_| ())
            .map_err(|invalid| invalid.told())
    };
    let too_much = || Err("overrides: Invalid".to_owned());
    assert_eq!((MAX_KEYS, MAX_KEY_CHARS), (128, 64));
    assert_eq!(parse(&vec!["reports.read".to_owned(); 128]), Ok(()));
    assert_eq!(parse(&vec!["reports.read".to_owned(); 129]), too_much());
    let unknown = |key: &str| Err(format!("overrides: UnknownPolicy {{ key: {key:?} }}"));
    let long = "a".repeat(64);
    assert_eq!(parse(std::slice::from_ref(&long)), unknown(&long));
    for key in [
        "a".repeat(65),
        String::new(),
        "Reports.read".to_owned(),
        "a b".to_owned(),
        "a\nb".to_owned(),
    ] {
        assert_eq!(parse(std::slice::from_ref(&key)), too_much(), "{key:?}");
    }
    assert_eq!(parse(&["a_0.b:c".to_owned()]), unknown("a_0.b:c"));
}
