//! Taking a run, and reading what its worker needs.

use super::{
    ON_RECORD,
    apply::{self, IfLocked},
};
use crate::{
    accounts::{Account, AccountState, Credentials},
    effects::{self, Effects},
    ids::{AccountId, ClaimId, RunId, WorkerId},
    imports::Checkpoint,
    ports::{SlotKey, StoreError, UnitOfWork, atomically},
    sync::{Answer, Command, Started},
    time::Timestamp,
};

/// A worker's hold on a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The slot.
    pub key: SlotKey,
    /// The run.
    pub run: RunId,
    /// The claim.
    pub claim: ClaimId,
}

/// A run that a worker has, with what it needs.
#[derive(Clone, Debug)]
pub struct Work {
    /// The hold.
    pub hold: Hold,
    /// The run.
    pub started: Started,
    /// The account.
    pub account: Account,
    /// Its credentials.
    pub credentials: Credentials,
    /// How far the run has come.
    pub checkpoint: Checkpoint,
}

/// Takes the run that is ready at a slot; `None` if there is none, or somebody was faster. The same claim asked for again
/// is told again.
///
/// # Errors
///
/// [`StoreError`].
pub fn take_run(
    uow: &dyn UnitOfWork,
    key: SlotKey,
    (claim, worker): (ClaimId, WorkerId),
    now: Timestamp,
) -> Result<Option<Started>, StoreError> {
    atomically(uow, "imports.take", |repos| {
        let command = Command::Claim { claim, worker };
        let taken = match apply::command(repos, key, IfLocked::Pass, &command, now)? {
            Some(Answer::Claimed(started)) => Some(started),
            Some(_) | None => None,
        };
        effects::record(repos, Effects::none(ON_RECORD), taken)
    })
}

/// Reads what the worker of a run needs; `None` if the account is not there any more.
///
/// # Errors
///
/// [`StoreError`]; [`StoreError::Corrupt`] if the credentials cannot be opened, or are not there.
pub fn load_work(uow: &dyn UnitOfWork, hold: Hold, started: Started) -> Result<Option<Work>, StoreError> {
    let SlotKey { tenant, account } = hold.key;
    atomically(uow, "imports.load", |repos| {
        let found = repos.accounts().find(tenant, account)?;
        let credentials = repos.accounts().credentials(tenant, account)?;
        let checkpoint = repos.imports().checkpoint(tenant, hold.run)?;
        let work = match found.filter(|found| found.state == AccountState::Active) {
            None => None,
            Some(account) => Some(Work {
                hold,
                started,
                credentials: credentials.ok_or_else(|| no_credentials(account.id))?,
                account,
                checkpoint: checkpoint.unwrap_or(Checkpoint::start(tenant, hold.run)),
            }),
        };
        effects::record(repos, Effects::none(ON_RECORD), work)
    })
}

/// Without credentials a run can do as little as with those that cannot be opened.
fn no_credentials(account: AccountId) -> StoreError {
    StoreError::Corrupt {
        table: "account_credentials",
        id: account.to_string(),
        what: "there is no row".to_owned(),
    }
}
