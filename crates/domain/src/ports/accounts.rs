//! What use cases store of accounts, their scheduling and their imports. The rules of [`super::repositories`] hold.
//!
//! The order of locks goes on from there: slot, run, account.

use crate::{
    access::Subject,
    accounts::{Account, ChannelSlug, Credentials, Stream, TokenKey},
    ids::{AccountId, ClaimId, ListingId, RunId, TenantId, UserId},
    imports::{
        Checkpoint, Counts, FailedItem, Item, KnownListing, KnownReservation, ListingRef, StoredListing,
        StoredReservation,
    },
    ports::StoreError,
    sync::{RunChange, Slot},
    time::Timestamp,
};

#[cfg(feature = "mocks")]
use mockall::automock;

/// Stores accounts, and their credentials sealed.
#[cfg_attr(feature = "mocks", automock)]
pub trait AccountRepo {
    /// Finds the account with this identity, deleted or not, without a lock.
    fn by_identity(
        &mut self,
        tenant: TenantId,
        user: UserId,
        channel: &ChannelSlug,
        channel_id: &str,
    ) -> Result<Option<Account>, StoreError>;
    /// Finds an account, deleted or not, without a lock.
    fn find(&mut self, tenant: TenantId, id: AccountId) -> Result<Option<Account>, StoreError>;
    /// Locks an account, deleted or not. Its slot is locked before, if it has one.
    fn lock(&mut self, tenant: TenantId, id: AccountId) -> Result<Option<Account>, StoreError>;
    /// The accounts of a user that are not deleted, oldest first.
    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<Account>, StoreError>;
    /// Adds an account. An adapter MUST answer [`StoreError::Conflict`] if the identity is taken.
    fn insert(&mut self, account: &Account) -> Result<(), StoreError>;
    /// Replaces everything but identity, creation and the counts of listings.
    fn update(&mut self, account: &Account) -> Result<(), StoreError>;
    /// Counts listings that came and went, and remembers whether any was ever enabled.
    fn count_listings(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        new: u32,
        enabled_change: i64,
    ) -> Result<(), StoreError>;
    /// Keeps these credentials in place of all earlier ones, sealed, with the key that their tokens are kept under.
    fn keep_credentials(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        generation: u32,
        credentials: &Credentials,
        token: TokenKey,
    ) -> Result<(), StoreError>;
    /// The credentials.
    fn credentials(
        &mut self,
        tenant: TenantId,
        account: AccountId,
    ) -> Result<Option<Credentials>, StoreError>;
    /// Destroys the credentials with the key that they are sealed under, and the tokens that were issued for them, unless
    /// another account has the same.
    fn destroy_credentials(&mut self, tenant: TenantId, account: AccountId) -> Result<(), StoreError>;
}

