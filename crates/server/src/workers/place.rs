//! One place of the workers: a thread that takes a run, works on it, and looks for the next.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use innkeeper_domain::{
    accounts::ChannelFault,
    ids::ClaimId,
    ports::{PickOrder, SlotKey, StoreError},
    sync::{Pause, Started},
    usecases::{
        Hold, ImportEnd, ImportPorts, Left, end_unreadable, load_work, park_run, run_import, take_run,
    },
};

use super::{
    held::Held,
    report,
    shared::{Shared, about},
    watch::{Observed, RunWatch},
};
use crate::{entropy, one_line::with_causes};

/// How often an idle place looks for work; when work comes, a bell rings.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it looks while there is something to do.
const LOOK_EVERY_WHEN_BUSY: Duration = Duration::from_millis(250);
/// For how long after its last run a place counts as busy.
const BUSY: Duration = Duration::from_secs(5);
/// How many slots it looks at, for the case that others are faster.
const CANDIDATES: u32 = 8;

/// Works until it is told to stop. A place that was given up while it was stuck ends when it comes back: another works
/// in its stead.
pub(super) fn work(shared: &Arc<Shared>, order: PickOrder) {
    let mut last: Option<Instant> = None;
    let mut is_failing = false;
    while !shared.bell.is_closed() {
        match take(shared, order) {
            Ok(Some((held, started))) => {
                is_failing = false;
                let is_abandoned = carry_out(shared, &held, started);
                if is_abandoned {
                    return;
                }
                last = Some(Instant::now());
                continue;
            }
            Ok(None) => is_failing = false,
            Err(error) => {
                // Once, until it works again: the store's own troubles are told elsewhere.
                if !is_failing {
                    tracing::warn!(error = with_causes(&error), "the queue cannot be read");
                }
                is_failing = true;
            }
        }
        let is_busy = last.is_some_and(|at| at.elapsed() < BUSY);
        let pause = if is_busy { LOOK_EVERY_WHEN_BUSY } else { LOOK_EVERY };
        shared.bell.wait(about(pause));
    }
}

/// Takes the first run that nobody else takes before.
pub(super) fn take(shared: &Shared, order: PickOrder) -> Result<Option<(Arc<Held>, Started)>, StoreError> {
    let shut = shared.circuits.shut(Instant::now());
    for key in shared.ports.queue.ready(order, &shut, CANDIDATES)? {
        if shared.bell.is_closed() {
            break;
        }
        let claim = Shared::fresh();
        let asked = Instant::now();
        let taken = match claim_slot(shared, key, claim) {
            // One slot that cannot be read keeps nobody else's waiting.
            Err(error @ StoreError::Corrupt { .. }) => {
                if shared.is_first_time(key) {
                    report::unreadable(key, &with_causes(&error));
                }
                continue;
            }
            outcome => outcome?,
        };
        if let Some(started) = taken {
            let mine = Hold {
                key,
                run: started.run,
                claim,
            };
            let held = Arc::new(Held::new(mine, order, started.deadline, asked));
            shared.held.add(&held);
            return Ok(Some((held, started)));
        }
    }
    Ok(None)
}

/// Whether a claim was stored may be unknown; asked again with the same id, the same is told.
fn claim_slot(shared: &Shared, key: SlotKey, claim: ClaimId) -> Result<Option<Started>, StoreError> {
    let take = || {
        take_run(
            &*shared.ports.uow,
            key,
            (claim, shared.worker),
            shared.clock.now(),
        )
    };
    match take() {
        Err(error) if error.is_passing() => take(),
        outcome => outcome,
    }
}

/// Works on a run that was taken, and says whether this thread was given up meanwhile.
fn carry_out(shared: &Shared, held: &Held, started: Started) -> bool {
    report::taken(held, &started);
    let outcome = catch_unwind(AssertUnwindSafe(|| import(shared, held, started)));
    let end = match outcome {
        Ok(Ok(end)) => Some(end),
        Ok(Err(error)) => {
            report::broke_off(held, &with_causes(&error));
            give_back(shared, held)
        }
        Err(_panic) => {
            // The place of the panic is in the log already.
            report::broke_off(held, "a panic");
            give_back(shared, held)
        }
    };
    shared.held.remove(held);
    if let Some(end) = end {
        report::let_go(held, &end);
        if let Left::Waiting(_, until) = end.left {
            shared.look_in(until.since(shared.clock.now()) + Duration::from_millis(5));
        }
    }
    held.is_abandoned()
}

fn import(shared: &Shared, held: &Held, started: Started) -> Result<ImportEnd, StoreError> {
    let uow = &*shared.ports.uow;
    let ended = |left| ImportEnd { left, failure: None };
    let work = match load_work(uow, held.hold, started) {
        Ok(Some(work)) => work,
        Ok(None) => return Ok(ended(Left::Lost)),
        Err(error @ StoreError::Corrupt { .. }) => {
            report::broke_off(held, &with_causes(&error));
            return end_unreadable(uow, held.hold, shared.clock.now()).map(ended);
        }
        Err(error) => return Err(error),
    };
    let (channel, claim) = (work.account.channel.clone(), held.hold.claim);
    if !shared.circuits.admits(&channel, claim, Instant::now()) {
        let now = shared.clock.now();
        return park_run(uow, held.hold, Pause::Yield, entropy::word(), now).map(ended);
    }
    let gateway = Observed {
        gateway: &*shared.ports.gateway,
        circuits: &shared.circuits,
        claim,
    };
    let watch = RunWatch {
        shared,
        held,
        channel: &channel,
    };
    let ports = ImportPorts {
        uow,
        gateway: &gateway,
        watch: &watch,
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| run_import(ports, work)));
    shared.circuits.left(claim, Instant::now());
    outcome.unwrap_or_else(|_panic| Err(StoreError::failed("a panic")))
}

/// After a failure of ours the run waits as after any failed try. If that cannot be stored either, its lease passes.
fn give_back(shared: &Shared, held: &Held) -> Option<ImportEnd> {
    let pause = Pause::Failed(ChannelFault::Internal);
    let now = shared.clock.now();
    let parked = park_run(&*shared.ports.uow, held.hold, pause, entropy::word(), now);
    parked.ok().map(|left| ImportEnd { left, failure: None })
}
