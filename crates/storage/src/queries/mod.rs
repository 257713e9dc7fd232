//! Reads without a lock: for tokens, screens and the operator.

mod accounts;
mod as_of;
mod audit_records;
mod counting;
mod credentials;
mod implementation;
mod listings;
mod lists;
mod onboarding;
mod properties;
mod property_users;
mod reservations;
mod runs;
mod status;
mod tenancy;
mod tokens;
mod users;
mod viewers;

pub(crate) use as_of::AsOf;
