//! Reads without a lock: for tokens, screens and the operator.

mod counting;
mod credentials;
mod implementation;
mod lists;
mod properties;
mod property_users;
mod tenancy;
mod tokens;
mod users;
