//! The one function.

use crate::{
    sync::{Command, Refusal, Slot, Step, ends, requests, takes, wakes},
    time::Timestamp,
};

/// Decides a command on a slot, as read under its lock; `None` if the account has none.
///
/// # Errors
///
/// [`Refusal`] says why not. Nothing is to be stored then.
pub fn decide(slot: Option<&Slot>, command: &Command, now: Timestamp) -> Result<Step, Refusal> {
    if let Command::Create(wish) = command {
        return requests::create(slot, wish, now);
    }
    let slot = slot.ok_or(Refusal::NoSlot)?;
    match *command {
        Command::Create(_) => Err(Refusal::SlotExists),
        Command::Refresh(wish) => requests::refresh(slot, wish, now),
        Command::Schedule { run } => Ok(requests::schedule(slot, run, now)),
        Command::Claim { claim, worker } => takes::claim(slot, claim, worker, now),
        Command::Fence { claim } => takes::fence(slot, claim, now),
        Command::Renew { claim } => takes::renew(slot, claim, now),
        Command::Park { claim, pause, random } => ends::park(slot, claim, pause, random, now),
        Command::Finish { claim, outcome } => ends::finish(slot, claim, outcome, now),
        Command::Wake { random } => Ok(wakes::wake(slot, random, now)),
        Command::TakeOver { random } => Ok(wakes::take_over(slot, random, now)),
        Command::Delete => Ok(ends::delete(slot, now)),
    }
}
