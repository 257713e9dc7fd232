//! Rows as they are stored. They are not entities: reading one back may fail, and nothing is guessed then.

mod accounts;
mod applications;
mod audit_records;
mod cells;
mod credentials;
mod failed_items;
mod imported;
mod links;
mod messages;
mod properties;
mod property_users;
mod runs;
mod seals;
mod slots;
mod tenants;
mod tokens;
mod users;

pub(crate) use accounts::{AccountIdentityRow, AccountRow, AccountStateRow, ListingCountsRow};
pub(crate) use applications::ApplicationRow;
pub(crate) use audit_records::AuditRecordRow;
pub(crate) use cells::{Cells, Decode, decode, decode_loaded, loaded, selected};
pub(crate) use credentials::{CredentialRow, CredentialStateRow};
pub(crate) use failed_items::{FailedItemsRow, ItemFaultRow, failed_items_text};
pub(crate) use imported::{
    KnownListingRow, KnownReservationRow, ListingRefRow, ListingRow, ReservationRow, day_number,
};
pub(crate) use links::{LinkRequestRow, PasswordLoginRow, StoredLinkRow};
pub(crate) use messages::{Acting, MessageRow, MessageStatusRow, Post, PostRow};
pub(crate) use properties::PropertyRow;
pub(crate) use property_users::{GrantRow, PropertyUserRow, PropertyUserViewRow, StoredPropertyUserRow};
pub(crate) use runs::{CheckpointRow, RunCountsRow, RunRow};
pub(crate) use seals::{SealRow, SealingRow, position};
pub(crate) use slots::{SlotMarksRow, SlotRow};
pub(crate) use tenants::{AccessVersionRow, TenantRow};
pub(crate) use tokens::{AccessTokenRow, ApiKeyRow, OnboardingTokenRow, limit_text};
pub(crate) use users::{UserRow, UserStateRow};
