//! Who plays in these tests: ids, callers and the grants they hold.

use innkeeper_domain::{
    access::{
        Act, Actor, Bearer, Effect, Grant, Origin, Overrides, Permission, Permit, PropertyLimit,
        PropertyTarget, Role, Scope, ScopeSet, Subject, authorize,
    },
    ids::{Id, PropertyId, TenantId, UserId},
    time::Timestamp,
};
use uuid::Uuid;

/// The instant at which everything happens, unless a test says more.
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

/// An id that is the same in every run.
pub(crate) fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(0x018f_3e2c_7a00_7000_8000_0000_0000_0000 + n))
}

/// The one tenant of most tests.
pub(crate) fn tenant() -> TenantId {
    id(1)
}

/// The property of tests that need but one.
pub(crate) fn house() -> PropertyId {
    id(10)
}

/// A token in the making: all scopes, no property limit, a credential that may edit.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) subject: Subject,
    pub(crate) scopes: ScopeSet,
    pub(crate) limit: PropertyLimit,
    pub(crate) bearer: Bearer,
    pub(crate) ends_at: Option<Timestamp>,
}

impl Token {
    pub(crate) fn of_user(user: UserId) -> Self {
        Self {
            subject: Subject::User {
                user,
                credential: Id::from_uuid(user.uuid()),
                permission: Permission::Edit,
            },
            ..Self::of_application()
        }
    }

    pub(crate) fn of_application() -> Self {
        Self {
            subject: Subject::Application(id(2)),
            scopes: ScopeSet::all(),
            limit: PropertyLimit::Unlimited,
            bearer: Bearer::AccessToken(id(3)),
            ends_at: None,
        }
    }

    pub(crate) fn permitted(mut self, to: Permission) -> Self {
        if let Subject::User { permission, .. } = &mut self.subject {
            *permission = to;
        }
        self
    }

    pub(crate) fn with(self, scopes: &[Scope]) -> Self {
        let scopes = scopes.iter().copied().collect();
        Self { scopes, ..self }
    }

    pub(crate) fn without(self, scope: Scope) -> Self {
        let scopes = self.scopes.iter().filter(|other| *other != scope).collect();
        Self { scopes, ..self }
    }

    /// Makes it a key that is limited to these properties.
    pub(crate) fn limited_to(self, properties: &[PropertyId]) -> Self {
        Self {
            limit: PropertyLimit::Only(properties.to_vec()),
            bearer: Bearer::ApiKey(id(4)),
            ..self
        }
    }

    /// Makes it a key that ends.
    pub(crate) fn ending(self, at: Timestamp) -> Self {
        Self {
            bearer: Bearer::ApiKey(id(4)),
            ends_at: Some(at),
            ..self
        }
    }

    pub(crate) fn actor(self) -> Actor {
        let Self {
            subject,
            scopes,
            limit,
            bearer,
            ends_at,
        } = self;
        Actor::bearer(tenant(), subject, scopes, limit, bearer, ends_at)
    }
}

/// Overrides of these keys.
pub(crate) fn overrides(entries: &[(&str, bool)]) -> Overrides {
    let entries = entries
        .iter()
        .map(|(key, allowed)| (*key, Effect::from(*allowed)));
    Overrides::parse(entries).unwrap()
}

/// A direct grant.
pub(crate) fn grant(role: Role, entries: &[(&str, bool)]) -> Grant {
    Grant {
        origin: Origin::Direct(id(30)),
        role,
        overrides: overrides(entries),
    }
}

/// A grant by way of a group.
pub(crate) fn group_grant(role: Role, entries: &[(&str, bool)]) -> Grant {
    Grant {
        origin: Origin::Group(id(31)),
        ..grant(role, entries)
    }
}

/// The house with these grants of whoever acts.
pub(crate) fn house_with(grants: &[Grant]) -> PropertyTarget {
    PropertyTarget {
        property: house(),
        exists: true,
        grants: grants.to_vec(),
    }
}

/// The permit of a user who holds one grant on the house.
pub(crate) fn permit<A: Act<On = PropertyTarget>>(role: Role, entries: &[(&str, bool)]) -> Permit<A> {
    let actor = Token::of_user(id(100)).actor();
    authorize(&actor, &house_with(&[grant(role, entries)])).unwrap()
}
