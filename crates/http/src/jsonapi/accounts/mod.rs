//! `/api/v1/users/{id}/accounts/` and what lies beneath.

mod form;
mod handlers;
mod imported;
mod problem;
mod refresh;
mod resource;
mod runs;

pub(crate) use handlers::{create, delete, get, list};
pub(crate) use imported::{listings, reservations};
pub(crate) use refresh::refresh;
pub(crate) use runs::{get as get_run, list as list_runs};
