//! Deleting a property.

use super::{
    context::{Context, lock_target},
    facts,
    withdraw_property_user::carry_out,
};
use crate::{
    access::{Denied, acts, admit, authorize},
    effects::{self, AuditAction, Effects},
    ids::{PropertyId, UserId},
    people::{PropertyUser, UserState, outranks_nobody},
    ports::{Repos, StoreError, UnitOfWork, atomically},
};

/// A property to delete.
#[derive(Clone, Debug)]
pub struct DeleteProperty {
    /// The request.
    pub context: Context,
    /// Which property.
    pub id: PropertyId,
    /// What to do about the people on it.
    pub others: Others,
}

/// What to do about people other than the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// Refuse while there are any.
    Refuse,
    /// Withdraw them.
    Withdraw,
}

/// Why a property was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletePropertyError {
    /// The actor may not, or cannot see it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Others than the caller are still on it.
    #[error("the property has users")]
    HasUsers,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Deletes a property and ends every place on it.
///
/// # Errors
///
/// [`DeletePropertyError`]; then nothing was changed.
pub fn delete_property(uow: &dyn UnitOfWork, command: &DeleteProperty) -> Result<(), DeletePropertyError> {
    let actor = &command.context.actor;
    admit::<acts::DeleteProperty>(actor)?;
    atomically(uow, "properties.delete", |repos| {
        let (target, property) = lock_target(repos, actor, command.id)?;
        let permit = authorize::<acts::DeleteProperty>(actor, &target)?;
        let property = property.ok_or(Denied::NotVisible)?;
        let places = repos.property_users().of_property(actor.tenant(), command.id)?;
        refuse_others(command.others, actor.user(), &places)?;
        outranks_nobody(permit.standing(), &places)?;
        let places = with_states(repos, places)?;
        let mut scribe = command.context.scribe();
        repos
            .properties()
            .delete(actor.tenant(), command.id, command.context.now)?;
        let record = scribe
            .record(AuditAction::PropertyDeleted, command.id)
            .about_property(command.id);
        let mut records = vec![record.before(facts::of_property(&property))];
        records.extend(carry_out(repos, &mut scribe, &command.context, &places)?);
        Ok(effects::record(repos, Effects::of(records), ())?)
    })
}

/// Whether nobody else stands in the way.
fn refuse_others(
    others: Others,
    caller: Option<UserId>,
    places: &[PropertyUser],
) -> Result<(), DeletePropertyError> {
    match others {
        Others::Refuse if places.iter().any(|place| Some(place.user) != caller) => {
            Err(DeletePropertyError::HasUsers)
        }
        Others::Refuse | Others::Withdraw => Ok(()),
    }
}

/// The places with their people's states, people taken in the order of their ids.
pub(super) fn with_states(
    repos: &mut dyn Repos,
    mut places: Vec<PropertyUser>,
) -> Result<Vec<(PropertyUser, UserState)>, StoreError> {
    places.sort_by_key(|place| place.user);
    let mut with_states = Vec::with_capacity(places.len());
    for place in places {
        let user = repos.users().lock(place.tenant, place.user)?;
        let state = user.map_or(UserState::Deleted, |user| user.state);
        with_states.push((place, state));
    }
    Ok(with_states)
}
