//! Creating a person whose address is vouched for.

use super::{context::Context, facts};
use crate::{
    access::{Denied, Permission, TenantTarget, acts, admit, authorize},
    effects::{self, AuditAction, Effects},
    people::{Credential, CredentialKind, User, UserState},
    ports::{StoreError, UnitOfWork, atomically},
    values::{Email, Locale, PersonName},
};

/// A person to create.
#[derive(Clone, Debug)]
pub struct CreateUser {
    /// The request.
    pub context: Context,
    /// Their address.
    pub email: Email,
    /// Their first name.
    pub first_name: PersonName,
    /// Their last name.
    pub last_name: PersonName,
    /// Their language.
    pub locale: Locale,
    /// The permission of their first credential.
    pub permission: Permission,
}

/// Why nobody was created.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The address is someone's already.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Creates an active person with a partner credential: whoever asks vouches for the address.
///
/// # Errors
///
/// [`CreateUserError`]; then nothing was stored.
pub fn create_user(
    uow: &dyn UnitOfWork,
    command: &CreateUser,
) -> Result<(User, Credential), CreateUserError> {
    let Context { actor, now, .. } = &command.context;
    admit::<acts::CreateUser>(actor)?;
    atomically(uow, "users.create", |repos| {
        let permit = authorize::<acts::CreateUser>(actor, &TenantTarget)?;
        let tenant = permit.tenant();
        if repos
            .users()
            .lock_by_email(tenant, command.email.key())?
            .is_some()
        {
            return Err(CreateUserError::EmailTaken);
        }
        let mut scribe = command.context.scribe();
        let user = User {
            tenant,
            id: scribe.id(),
            email: command.email.clone(),
            first_name: command.first_name.clone(),
            last_name: Some(command.last_name.clone()),
            locale: command.locale,
            state: UserState::Active,
            created_at: *now,
            updated_at: *now,
            onboarded_at: Some(*now),
        };
        let credential = Credential {
            tenant,
            id: scribe.id(),
            user: user.id,
            kind: CredentialKind::Partner,
            permission: command.permission,
            email: command.email.clone(),
            created_at: *now,
            last_login_at: None,
            removed_at: None,
        };
        repos.users().insert(&user)?;
        repos.credentials().insert(&credential)?;
        let created = scribe
            .record(AuditAction::UserCreated, user.id)
            .about_user(user.id);
        let added = scribe
            .record(AuditAction::CredentialAdded, credential.id)
            .about_user(user.id);
        let records = vec![
            created.after(facts::state(user.state)),
            added.after(facts::of_credential(&credential)),
        ];
        Ok(effects::record(repos, Effects::of(records), (user, credential))?)
    })
}
