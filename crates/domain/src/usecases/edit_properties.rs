//! Creating and changing properties.

use super::{
    context::{Context, lock_target},
    facts,
};
use crate::{
    access::{Denied, Overrides, Role, TenantTarget, acts, admit, authorize},
    effects::{self, AuditAction, Effects},
    ids::{PropertyId, UserId},
    people::{PropertyUser, UserState},
    ports::{StoreError, UnitOfWork, atomically},
    properties::{Property, PropertyChanges, PropertyFields},
    values::{Invalid, Problem},
};

/// Why a property was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum EditPropertyError {
    /// The actor may not, or cannot see it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A field is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A property to create.
#[derive(Clone, Debug)]
pub struct CreateProperty {
    /// The request.
    pub context: Context,
    /// Its fields.
    pub fields: PropertyFields,
    /// The owner that an application or the operator names. Users own what they create.
    pub owner: Option<UserId>,
}

/// Creates a property together with its first owner (C-45).
///
/// # Errors
///
/// [`EditPropertyError`]; [`Invalid`] on `owner_id` if there is no active user to own it.
pub fn create_property(
    uow: &dyn UnitOfWork,
    command: &CreateProperty,
) -> Result<Property, EditPropertyError> {
    let Context { actor, now, .. } = &command.context;
    let permit = authorize::<acts::CreateProperty>(actor, &TenantTarget)?;
    let owner = actor.user().or(command.owner);
    let owner = owner.ok_or_else(|| Invalid::field("owner_id", Problem::Blank))?;
    atomically(uow, "properties.create", |repos| {
        let mut scribe = command.context.scribe();
        let known = repos.users().by_id_for_share(permit.tenant(), owner)?;
        if known.is_none_or(|user| user.state != UserState::Active) {
            return Err(Invalid::field("owner_id", Problem::Invalid).into());
        }
        let property = command
            .fields
            .clone()
            .into_property(permit.tenant(), scribe.id(), *now);
        let ownership = PropertyUser {
            tenant: permit.tenant(),
            id: scribe.id(),
            property: property.id,
            user: owner,
            role: Role::Owner,
            overrides: Overrides::NONE,
            invited_at: *now,
            updated_at: *now,
            invited_by: None,
        };
        repos.properties().insert(&property)?;
        repos.property_users().insert(&ownership)?;
        let creation = scribe
            .record(AuditAction::PropertyCreated, property.id)
            .about_property(property.id);
        let founding = scribe.record(AuditAction::PropertyUserInvited, ownership.id);
        let founding = founding.about_property(property.id).about_user(owner);
        let records = vec![
            creation.after(facts::of_property(&property)),
            founding.after(facts::of_property_user(&ownership)),
        ];
        Ok(effects::record(repos, Effects::of(records), property)?)
    })
}

/// A property to change.
#[derive(Clone, Debug)]
pub struct UpdateProperty {
    /// The request.
    pub context: Context,
    /// Which property.
    pub id: PropertyId,
    /// What to change, or what is wrong with it.
    pub changes: Result<PropertyChanges, Invalid>,
}

/// Changes a property's data.
///
/// # Errors
///
/// [`EditPropertyError`]; then nothing was changed.
pub fn update_property(
    uow: &dyn UnitOfWork,
    command: &UpdateProperty,
) -> Result<Property, EditPropertyError> {
    let Context { actor, now, .. } = &command.context;
    admit::<acts::UpdateProperty>(actor)?;
    atomically(uow, "properties.update", |repos| {
        let (target, property) = lock_target(repos, actor, command.id)?;
        authorize::<acts::UpdateProperty>(actor, &target)?;
        let property = property.ok_or(Denied::NotVisible)?;
        let changes = command.changes.clone()?;
        let Some(edited) = property.changed(changes, *now) else {
            return Ok(effects::record(
                repos,
                Effects::none("nothing was changed"),
                property,
            )?);
        };
        repos.properties().update(&edited)?;
        let record = command
            .context
            .scribe()
            .record(AuditAction::PropertyUpdated, edited.id);
        let record = record
            .about_property(edited.id)
            .before(facts::of_property(&property));
        let effects = Effects::one(record.after(facts::of_property(&edited)));
        Ok(effects::record(repos, effects, edited)?)
    })
}
