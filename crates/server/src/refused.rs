//! Writing down what was refused, minute by minute.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use innkeeper_domain::{
    ids::{Ids, TenantId},
    ports::{Clock, Queries, UnitOfWork},
    record::Merged,
    usecases::record_refusals,
};
use innkeeper_http::Refusals;

use crate::{clock::SystemClock, entropy, one_line::with_causes};

/// How long attempts are merged.
const EVERY: Duration = Duration::from_mins(1);

/// Attempts that were refused, and where they are written down.
pub(crate) struct Refused {
    pub(crate) refusals: Arc<Refusals>,
    pub(crate) uow: Arc<dyn UnitOfWork>,
    pub(crate) queries: Arc<dyn Queries>,
    written: Option<Instant>,
}

impl Refused {
    pub(crate) fn new(refusals: Arc<Refusals>, uow: Arc<dyn UnitOfWork>, queries: Arc<dyn Queries>) -> Self {
        Self {
            refusals,
            uow,
            queries,
            written: None,
        }
    }

    /// Writes them down if a minute has passed since the last time.
    pub(crate) fn write_if_due(&mut self) {
        if self.written.is_none_or(|at| at.elapsed() >= EVERY) {
            self.written = Some(Instant::now());
            self.write();
        }
    }

    /// Writes down all there are, tenant by tenant. What the store does not take now is kept for the next time.
    pub(crate) fn write(&self) {
        let mut by_tenant: BTreeMap<TenantId, Vec<Merged>> = BTreeMap::new();
        for merged in self.refusals.take() {
            by_tenant.entry(merged.last.tenant).or_default().push(merged);
        }
        for (tenant, merged) in by_tenant {
            let now = SystemClock.now();
            let fresh = (now, Ids::new(now, entropy::word()));
            if let Err(error) = record_refusals(&*self.uow, &*self.queries, tenant, &merged, fresh) {
                tracing::warn!(
                    error = with_causes(&error),
                    "refused attempts were not written down"
                );
                self.refusals.put_back(merged);
            }
        }
    }
}
