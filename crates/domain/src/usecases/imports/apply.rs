//! Storing what the slot protocol decided.

use crate::{
    access::Subject,
    accounts::{ChannelFault, ChannelSlug, Health, HealthState},
    ids::{AccountId, RunId, TenantId},
    ports::{Repos, SlotKey, StoreError},
    sync::{self, Answer, Command, Outcome, RunChange, Slot, Step},
    time::Timestamp,
};

/// What to do about a slot that somebody else has locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfLocked {
    /// Wait for it.
    Wait,
    /// Leave it to them.
    Pass,
}

/// Locks a slot, decides a worker's command on it, and stores what that leads to. `None` if it was refused.
pub(super) fn command(
    repos: &mut dyn Repos,
    SlotKey { tenant, account }: SlotKey,
    if_locked: IfLocked,
    command: &Command,
    now: Timestamp,
) -> Result<Option<Answer>, StoreError> {
    let slot = match if_locked {
        IfLocked::Wait => repos.slots().lock(tenant, account)?,
        IfLocked::Pass => repos.slots().lock_if_free(tenant, account)?,
    };
    let Some(slot) = slot else { return Ok(None) };
    match sync::decide(Some(&slot), command, now) {
        Ok(step) => {
            store(repos, &slot, &step, None, now)?;
            Ok(Some(step.answer))
        }
        Err(_refusal) => Ok(None),
    }
}

/// Stores the step that begins an account's slot.
pub(in crate::usecases) fn begin(
    repos: &mut dyn Repos,
    decided: &Step,
    channel: &ChannelSlug,
    requested_by: Subject,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(slot) = &decided.slot else {
        return Err(StoreError::failed("a slot was begun without a slot"));
    };
    repos.slots().insert(slot, channel, now)?;
    repos
        .runs()
        .apply(slot.tenant, slot.account, &decided.runs, Some(requested_by))
}

/// Stores a step: the slot, the runs, and of a run that is over, what it did and what that means for its account.
/// `before` is the slot as it was locked.
pub(in crate::usecases) fn store(
    repos: &mut dyn Repos,
    before: &Slot,
    decided: &Step,
    requested_by: Option<Subject>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (tenant, account) = (before.tenant, before.account);
    match &decided.slot {
        // A slot that has become ready is the same, but its place in the queue is not.
        Some(slot) if slot != before || decided.answer == Answer::Ready => repos.slots().update(slot, now)?,
        Some(_) => {}
        None => repos.slots().remove(tenant, account)?,
    }
    if !decided.runs.is_empty() {
        repos.runs().apply(tenant, account, &decided.runs, requested_by)?;
    }
    for change in &decided.runs {
        match change {
            RunChange::Ended { outcome, at, .. } => ended(repos, (tenant, account), change, (*outcome, *at))?,
            RunChange::Cancelled { run, .. } => drop(keep_progress(repos, tenant, *run)?),
            RunChange::Queued { .. }
            | RunChange::Superseded { .. }
            | RunChange::Running { .. }
            | RunChange::Waiting { .. } => {}
        }
    }
    Ok(())
}

/// What is left of a run's checkpoint when it is over.
#[derive(Clone, Copy, Debug)]
struct Progress {
    listings_ready_at: Option<Timestamp>,
    sweep_stopped: bool,
    /// Whether all was imported recently, so that nothing was read and nothing is proved.
    all_skipped: bool,
}

/// Moves what a run did from its checkpoint to its row.
fn keep_progress(
    repos: &mut dyn Repos,
    tenant: TenantId,
    run: RunId,
) -> Result<Option<Progress>, StoreError> {
    let Some(checkpoint) = repos.imports().checkpoint(tenant, run)? else {
        return Ok(None);
    };
    repos.runs().keep_counts(tenant, run, &checkpoint.counts)?;
    repos.imports().forget_progress(tenant, run)?;
    Ok(Some(Progress {
        listings_ready_at: checkpoint.listings_ready_at,
        sweep_stopped: checkpoint.sweep_stopped,
        all_skipped: checkpoint.counts.listings_skipped > 0 && checkpoint.counts.listings_done == 0,
    }))
}

fn ended(
    repos: &mut dyn Repos,
    (tenant, account): (TenantId, AccountId),
    change: &RunChange,
    (outcome, at): (Outcome, Timestamp),
) -> Result<(), StoreError> {
    let progress = keep_progress(repos, tenant, change.run())?;
    let Some(mut account) = repos.accounts().lock(tenant, account)? else {
        return Ok(());
    };
    let imports = &mut account.imports;
    imports.past = imports.past.after(change);
    imports.listings_ready_at = imports
        .listings_ready_at
        .or(progress.and_then(|it| it.listings_ready_at));
    if outcome.is_success() {
        imports.reservations_ready_at = imports.reservations_ready_at.or(Some(at));
    }
    account.health = health_after(account.health, outcome, progress, at);
    account.updated_at = at;
    repos.accounts().update(&account)
}

fn health_after(health: Health, outcome: Outcome, progress: Option<Progress>, now: Timestamp) -> Health {
    match outcome {
        Outcome::Succeeded if progress.is_some_and(|it| it.sweep_stopped) => {
            health.becoming(HealthState::Degraded, Some(ChannelFault::BadResponse), now)
        }
        Outcome::Succeeded
            if health.state == HealthState::Degraded && progress.is_some_and(|it| it.all_skipped) =>
        {
            health
        }
        Outcome::Succeeded => health.becoming(HealthState::Healthy, None, now),
        Outcome::PartiallySucceeded => {
            health.becoming(HealthState::Degraded, Some(ChannelFault::BadResponse), now)
        }
        Outcome::Failed(fault) => match HealthState::after(fault) {
            // What needs the person is not covered up by what passes by itself.
            Some(state) if health.state.is_valid() || !state.is_valid() => {
                health.becoming(state, Some(fault), now)
            }
            Some(_) | None => health,
        },
    }
}

/// A page came in: the channel answers, and takes the credentials. The account fares again as its last run left it.
pub(super) fn answered(
    repos: &mut dyn Repos,
    SlotKey { tenant, account }: SlotKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(mut account) = repos.accounts().lock(tenant, account)? else {
        return Ok(());
    };
    if account.health.state.ends_with_a_page() {
        account.health = health_between(account.health, account.imports.past.last_outcome, now);
        account.updated_at = now;
        repos.accounts().update(&account)?;
    }
    Ok(())
}

fn health_between(health: Health, last: Option<Outcome>, now: Timestamp) -> Health {
    let lasting = match last {
        Some(Outcome::PartiallySucceeded) => Some(ChannelFault::BadResponse),
        Some(Outcome::Failed(fault)) => Some(fault),
        Some(Outcome::Succeeded) | None => None,
    };
    match lasting.filter(|fault| HealthState::after(*fault) == Some(HealthState::Degraded)) {
        Some(fault) => health.becoming(HealthState::Degraded, Some(fault), now),
        None => health.becoming(HealthState::Healthy, None, now),
    }
}
