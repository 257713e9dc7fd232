//! A decision allocates nothing. It has a binary of its own because it counts with the global allocator.
#![cfg(test)]

use std::hint::black_box;

use innkeeper_domain::{
    access::{
        Action, Actor, Bearer, Effect, Facts, Grant, Origin, Overrides, Permission, Policy, PropertyLimit,
        PropertyTarget, Role, ScopeSet, Standing, Subject, acts, authorize, judge,
    },
    ids::Id,
};
use uuid::Uuid;

fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(n))
}

/// Eight grants, each with an override of every one of the twenty policies, and one of a newer version.
fn eight_grants() -> Vec<Grant> {
    let grant = |n: u128| {
        let keys = Policy::ALL
            .iter()
            .filter(|policy| **policy != Policy::PropertyRead);
        let entries = keys.map(|policy| (policy.as_str(), Effect::Allow));
        let overrides = Overrides::restore(entries.chain([("reports.fly", Effect::Deny)]));
        assert_eq!(overrides.entries().count(), 20);
        Grant {
            origin: Origin::Direct(id(n)),
            role: Role::User,
            overrides,
        }
    };
    (0..8).map(grant).collect()
}

#[test]
fn a_decision_over_8_grants_with_20_overrides_each_allocates_nothing() {
    let subject = Subject::User {
        user: id(1),
        credential: id(2),
        permission: Permission::Edit,
    };
    let limit = PropertyLimit::Only((0..20).map(id).collect());
    let bearer = Bearer::ApiKey(id(3));
    let actor = Actor::bearer(id(4), subject, ScopeSet::all(), limit, bearer, None);
    let target = PropertyTarget {
        property: id(19),
        exists: true,
        grants: eight_grants(),
    };
    let decide = || {
        black_box(Standing::of(black_box(&target.grants)));
        black_box(authorize::<acts::InvitePropertyUser>(
            black_box(&actor),
            black_box(&target),
        ))
        .unwrap();
        for action in Action::ALL {
            let refused = judge(black_box(&actor), *action, Facts::Property(black_box(&target)));
            black_box(refused.is_ok());
        }
    };
    let counted = allocation_counter::measure(decide);
    assert_eq!(counted.count_total, 0, "{counted:?}");
}

/// The counter counts: one allocation more would be seen.
#[test]
fn one_allocation_is_noticed() {
    let counted = allocation_counter::measure(|| {
        black_box(Box::new(black_box(1_u8)));
    });
    assert_eq!(counted.count_total, 1);
}
