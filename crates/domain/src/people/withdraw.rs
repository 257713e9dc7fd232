//! The rule of withdrawing a property user, and what goes with them.

use crate::{
    access::{Denied, Grant, Origin, Permit, PropertyLimit, Standing, acts},
    ids::{PropertyId, UserId},
    people::{LastOwner, OwnersLeft, PropertyUser, UserState, keep_an_owner},
    time::Timestamp,
    tokens::ApiKey,
};

use super::ceiling::{self, Change};

/// Why a withdrawal is refused by a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawRefusal {
    /// The actor may not, or the target is above them.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Nobody withdraws themself, whatever their role (C-53).
    #[error("a user cannot withdraw themself")]
    Oneself,
    /// The property would be left without an owner.
    #[error(transparent)]
    LastOwner(#[from] LastOwner),
}

/// What the rule judges, read under the lock of the property.
#[derive(Clone, Debug)]
pub struct WithdrawFacts<'a> {
    /// The property user to withdraw.
    pub target: &'a PropertyUser,
    /// The state of the person.
    pub state: UserState,
    /// All grants of the person on the property.
    pub grants: &'a [Grant],
    /// How many other active owners the property has.
    pub other_owners: u32,
    /// Who withdraws, if it is a user.
    pub actor: Option<UserId>,
}

/// What a withdrawal leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// What the person may still do on the property through other grants. With denies in the withdrawn grant it
    /// can be more than before (C-23).
    pub remaining_access: Standing,
}

/// Decides a withdrawal from the verdict about the actor.
///
/// # Errors
///
/// In this order: [`WithdrawRefusal::Denied`] for scope and visibility; [`WithdrawRefusal::Oneself`];
/// [`WithdrawRefusal::Denied`] for policy and rank (C-11); [`WithdrawRefusal::LastOwner`] (C-40).
pub fn decide_withdraw(
    verdict: Result<Permit<acts::WithdrawPropertyUser>, Denied>,
    facts: &WithdrawFacts<'_>,
) -> Result<Withdrawal, WithdrawRefusal> {
    if let Err(denied @ (Denied::Scope(_) | Denied::NotVisible)) = verdict {
        return Err(denied.into());
    }
    if facts.actor == Some(facts.target.user) {
        return Err(WithdrawRefusal::Oneself);
    }
    let permit = verdict?;
    ceiling::within(permit.standing(), Change::leaving(facts.target.role))?;
    keep_an_owner(OwnersLeft {
        role: facts.target.role,
        state: facts.state,
        others: facts.other_owners,
    })?;
    let stays = |grant: &&Grant| grant.origin != Origin::Direct(facts.target.id);
    let remaining: Vec<Grant> = facts.grants.iter().filter(stays).cloned().collect();
    Ok(Withdrawal {
        remaining_access: Standing::of(&remaining),
    })
}

/// The key without the property in its limit; a limit that becomes empty revokes the key (C-55). `None` if the
/// property was not in it.
pub fn without_property(key: &ApiKey, property: PropertyId, now: Timestamp) -> Option<ApiKey> {
    let PropertyLimit::Only(properties) = &key.limit else {
        return None;
    };
    if !properties.contains(&property) {
        return None;
    }
    let rest: Vec<PropertyId> = properties.iter().copied().filter(|id| *id != property).collect();
    let revoked_at = if rest.is_empty() {
        key.revoked_at.or(Some(now))
    } else {
        key.revoked_at
    };
    Some(ApiKey {
        limit: PropertyLimit::Only(rest),
        revoked_at,
        ..key.clone()
    })
}
