//! Ports: what the domain asks of the world, as traits that adapters implement.

#[expect(
    clippy::missing_errors_doc,
    reason = "methods say when they answer Conflict; else it is any StoreError"
)]
mod accounts;
mod channels;
mod error;
#[expect(
    clippy::missing_errors_doc,
    reason = "every call fails with a StoreError and nothing else"
)]
mod ledger;
mod mail;
mod page;
mod passwords;
mod postbox;
#[expect(
    clippy::missing_errors_doc,
    reason = "every read fails with a StoreError and nothing else"
)]
mod queries;
mod queue;
#[expect(
    clippy::missing_errors_doc,
    reason = "methods say when they answer Conflict; else it is any StoreError"
)]
mod repositories;
mod slice;
mod sources;
mod unit_of_work;
mod usage;
mod watch;

pub use crate::accounts::TokenKey;
pub use accounts::{AccountRepo, ImportRepo, RunRepo, SlotRepo};
pub use channels::{
    BudgetScope, BudgetWindow, ChannelBudgets, ChannelGateway, ChannelToken, ChannelTokens, CheckError,
    CheckRequest, FetchRequest, Grant,
};
pub use error::StoreError;
pub use ledger::{Entry, Ledger, Sealing};
pub use mail::{Handover, Letter, Link, MailFault, Mailer};
pub use page::{NoSuchPage, Page, PageRequest, TOTAL_CAP, Total};
pub use passwords::{NotHashed, Passwords};
pub use postbox::{MessageKey, MessageStatus, Postbox};
pub use queries::{
    AccountView, Direction, ListingFilter, PropertyFilter, PropertyUserFilter, PropertyUserOrder,
    PropertyUserView, Queries, ReservationFilter, UserFilter, Viewer,
};
pub use queue::{PickOrder, RunQueue, SlotKey};
pub use repositories::{
    AccessTokenRepo, ApiKeyRepo, ApplicationRepo, AuditLog, CredentialRepo, LinkRequestRepo, MailQuery,
    OnboardingTokenRepo, Outbox, PasswordRepo, PropertyRepo, PropertyUserRepo, TenantRepo, UserRepo,
};
pub use slice::{AuditFilter, AuditPage, AuditSlice};
pub use sources::{Clock, Entropy};
pub use unit_of_work::{Repos, UnitOfWork, Verdict, atomically};
pub use usage::{Upkeep, Used};
pub use watch::Watch;

#[cfg(feature = "mocks")]
pub use accounts::{MockAccountRepo, MockImportRepo, MockRunRepo, MockSlotRepo};
#[cfg(feature = "mocks")]
pub use channels::{MockChannelBudgets, MockChannelGateway, MockChannelTokens};
#[cfg(feature = "mocks")]
pub use ledger::MockLedger;
#[cfg(feature = "mocks")]
pub use mail::MockMailer;
#[cfg(feature = "mocks")]
pub use postbox::MockPostbox;
#[cfg(feature = "mocks")]
pub use queries::MockQueries;
#[cfg(feature = "mocks")]
pub use queue::MockRunQueue;
#[cfg(feature = "mocks")]
pub use repositories::{
    MockAccessTokenRepo, MockApiKeyRepo, MockApplicationRepo, MockAuditLog, MockCredentialRepo,
    MockLinkRequestRepo, MockOnboardingTokenRepo, MockOutbox, MockPasswordRepo, MockPropertyRepo,
    MockPropertyUserRepo, MockTenantRepo, MockUserRepo,
};
#[cfg(feature = "mocks")]
pub use watch::MockWatch;
