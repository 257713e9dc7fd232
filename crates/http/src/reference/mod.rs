//! The API reference: one OpenAPI document, made from the table of routes.
//!
//! Every row of the table holds an [`Operation`] beside its handler, so that nothing is served that is not told.
//! Shapes are derived from the types that go over the wire, refusals are made by the code that refuses, and scopes
//! come from `innkeeper_domain::access`: what can be read off the code is not written down a second time.

pub(crate) mod cast;
mod catalogue;
mod docs;
mod document;
mod headers;
mod health;
mod itself;
mod operation;
mod parameters;
pub(crate) mod patterns;
mod refusals;
mod serve;
mod shape;
mod tag;
pub(crate) mod values;

pub(crate) use catalogue::{ChannelName, NewAccountAttributes};
pub(crate) use docs::{docs, docs_file};
pub use document::document;
pub(crate) use operation::{Answer, BodyExample, Operation};
pub(crate) use parameters::{any_of, in_path, in_query, whole};
pub(crate) use serve::{Reference, schema};
pub(crate) use shape::{Shape, object};
pub(crate) use tag::Tag;
pub(crate) use {health::*, itself::*};
