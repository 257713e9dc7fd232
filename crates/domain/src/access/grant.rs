//! Grants, and what several of them amount to.

use super::{
    overrides::Overrides,
    policy::{Policy, PolicySet},
    role::Role,
};
use crate::ids::{GroupId, PropertyUserId};

/// Where a grant comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The user was invited to the property itself.
    Direct(PropertyUserId),
    /// The user was invited to a group that holds the property.
    Group(GroupId),
}

/// One live grant of a user on a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Where it comes from.
    pub origin: Origin,
    /// The role it gives.
    pub role: Role,
    /// What it allows or denies beyond the role.
    pub overrides: Overrides,
}

/// What a user is and may do on one property, all grants taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    role: Option<Role>,
    policies: PolicySet,
    nominal: PolicySet,
}

impl Standing {
    /// No grant at all.
    pub const NONE: Self = Self {
        role: None,
        policies: PolicySet::EMPTY,
        nominal: PolicySet::EMPTY,
    };
    /// An owner without overrides; an application acts for its tenant with this.
    pub const OWNER: Self = Self {
        role: Some(Role::Owner),
        policies: PolicySet::ALL,
        nominal: PolicySet::ALL,
    };

    /// Adds up grants: everything that any of them allows, less everything that any of them denies (C-21, C-22).
    /// Without `property.read` nothing is left. Allocates nothing.
    ///
    /// ```
    /// use innkeeper_domain::access::{Effect, Grant, Origin, Overrides, Policy, Role, Standing};
    /// # use innkeeper_domain::ids::{GroupId, PropertyUserId};
    /// # let property_user = "018f3e2c-7a00-7000-8000-000000000001".parse::<PropertyUserId>().unwrap();
    /// # let group = "018f3e2c-7a00-7000-8000-000000000002".parse::<GroupId>().unwrap();
    /// let no_reports = Overrides::parse([("reports.read", Effect::Deny)])?;
    /// let direct = Grant { origin: Origin::Direct(property_user), role: Role::User, overrides: no_reports };
    /// let group = Grant { origin: Origin::Group(group), role: Role::Owner, overrides: Overrides::NONE };
    ///
    /// let standing = Standing::of(&[direct, group]);
    /// assert_eq!(standing.role(), Some(Role::Owner));
    /// assert!(standing.may(Policy::UsersInvite));
    /// assert!(!standing.may(Policy::ReportsRead), "a deny wins across grants");
    /// # Ok::<(), innkeeper_domain::values::Invalid>(())
    /// ```
    pub fn of(grants: &[Grant]) -> Self {
        Self::sum(grants.iter().map(|grant| (grant.role, &grant.overrides)))
    }

    /// What a single grant amounts to.
    pub fn of_one(role: Role, overrides: &Overrides) -> Self {
        Self::sum([(role, overrides)])
    }

    fn sum<'a>(grants: impl IntoIterator<Item = (Role, &'a Overrides)>) -> Self {
        let (mut role, mut allowed, mut denied) = (None, PolicySet::EMPTY, PolicySet::EMPTY);
        for (one, overrides) in grants {
            role = role.max(Some(one));
            allowed = allowed.union(one.policies()).union(overrides.allowed());
            denied = denied.union(overrides.denied());
        }
        let nominal = allowed.difference(denied);
        let visible = nominal.contains(Policy::PropertyRead);
        Self {
            role,
            policies: if visible { nominal } else { PolicySet::EMPTY },
            nominal,
        }
    }

    /// The highest role of any grant.
    pub const fn role(self) -> Option<Role> {
        self.role
    }

    /// What is effectively allowed.
    pub const fn policies(self) -> PolicySet {
        self.policies
    }

    /// What would be allowed if `property.read` were: what lies dormant without it.
    pub const fn nominal(self) -> PolicySet {
        self.nominal
    }

    /// Whether the record of the property is shown: to its owners, who answer for it.
    pub fn sees_record(self) -> bool {
        self.role == Some(Role::Owner) && self.may(Policy::PropertyRead)
    }

    /// Whether the policy is effectively allowed.
    pub const fn may(self, policy: Policy) -> bool {
        self.policies.contains(policy)
    }
}
