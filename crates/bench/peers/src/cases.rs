//! What is asked: whether the grants of one user on one property allow a policy.

use std::fmt;

use innkeeper_domain::{
    access::{Effect, Grant, Origin, Overrides, Policy, Role},
    ids::Id,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::chance::Chance;

/// What the measured decision needs.
pub const MEASURED: Policy = Policy::UsersInvite;
/// What a measured grant denies if it does not deny [`MEASURED`].
const UNASKED: Policy = Policy::ReportsRead;
/// Cases of one shape, so that no single one can be learnt by the processor.
const POOL: usize = 16;

/// One question.
#[derive(Clone, Debug)]
pub struct Case {
    /// Everything that the user was given on the property.
    pub grants: Vec<Grant>,
    /// What is asked for.
    pub policy: Policy,
}

/// How much there is to look at in a measured decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Grants of the user on the property.
    pub grants: usize,
    /// Overrides of each grant.
    pub overrides: usize,
}

impl Shape {
    /// Every measured shape.
    pub const ALL: [Self; 9] = [
        Self::new(1, 0),
        Self::new(1, 2),
        Self::new(1, 20),
        Self::new(8, 0),
        Self::new(8, 2),
        Self::new(8, 20),
        Self::new(64, 0),
        Self::new(64, 2),
        Self::new(64, 20),
    ];
    /// The shape that an aim is set for.
    pub const AIM: Self = Self::new(8, 20);
    /// The shape of every place that is looked up among many.
    pub const LOOKED_UP: Self = Self::new(1, 2);

    const fn new(grants: usize, overrides: usize) -> Self {
        Self { grants, overrides }
    }

    /// The cases that are measured: as many that are allowed as that are refused, in an order of chance.
    pub fn pool(self) -> Vec<Case> {
        let mut chance = Chance::new(17);
        let mut cases: Vec<Case> = (0..POOL)
            .map(|number| self.case(&mut chance, number.is_multiple_of(2)))
            .collect();
        chance.shuffle(&mut cases);
        cases
    }

    /// One grant decides, at a place of chance: it is the only one of an owner, or the only one that denies what is asked.
    fn case(self, chance: &mut Chance, allowed: bool) -> Case {
        let decisive = chance.below(self.grants);
        let owner = self.overrides == 0 && allowed;
        let grants = (0..self.grants)
            .map(|number| {
                let decides = number == decisive;
                let role = if decides && owner { Role::Owner } else { Role::User };
                let denied = if decides && !allowed { MEASURED } else { UNASKED };
                grant(chance, role, self.overrides(denied))
            })
            .collect();
        Case {
            grants,
            policy: MEASURED,
        }
    }

    /// All but one allow.
    fn overrides(self, denied: Policy) -> Overrides {
        if self.overrides == 0 {
            return Overrides::NONE;
        }
        let asked = (denied != MEASURED).then_some(MEASURED);
        let others = Policy::ALL
            .iter()
            .copied()
            .filter(|policy| *policy != MEASURED && *policy != denied);
        let allowed = asked.into_iter().chain(others).take(self.overrides - 1);
        let entries = allowed.map(|policy| (policy.as_str(), Effect::Allow));
        Overrides::restore(entries.chain([(denied.as_str(), Effect::Deny)]))
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} x {}", self.grants, self.overrides)
    }
}

/// An id of chance.
pub fn id<K>(chance: &mut Chance) -> Id<K> {
    let (high, low) = chance.wide();
    Id::from_uuid(Uuid::from_u64_pair(high, low))
}

fn grant(chance: &mut Chance, role: Role, overrides: Overrides) -> Grant {
    Grant {
        origin: Origin::Direct(id(chance)),
        role,
        overrides,
    }
}

/// A set of up to eight grants as nobody would order them: any role, any overrides, now and then none at all.
pub fn any_grants(chance: &mut Chance) -> Vec<Grant> {
    (0..chance.below(9))
        .map(|_| {
            let role = if chance.once_in(4) {
                Role::Owner
            } else {
                Role::User
            };
            // Denials are rare, or nothing would ever be allowed.
            let deny_once_in = if chance.once_in(2) { 4 } else { 40 };
            let mut keys = Policy::ALL.to_vec();
            chance.shuffle(&mut keys);
            keys.truncate(chance.below(Policy::ALL.len() + 1));
            let entries: Vec<_> = keys
                .iter()
                .map(|policy| {
                    let denied = chance.once_in(deny_once_in);
                    (policy.as_str(), Effect::from(!denied))
                })
                .collect();
            grant(chance, role, Overrides::restore(entries))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_has_the_shape_it_is_named_for() {
        for shape in Shape::ALL {
            let pool = shape.pool();
            assert_eq!(pool.len(), POOL);
            for case in pool {
                assert_eq!(case.grants.len(), shape.grants, "{shape}");
                for grant in case.grants {
                    assert_eq!(grant.overrides.entries().count(), shape.overrides, "{shape}");
                }
            }
        }
    }
}
