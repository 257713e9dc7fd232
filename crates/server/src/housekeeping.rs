//! What a server does beside answering: it writes down last uses, and clears away tokens that are over.

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

use crate::{application::Background, clock::SystemClock, one_line::with_causes};

/// How often last uses are written; they may be a minute late.
const FLUSH_EVERY: Duration = Duration::from_secs(20);
/// How often expired tokens are deleted.
const PURGE_EVERY: Duration = Duration::from_mins(10);
/// How many tokens one statement deletes, so that it holds no lock for long.
const PURGE_BATCH: u32 = 1_000;
/// The most last uses kept while the store cannot take them.
const MOST_KEPT: usize = 100_000;

/// What is to be done, and with what.
pub(crate) struct Tasks {
    pub(crate) upkeep: Arc<dyn Upkeep>,
    pub(crate) uses: Arc<Uses>,
    pub(crate) measures: PrometheusHandle,
    pub(crate) background: Background,
}

/// The thread that does it.
pub(crate) struct Housekeeping {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Housekeeping {
    pub(crate) fn start(tasks: Tasks) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("housekeeping".to_owned())
            .spawn(move || {
                let mut kept = HashMap::new();
                let mut purged: Option<Instant> = None;
                while stopped.recv_timeout(FLUSH_EVERY) == Err(RecvTimeoutError::Timeout) {
                    tasks.flush(&mut kept);
                    tasks.measures.run_upkeep();
                    let is_due = purged.is_none_or(|at| at.elapsed() >= PURGE_EVERY);
                    if tasks.background == Background::Here && is_due {
                        tasks.purge();
                        purged = Some(Instant::now());
                    }
                }
                tasks.flush(&mut kept);
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

    /// Deletes expired tokens, batch by batch, until there are no more.
    fn purge(&self) {
        let now = SystemClock.now();
        let mut deleted = 0_u64;
        loop {
            match self.upkeep.purge_access_tokens(now, PURGE_BATCH) {
                Ok(count) => {
                    deleted += u64::from(count);
                    if count < PURGE_BATCH {
                        break;
                    }
                }
                Err(error) => {
                    report("expired tokens were not all deleted", &error);
                    break;
                }
            }
        }
        if deleted > 0 {
            tracing::info!(
                tokens.deleted = deleted,
                "deleted {deleted} expired access tokens"
            );
        }
    }
}

fn report(what: &str, error: &StoreError) {
    tracing::warn!(error = with_causes(error), "{what}");
}
