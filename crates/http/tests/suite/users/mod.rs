//! `/api/v1/users/` and the credentials of a user (contract, section 5).

mod create;
mod credentials;
mod delete;
mod list;
mod read;
mod status;
