//! Coming in, for the API and for the page alike: each step is in its own lane, and attempts are counted.

mod fields;
mod flow;

pub(crate) use fields::{Chosen, Given, SignIn};
pub(crate) use flow::{FlowError, ask_by_address, ask_by_link, confirm, restore, sign_in};
