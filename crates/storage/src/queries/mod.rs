//! Reads without a lock: for tokens, screens and the operator.

mod accounts;
mod as_of;
mod asked;
mod audit_records;
mod by_id;
mod counting;
mod credentials;
mod for_each;
mod implementation;
mod listings;
mod lists;
mod onboarding;
mod properties;
mod property_users;
mod question;
mod reservations;
mod runs;
mod status;
mod tenancy;
mod tokens;
mod unmoved;
mod users;
mod viewers;

pub(crate) use as_of::AsOf;
pub(crate) use question::{Askers, Question, put};
