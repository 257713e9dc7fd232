//! The account itself.

use std::fmt;

use super::{ChannelSlug, Health};
use crate::{
    ids::{AccountId, TenantId, UserId},
    sync::Past,
    time::Timestamp,
    values::Label,
};

/// The most characters of a channel's id of a listing, a reservation or an account.
pub const LISTING_KEY_MAX: usize = 255;

/// Whether an account is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// It is.
    Active,
    /// It was deleted; it can come back, with what was imported.
    Deleted {
        /// When.
        at: Timestamp,
    },
}

/// How many listings an account has. Kept with every page, so that nobody counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListingCounts {
    /// All that were ever imported.
    pub all: u32,
    /// Those that are enabled.
    pub enabled: u32,
    /// Whether any ever was.
    pub ever_enabled: bool,
}

/// What the imports of an account came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportHistory {
    /// What is remembered of its runs.
    pub past: Past,
    /// When all listings were first there.
    pub listings_ready_at: Option<Timestamp>,
    /// When all reservations were first there.
    pub reservations_ready_at: Option<Timestamp>,
}

/// By the listings of their accounts, how a user is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ListingStatus {
    /// There was never an enabled listing.
    #[default]
    New,
    /// There are enabled listings.
    Active,
    /// There were, and there are none now.
    Inactive,
}

impl ListingStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::New, Self::Active, Self::Inactive];

    /// The status as it is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    /// The status of a user whose accounts have had, and have, enabled listings.
    pub const fn of(ever_enabled: bool, enabled: bool) -> Self {
        match (ever_enabled, enabled) {
            (_, true) => Self::Active,
            (true, false) => Self::Inactive,
            (false, false) => Self::New,
        }
    }
}

/// A channel connection of a user. Its identity is tenant, user, channel and the channel's id of the account.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: AccountId,
    /// The user.
    pub user: UserId,
    /// The channel.
    pub channel: ChannelSlug,
    /// The channel's id of the account.
    pub channel_id: String,
    /// What the channel shows for it.
    pub channel_display_id: Option<String>,
    /// What to call it.
    pub label: Label,
    /// The e-mail address that the channel knows.
    pub email: Option<String>,
    /// Whether it is there.
    pub state: AccountState,
    /// Counts its lives: what an earlier one still brings is thrown away.
    pub generation: u32,
    /// How it fares.
    pub health: Health,
    /// Its listings, in numbers.
    pub listings: ListingCounts,
    /// What its imports came to.
    pub imports: ImportHistory,
    /// When it was first added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Without what the channel calls the account and its person: that may be an address.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("tenant", &self.tenant)
            .field("id", &self.id)
            .field("user", &self.user)
            .field("channel", &self.channel)
            .field("state", &self.state)
            .field("generation", &self.generation)
            .field("health", &self.health)
            .field("listings", &self.listings)
            .field("imports", &self.imports)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .finish_non_exhaustive()
    }
}
