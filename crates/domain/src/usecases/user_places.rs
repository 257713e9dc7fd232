//! Taking a person and all their places into one hand.

use crate::{
    ids::{PropertyId, TenantId, UserId},
    people::{OwnersLeft, PropertyUser, User},
    ports::{Repos, StoreError},
};

/// How often it is tried again when someone invites the person in between.
pub(super) const ATTEMPTS: u32 = 5;

/// A person, locked with every property they are on.
pub(super) struct Places {
    pub(super) user: User,
    pub(super) places: Vec<PropertyUser>,
}

/// What came of trying to lock a person with all their places.
pub(super) enum Locked {
    /// All is locked.
    All(Places),
    /// There is no such person.
    Nobody,
    /// The person was invited somewhere, or withdrawn, between the two reads. Properties are locked before people
    /// (the lock order), so the whole transaction has to begin again.
    Moved,
}

/// Locks all properties of a person, then the person, and makes sure that the set did not change in between.
pub(super) fn lock(repos: &mut dyn Repos, tenant: TenantId, user: UserId) -> Result<Locked, StoreError> {
    let seen: Vec<PropertyId> = properties_of(&repos.property_users().of_user(tenant, user)?);
    if !seen.is_empty() {
        repos.properties().lock_all(tenant, &seen)?;
    }
    let Some(user) = repos.users().lock(tenant, user)? else {
        return Ok(Locked::Nobody);
    };
    let places = repos.property_users().of_user(tenant, user.id)?;
    if properties_of(&places) == seen {
        Ok(Locked::All(Places { user, places }))
    } else {
        Ok(Locked::Moved)
    }
}

fn properties_of(places: &[PropertyUser]) -> Vec<PropertyId> {
    let mut properties: Vec<PropertyId> = places.iter().map(|place| place.property).collect();
    properties.sort_unstable();
    properties
}

impl Places {
    /// For each property, who would still own it without this person.
    pub(super) fn owners_left(
        &self,
        repos: &mut dyn Repos,
    ) -> Result<Vec<(PropertyId, OwnersLeft)>, StoreError> {
        let mut left = Vec::with_capacity(self.places.len());
        for place in &self.places {
            let others =
                repos
                    .property_users()
                    .active_owners_beside(place.tenant, place.property, place.user)?;
            left.push((
                place.property,
                OwnersLeft {
                    role: place.role,
                    state: self.user.state,
                    others,
                },
            ));
        }
        Ok(left)
    }
}
