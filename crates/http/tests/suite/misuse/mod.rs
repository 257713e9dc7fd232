//! What clients try that are up to something, on every route that could fall for it.

mod assignment;
mod body_ids;
mod claims;
mod dialects;
mod lists;
mod odd_bodies;
