//! Logins of a person, run by the operator.

use super::{context::Context, facts};
use crate::{
    access::{Denied, Permission, TenantTarget, acts, authorize},
    effects::{self, AuditAction, Effects},
    ids::{CredentialId, UserId},
    people::{Credential, CredentialKind, primary},
    ports::{StoreError, UnitOfWork, atomically},
    values::Email,
};

/// Why a credential was not added, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such person or credential.
    #[error("there is no such user or credential")]
    Unknown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A credential to add.
#[derive(Clone, Debug)]
pub struct AddCredential {
    /// The request.
    pub context: Context,
    /// To whom.
    pub user: UserId,
    /// How far it reaches on account routes.
    pub permission: Permission,
    /// The address it is for; the person's own unless said.
    pub email: Option<Email>,
}

/// Adds a partner credential.
///
/// # Errors
///
/// [`CredentialError`].
pub fn add_credential(uow: &dyn UnitOfWork, command: &AddCredential) -> Result<Credential, CredentialError> {
    let Context { actor, now, .. } = &command.context;
    authorize::<acts::Administer>(actor, &TenantTarget)?;
    atomically(uow, "credentials.add", |repos| {
        let user = repos.users().by_id_for_share(actor.tenant(), command.user)?;
        let user = user.ok_or(CredentialError::Unknown)?;
        let mut scribe = command.context.scribe();
        let credential = Credential {
            tenant: actor.tenant(),
            id: scribe.id(),
            user: user.id,
            kind: CredentialKind::Partner,
            permission: command.permission,
            email: command.email.clone().unwrap_or(user.email),
            created_at: *now,
            last_login_at: None,
            removed_at: None,
        };
        repos.credentials().insert(&credential)?;
        let record = scribe
            .record(AuditAction::CredentialAdded, credential.id)
            .about_user(user.id);
        let effects = Effects::one(record.after(facts::of_credential(&credential)));
        Ok(effects::record(repos, effects, credential)?)
    })
}

/// A credential to remove.
#[derive(Clone, Debug)]
pub struct RemoveCredential {
    /// The request.
    pub context: Context,
    /// Which.
    pub id: CredentialId,
}

/// Removes a credential; every token and key bound to it is dead from this moment on (C-61).
///
/// # Errors
///
/// [`CredentialError`].
pub fn remove_credential(uow: &dyn UnitOfWork, command: &RemoveCredential) -> Result<(), CredentialError> {
    let Context { actor, now, .. } = &command.context;
    authorize::<acts::Administer>(actor, &TenantTarget)?;
    atomically(uow, "credentials.remove", |repos| {
        let found = repos.credentials().lock(actor.tenant(), command.id)?;
        let before = found
            .filter(|credential| credential.removed_at.is_none())
            .ok_or(CredentialError::Unknown)?;
        repos.credentials().update(&Credential {
            removed_at: Some(*now),
            ..before.clone()
        })?;
        if before.kind == CredentialKind::Password {
            repos.passwords().remove(actor.tenant(), &[before.id])?;
        }
        let record = command
            .context
            .scribe()
            .record(AuditAction::CredentialRemoved, before.id);
        let record = record
            .about_user(before.user)
            .before(facts::of_credential(&before));
        Ok(effects::record(repos, Effects::one(record), ())?)
    })
}

/// A new permission for the primary credential of a person.
#[derive(Clone, Debug)]
pub struct SetPermission {
    /// The request.
    pub context: Context,
    /// Whose primary credential.
    pub user: UserId,
    /// The new permission; it counts from the next request on (C-61).
    pub permission: Permission,
}

/// Changes the permission of a person's primary credential.
///
/// # Errors
///
/// [`CredentialError`].
pub fn set_permission(uow: &dyn UnitOfWork, command: &SetPermission) -> Result<Credential, CredentialError> {
    let actor = &command.context.actor;
    authorize::<acts::Administer>(actor, &TenantTarget)?;
    atomically(uow, "credentials.set_permission", |repos| {
        let credentials = repos.credentials().of_user(actor.tenant(), command.user)?;
        let id = primary(&credentials).ok_or(CredentialError::Unknown)?.id;
        let before = repos
            .credentials()
            .lock(actor.tenant(), id)?
            .ok_or(CredentialError::Unknown)?;
        if before.removed_at.is_some() {
            return Err(CredentialError::Unknown);
        }
        let after = Credential {
            permission: command.permission,
            ..before.clone()
        };
        if after == before {
            return Ok(effects::record(
                repos,
                Effects::none("nothing was changed"),
                after,
            )?);
        }
        repos.credentials().update(&after)?;
        let record = command
            .context
            .scribe()
            .record(AuditAction::CredentialUpdated, after.id);
        let record = record
            .about_user(after.user)
            .before(facts::of_credential(&before));
        Ok(effects::record(
            repos,
            Effects::one(record.after(facts::of_credential(&after))),
            after,
        )?)
    })
}
