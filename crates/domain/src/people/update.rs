//! The rule of changing a property user.

use std::time::Duration;

use crate::{
    access::{Denied, Grant, Origin, Overrides, Permit, Role, acts},
    people::{LastOwner, OwnersLeft, PropertyUser, UserState, keep_an_owner},
    time::Timestamp,
    values::Invalid,
};

use super::ceiling::{self, Change};

/// What to change; `None` leaves it as it is. Overrides are replaced as a whole (C-27).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpdateFields {
    /// A new role.
    pub role: Option<Role>,
    /// New overrides; [`Overrides::NONE`] clears them (C-26).
    pub overrides: Option<Overrides>,
}

/// Why a change is refused by a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpdateRefusal {
    /// It would give more than the actor has, or touch someone above them.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A field is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The property would be left without an owner.
    #[error(transparent)]
    LastOwner(#[from] LastOwner),
}

/// What the rule needs beside the permit, read under the lock of the property.
#[derive(Clone, Debug)]
pub struct UpdateFacts<'a> {
    /// The property user as it is.
    pub target: &'a PropertyUser,
    /// The state of the person.
    pub state: UserState,
    /// All grants of the person on the property.
    pub grants: &'a [Grant],
    /// How many other active owners the property has.
    pub other_owners: u32,
    /// What to change.
    pub fields: UpdateFields,
    /// Now.
    pub now: Timestamp,
}

/// Decides a change of role or overrides. `None` is a change that changes nothing (C-51).
///
/// # Errors
///
/// In this order: [`UpdateRefusal::Invalid`] if an owner would be denied a core policy (C-25);
/// [`UpdateRefusal::Denied`] by the ceilings C-11, C-12, C-14 and C-24; [`UpdateRefusal::LastOwner`] (C-40).
pub fn decide_update(
    permit: &Permit<acts::UpdatePropertyUser>,
    facts: UpdateFacts<'_>,
) -> Result<Option<PropertyUser>, UpdateRefusal> {
    let target = facts.target;
    let role = facts.fields.role.unwrap_or(target.role);
    let overrides = facts.fields.overrides.unwrap_or_else(|| target.overrides.clone());
    ceiling::require_core(role, &overrides)?;
    let after = PropertyUser {
        role,
        overrides,
        ..target.clone()
    };
    let change = Change::between(facts.grants, &replaced(facts.grants, &after), target.role, role);
    ceiling::within(permit.standing(), change)?;
    if after == *target {
        return Ok(None);
    }
    if role != Role::Owner {
        keep_an_owner(OwnersLeft {
            role: target.role,
            state: facts.state,
            others: facts.other_owners,
        })?;
    }
    Ok(Some(PropertyUser {
        // A request that came first may have waited for this one: times of one place never go back.
        updated_at: facts.now.max(target.updated_at + Duration::from_micros(1)),
        ..after
    }))
}

/// The person's grants with the changed one in its place.
fn replaced(grants: &[Grant], after: &PropertyUser) -> Vec<Grant> {
    let changed = |grant: &Grant| match grant.origin {
        Origin::Direct(id) if id == after.id => after.grant(),
        Origin::Direct(_) | Origin::Group(_) => grant.clone(),
    };
    grants.iter().map(changed).collect()
}
