//! The token endpoint (RFC 6749).

mod client;
mod problem;
mod token;

pub(crate) use problem::Problem;
pub(crate) use token::token;
