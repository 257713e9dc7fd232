//! Accounts of a user: adding, refreshing, deleting and reading them.

mod add;
mod delete;
mod read;
mod refresh;

pub use add::{
    AddAccount, AddAccountError, Added, CHECK_LIMIT, CheckChannel, CheckedChannel, add_account, check_channel,
};
pub use delete::{DeleteAccount, DeleteAccountError, delete_account};
pub use read::{get_account, get_run, list_accounts, list_listings, list_reservations, list_runs};
pub use refresh::{RefreshAccount, RefreshError, Refreshed, refresh_account};

pub(super) use delete::end_account;
