//! Channels, as the domain sees them, and what their engine needs of the store. All calls block.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::{
    accounts::{
        Channel, ChannelFailure, ChannelSlug, CredentialProblem, Credentials, Fetched, Position,
        RemoteAccount, Stream, StreamPlan, TokenKey, Urgency,
    },
    ids::TenantId,
    ports::StoreError,
    time::Timestamp,
};

#[cfg(feature = "mocks")]
use mockall::automock;

/// Credentials to be checked against their channel.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    /// For whom.
    pub tenant: TenantId,
    /// The channel.
    pub channel: ChannelSlug,
    /// The credentials, fitted to one of the channel's sets.
    pub credentials: Credentials,
    /// The longest the check may take.
    pub limit: Duration,
}

/// Why a check did not end well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// Values that can be refused without a call, such as a link to a private address.
    #[error("{} credential(s) are wrong", .0.len())]
    Wrong(Vec<CredentialProblem>),
    /// The channel refused or failed.
    #[error(transparent)]
    Failed(#[from] ChannelFailure),
}

/// One page to be fetched.
#[derive(Clone, Debug)]
pub struct FetchRequest {
    /// For whom.
    pub tenant: TenantId,
    /// The channel.
    pub channel: ChannelSlug,
    /// The account's credentials.
    pub credentials: Credentials,
    /// What to read.
    pub stream: Stream,
    /// The channel's id of the listing whose reservations are wanted, where they are told listing by listing.
    pub listing: Option<String>,
    /// Where the page before ended; `None` at the beginning.
    pub position: Option<Position>,
    /// Only what changed since; where the channel cannot tell, everything.
    pub since: Option<Timestamp>,
    /// Who waits.
    pub urgency: Urgency,
    /// The longest the call may take, all its parts together.
    pub limit: Duration,
}

/// The channels. Both calls reach out to the network and are made with no transaction open.
#[cfg_attr(feature = "mocks", automock)]
pub trait ChannelGateway: Send + Sync {
    /// Every channel of the catalogue, by slug.
    fn channels(&self) -> &[Channel];

    /// The channel with this slug.
    fn channel(&self, slug: &str) -> Option<Channel> {
        let found = self
            .channels()
            .iter()
            .find(|channel| channel.slug.as_str() == slug);
        found.cloned()
    }

    /// How a channel tells of reservations to accounts with this credential set.
    fn plan(&self, channel: &ChannelSlug, set: &str) -> StreamPlan;

    /// Asks the channel whether the credentials work, and whose they are. An account without any listing is fine.
    ///
    /// # Errors
    ///
    /// [`CheckError`].
    fn check(&self, request: &CheckRequest) -> Result<RemoteAccount, CheckError>;

    /// Tells which page will be fetched next, so that the call for it may begin already. It need not; and it may be for
    /// nothing.
    fn begin(&self, request: &FetchRequest);

    /// Fetches one page.
    ///
    /// # Errors
    ///
    /// [`ChannelFailure`]. A refusal is only told after a fresh token was refused as well.
    fn fetch(&self, request: &FetchRequest) -> Result<Fetched, ChannelFailure>;
}

/// A token that a channel issued, in the form the engine keeps it. It is wiped when dropped, and never prints itself.
#[derive(Clone)]
pub struct ChannelToken {
    /// What the engine wrote.
    pub content: Zeroizing<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Counts its renewals.
    pub version: u64,
}

impl std::fmt::Debug for ChannelToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChannelToken")
            .field("expires_at", &self.expires_at)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Keeps the tokens of channels, sealed, so that no process asks for one that another has.
#[cfg_attr(feature = "mocks", automock)]
pub trait ChannelTokens: Send + Sync {
    /// The token under a key.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn load(&self, tenant: TenantId, key: TokenKey) -> Result<Option<ChannelToken>, StoreError>;

    /// Asks to be the one who renews the token, until `until`. `false` if somebody else is about to.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn begin_renewal(
        &self,
        tenant: TenantId,
        key: TokenKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Saves a token before its first use, and ends the renewal. A version that is not above the stored one changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; then the token MUST NOT be used, for a rotating one would be lost.
    fn save(&self, tenant: TenantId, key: TokenKey, token: &ChannelToken) -> Result<(), StoreError>;
}

/// What calls are counted against: an account's key, an integrator's application, an address of ours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BudgetScope {
    /// The channel.
    pub channel: ChannelSlug,
    /// The kind and the key, without any secret: `key:9f2c..`, `app`, `ip`.
    pub key: String,
}

/// So many units in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetWindow {
    /// The most units.
    pub units: u32,
    /// Within this time.
    pub span: Duration,
}

/// What came of asking for calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// So many calls may be made until then; unused ones are void afterwards.
    Calls {
        /// How many; at least one.
        units: u32,
        /// Until when.
        until: Timestamp,
    },
    /// None before then.
    NotBefore(Timestamp),
}

/// Counts calls to channels, for all processes together.
#[cfg_attr(feature = "mocks", automock)]
pub trait ChannelBudgets: Send + Sync {
    /// Takes up to `wanted` units out of every window of a scope. Of each window a fifth is kept for people.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn take(
        &self,
        scope: &BudgetScope,
        windows: &[BudgetWindow],
        wanted: u32,
        urgency: Urgency,
        now: Timestamp,
    ) -> Result<Grant, StoreError>;

    /// Blocks a scope for everybody: the channel said so. An earlier end never shortens a later one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    fn block(&self, scope: &BudgetScope, until: Timestamp) -> Result<(), StoreError>;
}
