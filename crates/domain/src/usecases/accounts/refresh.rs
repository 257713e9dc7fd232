//! Asking for fresh data.

use crate::{
    access::{Denied, UserTarget, acts, admit, authorize},
    accounts::AccountState,
    effects::{self, AuditAction, Effects},
    ids::{AccountId, RunId, UserId},
    ports::{StoreError, UnitOfWork, atomically},
    sync::{self, Answer, Command, Disposition, IfRunning, Refresh, Refusal, Threshold},
    usecases::{context::Context, facts, imports::apply},
};

/// A refresh that is asked for.
#[derive(Clone, Debug)]
pub struct RefreshAccount {
    /// The request.
    pub context: Context,
    /// Whose account.
    pub user: UserId,
    /// Which.
    pub account: AccountId,
    /// Listings imported less than that long ago are skipped.
    pub threshold: Threshold,
    /// What to do if a run has started.
    pub if_running: IfRunning,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refreshed {
    /// The run that will do it.
    pub run: RunId,
    /// How.
    pub disposition: Disposition,
}

/// Why a refresh was not queued.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The actor may not, or cannot see the account.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A run has started.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Queues a refresh ahead of all other work. It takes the place of a pending one that has not started.
///
/// # Errors
///
/// [`RefreshError`]; [`Refusal::InProgress`] if a run has started, unless it is to be queued behind that.
pub fn refresh_account(uow: &dyn UnitOfWork, command: &RefreshAccount) -> Result<Refreshed, RefreshError> {
    let Context { actor, now, .. } = &command.context;
    let tenant = actor.tenant();
    admit::<acts::WriteAccounts>(actor)?;
    let target = |exists| UserTarget {
        user: command.user,
        exists,
    };
    // Judged as if it were there before anything is locked: a wait would tell a stranger what is there.
    authorize::<acts::WriteAccounts>(actor, &target(true))?;
    atomically(uow, "accounts.refresh", |repos| {
        let found = repos.accounts().find(tenant, command.account)?;
        let found =
            found.filter(|account| account.user == command.user && account.state == AccountState::Active);
        authorize::<acts::WriteAccounts>(actor, &target(found.is_some()))?;
        let account = found.ok_or(Denied::NotVisible)?;
        // There is a slot exactly as long as the account is not deleted.
        let slot = repos.slots().lock(tenant, account.id)?;
        let slot = slot.ok_or(Denied::NotVisible)?;
        let mut scribe = command.context.scribe();
        let wish = Refresh {
            run: scribe.id(),
            threshold: command.threshold,
            if_running: command.if_running,
            not_before: None,
        };
        let step = sync::decide(Some(&slot), &Command::Refresh(wish), *now)?;
        let Answer::Accepted { run, disposition } = step.answer else {
            return Err(StoreError::failed("a refresh was neither accepted nor refused").into());
        };
        apply::store(repos, &slot, &step, Some(actor.subject()), *now)?;
        let record = scribe
            .record(AuditAction::AccountRefreshRequested, account.id)
            .about_user(account.user);
        let effects = Effects::one(record.after(facts::of_refresh(run, disposition, command.threshold)));
        Ok(effects::record(repos, effects, Refreshed { run, disposition })?)
    })
}
