//! Changing the role or overrides of a property user.

use super::{
    context::{Context, lock_target},
    facts,
};
use crate::{
    access::{Denied, acts, admit, authorize},
    effects::{self, AuditAction, Effects},
    ids::PropertyUserId,
    people::{UpdateFacts, UpdateFields, UpdateRefusal, decide_update},
    ports::{PropertyUserView, StoreError, UnitOfWork, atomically},
    values::Invalid,
};

/// A change to carry out.
#[derive(Clone, Debug)]
pub struct UpdatePropertyUser {
    /// The request.
    pub context: Context,
    /// Which property user.
    pub id: PropertyUserId,
    /// What to change, or what is wrong with it.
    pub fields: Result<UpdateFields, Invalid>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] UpdateRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Denied> for UpdateError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

/// Changes role and overrides under the lock of the property (C-43).
///
/// # Errors
///
/// [`UpdateError`]; then nothing was changed.
pub fn update_property_user(
    uow: &dyn UnitOfWork,
    command: &UpdatePropertyUser,
) -> Result<PropertyUserView, UpdateError> {
    let Context { actor, now, .. } = &command.context;
    admit::<acts::UpdatePropertyUser>(actor)?;
    atomically(uow, "property_users.update", |repos| {
        let tenant = actor.tenant();
        let found = repos
            .property_users()
            .by_id(tenant, command.id)?
            .ok_or(Denied::NotVisible)?;
        let (property, _) = lock_target(repos, actor, found.property)?;
        // What was read before the lock may have been withdrawn or changed since (C-44, C-56).
        let target = repos
            .property_users()
            .by_id(tenant, command.id)?
            .ok_or(Denied::NotVisible)?;
        let permit = authorize::<acts::UpdatePropertyUser>(actor, &property)?;
        let fields = command.fields.clone().map_err(UpdateRefusal::from)?;
        let user = repos
            .users()
            .by_id_for_share(tenant, target.user)?
            .ok_or(Denied::NotVisible)?;
        let grants = repos
            .property_users()
            .grants(tenant, target.property, target.user)?;
        let other_owners =
            repos
                .property_users()
                .active_owners_beside(tenant, target.property, target.user)?;
        let facts = UpdateFacts {
            target: &target,
            state: user.state,
            grants: &grants,
            other_owners,
            fields,
            now: *now,
        };
        let Some(changed) = decide_update(&permit, facts)? else {
            let view = PropertyUserView {
                property_user: target,
                user,
            };
            return Ok(effects::record(
                repos,
                Effects::none("nothing was changed (C-51)"),
                view,
            )?);
        };
        repos.property_users().update(&changed)?;
        let record = command
            .context
            .scribe()
            .record(AuditAction::PropertyUserUpdated, changed.id);
        let record = record.about_property(changed.property).about_user(changed.user);
        let record = record
            .after_instant(target.updated_at)
            .before(facts::of_property_user(&target))
            .after(facts::of_property_user(&changed));
        Ok(effects::record(
            repos,
            Effects::one(record),
            PropertyUserView {
                property_user: changed,
                user,
            },
        )?)
    })
}
