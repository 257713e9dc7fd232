//! The sealing of the record, in the background of every process that works in the background. Any number of them may:
//! a lease lets one at a time seal the records of a tenant.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use innkeeper_domain::{
    ids::{Id, TenantId},
    ports::{Entropy, Ledger, PageRequest, Queries, RunQueue, StoreError},
    record::ChainKey,
    usecases::seal_records,
};

use crate::{
    entropy::OsEntropy,
    one_line::with_causes,
    workers::{Bell, Ticker},
};

/// How often new records are looked for. They should all have seals within a minute.
const EVERY: Duration = Duration::from_secs(10);
/// The most batches of one tenant before the others have their turn.
const BATCHES: u32 = 20;
/// How many tenants are read at a time.
const TENANTS: u32 = 500;

/// What it works with.
#[derive(Clone)]
pub(crate) struct SealPorts {
    pub(crate) ledger: Arc<dyn Ledger>,
    pub(crate) queries: Arc<dyn Queries>,
    pub(crate) queue: Arc<dyn RunQueue>,
    pub(crate) key: ChainKey,
}

/// The thread that seals.
pub(crate) struct Sealer {
    ticker: Ticker,
    stopping: Arc<AtomicBool>,
}

impl Sealer {
    pub(crate) fn start(ports: SealPorts) -> io::Result<Self> {
        let stopping = Arc::new(AtomicBool::new(false));
        let stops = stopping.clone();
        let ticker = Ticker::start("sealer", Arc::new(Bell::new(1)), move || {
            if let Err(error) = ports.round(&stops) {
                tracing::warn!(error = with_causes(&error), "records were not all sealed");
            }
            EVERY
        })?;
        Ok(Self { ticker, stopping })
    }

    /// Has it begin no further batch.
    pub(crate) fn begin_stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Ends it after the batch in hand.
    pub(crate) fn finish(self) {
        self.begin_stop();
        self.ticker.finish();
    }
}

impl SealPorts {
    /// Goes round all tenants once. What fails for one of them is told at the end, and keeps no other waiting.
    fn round(&self, stopping: &AtomicBool) -> Result<(), StoreError> {
        let mut outcome = Ok(());
        let mut number = 1;
        loop {
            let Ok(request) = PageRequest::new(number, TENANTS) else {
                return outcome;
            };
            let page = self.queries.tenants(request)?;
            for tenant in &page.items {
                if stopping.load(Ordering::Relaxed) {
                    return outcome;
                }
                if let Err(error) = self.seal(tenant.id, stopping) {
                    outcome = Err(error);
                }
            }
            if page.items.len() < usize::try_from(TENANTS).unwrap_or(usize::MAX) {
                return outcome;
            }
            number += 1;
        }
    }

    fn seal(&self, tenant: TenantId, stopping: &AtomicBool) -> Result<(), StoreError> {
        for _ in 0..BATCHES {
            let claim = Id::from_uuid(uuid::Uuid::from_bytes(OsEntropy.bits()));
            let sealed = seal_records(&*self.ledger, &self.key, tenant, claim, self.queue.now()?)?;
            if sealed.records > 0 {
                tracing::debug!(tenant.id = %tenant, records = sealed.records, "sealed records");
            }
            if !sealed.more || stopping.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(())
    }
}
