//! Ports: what the domain asks of the world, as traits that adapters implement.

mod error;
mod page;
#[expect(
    clippy::missing_errors_doc,
    reason = "every read fails with a StoreError and nothing else"
)]
mod queries;
#[expect(
    clippy::missing_errors_doc,
    reason = "methods say when they answer Conflict; else it is any StoreError"
)]
mod repositories;
mod sources;
mod unit_of_work;
mod usage;

pub use error::StoreError;
pub use page::{NoSuchPage, Page, PageRequest, TOTAL_CAP, Total};
pub use queries::{
    Direction, PropertyFilter, PropertyUserFilter, PropertyUserOrder, PropertyUserView, Queries, UserFilter,
    Viewer,
};
pub use repositories::{
    AccessTokenRepo, ApiKeyRepo, ApplicationRepo, AuditLog, CredentialRepo, MailQuery, OnboardingTokenRepo,
    Outbox, PropertyRepo, PropertyUserRepo, TenantRepo, UserRepo,
};
pub use sources::{Clock, Entropy};
pub use unit_of_work::{Repos, UnitOfWork, Verdict, atomically};
pub use usage::{Upkeep, Used};

#[cfg(feature = "mocks")]
pub use queries::MockQueries;
#[cfg(feature = "mocks")]
pub use repositories::{
    MockAccessTokenRepo, MockApiKeyRepo, MockApplicationRepo, MockAuditLog, MockCredentialRepo,
    MockOnboardingTokenRepo, MockOutbox, MockPropertyRepo, MockPropertyUserRepo, MockTenantRepo,
    MockUserRepo,
};