/// Stores slots.
#[cfg_attr(feature = "mocks", automock)]
pub trait SlotRepo {
    /// Locks the slot of an account.
    fn lock(&mut self, tenant: TenantId, account: AccountId) -> Result<Option<Slot>, StoreError>;
    /// The same, but nothing at once if somebody else has it locked.
    fn lock_if_free(&mut self, tenant: TenantId, account: AccountId) -> Result<Option<Slot>, StoreError>;
    /// Adds a slot. An adapter MUST answer [`StoreError::Conflict`] if the account has one.
    fn insert(&mut self, slot: &Slot, channel: &ChannelSlug, now: Timestamp) -> Result<(), StoreError>;
    /// Replaces a slot that is locked, with everything computed from it.
    fn update(&mut self, slot: &Slot, now: Timestamp) -> Result<(), StoreError>;
    /// Removes a slot.
    fn remove(&mut self, tenant: TenantId, account: AccountId) -> Result<(), StoreError>;
    /// The fence before a page: if this claim still has this run, counts one page more, forgets failed tries since the
    /// last page as [`crate::sync::Command::Fence`] does, moves the lease on to `lease_until` if that is later, and locks the row.
    /// `false`, and nothing changed, if the claim is lost. An adapter MUST use one statement.
    fn fence(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        claim: ClaimId,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<bool, StoreError>;
}

/// Stores runs.
#[cfg_attr(feature = "mocks", automock)]
pub trait RunRepo {
    /// Applies changes in their order. `requested_by` is kept of a run that is queued; the schedule is nobody. An adapter
    /// MUST NOT change a run that has ended.
    fn apply(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        changes: &[RunChange],
        requested_by: Option<Subject>,
    ) -> Result<(), StoreError>;
    /// Keeps what a run did, when it ends, with its failed items: those that were noted, and those that its items tell
    /// of. At most [`crate::imports::MOST_FAILED_ITEMS`] of them are kept.
    fn keep_counts(&mut self, tenant: TenantId, run: RunId, counts: &Counts) -> Result<(), StoreError>;
    /// Notes what a run could not import and has no item for, up to [`crate::imports::MOST_FAILED_ITEMS`] in all.
    /// Returns how many of them were not noted before, by the channel's id.
    fn note_failed(&mut self, tenant: TenantId, run: RunId, failed: &[FailedItem])
    -> Result<u32, StoreError>;
    /// What was noted of a run that has not ended.
    fn noted(&mut self, tenant: TenantId, run: RunId) -> Result<Vec<FailedItem>, StoreError>;
}

/// Stores what imports bring, and how far they have come.
#[cfg_attr(feature = "mocks", automock)]
pub trait ImportRepo {
    /// How far a run has come.
    fn checkpoint(&mut self, tenant: TenantId, run: RunId) -> Result<Option<Checkpoint>, StoreError>;
    /// Moves it on.
    fn save_checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<(), StoreError>;
    /// Forgets the checkpoint and the items of a run that has ended.
    fn forget_progress(&mut self, tenant: TenantId, run: RunId) -> Result<(), StoreError>;

    /// The listings with these ids of the channel.
    fn known_listings(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        keys: &[String],
    ) -> Result<Vec<KnownListing>, StoreError>;
    /// Writes listings by their key, new or not, in a number of statements that does not grow with theirs.
    fn put_listings(&mut self, listings: &[StoredListing]) -> Result<(), StoreError>;
    /// Adds items to a run; one that is there stays as it is. Returns how many were added.
    fn add_items(&mut self, tenant: TenantId, run: RunId, items: &[Item]) -> Result<u32, StoreError>;
    /// The next listing to do after one, by id.
    fn next_item(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        after: Option<ListingId>,
    ) -> Result<Option<ListingRef>, StoreError>;
    /// Ends one item. A done one moves the listing's `synced_at` to `synced_at`.
    fn end_item(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        item: Item,
        synced_at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Ends all items that are still to do as done, and moves the `synced_at` of their listings. Returns how many.
    fn end_items(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
        synced_at: Timestamp,
    ) -> Result<u32, StoreError>;

    /// The listings of the account that this run has not met and that are not switched off as missing, with how often
    /// they were missing, and how many listings are not switched off in all. Beyond
    /// [`crate::sync::sweep::MOST_MISSING`] and one, an adapter SHOULD leave missing ones out: they are not judged then.
    fn missing_listings(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        run: RunId,
    ) -> Result<(Vec<(ListingId, u32)>, u32), StoreError>;
    /// Marks listings as missing once more, and switches `off` those among them. Returns how many enabled ones were
    /// switched off.
    fn mark_missing(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        missing: &[ListingId],
        off: &[ListingId],
        at: Timestamp,
    ) -> Result<u32, StoreError>;

    /// The reservations with these ids of the channel.
    fn known_reservations(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        keys: &[String],
    ) -> Result<Vec<KnownReservation>, StoreError>;
    /// Writes reservations by their key, new or not, in a number of statements that does not grow with theirs.
    fn put_reservations(&mut self, reservations: &[StoredReservation]) -> Result<(), StoreError>;

    /// From when on changes are to be asked for; `None` asks for everything.
    fn cursor(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        stream: Stream,
    ) -> Result<Option<Timestamp>, StoreError>;
    /// Moves it on, or takes it back.
    fn save_cursor(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        stream: Stream,
        cursor: Option<Timestamp>,
    ) -> Result<(), StoreError>;
}
