//! Letting go of a run: at its end, or for a while.

use super::{
    Hold, ON_RECORD,
    apply::{self, IfLocked},
};
use crate::{
    accounts::{ChannelFault, HealthState},
    effects::{self, Effects},
    ports::{Repos, SlotKey, StoreError, UnitOfWork, atomically},
    sync::{Answer, Command, Outcome, Pause, WaitReason},
    time::Timestamp,
};

/// What became of a run that was let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is over.
    Ended(Outcome),
    /// It waits, and goes on from where it was.
    Waiting(WaitReason, Timestamp),
    /// It was somebody else's already, or its account was deleted.
    Lost,
}

/// Waits this long show in the account's health.
const SHOWN_AFTER: std::time::Duration = std::time::Duration::from_mins(1);

/// Ends a run.
///
/// # Errors
///
/// [`StoreError`].
pub fn finish_run(
    uow: &dyn UnitOfWork,
    hold: Hold,
    outcome: Outcome,
    now: Timestamp,
) -> Result<Left, StoreError> {
    let command = Command::Finish {
        claim: hold.claim,
        outcome,
    };
    leave(uow, "imports.finish", hold, &command, None, now)
}

/// Gives a run back for a while. Too many failed tries end it instead.
///
/// # Errors
///
/// [`StoreError`].
pub fn park_run(
    uow: &dyn UnitOfWork,
    hold: Hold,
    pause: Pause,
    random: u64,
    now: Timestamp,
) -> Result<Left, StoreError> {
    let command = Command::Park {
        claim: hold.claim,
        pause,
        random,
    };
    let fault = match pause {
        Pause::RateLimited { .. } => Some(ChannelFault::RateLimited),
        Pause::Failed(fault) => Some(fault),
        Pause::Yield => None,
    };
    leave(uow, "imports.park", hold, &command, fault, now)
}

/// Ends a run whose account's credentials cannot be opened, and says so in the account's health.
///
/// # Errors
///
/// [`StoreError`].
pub fn end_unreadable(uow: &dyn UnitOfWork, hold: Hold, now: Timestamp) -> Result<Left, StoreError> {
    let command = Command::Finish {
        claim: hold.claim,
        outcome: Outcome::Failed(ChannelFault::Internal),
    };
    atomically(uow, "imports.end_unreadable", |repos| {
        let left = match apply::command(repos, hold.key, IfLocked::Wait, &command, now)? {
            Some(Answer::Ended(outcome)) => {
                let SlotKey { tenant, account } = hold.key;
                if let Some(mut account) = repos.accounts().lock(tenant, account)? {
                    let fault = Some(ChannelFault::Internal);
                    account.health = account.health.becoming(HealthState::Unreadable, fault, now);
                    repos.accounts().update(&account)?;
                }
                Left::Ended(outcome)
            }
            Some(_) | None => Left::Lost,
        };
        effects::record(repos, Effects::none(ON_RECORD), left)
    })
}

fn leave(
    uow: &dyn UnitOfWork,
    name: &'static str,
    hold: Hold,
    command: &Command,
    fault: Option<ChannelFault>,
    now: Timestamp,
) -> Result<Left, StoreError> {
    atomically(uow, name, |repos| {
        let left = match apply::command(repos, hold.key, IfLocked::Wait, command, now)? {
            Some(Answer::Ended(outcome)) => Left::Ended(outcome),
            Some(Answer::Waiting { reason, until }) => {
                show(repos, hold.key, fault, until, now)?;
                Left::Waiting(reason, until)
            }
            Some(_) | None => Left::Lost,
        };
        effects::record(repos, Effects::none(ON_RECORD), left)
    })
}

/// Shows in the account's health that a run waits for its channel, once that is no short wait.
fn show(
    repos: &mut dyn Repos,
    SlotKey { tenant, account }: SlotKey,
    fault: Option<ChannelFault>,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let state = match fault {
        Some(ChannelFault::RateLimited) if until.since(now) >= SHOWN_AFTER => HealthState::RateLimited,
        Some(ChannelFault::Unavailable) => HealthState::ChannelDown,
        Some(_) | None => return Ok(()),
    };
    let Some(mut account) = repos.accounts().lock(tenant, account)? else {
        return Ok(());
    };
    // What needs the person is not covered up by what passes by itself.
    if account.health.state.is_valid() {
        account.health = account.health.becoming(state, fault, now);
        account.updated_at = now;
        repos.accounts().update(&account)?;
    }
    Ok(())
}
