//! Accounts of users, and what was imported for them.

mod access;
mod add;
mod add_fields;
mod add_refusals;
mod delete;
mod imported;
mod lanes;
mod list;
mod partial;
mod races;
mod read;
mod refresh;
mod refresh_waits;
mod refresh_wishes;
mod runs;
mod secrecy;
mod twice;
