//! What a server does beside answering: it writes down last uses, and clears away what is over.

use std::{
    collections::HashMap,
    io,
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use innkeeper_domain::{
    ports::{Clock, StoreError, Upkeep, Used},
    time::Timestamp,
};
use innkeeper_http::Uses;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{clock::SystemClock, one_line::with_causes, refused::Refused};

/// How often last uses are written; they may be a minute late.
const FLUSH_EVERY: Duration = Duration::from_secs(20);
/// How often what is over is deleted.
const PURGE_EVERY: Duration = Duration::from_mins(10);
/// How long the history of imports is kept.
const KEEP_RUNS: Duration = Duration::from_hours(90 * 24);
/// How long what an account had imported is kept after the account was deleted, for the case that it is added again.
const KEEP_DELETED: Duration = Duration::from_hours(90 * 24);
/// How long a message is kept that was sent, given up or cancelled. Limits look back for a day.
const KEEP_MESSAGES: Duration = Duration::from_hours(90 * 24);
/// How long a counter of calls is kept that nobody counts on; longer than the longest window.
const KEEP_BUDGETS: Duration = Duration::from_hours(7 * 24);
/// How many rows one statement deletes, so that it holds no lock for long.
const PURGE_BATCH: u32 = 1_000;
/// The most last uses kept while the store cannot take them.
const MOST_KEPT: usize = 100_000;

/// What is to be done, and with what.
pub(crate) struct Tasks {
    pub(crate) upkeep: Arc<dyn Upkeep>,
    pub(crate) uses: Arc<Uses>,
    pub(crate) measures: PrometheusHandle,
    /// What was refused to callers of this process, if it has any.
    pub(crate) refused: Option<Refused>,
    /// Whether what is over is deleted by this process.
    pub(crate) purges: bool,
}

/// The thread that does it.
pub(crate) struct Housekeeping {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Housekeeping {
    pub(crate) fn start(mut tasks: Tasks) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("housekeeping".to_owned())
            .spawn(move || {
                let mut kept = HashMap::new();
                let mut purged: Option<Instant> = None;
                while stopped.recv_timeout(FLUSH_EVERY) == Err(RecvTimeoutError::Timeout) {
                    tasks.flush(&mut kept);
                    if let Some(refused) = &mut tasks.refused {
                        refused.write_if_due();
                    }
                    tasks.measures.run_upkeep();
                    let is_due = purged.is_none_or(|at| at.elapsed() >= PURGE_EVERY);
                    if tasks.purges && is_due {
                        tasks.purge();
                        purged = Some(Instant::now());
                    }
                }
                tasks.flush(&mut kept);
                if let Some(refused) = &tasks.refused {
                    refused.write();
                }
            })?;
        Ok(Self { stop, thread })
    }

    /// Writes the last batch and ends.
    pub(crate) fn finish(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("housekeeping broke off");
        }
    }
}

impl Tasks {
    /// Writes last uses down. What the store does not take now is kept for the next time.
    fn flush(&self, kept: &mut HashMap<Used, Timestamp>) {
        for (used, at) in self.uses.take() {
            let latest = kept.entry(used).or_insert(at);
            *latest = at.max(*latest);
        }
        if kept.is_empty() {
            return;
        }
        let batch: Vec<_> = kept.iter().map(|(used, at)| (*used, *at)).collect();
        match self.upkeep.record_uses(&batch) {
            Ok(()) => kept.clear(),
            Err(error) => {
                report("last uses were not written", &error);
                if kept.len() > MOST_KEPT {
                    kept.clear();
                }
            }
        }
    }

    /// Deletes what is over.
    fn purge(&self) {
        let now = SystemClock.now();
        let upkeep = &*self.upkeep;
        purge("access tokens", |limit| upkeep.purge_access_tokens(now, limit));
        purge("tokens of channels", |limit| {
            upkeep.purge_channel_tokens(now, limit)
        });
        purge("imports", |limit| upkeep.purge_runs(now - KEEP_RUNS, limit));
        purge("records of deleted accounts", |limit| {
            upkeep.purge_deleted_accounts(now - KEEP_DELETED, limit)
        });
        purge("messages", |limit| {
            upkeep.purge_messages(now - KEEP_MESSAGES, limit)
        });
        purge("budgets", |limit| upkeep.purge_budgets(now - KEEP_BUDGETS, limit));
    }
}

/// Deletes batch by batch until there is no more.
fn purge(what: &'static str, batch: impl Fn(u32) -> Result<u32, StoreError>) {
    let mut deleted = 0_u64;
    loop {
        match batch(PURGE_BATCH) {
            Ok(count) => {
                deleted += u64::from(count);
                if count < PURGE_BATCH {
                    break;
                }
            }
            Err(error) => {
                report("what is over was not all deleted", &error);
                break;
            }
        }
    }
    if deleted > 0 {
        tracing::info!(kind = what, deleted, "deleted {deleted} {what} that are over");
    }
}

fn report(what: &str, error: &StoreError) {
    tracing::warn!(error = with_causes(error), "{what}");
}
