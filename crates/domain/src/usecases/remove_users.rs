//! Deleting people, and switching them off and on.

use super::{
    accounts::end_account,
    context::Context,
    facts,
    user_places::{self, Locked, Places},
    withdraw_property_user::carry_out,
};
use crate::{
    access::{Denied, TenantTarget, UserTarget, acts, admit, authorize},
    effects::{self, AuditAction, Effects},
    ids::UserId,
    people::{CredentialKind, OwnedAlone, User, UserState, leaves_without_owner},
    ports::{StoreError, UnitOfWork, atomically},
};

/// A person to delete, disable or enable.
#[derive(Clone, Debug)]
pub struct ChangeUserState {
    /// The request.
    pub context: Context,
    /// Who.
    pub user: UserId,
}

/// Why a person was not deleted or switched.
#[derive(Debug, thiserror::Error)]
pub enum RemoveUserError {
    /// The actor may not, or cannot see them.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Properties would be left without an owner.
    #[error(transparent)]
    OwnedAlone(#[from] OwnedAlone),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How one attempt ended without success.
enum Ended {
    /// The person's places changed meanwhile: all begins again.
    Moved,
    /// It is over.
    Refused(RemoveUserError),
}

impl<E: Into<RemoveUserError>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// Runs `attempt` again while the person's places move under it.
fn settled<T>(mut attempt: impl FnMut() -> Result<T, Ended>) -> Result<T, RemoveUserError> {
    for _ in 0..user_places::ATTEMPTS {
        match attempt() {
            Ok(answer) => return Ok(answer),
            Err(Ended::Refused(error)) => return Err(error),
            Err(Ended::Moved) => {}
        }
    }
    Err(StoreError::Busy.into())
}

fn all_places(locked: Locked) -> Result<Option<Places>, Ended> {
    match locked {
        Locked::All(places) => Ok(Some(places)),
        Locked::Nobody => Ok(None),
        Locked::Moved => Err(Ended::Moved),
    }
}

/// Deletes a person: places, keys, tokens, links and unsent mails go with them, the name and address are erased,
/// and the address is free for someone new (C-07, C-80).
///
/// # Errors
///
/// [`RemoveUserError`]; [`OwnedAlone`] names the properties that need them as their owner.
pub fn delete_user(uow: &dyn UnitOfWork, command: &ChangeUserState) -> Result<(), RemoveUserError> {
    let Context { actor, now, .. } = &command.context;
    admit::<acts::DeleteUser>(actor)?;
    settled(|| {
        atomically(uow, "users.delete", |repos| {
            let found = all_places(user_places::lock(repos, actor.tenant(), command.user)?)?;
            let target = UserTarget {
                user: command.user,
                exists: found.is_some(),
            };
            let permit = authorize::<acts::DeleteUser>(actor, &target)?;
            let found = found.ok_or(Denied::NotVisible)?;
            leaves_without_owner(found.owners_left(repos)?)?;
            let (tenant, user) = (permit.tenant(), found.user.id);
            let mut scribe = command.context.scribe();
            let state = found.user.state;
            let places: Vec<_> = found.places.into_iter().map(|place| (place, state)).collect();
            let mut records = carry_out(repos, &mut scribe, &command.context, &places)?;
            for key in repos.api_keys().unrevoked_of_users(tenant, &[user])? {
                let record = scribe.record(AuditAction::ApiKeyRevoked, key.id).about_user(user);
                records.push(record.before(facts::of_api_key(&key)));
            }
            repos.api_keys().revoke_of_user(tenant, user, *now)?;
            let credentials = repos.credentials().of_user(tenant, user)?;
            for credential in credentials
                .iter()
                .filter(|credential| credential.removed_at.is_none())
            {
                let record = scribe
                    .record(AuditAction::CredentialRemoved, credential.id)
                    .about_user(user);
                records.push(record.before(facts::of_credential(credential)));
            }
            let logins = credentials
                .iter()
                .filter(|credential| credential.kind == CredentialKind::Password);
            let logins: Vec<_> = logins.map(|credential| credential.id).collect();
            if !logins.is_empty() {
                repos.passwords().remove(tenant, &logins)?;
            }
            for account in repos.accounts().of_user(tenant, user)? {
                records.extend(end_account(repos, &mut scribe, account.id, (tenant, *now))?);
            }
            repos.access_tokens().remove_of_user(tenant, user)?;
            repos.onboarding_tokens().cancel_of_user(tenant, user, *now)?;
            repos.outbox().cancel_of_user(tenant, user, *now)?;
            repos.credentials().erase_of_user(tenant, user, *now)?;
            repos.users().erase(tenant, user, *now)?;
            let record = scribe.record(AuditAction::UserDeleted, user).about_user(user);
            records.push(
                record
                    .before(facts::state(state))
                    .after(facts::state(UserState::Deleted)),
            );
            Ok(effects::record(repos, Effects::of(records), ())?)
        })
    })
}

/// Switches a person off: nothing of theirs works until they are switched on again.
///
/// # Errors
///
/// As [`delete_user`].
pub fn disable_user(uow: &dyn UnitOfWork, command: &ChangeUserState) -> Result<User, RemoveUserError> {
    switch(uow, command, "users.disable", AuditAction::UserDisabled, |_| {
        UserState::Disabled
    })
}

/// Switches a person on again: they become what they were before.
///
/// # Errors
///
/// As [`delete_user`], less [`OwnedAlone`].
pub fn enable_user(uow: &dyn UnitOfWork, command: &ChangeUserState) -> Result<User, RemoveUserError> {
    switch(
        uow,
        command,
        "users.enable",
        AuditAction::UserEnabled,
        User::enabled_state,
    )
}

fn switch(
    uow: &dyn UnitOfWork,
    command: &ChangeUserState,
    name: &'static str,
    action: AuditAction,
    next: impl Fn(&User) -> UserState,
) -> Result<User, RemoveUserError> {
    let Context { actor, now, .. } = &command.context;
    authorize::<acts::Administer>(actor, &TenantTarget)?;
    settled(|| {
        atomically(uow, name, |repos| {
            let found = all_places(user_places::lock(repos, actor.tenant(), command.user)?)?;
            let found = found.ok_or(Denied::NotVisible)?;
            let state = next(&found.user);
            if state == found.user.state {
                return Ok(effects::record(
                    repos,
                    Effects::none("nothing was changed"),
                    found.user,
                )?);
            }
            if state == UserState::Disabled {
                leaves_without_owner(found.owners_left(repos)?)?;
            }
            let user = User {
                state,
                updated_at: *now,
                ..found.user.clone()
            };
            repos.users().update(&user)?;
            let record = command
                .context
                .scribe()
                .record(action, user.id)
                .about_user(user.id);
            let record = record
                .before(facts::state(found.user.state))
                .after(facts::state(state));
            Ok(effects::record(repos, Effects::one(record), user)?)
        })
    })
}
