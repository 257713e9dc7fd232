//! Setting a new password by a link.

use super::{
    follow_link::{FollowLinkError, lock_person},
    visit::Visit,
};
use crate::{
    access::Permission,
    effects::{self, AuditAction, Effects},
    ids::UserId,
    onboarding::PasswordHash,
    people::{Credential, User},
    ports::{UnitOfWork, atomically},
    tokens::{LinkPurpose, Secret},
    usecases::facts,
};

/// A new password to set.
#[derive(Clone, Debug)]
pub struct RestorePassword {
    /// The request.
    pub visit: Visit,
    /// The secret of the link.
    pub secret: Secret,
    /// Whose link it is, as [`super::usable_link`] told.
    pub user: UserId,
    /// The hash of the password that they chose.
    pub password: PasswordHash,
}

/// Sets a new password. Every session of the person ends, and all their links are used up; API keys and the tokens of
/// applications stay. An active person without a password gets one: the mailbox is proof enough that it is them.
///
/// # Errors
///
/// [`FollowLinkError`]; then nothing was changed. The link is judged again here, under the lock of the person.
pub fn restore_password(uow: &dyn UnitOfWork, command: &RestorePassword) -> Result<User, FollowLinkError> {
    let RestorePassword { visit, secret, .. } = command;
    let (tenant, now) = (secret.tenant(), visit.now);
    atomically(uow, "onboarding.restore_password", |repos| {
        let user = lock_person(repos, secret, LinkPurpose::PasswordReset, command.user, now)?;
        let mut ids = visit.ids;
        let known = repos.passwords().of_user(tenant, user.id)?;
        let is_new = known.is_none();
        let (id, permission) = known.map_or_else(
            || (ids.make(), Permission::View),
            |login| (login.credential, login.permission),
        );
        let credential = Credential::of_password(&user, id, permission, now);
        if is_new {
            repos.credentials().insert(&credential)?;
            repos.passwords().insert(tenant, id, &command.password, now)?;
        } else {
            repos.passwords().update(tenant, id, &command.password, now)?;
        }
        repos.access_tokens().remove_sessions(tenant, user.id)?;
        repos.onboarding_tokens().use_all_of_user(tenant, user.id, now)?;
        let context = visit.context_of(&credential, ids);
        let mut scribe = context.scribe();
        let mut records = Vec::new();
        if is_new {
            let added = scribe
                .record(AuditAction::CredentialAdded, id)
                .about_user(user.id);
            records.push(added.after(facts::of_credential(&credential)));
        }
        let changed = scribe
            .record(AuditAction::UserPasswordChanged, id)
            .about_user(user.id);
        records.push(changed);
        Ok(effects::record(repos, Effects::of(records), user)?)
    })
}
