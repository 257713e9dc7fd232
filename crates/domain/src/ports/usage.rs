//! When keys and credentials were last used, written in batches off the path of any request.

use crate::{
    ids::{ApiKeyId, CredentialId, TenantId},
    ports::StoreError,
    time::Timestamp,
};

/// The latest use of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Used {
    /// An API key authenticated a request.
    ApiKey(TenantId, ApiKeyId),
    /// A token was minted for a credential, or a key of it used.
    Credential(TenantId, CredentialId),
}

/// Remembers last uses, and forgets what nobody can use any more.
pub trait Upkeep: Send + Sync {
    /// Moves "last used" forward, never back.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; then part of the batch may be kept, and all of it can be sent again.
    fn record_uses(&self, uses: &[(Used, Timestamp)]) -> Result<(), StoreError>;

    /// Deletes up to `limit` access tokens that expired before `before`, and says how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn purge_access_tokens(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError>;
}
