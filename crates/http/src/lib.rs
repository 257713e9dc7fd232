//! The HTTP transport of Innkeeper: it turns requests into use cases and their answers into two dialects.
//!
//! A handler extracts, builds a command, makes one call through [`Blocking`], and maps the answer. There is no
//! rule and no SQL here. `channex` and `jsonapi` hold one dialect each, `oauth` the token endpoint.

mod blocking;
mod body;
mod caller;
mod channex;
mod failure;
mod forms;
mod health;
mod json;
mod jsonapi;
mod links;
mod oauth;
mod observe;
mod problem;
mod query;
mod routes;
mod serve;
mod state;
mod usage;

pub use blocking::Blocking;
pub use routes::{Route, routes};
pub use serve::{ServeOptions, serve};
pub use state::{AppState, Readiness};
pub use usage::Uses;
