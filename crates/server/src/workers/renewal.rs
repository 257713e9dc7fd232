//! Signs of life for the runs that this process has, beside those that each stored page is.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use innkeeper_domain::{sync::lease::RENEW_EVERY, usecases::renew_lease};

use super::shared::Shared;
use crate::one_line::with_causes;

/// How often it looks which runs have been silent.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Renews what would be silent for too long at the next look.
pub(super) fn tick(shared: &Arc<Shared>) -> Duration {
    for held in shared.held.all() {
        if held.is_lost() || held.silent_for() + LOOK_EVERY < RENEW_EVERY {
            continue;
        }
        let asked = Instant::now();
        match renew_lease(&*shared.ports.tending, held.hold, shared.now()) {
            Ok(true) => held.confirmed(asked),
            Ok(false) => held.lose(),
            // Its calls end by themselves when it has been silent for too long.
            Err(error) => tracing::warn!(
                run.id = %held.hold.run, error = with_causes(&error), "a sign of life was not stored"
            ),
        }
    }
    LOOK_EVERY
}
