//! What the reference tells of this dialect.

mod accounts;
mod add_examples;
mod add_refusals;
mod api_keys;
mod channels;
mod errors;
mod imported;
mod refresh;
mod runs;
mod shapes;
mod users;
pub(super) mod words;

pub(crate) use accounts::{add_account, delete_account, get_account, list_accounts};
pub(crate) use api_keys::{create_api_key, list_api_keys, revoke_api_key};
pub(crate) use channels::{get_channel, list_channels};
pub(crate) use errors::refusal;
pub(crate) use imported::{list_listings, list_reservations};
pub(crate) use refresh::refresh_account;
pub(crate) use runs::{get_run, list_runs};
pub(crate) use users::{create_user, delete_user, get_user, list_credentials, list_users};
