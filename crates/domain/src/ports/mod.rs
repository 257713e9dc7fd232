//! Ports: what the domain asks of the world, as traits that adapters implement.

#[expect(
    clippy::missing_errors_doc,
    reason = "methods say when they answer Conflict; else it is any StoreError"
)]
mod accounts;
mod channels;
mod error;
mod page;
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
pub use page::{NoSuchPage, Page, PageRequest, TOTAL_CAP, Total};
pub use queries::{
    AccountView, Direction, ListingFilter, PropertyFilter, PropertyUserFilter, PropertyUserOrder,
    PropertyUserView, Queries, ReservationFilter, UserFilter, Viewer,
};
pub use queue::{PickOrder, RunQueue, SlotKey};
pub use repositories::{
    AccessTokenRepo, ApiKeyRepo, ApplicationRepo, AuditLog, CredentialRepo, MailQuery, OnboardingTokenRepo,
    Outbox, PropertyRepo, PropertyUserRepo, TenantRepo, UserRepo,
};
pub use sources::{Clock, Entropy};
pub use unit_of_work::{Repos, UnitOfWork, Verdict, atomically};
pub use usage::{Upkeep, Used};
pub use watch::Watch;

#[cfg(feature = "mocks")]
pub use accounts::{MockAccountRepo, MockImportRepo, MockRunRepo, MockSlotRepo};
#[cfg(feature = "mocks")]
pub use channels::{MockChannelBudgets, MockChannelGateway, MockChannelTokens};
#[cfg(feature = "mocks")]
pub use queries::MockQueries;
#[cfg(feature = "mocks")]
pub use queue::MockRunQueue;
#[cfg(feature = "mocks")]
pub use repositories::{
    MockAccessTokenRepo, MockApiKeyRepo, MockApplicationRepo, MockAuditLog, MockCredentialRepo,
    MockOnboardingTokenRepo, MockOutbox, MockPropertyRepo, MockPropertyUserRepo, MockTenantRepo,
    MockUserRepo,
};
#[cfg(feature = "mocks")]
pub use watch::MockWatch;
