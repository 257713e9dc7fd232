//! Rows as they are stored. They are not entities: reading one back may fail, and nothing is guessed then.

mod applications;
mod audit_records;
mod cells;
mod credentials;
mod messages;
mod properties;
mod property_users;
mod tenants;
mod tokens;
mod users;

pub(crate) use applications::ApplicationRow;
pub(crate) use audit_records::AuditRecordRow;
pub(crate) use cells::{Decode, decode};
pub(crate) use credentials::{CredentialRow, CredentialStateRow};
pub(crate) use messages::{Acting, MessageRow};
pub(crate) use properties::PropertyRow;
pub(crate) use property_users::{GrantRow, PropertyUserRow};
pub(crate) use tenants::TenantRow;
pub(crate) use tokens::{AccessTokenRow, ApiKeyRow, OnboardingTokenRow, limit_text};
pub(crate) use users::{UserRow, UserStateRow};
