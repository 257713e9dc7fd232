//! Reads without a lock: for tokens, screens and the operator.

mod accounts;
mod counting;
mod credentials;
mod implementation;
mod listings;
mod lists;
mod properties;
mod property_users;
mod reservations;
mod runs;
mod status;
mod tenancy;
mod tokens;
mod users;
