//! The association of a property and a user.

use crate::{
    access::{Grant, Origin, Overrides, Policy, Role, Standing},
    ids::{PropertyId, PropertyUserId, TenantId, UserId},
    time::Timestamp,
};

/// A live association of a property and a user. Withdrawn ones are history, and their ids never come back (C-54).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyUser {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: PropertyUserId,
    /// The property.
    pub property: PropertyId,
    /// The user.
    pub user: UserId,
    /// The role.
    pub role: Role,
    /// What is allowed or denied beyond the role.
    pub overrides: Overrides,
    /// When the user was invited.
    pub invited_at: Timestamp,
    /// When role or overrides last changed.
    pub updated_at: Timestamp,
    /// Who invited them, if that was a user.
    pub invited_by: Option<UserId>,
}

/// What of a grant lists are filtered by. Stored beside the grant and computed here, at every write, so that no
/// rule has to be written in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Whether the grant shows the property.
    pub property: bool,
    /// Whether it shows the people of the property.
    pub users: bool,
    /// Whether it shows the record of the property.
    pub record: bool,
}

impl PropertyUser {
    /// The grant that this association is.
    pub fn grant(&self) -> Grant {
        Grant {
            origin: Origin::Direct(self.id),
            role: self.role,
            overrides: self.overrides.clone(),
        }
    }

    /// What lists may show by this grant.
    pub fn sight(&self) -> Sight {
        let standing = Standing::of_one(self.role, &self.overrides);
        Sight {
            property: standing.may(Policy::PropertyRead),
            users: standing.may(Policy::UsersRead),
            record: standing.sees_record(),
        }
    }
}
