//! The HTTP transport of Innkeeper: it turns requests into use cases and their answers into two dialects.
//!
//! A handler extracts, builds a command, makes one call through [`Blocking`], and maps the answer. There is no
//! rule and no SQL here. `channex` and `jsonapi` hold one dialect each, `oauth` the token endpoint.

mod blocking;
mod body;
mod caller;
mod channex;
mod codes;
mod entrance;
mod failure;
mod forms;
mod health;
mod json;
mod jsonapi;
mod links;
mod oauth;
mod observe;
mod onboarding;
mod passwords;
mod problem;
mod query;
mod reading;
mod reference;
mod refusals;
mod routes;
mod serve;
mod standings;
mod state;
mod table;
mod throttle;
mod usage;

pub use blocking::Blocking;
pub use codes::{ErrorCode, ErrorCodes};
pub use passwords::Argon2Passwords;
pub use reference::document;
pub use refusals::Refusals;
pub use routes::{Route, routes};
pub use serve::{ServeOptions, serve, serve_probes};
pub use standings::Standings;
pub use state::{AppState, Readiness};
pub use throttle::{Proxies, Throttle};
pub use usage::Uses;
