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

    /// Deletes up to `limit` tokens of channels that ended before `before` and that nobody renews, and says how many.
    /// One that can be renewed after its end goes as well: `before` should lie far enough back.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn purge_channel_tokens(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError>;

    /// Deletes up to `limit` runs that ended before `before`, and says how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn purge_runs(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError>;

    /// Deletes up to `limit` counts of calls to channels that say nothing any more since before `before`, and says how
    /// many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn purge_budgets(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError>;

    /// Deletes up to `limit` listings and reservations of accounts that were deleted before `before`, and says how many.
    /// The account itself stays, without them, for the case that it is added again: it is then imported anew.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn purge_deleted_accounts(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError>;

    /// Deletes up to `limit` messages that were sent, given up or cancelled before `before`, and says how many.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn purge_messages(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError>;
}
