//! The queue of runs, as workers look at it. Looking takes no locks; taking is a transaction of its own.

use crate::{
    accounts::ChannelSlug,
    ids::{AccountId, TenantId, WorkerId},
    ports::StoreError,
    time::Timestamp,
};

#[cfg(feature = "mocks")]
use mockall::automock;

/// Which slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotKey {
    /// The tenant.
    pub tenant: TenantId,
    /// The account.
    pub account: AccountId,
}

/// Which candidates a worker looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PickOrder {
    /// Refreshes that people asked for first, then the rest, each by rank.
    PeopleFirst,
    /// The oldest rank, whatever it is for, so that nothing waits for ever.
    OldestFirst,
}

/// The queue, for all workers together.
#[cfg_attr(feature = "mocks", automock)]
pub trait RunQueue: Send + Sync {
    /// The time by the store's clock. Leases and waits are judged by it and by nothing else. It never goes back.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn now(&self) -> Result<Timestamp, StoreError>;

    /// Some slots that are ready, the best first; tenants with fewer running runs come before others. Slots of the
    /// channels in `except` are left out.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn ready(&self, order: PickOrder, except: &[ChannelSlug], limit: u32)
    -> Result<Vec<SlotKey>, StoreError>;

    /// Some slots that something is due at: a wait is over, or a lease has passed.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<SlotKey>, StoreError>;

    /// Some slots without any run, whose last one ended before `before`, of accounts whose credentials work.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn idle(&self, before: Timestamp, limit: u32) -> Result<Vec<SlotKey>, StoreError>;

    /// Some slots that a worker has, other than `worker`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn held(&self, worker: WorkerId, limit: u32) -> Result<Vec<SlotKey>, StoreError>;

    /// Says that a worker process is there, and forgets those not heard of since `forget_before`.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn report(
        &self,
        worker: WorkerId,
        host: &str,
        now: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError>;

    /// Takes a worker process off the list.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn leave(&self, worker: WorkerId) -> Result<(), StoreError>;
}
