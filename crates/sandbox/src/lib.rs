//! The simulated channels of Innkeeper: what their vendors document, behind one address, with faults on demand.
//!
//! Each channel stands under `/SLUG` with the paths of its real API. A secret is good when it is `good`, or
//! `good-LxR` for an account with L listings of R reservations each. Everything shown derives from the seed, the
//! channel and the secret; nothing is stored. The controls stand under `/_sandbox`.
//!
//! It depends on no other crate of the workspace, so that a mistake there cannot be repeated here.

mod answer;
mod call;
mod channels;
mod control;
mod delivery;
mod faults;
mod limits;
mod options;
mod paging;
mod requests;
mod sandbox;
mod secret;
mod serve;
mod tokens;
mod truth;
mod world;

pub use options::Options;
pub use serve::{Running, serve};
