//! What can go wrong in a store.

use std::error::Error;

/// A store that could not do what it was asked. None of it is ever a refusal by a rule.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something that must be unique exists already.
    #[error("something with the same key exists")]
    Conflict,
    /// The store is overloaded, or kept losing against concurrent changes; later it may work.
    #[error("the store is busy")]
    Busy,
    /// The store cannot be reached, or broke off. After a commit that broke off it is unknown what was kept.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A stored row cannot be read as what it should be. Nothing is guessed in its place.
    #[error("the row `{id}` of `{table}` is corrupt: {what}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row's id.
        id: String,
        /// What is wrong with it, without its contents.
        what: String,
    },
    /// Read as of an access version that is over; see [`Queries::at_version`](super::Queries::at_version).
    #[error("the caller has to be verified again")]
    Outdated,
    /// Anything else: a fault of ours, or of the schema.
    #[error("the store failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    /// A failure told in words.
    pub fn failed(what: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(what.into())
    }

    /// Whether the caller may try again later.
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Busy | Self::Unavailable(_) => true,
            Self::Conflict | Self::Corrupt { .. } | Self::Outdated | Self::Failed(_) => false,
        }
    }
}
