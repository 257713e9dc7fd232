//! Taking runs away from threads that are stuck.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use innkeeper_domain::{accounts::ChannelFault, sync::Pause, usecases::park_run};

use super::{Places, shared::Shared};
use crate::{entropy, one_line::with_causes};

/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How long a run may go without storing a page while a thread works on it. Every call ends before.
pub(super) const LONGEST_PAGE: Duration = Duration::from_mins(5);

/// Hands the runs of stuck threads back. Such a thread cannot be ended; what it still writes is refused, and another
/// takes its place.
pub(super) fn tick(shared: &Arc<Shared>, places: &Places) -> Duration {
    for held in shared.held.all() {
        if held.is_abandoned() || held.stuck_for() < LONGEST_PAGE {
            continue;
        }
        held.abandon();
        // If it was to try whether its channel works again, another run must.
        shared.circuits.left(held.hold.claim, Instant::now());
        tracing::error!(run.id = %held.hold.run, "an import is stuck; it is handed back");
        metrics::counter!("innkeeper_sync_stuck_total").increment(1);
        let pause = Pause::Failed(ChannelFault::Internal);
        let parked = park_run(
            &*shared.ports.tending,
            held.hold,
            pause,
            entropy::word(),
            shared.now(),
        );
        if let Err(error) = parked {
            // Its lease passes, as nobody renews it.
            tracing::warn!(run.id = %held.hold.run, error = with_causes(&error), "a stuck import was not handed back");
        }
        places.replace(shared, held.order);
    }
    LOOK_EVERY
}
