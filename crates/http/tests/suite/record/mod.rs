//! The record of who did what, as clients see it, and that nothing leaves it out.

mod every_write;
mod history;
mod list;
mod refusals;
