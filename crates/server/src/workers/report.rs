//! What is said of runs: in the log, without anything that a channel said or was told, and in metrics.

use innkeeper_domain::{
    ports::SlotKey,
    sync::Started,
    usecases::{ImportEnd, Left},
};

use super::held::Held;

/// A worker took it.
pub(super) fn taken(held: &Held, started: &Started) {
    let (account, run) = (held.hold.key.account, held.hold.run);
    tracing::info!(
        account.id = %account, run.id = %run, run.kind = started.kind.as_str(), run.attempt = started.attempt,
        "an import begins or goes on"
    );
    if started.attempt == 1 && started.progress == 0 {
        let waited = started.started_at.since(started.first_requested_at);
        metrics::histogram!("innkeeper_sync_queue_lag_seconds").record(waited.as_secs_f64());
    }
}

/// The worker let go of it.
pub(super) fn let_go(held: &Held, end: &ImportEnd) {
    let (account, run) = (held.hold.key.account, held.hold.run);
    let code = end.failure.map(|failure| failure.fault.as_str());
    let outcome = match end.left {
        Left::Ended(outcome) => {
            let outcome = outcome.state().as_str();
            tracing::info!(account.id = %account, run.id = %run, outcome, code, "an import ended: {outcome}");
            outcome
        }
        Left::Waiting(reason, until) => {
            let reason = reason.as_str();
            tracing::info!(account.id = %account, run.id = %run, %until, code, "an import waits: {reason}");
            reason
        }
        Left::Lost => {
            tracing::info!(account.id = %account, run.id = %run, "an import is not ours any more");
            "lost"
        }
    };
    metrics::counter!("innkeeper_sync_runs_total", "outcome" => outcome).increment(1);
}

/// Something of ours failed in the middle.
pub(super) fn broke_off(held: &Held, why: &str) {
    let (account, run) = (held.hold.key.account, held.hold.run);
    tracing::error!(account.id = %account, run.id = %run, error = why, "an import broke off");
}

/// A slot is there that nobody can work on.
pub(super) fn unreadable(key: SlotKey, why: &str) {
    tracing::error!(
        tenant.id = %key.tenant, account.id = %key.account, error = why,
        "an account's place in the queue cannot be read, and is passed over"
    );
}
