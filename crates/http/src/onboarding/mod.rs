//! The pages that links in mails lead to.

mod form;
mod handlers;
mod page;
mod problem;
pub(crate) mod reference;
mod texts;

pub(crate) use handlers::{ask_again, show, submit};
pub(crate) use problem::Problem;
