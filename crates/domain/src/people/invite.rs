//! The rule of inviting someone to a property.

use crate::{
    access::{Denied, Overrides, Permit, Role, acts},
    effects::MessageKind,
    ids::{PropertyId, PropertyUserId, UserId},
    people::{PropertyUser, User, UserState},
    time::Timestamp,
    values::{Email, Invalid, Locale, PersonName, Problem},
};

use super::ceiling::{self, Change};

/// The most users that a property may have.
pub const MAX_USERS_PER_PROPERTY: u32 = 200;

/// The parsed fields of an invitation, beside the property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteFields {
    /// Whom.
    pub email: Email,
    /// As what.
    pub role: Role,
    /// With what beyond the role.
    pub overrides: Overrides,
}

/// The places of a property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seats {
    /// How many are taken by live property users.
    pub taken: u32,
    /// Whether the user asked about has one.
    pub member: bool,
}

/// What an invitation will change.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The association to add.
    pub property_user: PropertyUser,
    /// The person it is about.
    pub user: User,
    /// Whether the person has to be created first.
    pub is_new: bool,
    /// What to write to them.
    pub message: MessageKind,
}

/// Why an invitation is refused by a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefusal {
    /// It would give more than the inviter has.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A field is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The person has a place already.
    #[error("the user was invited already")]
    AlreadyInvited,
    /// All places are taken.
    #[error("the property has reached its limit of users")]
    PropertyFull,
}

/// What the rule needs beside the permit.
#[derive(Clone, Debug)]
pub struct InviteFacts<'a> {
    /// The property.
    pub property: PropertyId,
    /// The fields.
    pub fields: &'a InviteFields,
    /// The person with that address, if there is one.
    pub known: Option<User>,
    /// The places of the property.
    pub seats: Seats,
    /// Who invites, if it is a user.
    pub inviter: Option<UserId>,
    /// A fresh id for the association.
    pub property_user_id: PropertyUserId,
    /// A fresh id for the person, should they be new.
    pub user_id: UserId,
    /// Now.
    pub now: Timestamp,
}

/// Decides an invitation by an actor who may invite to the property.
///
/// The grant holds at once. A person nobody knew becomes a user in state `invited`; a known one is added as they
/// are, and is never switched on again by being invited.
///
/// # Errors
///
/// In this order: [`InviteRefusal::Invalid`] if an owner would be denied a core policy (C-25);
/// [`InviteRefusal::Denied`] by the ceilings C-11, C-12 and C-24; [`InviteRefusal::Invalid`] for a disabled person;
/// [`InviteRefusal::AlreadyInvited`]; [`InviteRefusal::PropertyFull`].
pub fn decide_invite(
    permit: &Permit<acts::InvitePropertyUser>,
    facts: InviteFacts<'_>,
) -> Result<Invitation, InviteRefusal> {
    let InviteFields {
        email,
        role,
        overrides,
    } = facts.fields;
    ceiling::require_core(*role, overrides)?;
    ceiling::within(permit.standing(), Change::joining(*role, overrides))?;
    if facts
        .known
        .as_ref()
        .is_some_and(|user| user.state == UserState::Disabled)
    {
        return Err(Invalid::field("user_email", Problem::Invalid).into());
    }
    if facts.seats.member {
        return Err(InviteRefusal::AlreadyInvited);
    }
    if facts.seats.taken >= MAX_USERS_PER_PROPERTY {
        return Err(InviteRefusal::PropertyFull);
    }
    let (user, is_new) = match facts.known {
        Some(user) => (user, false),
        None => (newcomer(permit, email, facts.user_id, facts.now)?, true),
    };
    let message = if user.state == UserState::Invited {
        MessageKind::Invitation
    } else {
        MessageKind::AccessAdded
    };
    let property_user = PropertyUser {
        tenant: permit.tenant(),
        id: facts.property_user_id,
        property: facts.property,
        user: user.id,
        role: *role,
        overrides: overrides.clone(),
        invited_at: facts.now,
        updated_at: facts.now,
        invited_by: facts.inviter,
    };
    Ok(Invitation {
        property_user,
        user,
        is_new,
        message,
    })
}

fn newcomer(
    permit: &Permit<acts::InvitePropertyUser>,
    email: &Email,
    id: UserId,
    now: Timestamp,
) -> Result<User, Invalid> {
    let name = PersonName::parse(email.local_part());
    let first_name = name.map_err(|problem| Invalid::field("user_email", problem.into()))?;
    Ok(User {
        tenant: permit.tenant(),
        id,
        email: email.clone(),
        first_name,
        last_name: None,
        locale: Locale::default(),
        state: UserState::Invited,
        created_at: now,
        updated_at: now,
        onboarded_at: None,
    })
}
