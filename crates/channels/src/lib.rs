//! The channels that accounts connect to: one manifest each, and the engine that runs them all.
//!
//! A manifest is data in a closed vocabulary: credential sets, hosts, auth, the check, the two streams with their
//! paging and fields, what errors mean, and how often the channel may be called. There is no expression language.
//! [`Channels`] is the engine; what it shares with other processes, it keeps through the ports of the domain.

mod catalogue;
mod engine;
mod manifest;
mod unshared;

pub use catalogue::mistakes;
pub use engine::{Channels, ChannelsConfig, SetUpError};
pub use manifest::Mistake;
pub use unshared::Unshared;
