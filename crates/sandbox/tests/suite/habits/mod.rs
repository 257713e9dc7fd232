//! How single vendors page, filter, limit and refuse.

mod faulty;
mod feeds;
mod hotels;
mod managers;

/// Five listings of forty reservations.
const SECRET: &str = "good-5x40";
