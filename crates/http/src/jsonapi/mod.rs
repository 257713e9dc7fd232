//! The dialect of users, credentials, API keys, accounts and channels.

mod accounts;
mod api_keys;
mod channels;
mod code;
mod document;
mod error;
mod list;
mod problem;
pub(crate) mod reference;
mod users;

pub(crate) use accounts::{
    create as add_account, delete as delete_account, get as get_account, get_run, list as list_accounts,
    list_runs, listings, refresh, reservations,
};
pub(crate) use api_keys::{create as create_api_key, list as list_api_keys, revoke as revoke_api_key};
pub(crate) use channels::{get as get_channel, list as list_channels};
pub(crate) use code::Code;
pub(crate) use problem::Problem;
pub(crate) use users::{
    create as create_user, credentials, delete as delete_user, get as get_user, list as list_users,
};
