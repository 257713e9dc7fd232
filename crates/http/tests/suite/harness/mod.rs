//! The real application on a real database, reached over TCP: only the clock and the random bits are ours.

mod actors;
mod answer;
mod app;
mod channels;
mod checks;
mod company;
mod mails;
mod names;
mod ports;
mod reference;
mod wire;
mod worker;

pub(crate) use actors::{Caller, Person};
pub(crate) use answer::Answer;
pub(crate) use app::TestApp;
pub(crate) use channels::Channels;
pub(crate) use company::{Company, all_scopes};
pub(crate) use names::secrets_in;
pub(crate) use ports::logs;
pub(crate) use reference::{Reference, escaped};
pub(crate) use wire::{Request, exchange, talk};
pub(crate) use worker::{listing, reservation};

/// An id that nothing has.
pub(crate) const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// Compares an answer with an inline snapshot. Both backends run the same line, and must show the same.
macro_rules! assert_shows {
    ($answer:expr, @$snapshot:literal) => {
        insta::allow_duplicates! {
            insta::assert_snapshot!($answer, @$snapshot);
        }
    };
}
pub(crate) use assert_shows;
