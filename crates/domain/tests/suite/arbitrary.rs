//! Random grants, tokens and targets.

use innkeeper_domain::{
    access::{Effect, Grant, Origin, Overrides, Permission, Policy, Role, ScopeSet},
    people::PropertyUser,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::cast::id;

/// Entries of overrides, perhaps with keys of a newer version.
pub(crate) fn entries() -> impl Strategy<Value = Vec<(String, bool)>> {
    let known = select(Policy::ALL).prop_map(|policy| policy.as_str().to_owned());
    let newer = select(vec!["reports.fly".to_owned(), "users.rule".to_owned()]);
    vec((prop_oneof![9 => known, 1 => newer], any::<bool>()), 0..12)
}

pub(crate) fn restored(entries: &[(String, bool)]) -> Overrides {
    Overrides::restore(
        entries
            .iter()
            .map(|(key, allowed)| (key.as_str(), Effect::from(*allowed))),
    )
}

pub(crate) fn role() -> impl Strategy<Value = Role> {
    select(Role::ALL.to_vec())
}

pub(crate) fn permission() -> impl Strategy<Value = Permission> {
    select(Permission::ALL.to_vec())
}

/// A grant as plain data: whether it is direct, its role and its entries.
pub(crate) type PlainGrant = (bool, Role, Vec<(String, bool)>);

pub(crate) fn plain_grants() -> impl Strategy<Value = Vec<PlainGrant>> {
    vec((any::<bool>(), role(), entries()), 0..5)
}

pub(crate) fn grants(plain: &[PlainGrant]) -> Vec<Grant> {
    let grant = |(direct, role, entries): &PlainGrant| Grant {
        origin: if *direct {
            Origin::Direct(id(30))
        } else {
            Origin::Group(id(31))
        },
        role: *role,
        overrides: restored(entries),
    };
    plain.iter().map(grant).collect()
}

pub(crate) fn scopes() -> impl Strategy<Value = ScopeSet> {
    let all = innkeeper_domain::access::Scope::ALL;
    prop_oneof![
        Just(ScopeSet::all()),
        proptest::sample::subsequence(all.to_vec(), 0..=all.len())
            .prop_map(|scopes| scopes.into_iter().collect()),
    ]
}

/// The properties a key is limited to, of the first three; `None` is no limit.
pub(crate) fn limit() -> impl Strategy<Value = Option<Vec<u128>>> {
    option::weighted(0.3, proptest::sample::subsequence(vec![10, 11, 12], 0..=3))
}

/// The grant of a stored place, as plain data for the reference.
pub(crate) fn plain(place: &PropertyUser) -> PlainGrant {
    let entries = place.overrides.entries();
    let entries = entries.map(|(key, effect)| (key.to_owned(), effect == Effect::Allow));
    (true, place.role, entries.collect())
}
