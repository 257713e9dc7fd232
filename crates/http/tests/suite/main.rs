//! The HTTP transport as clients see it: over TCP, on SQLite and PostgreSQL.
#![cfg(test)]

mod accounts;
mod api_keys;
mod channels;
mod costs;
mod harness;
mod matrix;
mod misuse;
mod onboarding;
mod properties;
mod property_users;
mod record;
mod reference;
mod revocation;
mod routes;
mod secrets;
mod tenants;
mod tokens;
mod totals;
mod uniformity;
mod users;
mod wire;
