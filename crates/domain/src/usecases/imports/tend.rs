//! What keeps the queue going: signs of life, waits and leases that are over, and the schedule.

use super::{
    Hold, ON_RECORD,
    apply::{self, IfLocked},
};
use crate::{
    effects::{self, Effects},
    ids::RunId,
    ports::{SlotKey, StoreError, UnitOfWork, atomically},
    sync::{Answer, Command},
    time::Timestamp,
};

/// Gives a sign of life for a run. `false` if it is somebody else's by now, or its time is over.
///
/// # Errors
///
/// [`StoreError`].
pub fn renew_lease(uow: &dyn UnitOfWork, hold: Hold, now: Timestamp) -> Result<bool, StoreError> {
    tend(
        uow,
        "imports.renew",
        hold.key,
        IfLocked::Wait,
        &Command::Renew { claim: hold.claim },
        now,
    )
}

/// Looks at a slot again at which something is due: a wait that is over makes it ready, a lease that has passed takes the
/// run from its worker. `false` if there was nothing to do, or somebody else is at it.
///
/// # Errors
///
/// [`StoreError`].
pub fn wake_slot(
    uow: &dyn UnitOfWork,
    key: SlotKey,
    random: u64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    tend(
        uow,
        "imports.wake",
        key,
        IfLocked::Pass,
        &Command::Wake { random },
        now,
    )
}

/// Takes a run from its worker, whatever the lease says: the caller knows that no other worker can be alive.
///
/// # Errors
///
/// [`StoreError`].
pub fn take_over(
    uow: &dyn UnitOfWork,
    key: SlotKey,
    random: u64,
    now: Timestamp,
) -> Result<bool, StoreError> {
    tend(
        uow,
        "imports.take_over",
        key,
        IfLocked::Pass,
        &Command::TakeOver { random },
        now,
    )
}

/// Queues a scheduled run, unless the account has any.
///
/// # Errors
///
/// [`StoreError`].
pub fn schedule_run(
    uow: &dyn UnitOfWork,
    key: SlotKey,
    run: RunId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    tend(
        uow,
        "imports.schedule",
        key,
        IfLocked::Pass,
        &Command::Schedule { run },
        now,
    )
}

fn tend(
    uow: &dyn UnitOfWork,
    name: &'static str,
    key: SlotKey,
    if_locked: IfLocked,
    command: &Command,
    now: Timestamp,
) -> Result<bool, StoreError> {
    atomically(uow, name, |repos| {
        let answer = apply::command(repos, key, if_locked, command, now)?;
        let is_done = answer.is_some_and(|answer| answer != Answer::Nothing);
        effects::record(repos, Effects::none(ON_RECORD), is_done)
    })
}
