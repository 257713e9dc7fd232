//! What tells a worker whether it may go on.

use std::time::Duration;

use crate::{ids::Ids, time::Timestamp};

#[cfg(feature = "mocks")]
use mockall::automock;

/// The conditions that one run is worked on under. They change while it is.
#[cfg_attr(feature = "mocks", automock)]
pub trait Watch: Send + Sync {
    /// The time by the store's clock.
    fn now(&self) -> Timestamp;
    /// How long a call to the channel may still take: counted from the last sign of life that the store confirmed, by a
    /// clock that cannot be set (I15). `None`: no call may begin.
    fn time_left(&self) -> Option<Duration>;
    /// Whether the worker is to stop.
    fn is_stopping(&self) -> bool;
    /// A write that is a sign of life is about to be made: the run is the worker's from now on, if it is confirmed.
    fn asking(&self);
    /// The store confirmed the write.
    fn confirmed(&self);
    /// A supply of fresh ids.
    fn ids(&self) -> Ids;
    /// 64 fresh random bits.
    fn random(&self) -> u64;
}
