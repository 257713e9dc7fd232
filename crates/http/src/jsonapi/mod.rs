//! The dialect of users, credentials and API keys.

mod api_keys;
mod document;
mod list;
mod problem;
mod users;

pub(crate) use api_keys::{create as create_api_key, list as list_api_keys, revoke as revoke_api_key};
pub(crate) use problem::Problem;
pub(crate) use users::{
    create as create_user, credentials, delete as delete_user, get as get_user, list as list_users,
};
