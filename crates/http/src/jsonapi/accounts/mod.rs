//! `/api/v1/users/{user_id}/accounts/` and what lies beneath.

mod form;
mod handlers;
mod imported;
mod problem;
mod refresh;
mod resource;
mod runs;

use innkeeper_domain::ids::{AccountId, UserId};

use super::Problem;
use crate::caller::id_in;

pub(super) use form::NewAccount;
pub(crate) use handlers::{create, delete, get, list};
pub(super) use imported::{ListingAttributes, MOST_VALUES, ReservationAttributes};
pub(crate) use imported::{listings, reservations};
pub(super) use problem::{in_progress, not_added};
pub(crate) use refresh::refresh;
pub(super) use refresh::{Accepted, IF_RUNNING, QUEUE, THRESHOLD};
pub(super) use resource::{AccountAttributes, PHASES};
pub(super) use runs::{REQUESTERS, RunAttributes};
pub(crate) use runs::{get as get_run, list as list_runs};

/// The user and the account that a path names.
fn account_in(user: &str, account: &str) -> Result<(UserId, AccountId), Problem> {
    Ok((id_in(user)?, id_in(account)?))
}
