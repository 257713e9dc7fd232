//! Deleting an account: at once, whatever is under way.

use crate::{
    access::{Denied, UserTarget, acts, admit, authorize},
    accounts::{Account, AccountState},
    effects::{self, AuditAction, AuditRecord, Effects},
    ids::{AccountId, UserId},
    ports::{Repos, StoreError, UnitOfWork, atomically},
    sync::{self, Command},
    time::Timestamp,
    usecases::{
        context::{Context, Scribe},
        facts,
        imports::apply,
    },
};

/// An account to delete.
#[derive(Clone, Debug)]
pub struct DeleteAccount {
    /// The request.
    pub context: Context,
    /// Whose account.
    pub user: UserId,
    /// Which.
    pub account: AccountId,
}

/// Why an account was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteAccountError {
    /// The actor may not, or cannot see the account.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Deletes an account. What is pending or under way is cancelled in the same transaction, so that nothing is imported
/// once it is committed (I8), the credentials are destroyed, and the address is erased. What was imported stays, for the
/// case that the account is added again.
///
/// # Errors
///
/// [`DeleteAccountError`].
pub fn delete_account(uow: &dyn UnitOfWork, command: &DeleteAccount) -> Result<(), DeleteAccountError> {
    let Context { actor, now, .. } = &command.context;
    let tenant = actor.tenant();
    admit::<acts::WriteAccounts>(actor)?;
    let target = |exists| UserTarget {
        user: command.user,
        exists,
    };
    authorize::<acts::WriteAccounts>(actor, &target(true))?;
    atomically(uow, "accounts.delete", |repos| {
        let found = repos.accounts().find(tenant, command.account)?;
        let is_theirs = found.is_some_and(|account| account.user == command.user);
        let mut scribe = command.context.scribe();
        let ended = if is_theirs {
            end_account(repos, &mut scribe, command.account, (actor.tenant(), *now))?
        } else {
            None
        };
        authorize::<acts::WriteAccounts>(actor, &target(ended.is_some()))?;
        let record = ended.ok_or(Denied::NotVisible)?;
        Ok(effects::record(repos, Effects::one(record), ())?)
    })
}

/// Ends one account, and returns the record of that; `None` if it is deleted already.
pub(in crate::usecases) fn end_account(
    repos: &mut dyn Repos,
    scribe: &mut Scribe<'_>,
    account: AccountId,
    (tenant, now): (crate::ids::TenantId, Timestamp),
) -> Result<Option<AuditRecord>, StoreError> {
    let slot = repos.slots().lock(tenant, account)?;
    let Some(account) = repos.accounts().lock(tenant, account)? else {
        return Ok(None);
    };
    if account.state != AccountState::Active {
        return Ok(None);
    }
    // An active account has a slot. This one came back between the two locks, and its slot is not locked.
    let slot = slot.ok_or(StoreError::Busy)?;
    let step = sync::decide(Some(&slot), &Command::Delete, now)
        .map_err(|refusal| StoreError::failed(refusal.to_string()))?;
    apply::store(repos, &slot, &step, None, now)?;
    let deleted = Account {
        state: AccountState::Deleted { at: now },
        // Whoever adds it again is told them again.
        channel_display_id: None,
        email: None,
        updated_at: now,
        ..account
    };
    repos.accounts().update(&deleted)?;
    repos.accounts().destroy_credentials(tenant, deleted.id)?;
    let record = scribe
        .record(AuditAction::AccountDeleted, deleted.id)
        .about_user(deleted.user);
    Ok(Some(record.before(facts::of_account(&deleted))))
}
