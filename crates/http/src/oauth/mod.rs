//! The token endpoint (RFC 6749).

mod client;
mod code;
mod problem;
pub(crate) mod reference;
mod token;

pub(crate) use code::Code;
pub(crate) use problem::Problem;
pub(crate) use token::token;
