//! Nobody gives what they do not have (C-11, C-12, C-14, C-24), and no owner is cut off from the people (C-25).

use crate::{
    access::{Denied, Grant, Overrides, PolicySet, Role, Standing},
    people::PropertyUser,
    values::{Invalid, Problem},
};

/// A change of one grant, as far as ceilings are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    current_role: Option<Role>,
    new_role: Option<Role>,
    gained: PolicySet,
}

impl Change {
    /// A grant where there was none.
    pub(super) fn joining(role: Role, overrides: &Overrides) -> Self {
        let gained = gain(Standing::NONE, Standing::of_one(role, overrides));
        Self {
            current_role: None,
            new_role: Some(role),
            gained,
        }
    }

    /// A grant that becomes another. What is gained is what the person's grants then allow and did not before.
    pub(super) fn between(before: &[Grant], after: &[Grant], current: Role, new: Role) -> Self {
        let gained = gain(Standing::of(before), Standing::of(after));
        Self {
            current_role: Some(current),
            new_role: Some(new),
            gained,
        }
    }

    /// A grant that goes.
    pub(super) fn leaving(current: Role) -> Self {
        Self {
            current_role: Some(current),
            new_role: None,
            gained: PolicySet::EMPTY,
        }
    }
}

/// What a person gains, dormant policies too: without `property.read` they give nothing today, but would tomorrow.
fn gain(before: Standing, after: Standing) -> PolicySet {
    let effective = after.policies().difference(before.policies());
    effective.union(after.nominal().difference(before.nominal()))
}

/// Whether no place is above the actor, so that they may end them all (C-11).
///
/// # Errors
///
/// [`Denied::Ceiling`].
pub fn outranks_nobody(actor: Standing, places: &[PropertyUser]) -> Result<(), Denied> {
    places
        .iter()
        .try_for_each(|place| within(actor, Change::leaving(place.role)))
}

/// Whether the change stays below the actor: the target's role and the new role at most the actor's role (C-11,
/// C-12), everything gained among what the actor effectively has (C-24).
///
/// # Errors
///
/// [`Denied::Ceiling`].
pub(super) fn within(actor: Standing, change: Change) -> Result<(), Denied> {
    let roles = change.current_role <= actor.role() && change.new_role <= actor.role();
    if roles && change.gained.is_subset_of(actor.policies()) {
        Ok(())
    } else {
        Err(Denied::Ceiling)
    }
}

/// Whether the role keeps what no override may take from it (C-25).
///
/// # Errors
///
/// [`Invalid`] on `overrides`.
pub(super) fn require_core(role: Role, overrides: &Overrides) -> Result<(), Invalid> {
    if overrides.denied().intersection(role.undeniable()).is_empty() {
        Ok(())
    } else {
        Err(Invalid::field("overrides", Problem::Invalid))
    }
}
