//! The one function that decides.

use std::marker::PhantomData;

use super::{
    action::{Act, Action, Facts, Need, PropertyTarget, Target, UserTarget},
    actor::{Actor, Permission, PropertyLimit, Subject},
    grant::Standing,
    policy::Policy,
    scope::Scope,
};
use crate::ids::TenantId;

/// Proof that an actor was allowed one action. Rules ask for it, so a forgotten check does not compile.
#[derive(Clone, Debug)]
pub struct Permit<A> {
    tenant: TenantId,
    standing: Standing,
    act: PhantomData<fn() -> A>,
}

impl<A> Permit<A> {
    /// The tenant within which the permit holds.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// What the actor is and may do on the property concerned; [`Standing::NONE`] where none is concerned.
    pub const fn standing(&self) -> Standing {
        self.standing
    }
}

/// Why an actor may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The token does not carry the scope.
    #[error("the token lacks the scope `{0}`")]
    Scope(Scope),
    /// The actor cannot see the target, or there is none: the two must look alike.
    #[error("not visible")]
    NotVisible,
    /// The actor sees the property but lacks the policy.
    #[error("the policy `{0}` is not granted")]
    Policy(Policy),
    /// The credential that the token is bound to has too low a permission.
    #[error("the credential needs the permission `{0}`")]
    Permission(Permission),
    /// The key is limited to properties.
    #[error("the key is limited to properties")]
    LimitedKey,
    /// Only an application, or the operator, may.
    #[error("not for user-scoped tokens")]
    ApplicationsOnly,
    /// The property is visible, but it takes its owner.
    #[error("only for owners of the property")]
    OwnersOnly,
    /// The change would give more than the actor has (C-11, C-12, C-24).
    #[error("it would give more than the actor has")]
    Ceiling,
}

/// Decides whether `actor` may do `A` on `target`: scope, role, overrides, credential permission and key limit
/// are all judged here and nowhere else (C-60). What is not allowed is denied.
///
/// # Errors
///
/// [`Denied`] says why. [`Denied::NotVisible`] must be answered exactly as if the target did not exist.
///
/// # Examples
///
/// ```
/// use innkeeper_domain::access::{Actor, Denied, PropertyTarget, acts, authorize};
/// # use innkeeper_domain::ids::{PropertyId, TenantId};
/// # let tenant = "018f3e2c-7a00-7000-8000-000000000001".parse::<TenantId>().unwrap();
/// # let property = "018f3e2c-7a00-7000-8000-000000000002".parse::<PropertyId>().unwrap();
/// let unknown = PropertyTarget { property, exists: false, grants: vec![] };
/// let verdict = authorize::<acts::InvitePropertyUser>(&Actor::operator(tenant), &unknown);
/// assert_eq!(verdict.unwrap_err(), Denied::NotVisible);
/// ```
pub fn authorize<A: Act>(actor: &Actor, target: &A::On) -> Result<Permit<A>, Denied> {
    let standing = judge(actor, A::ACTION, target.facts())?;
    Ok(Permit {
        tenant: actor.tenant(),
        standing,
        act: PhantomData,
    })
}

/// The first half of [`authorize`], for turning a token away before anything is read for it.
///
/// # Errors
///
/// [`Denied::Scope`] if the token lacks the action's scope.
pub fn admit<A: Act>(actor: &Actor) -> Result<(), Denied> {
    require_scope(actor, A::ACTION)
}

fn require_scope(actor: &Actor, action: Action) -> Result<(), Denied> {
    if actor.scopes().contains(action.scope()) {
        Ok(())
    } else {
        Err(Denied::Scope(action.scope()))
    }
}

/// The decision itself, without types, so that tests can ask it about every action.
///
/// # Errors
///
/// As [`authorize`].
pub fn judge(actor: &Actor, action: Action, facts: Facts<'_>) -> Result<Standing, Denied> {
    require_scope(actor, action)?;
    match action.need() {
        Need::Listing => Ok(Standing::NONE),
        Need::Policy(policy) => on_property(actor, policy, facts),
        Need::Unlimited => unlimited(actor),
        Need::Oneself => oneself(actor, facts),
        Need::Account(permission) => {
            oneself(actor, facts)?;
            unlimited(actor)?;
            with_permission(actor, permission)
        }
        Need::Application => application(actor, facts),
        Need::Operator => operator(actor),
        Need::Owner => as_owner(actor, facts),
    }
}

fn on_property(actor: &Actor, policy: Policy, facts: Facts<'_>) -> Result<Standing, Denied> {
    let target = match facts {
        Facts::Property(target) => target,
        Facts::Tenant | Facts::User(_) => return Err(Denied::NotVisible),
    };
    let standing = standing_on(actor, target);
    if !standing.may(Policy::PropertyRead) {
        return Err(Denied::NotVisible);
    }
    if standing.may(policy) {
        Ok(standing)
    } else {
        Err(Denied::Policy(policy))
    }
}

fn as_owner(actor: &Actor, facts: Facts<'_>) -> Result<Standing, Denied> {
    let standing = on_property(actor, Policy::PropertyRead, facts)?;
    if standing.sees_record() {
        Ok(standing)
    } else {
        Err(Denied::OwnersOnly)
    }
}

fn standing_on(actor: &Actor, target: &PropertyTarget) -> Standing {
    if !target.exists || !actor.limit().covers(target.property) {
        return Standing::NONE;
    }
    match actor.subject() {
        Subject::Operator | Subject::Application(_) => Standing::OWNER,
        Subject::User { .. } => Standing::of(&target.grants),
    }
}

fn unlimited(actor: &Actor) -> Result<Standing, Denied> {
    match actor.limit() {
        PropertyLimit::Unlimited => Ok(Standing::NONE),
        PropertyLimit::Only(_) => Err(Denied::LimitedKey),
    }
}

fn oneself(actor: &Actor, facts: Facts<'_>) -> Result<Standing, Denied> {
    let target = user_of(facts)?;
    let visible = match actor.subject() {
        Subject::Operator | Subject::Application(_) => target.exists,
        Subject::User { user, .. } => target.exists && user == target.user,
    };
    if visible {
        Ok(Standing::NONE)
    } else {
        Err(Denied::NotVisible)
    }
}

fn user_of(facts: Facts<'_>) -> Result<UserTarget, Denied> {
    match facts {
        Facts::User(target) => Ok(target),
        Facts::Tenant | Facts::Property(_) => Err(Denied::NotVisible),
    }
}

fn with_permission(actor: &Actor, needed: Permission) -> Result<Standing, Denied> {
    match actor.subject() {
        Subject::User { permission, .. } if permission < needed => Err(Denied::Permission(needed)),
        Subject::Operator | Subject::Application(_) | Subject::User { .. } => Ok(Standing::NONE),
    }
}

fn application(actor: &Actor, facts: Facts<'_>) -> Result<Standing, Denied> {
    match (actor.subject(), facts) {
        (Subject::User { .. }, _) => Err(Denied::ApplicationsOnly),
        (Subject::Operator | Subject::Application(_), Facts::User(target)) if !target.exists => {
            Err(Denied::NotVisible)
        }
        (Subject::Operator | Subject::Application(_), _) => Ok(Standing::NONE),
    }
}

fn operator(actor: &Actor) -> Result<Standing, Denied> {
    match actor.subject() {
        Subject::Operator => Ok(Standing::NONE),
        Subject::Application(_) | Subject::User { .. } => Err(Denied::ApplicationsOnly),
    }
}
